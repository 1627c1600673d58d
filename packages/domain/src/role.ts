export const ROLES = ['owner', 'manager', 'agent', 'analyst'] as const;
export type Role = (typeof ROLES)[number];

/**
 * Kinds of facts that not everybody has to see: who bought, what the goods brought in (totals, prices, refunds), and what the trade costs (fees;
 * the payout, which tells them).
 */
export const FIELDS = ['buyer', 'revenue', 'cost'] as const;
export type Field = (typeof FIELDS)[number];

/** What a member may do or see. Store scope is checked beside it. */
export const PERMISSIONS = [
	'orders.read',
	'orders.annotate',
	'inbox.read',
	'inbox.answer',
	'inbox.override',
	'catalogue.read',
	'catalogue.pair',
	'catalogue.publish',
	'inbox.manage',
	'numbers.read',
	'fields.buyer',
	'fields.revenue',
	'fields.cost',
	'stores.read',
	'stores.manage',
	'members.read',
	'members.manage',
	'evidence.read',
	'sync.operate',
	'audit.read',
	'notices.manage',
	'workspace.manage',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const GRANTS: Record<Role, readonly Permission[]> = {
	owner: PERMISSIONS,
	manager: PERMISSIONS.filter((p) => p !== 'workspace.manage'),
	agent: [
		'orders.read',
		'orders.annotate',
		'inbox.read',
		'inbox.answer',
		'catalogue.read',
		'fields.buyer',
		'fields.revenue',
		'stores.read',
		'members.read',
	],
	analyst: ['orders.read', 'catalogue.read', 'numbers.read', 'fields.revenue', 'fields.cost', 'stores.read', 'members.read'],
};

/** Where one member differs from their role: true, sees the field all the same; false, does not see it all the same. */
export type FieldChoices = Partial<Record<Field, boolean>>;

export interface Powers {
	role: Role;
	/** Without effect for an owner, who could give everything back. */
	fields: FieldChoices;
}

/** Everything that a member may do and see. */
export function permissionsOf({ role, fields }: Powers): Permission[] {
	const chosen = new Map<Permission, boolean>(
		role === 'owner' ? [] : FIELDS.flatMap((field) => (fields[field] === undefined ? [] : [[`fields.${field}`, fields[field]]])),
	);
	return PERMISSIONS.filter((permission) => chosen.get(permission) ?? GRANTS[role].includes(permission));
}

export function allows(powers: Powers, permission: Permission): boolean {
	return permissionsOf(powers).includes(permission);
}

export function sees(powers: Powers, field: Field): boolean {
	return allows(powers, `fields.${field}`);
}

/** Whether a role sees a field where nobody chose otherwise. */
export function roleSees(role: Role, field: Field): boolean {
	return sees({ role, fields: {} }, field);
}

export const ROLES = ['owner', 'manager', 'agent', 'analyst'] as const;
export type Role = (typeof ROLES)[number];

/** What a member may do. Store scope is checked beside it. */
export const PERMISSIONS = [
	'orders.read',
	'orders.reveal',
	'orders.annotate',
	'numbers.read',
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
	agent: ['orders.read', 'orders.reveal', 'orders.annotate', 'stores.read', 'members.read'],
	analyst: ['orders.read', 'numbers.read', 'stores.read', 'members.read'],
};

export function roleAllows(role: Role, permission: Permission): boolean {
	return GRANTS[role].includes(permission);
}

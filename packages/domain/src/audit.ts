/** What people do that leaves a record in the trail. */
export const AUDIT_ACTIONS = [
	'workspace.create',
	'members.invite',
	'members.revokeInvitation',
	'members.join',
	'members.change',
	'members.remove',
	'orders.reveal',
	'orders.annotate',
	'stores.saveApp',
	'stores.bind',
	'stores.change',
	'stores.disconnect',
	'links.make',
	'links.use',
	'links.revoke',
	'sync.backfill',
	'sync.checkGaps',
	'sync.refillGap',
	'sync.replayQuarantine',
	'sync.retryDead',
	'notices.addChannel',
	'notices.removeChannel',
	'notices.testChannel',
	'views.save',
	'views.remove',
	'audit.export',
	'numbers.setRate',
	'numbers.export',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/**
 * What a record may tell. The list is closed so that nobody writes a secret or a buyer into the trail by passing on an object: of a note only
 * its length is told, of credentials only which fields were entered.
 */
export const AUDIT_FIELDS = [
	'name',
	'role',
	'storeScope',
	'currency',
	'zone',
	'enabled',
	'state',
	'flag',
	'noteLength',
	'shared',
	'stored',
	'fields',
	'platform',
	'channel',
	'way',
	'reason',
	'error',
	'count',
	'waiting',
	'from',
	'until',
	'member',
	'action',
	'store',
	'revokedAtPlatform',
	'secretsDeleted',
	'buyerRecordsDeleted',
	'storesStopped',
	'ordersKept',
	'against',
	'day',
	'rate',
] as const;
export type AuditField = (typeof AUDIT_FIELDS)[number];

export type AuditValue = string | number | boolean | null | readonly string[];
export type AuditFields = Partial<Record<AuditField, AuditValue>>;

export function isAuditAction(value: unknown): value is AuditAction {
	return AUDIT_ACTIONS.some((action) => action === value);
}

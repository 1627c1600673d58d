/** What people do that leaves a record in the trail. */
export const AUDIT_ACTIONS = [
	'workspace.create',
	'workspace.change',
	'members.invite',
	'members.revokeInvitation',
	'members.join',
	'members.change',
	'members.remove',
	'secondFactor.on',
	'secondFactor.off',
	'secondFactor.newCodes',
	'secondFactor.codeUsed',
	'session.end',
	'session.endOthers',
	'orders.reveal',
	'orders.annotate',
	'buyerData.choose',
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
	'shown',
	'hidden',
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
	'words',
	'days',
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
	'repliesDeleted',
	'setAsideDeleted',
	'storesStopped',
	'ordersKept',
	'secondFactorRequired',
	'browser',
	'system',
] as const;
export type AuditField = (typeof AUDIT_FIELDS)[number];

export type AuditValue = string | number | boolean | null | readonly string[];
export type AuditFields = Partial<Record<AuditField, AuditValue>>;

export function isAuditAction(value: unknown): value is AuditAction {
	return AUDIT_ACTIONS.some((action) => action === value);
}

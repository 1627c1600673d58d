import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { AuditAction, AuditField } from '@pangea/domain';

export const ACTION_WORDS: Record<AuditAction, MessageDescriptor> = {
	'workspace.create': msg`Workspace opened`,
	'members.invite': msg`Member invited`,
	'members.revokeInvitation': msg`Invitation withdrawn`,
	'members.join': msg`Joined the workspace`,
	'members.change': msg`Member changed`,
	'members.remove': msg`Member taken out`,
	'orders.reveal': msg`Buyer's data shown`,
	'orders.annotate': msg`Flag or note changed`,
	'stores.saveApp': msg`App credentials stored`,
	'stores.bind': msg`Store bound`,
	'stores.change': msg`Store changed`,
	'stores.disconnect': msg`Store disconnected`,
	'sync.backfill': msg`Past orders asked for`,
	'sync.checkGaps': msg`Comparison asked for`,
	'sync.refillGap': msg`Missing orders asked for`,
	'sync.replayQuarantine': msg`Set-aside records read again`,
	'sync.retryDead': msg`Given-up jobs sent again`,
	'views.save': msg`View saved`,
	'views.remove': msg`View removed`,
	'audit.export': msg`Audit trail downloaded`,
};

export const AUDIT_FIELD_WORDS: Record<AuditField, MessageDescriptor> = {
	name: msg`Name`,
	role: msg`Role`,
	storeScope: msg`Stores to see`,
	currency: msg`Currency`,
	zone: msg`Time zone`,
	enabled: msg`Orders are read`,
	state: msg`Connection`,
	flag: msg`Flag`,
	noteLength: msg`Characters in the note`,
	shared: msg`Shared`,
	stored: msg`Credentials stored`,
	fields: msg`Fields entered`,
	platform: msg`Platform`,
	way: msg`Way`,
	reason: msg`Reason`,
	error: msg`Error`,
	count: msg`Number`,
	waiting: msg`Still waiting`,
	from: msg`From`,
	until: msg`Until`,
	member: msg`Member`,
	action: msg`Action`,
	store: msg`Store`,
	revokedAtPlatform: msg`Withdrawn at the platform`,
	secretsDeleted: msg`Secrets deleted`,
	buyerRecordsDeleted: msg`Buyers' records deleted`,
	storesStopped: msg`Stores stopped`,
	ordersKept: msg`Orders kept`,
};

export const WAY_WORDS: Record<string, MessageDescriptor> = {
	redirect: msg`Consent at the platform`,
	paste: msg`Paste a token`,
};

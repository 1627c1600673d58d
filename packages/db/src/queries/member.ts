import type { Role } from '@pangea/domain';
import type { Scope } from '../database.ts';

export async function workspaceOf(scope: Scope) {
	return await scope.db.selectFrom('workspace').selectAll().where('workspace_id', '=', scope.workspaceId).executeTakeFirst();
}

export async function memberOf(scope: Scope, userId: string) {
	return await scope.db
		.selectFrom('member')
		.selectAll()
		.where('workspace_id', '=', scope.workspaceId)
		.where('user_id', '=', userId)
		.executeTakeFirst();
}

export async function listMembers(scope: Scope) {
	return await scope.db.selectFrom('member').selectAll().where('workspace_id', '=', scope.workspaceId).orderBy('created_at').execute();
}

export async function openInvitations(scope: Scope, now: string) {
	return await scope.db
		.selectFrom('invitation')
		.select(['invitation_id', 'email', 'role', 'store_scope', 'expires_at'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('accepted_at', 'is', null)
		.where('expires_at', '>', now)
		.orderBy('created_at')
		.execute();
}

/** Owners other than one person; the last owner can neither leave nor step down. */
export async function otherOwners(scope: Scope, userId: string): Promise<number> {
	const rows = await scope.db
		.selectFrom('member')
		.select('user_id')
		.where('workspace_id', '=', scope.workspaceId)
		.where('role', '=', 'owner' satisfies Role)
		.where('user_id', '!=', userId)
		.forUpdate()
		.execute();
	return rows.length;
}

/** Appends to the trail. `detail` holds ids and before/after of settings, never secrets or buyers' data. */
export async function writeAudit(
	scope: Scope,
	entry: { auditId: string; userId: string; action: string; subject: string; detail?: Record<string, unknown> },
): Promise<void> {
	await scope.db
		.insertInto('audit')
		.values({
			workspace_id: scope.workspaceId,
			audit_id: entry.auditId,
			user_id: entry.userId,
			action: entry.action,
			subject: entry.subject,
			detail: JSON.stringify(entry.detail ?? {}),
		})
		.execute();
}

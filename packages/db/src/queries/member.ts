import type { FieldChoices, Role } from '@pangea/domain';
import type { Scope } from '../database.ts';

export async function workspaceOf(scope: Scope) {
	return await scope.db.selectFrom('workspace').selectAll().where('workspace_id', '=', scope.workspaceId).executeTakeFirst();
}

/** A member, and whether the workspace lets people in without a second factor. */
export async function memberOf(scope: Scope, userId: string) {
	return await scope.db
		.selectFrom('member as m')
		.innerJoin('workspace as w', 'w.workspace_id', 'm.workspace_id')
		.selectAll('m')
		.select('w.second_factor_required')
		.where('m.workspace_id', '=', scope.workspaceId)
		.where('m.user_id', '=', userId)
		.executeTakeFirst();
}

/** @returns what was required before. */
export async function requireSecondFactor(scope: Scope, required: boolean): Promise<boolean> {
	const before = await scope.db
		.selectFrom('workspace')
		.select('second_factor_required')
		.where('workspace_id', '=', scope.workspaceId)
		.forUpdate()
		.executeTakeFirstOrThrow();
	await scope.db.updateTable('workspace').set({ second_factor_required: required }).where('workspace_id', '=', scope.workspaceId).execute();
	return before.second_factor_required;
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

/** A new workspace with its first owner. The scope must be the new workspace's own id. */
export async function createWorkspace(
	scope: Scope,
	workspace: { name: string; baseCurrency: string; zone: string },
	owner: { userId: string; name: string; email: string },
): Promise<void> {
	await scope.db
		.insertInto('workspace')
		.values({ workspace_id: scope.workspaceId, name: workspace.name, base_currency: workspace.baseCurrency, zone: workspace.zone })
		.execute();
	await addMember(scope, { ...owner, role: 'owner', storeScope: null });
}

export async function addMember(
	scope: Scope,
	member: { userId: string; name: string; email: string; role: Role; storeScope: string[] | null },
): Promise<void> {
	await scope.db
		.insertInto('member')
		.values({
			workspace_id: scope.workspaceId,
			user_id: member.userId,
			name: member.name,
			email: member.email,
			role: member.role,
			store_scope: member.storeScope,
		})
		.execute();
}

export async function changeMember(
	scope: Scope,
	userId: string,
	change: { role: Role; storeScope: string[] | null; fields?: FieldChoices | undefined },
): Promise<boolean> {
	const result = await scope.db
		.updateTable('member')
		.set({
			role: change.role,
			store_scope: change.storeScope,
			...(change.fields === undefined ? {} : { fields: JSON.stringify(change.fields) }),
		})
		.where('workspace_id', '=', scope.workspaceId)
		.where('user_id', '=', userId)
		.executeTakeFirst();
	return result.numUpdatedRows > 0n;
}

export async function removeMember(scope: Scope, userId: string): Promise<boolean> {
	const result = await scope.db
		.deleteFrom('member')
		.where('workspace_id', '=', scope.workspaceId)
		.where('user_id', '=', userId)
		.executeTakeFirst();
	return result.numDeletedRows > 0n;
}

export async function addInvitation(
	scope: Scope,
	invitation: {
		invitationId: string;
		email: string;
		role: Role;
		storeScope: string[] | null;
		tokenDigest: Buffer;
		expiresAt: string;
		invitedBy: string;
	},
): Promise<void> {
	await scope.db
		.insertInto('invitation')
		.values({
			workspace_id: scope.workspaceId,
			invitation_id: invitation.invitationId,
			email: invitation.email,
			role: invitation.role,
			store_scope: invitation.storeScope,
			token_digest: invitation.tokenDigest,
			expires_at: invitation.expiresAt,
			accepted_at: null,
			invited_by: invitation.invitedBy,
		})
		.execute();
}

/** Takes an open invitation, so that it can be used once; undefined when it is not open any more. */
export async function takeInvitation(scope: Scope, tokenDigest: Buffer, now: string) {
	return await scope.db
		.updateTable('invitation')
		.set({ accepted_at: now })
		.where('workspace_id', '=', scope.workspaceId)
		.where('token_digest', '=', tokenDigest)
		.where('accepted_at', 'is', null)
		.where('expires_at', '>', now)
		.returning(['email', 'role', 'store_scope'])
		.executeTakeFirst();
}

/** Takes an open invitation back. @returns what it was; undefined when there is none. */
export async function revokeInvitation(scope: Scope, invitationId: string): Promise<{ email: string; role: string } | undefined> {
	return await scope.db
		.deleteFrom('invitation')
		.where('workspace_id', '=', scope.workspaceId)
		.where('invitation_id', '=', invitationId)
		.where('accepted_at', 'is', null)
		.returning(['email', 'role'])
		.executeTakeFirst();
}

import { sql } from 'kysely';
import type { Scope } from '../database.ts';

/**
 * Marks that what the buyer said last needs no reply. The mark stands at the moment, or at that of the newest message where the platform's clock is
 * ahead of ours.
 */
export async function markNoReply(scope: Scope, of: { conversationId: string; userId: string; now: string }): Promise<void> {
	await sql`
		insert into no_reply_mark (workspace_id, conversation_id, at, user_id)
		select ${scope.workspaceId}, ${of.conversationId}, greatest(${of.now}::timestamptz, max(sent_at)), ${of.userId} from message
		where workspace_id = ${scope.workspaceId} and conversation_id = ${of.conversationId}
		on conflict do nothing`.execute(scope.db);
}

/** Takes back the marks that stand after what the buyer said last. @returns whether there was one. */
export async function unmarkNoReply(scope: Scope, conversationId: string): Promise<boolean> {
	const gone = await sql`
		delete from no_reply_mark where workspace_id = ${scope.workspaceId} and conversation_id = ${conversationId}
			and at >= (select coalesce(max(sent_at), '-infinity') from message
				where workspace_id = ${scope.workspaceId} and conversation_id = ${conversationId} and sender in ('buyer', 'assistant'))`.execute(
		scope.db,
	);
	return (gone.numAffectedRows ?? 0n) > 0n;
}

/** When it was marked in some conversations that no reply is needed, oldest first. */
export async function noReplyMarks(scope: Scope, conversationIds: readonly string[]): Promise<Map<string, string[]>> {
	if (conversationIds.length === 0) return new Map();
	const rows = await scope.db
		.selectFrom('no_reply_mark')
		.select(['conversation_id', 'at'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('conversation_id', 'in', conversationIds)
		.orderBy('at')
		.execute();
	return new Map([...Map.groupBy(rows, (row) => row.conversation_id)].map(([id, of]) => [id, of.map((row) => row.at)]));
}

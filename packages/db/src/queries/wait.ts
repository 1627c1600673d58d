import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { inStores, type StoreScope } from './store-scope.ts';

/** Small talk is short: longer sealed words need not be opened to know that they are none. */
const MOST_SEALED = 512;

export interface SaidInTime {
	conversationId: string;
	messageId: string;
	sender: string;
	at: string;
	/** The member who wrote it here; null when it was written anywhere else. */
	userId: string | null;
	/** Null where it is too long to be small talk. */
	sealed: Buffer | null;
}

export interface TimedConversation {
	conversationId: string;
	storeId: string;
	platform: string;
	kind: string;
}

/** Conversations in which a buyer wrote from one instant to before another, and to which an answer can be written. */
export async function conversationsWithWaits(
	scope: Scope,
	question: { storeScope: StoreScope; stores: readonly string[]; from: string; until: string },
): Promise<TimedConversation[]> {
	const { storeScope, stores, from, until } = question;
	const rows = await scope.db
		.selectFrom('conversation as c')
		.select(['c.conversation_id', 'c.store_id', 'c.platform', 'c.kind'])
		.where('c.workspace_id', '=', scope.workspaceId)
		.where('c.kind', '<>', 'case')
		.where(inStores('c.store_id', storeScope))
		.$if(stores.length > 0, (query) => query.where('c.store_id', 'in', [...stores]))
		.where('c.conversation_id', 'in', (inner) =>
			inner
				.selectFrom('message')
				.select('conversation_id')
				.where('workspace_id', '=', scope.workspaceId)
				.where('sender', 'in', ['buyer', 'assistant'])
				.where('sent_at', '>=', from)
				.where('sent_at', '<', until),
		)
		.orderBy('c.conversation_id')
		.execute();
	return rows.map((row) => ({ conversationId: row.conversation_id, storeId: row.store_id, platform: row.platform, kind: row.kind }));
}

/** What was said in conversations and reached the other side, conversation by conversation, oldest first. */
export async function saidInTime(scope: Scope, conversationIds: readonly string[]): Promise<SaidInTime[]> {
	if (conversationIds.length === 0) return [];
	const rows = await scope.db
		.selectFrom('message')
		.select(['conversation_id', 'message_id', 'sender', 'sent_at', 'user_id'])
		.select(sql<Buffer | null>`case when octet_length(sealed) <= ${MOST_SEALED} then sealed end`.as('sealed'))
		.where('workspace_id', '=', scope.workspaceId)
		.where('conversation_id', 'in', [...conversationIds])
		.where('state', 'in', ['received', 'accepted'])
		.where('sender', '<>', 'platform')
		.orderBy('conversation_id')
		.orderBy('sent_at')
		.orderBy('position')
		.execute();
	return rows.map((row) => ({
		conversationId: row.conversation_id,
		messageId: row.message_id,
		sender: row.sender,
		at: row.sent_at,
		userId: row.user_id,
		sealed: row.sealed,
	}));
}

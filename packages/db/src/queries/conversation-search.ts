import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { prepared } from '../prepared.ts';
import { packCursor, unpackCursor } from '../keyset.ts';
import { SHOWN_OF_MESSAGE, type ShownMessage } from './conversation-list.ts';
import type { StoreScope } from './store-scope.ts';

/** Digests that a message must have: one of each group. */
export type AskedMarks = readonly (readonly string[])[];

export interface MessageHit {
	messageId: string;
	conversationId: string;
	sentAt: string;
}

/** Where a page of hits goes on after one. */
export function cursorAfter(hit: MessageHit): string {
	return packCursor([hit.sentAt, hit.messageId]);
}

/**
 * The newest message of each conversation that has the marks, newest first. Marks only promise: whoever shows a hit has to look into it.
 * @throws CursorError
 */
export async function messageHits(
	scope: Scope,
	asked: { marks: AskedMarks; stores: StoreScope; after?: string | undefined; limit: number },
): Promise<MessageHit[]> {
	const [at, id] = asked.after === undefined ? [null, null] : unpackCursor(asked.after, 2);
	const stores = asked.stores === null ? null : [...asked.stores];
	const found = await sql<{ message_id: string; conversation_id: string; sent_at: string }>`
		select message_id, conversation_id, sent_at from pangea_message_hits(${JSON.stringify(asked.marks)}::jsonb, ${stores}::uuid[],
			${at ?? null}::timestamptz, ${id ?? null}::uuid, ${asked.limit}::integer)`.execute(scope.db);
	return found.rows.map((row) => ({ messageId: row.message_id, conversationId: row.conversation_id, sentAt: row.sent_at }));
}

/** Messages by their ids, in no order. */
export async function messagesById(scope: Scope, messageIds: readonly string[]): Promise<ShownMessage[]> {
	if (messageIds.length === 0) return [];
	return await scope.db
		.selectFrom('message')
		.select(SHOWN_OF_MESSAGE)
		.where('workspace_id', '=', scope.workspaceId)
		.where('message_id', 'in', messageIds)
		.execute();
}

/** Messages of one conversation that have the marks, newest first. */
export async function hitsOfConversation(scope: Scope, conversationId: string, marks: AskedMarks, limit: number): Promise<ShownMessage[]> {
	let query = scope.db
		.selectFrom('message')
		.select(SHOWN_OF_MESSAGE)
		.where('workspace_id', '=', scope.workspaceId)
		.where('conversation_id', '=', conversationId);
	for (const group of marks) query = query.where(sql<boolean>`marks && ${[...group]}::bigint[]`);
	return await query.orderBy('sent_at', 'desc').orderBy('position', 'desc').limit(limit).execute();
}

export interface UnmarkedMessage {
	messageId: string;
	sealed: Buffer;
	externalOrderId: string | null;
	externalListingId: string | null;
	conversationId: string;
	/** Of the conversation. */
	face: Buffer;
	conversationOrderId: string | null;
}

/** Messages whose marks have to be worked out, in the order of their ids. They are locked until the transaction ends; locked ones are passed over. */
export async function unmarkedMessages(scope: Scope, limit: number): Promise<UnmarkedMessage[]> {
	const found = await sql<{
		message_id: string;
		sealed: Buffer;
		external_order_id: string | null;
		external_listing_id: string | null;
		conversation_id: string;
		face: Buffer;
		conversation_order_id: string | null;
	}>`
		select m.message_id, m.sealed, m.external_order_id, m.external_listing_id, m.conversation_id, c.sealed as face,
			c.external_order_id as conversation_order_id
		from message m join conversation c on c.workspace_id = m.workspace_id and c.conversation_id = m.conversation_id
		where m.workspace_id = ${scope.workspaceId} and not m.marked
		order by m.message_id limit ${limit} for update of m skip locked`.execute(scope.db);
	return found.rows.map((row) => ({
		messageId: row.message_id,
		sealed: row.sealed,
		externalOrderId: row.external_order_id,
		externalListingId: row.external_listing_id,
		conversationId: row.conversation_id,
		face: row.face,
		conversationOrderId: row.conversation_order_id,
	}));
}

/** Keeps what messages are found by. */
export async function markMessages(scope: Scope, marked: readonly { messageId: string; marks: readonly string[] }[]): Promise<void> {
	if (marked.length === 0) return;
	await sql`
		update message m set marks = x.marks::bigint[], marked = true
		from unnest(${marked.map((one) => one.messageId)}::uuid[], ${marked.map((one) => `{${one.marks.join(',')}}`)}::text[]) as x(message_id, marks)
		where m.workspace_id = ${scope.workspaceId} and m.message_id = x.message_id`.execute(scope.db);
}

/** Whether any message of the workspace waits for its marks. */
export async function hasUnmarked(scope: Scope): Promise<boolean> {
	const rows = await prepared(
		scope,
		'has_unmarked',
		sql`select from message where workspace_id = ${scope.workspaceId} and not marked limit 1`,
	);
	return rows.length > 0;
}

/** All messages of a conversation get new marks, since what it is called has changed. They are found by the former ones until then. */
export async function unmarkConversation(scope: Scope, conversationId: string): Promise<void> {
	await scope.db
		.updateTable('message')
		.set({ marked: false })
		.where('workspace_id', '=', scope.workspaceId)
		.where('conversation_id', '=', conversationId)
		.where('marked', '=', true)
		.execute();
}

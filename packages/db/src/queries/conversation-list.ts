import { type RawBuilder, type Selectable, type SqlBool, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Scope } from '../database.ts';
import { packCursor, unpackCursor } from '../keyset.ts';
import type { ConversationTable, MessageTable } from '../schema-inbox.ts';
import { inStores, type StoreScope } from './store-scope.ts';

/**
 * `waiting`: a buyer waits for an answer, longest first. `due`: claims and cases that wait for us and whose platform wants them by the end of the
 * store's day or wanted them before, the earliest first. The others: newest news first. What sleeps is in `snoozed` and `all` alone; it wakes in
 * every list at its time, whether or not the job that tells of it has run.
 */
export const CONVERSATION_VIEWS = ['waiting', 'due', 'mine', 'nobody', 'open', 'snoozed', 'done', 'all'] as const;
export type ConversationView = (typeof CONVERSATION_VIEWS)[number];

export interface ConversationFilter {
	view: ConversationView;
	storeScope: StoreScope;
	stores?: readonly string[] | undefined;
	/** Only those with this tag. */
	tagId?: string | undefined;
	/** Whose `mine` are. */
	userId: string;
}

const COUNTED = 1000;
/** By when a claim's platform wants us to act, as its index holds it. */
const DUE_AT = sql<string>`((case_facts ->> 'dueAt') collate "C")`;

function inView(scope: Scope, { view, storeScope, stores, tagId, userId }: ConversationFilter) {
	let query = scope.db.selectFrom('conversation').where('workspace_id', '=', scope.workspaceId).where(inStores('store_id', storeScope));
	if (stores && stores.length > 0) query = query.where(inStores('store_id', stores));
	if (view === 'done') query = query.where('done_at', 'is not', null);
	else if (view !== 'all') query = query.where('done_at', 'is', null);
	if (view === 'waiting') query = query.where('waiting_since', 'is not', null);
	if (view === 'due')
		query = query
			.where('waiting_since', 'is not', null)
			// No day of any store ends later than that: the index is not read through.
			.where(sql<SqlBool>`${DUE_AT} < to_char((now() + interval '26 hours') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS')`)
			.where(
				sql<SqlBool>`(case_facts ->> 'dueAt')::timestamptz < (select (date_trunc('day', now() at time zone s.zone) + interval '1 day') at time zone s.zone
					from store s where s.workspace_id = conversation.workspace_id and s.store_id = conversation.store_id)`,
			);
	if (view === 'snoozed') query = query.where('snoozed_until', '>', sql<string>`now()`);
	else if (view !== 'done' && view !== 'all') query = query.where(sql<SqlBool>`(snoozed_until is null or snoozed_until <= now())`);
	if (view === 'nobody') query = query.where('assignee_id', 'is', null);
	if (tagId !== undefined)
		query = query.where('conversation_id', 'in', (eb) =>
			eb.selectFrom('conversation_tag').select('conversation_id').where('workspace_id', '=', scope.workspaceId).where('tag_id', '=', tagId),
		);
	if (view === 'mine') query = query.where('assignee_id', '=', userId);
	return query;
}

/** A page of conversations of a view. @throws CursorError */
export async function listConversations(scope: Scope, filter: ConversationFilter & { after?: string | undefined; limit: number }) {
	const order = orderOf(filter.view);
	let query = inView(scope, filter).selectAll();
	if (filter.after !== undefined) {
		const [at, id] = unpackCursor(filter.after, 2);
		query = query.where(order.isAfter(at ?? '', id ?? ''));
	}
	const rows = await query.orderBy(order.by, order.direction).orderBy('conversation_id', order.direction).limit(filter.limit).execute();
	const last = rows.length === filter.limit ? rows.at(-1) : undefined;
	const key = last && order.keyOf(last);
	return { rows, next: last && key ? packCursor([key, last.conversation_id]) : null };
}

interface ViewOrder {
	by: RawBuilder<string>;
	direction: 'asc' | 'desc';
	isAfter(key: string, conversationId: string): RawBuilder<SqlBool>;
	keyOf(row: Pick<Selectable<ConversationTable>, 'waiting_since' | 'last_at' | 'case_facts'>): string | null | undefined;
}

function orderOf(view: ConversationView): ViewOrder {
	if (view === 'due')
		return {
			by: DUE_AT,
			direction: 'asc',
			isAfter: (key, id) => sql<SqlBool>`(${DUE_AT}, conversation_id) > (${key}::text, ${id}::uuid)`,
			keyOf: (row) => row.case_facts?.dueAt,
		};
	if (view === 'waiting')
		return {
			by: sql<string>`waiting_since`,
			direction: 'asc',
			isAfter: (key, id) => sql<SqlBool>`(waiting_since, conversation_id) > (${key}::timestamptz, ${id}::uuid)`,
			keyOf: (row) => row.waiting_since,
		};
	return {
		by: sql<string>`last_at`,
		direction: 'desc',
		isAfter: (key, id) => sql<SqlBool>`(last_at, conversation_id) < (${key}::timestamptz, ${id}::uuid)`,
		keyOf: (row) => row.last_at,
	};
}

/** How many conversations each view has, up to a thousand. */
export async function countConversations(
	scope: Scope,
	filter: Omit<ConversationFilter, 'view'>,
): Promise<Record<ConversationView, { count: number; more: boolean }>> {
	const counts: [ConversationView, { count: number; more: boolean }][] = [];
	for (const view of CONVERSATION_VIEWS) counts.push([view, await countConversationsOf(scope, { ...filter, view })]);
	return Object.fromEntries(counts) as Record<ConversationView, { count: number; more: boolean }>;
}

/** How many one view has, up to a thousand. */
export async function countConversationsOf(scope: Scope, filter: ConversationFilter): Promise<{ count: number; more: boolean }> {
	const some = inView(scope, filter)
		.select('conversation_id')
		.limit(COUNTED + 1);
	const found = await scope.db
		.selectFrom(some.as('some'))
		.select((eb) => eb.fn.countAll<string>().as('n'))
		.executeTakeFirst();
	const n = Number(found?.n ?? 0);
	return { count: Math.min(n, COUNTED), more: n > COUNTED };
}

/** Named conversations inside the member's stores, in no order. */
export async function conversationRows(scope: Scope, storeScope: StoreScope, conversationIds: readonly string[]) {
	if (conversationIds.length === 0) return [];
	return await scope.db
		.selectFrom('conversation')
		.selectAll()
		.where('workspace_id', '=', scope.workspaceId)
		.where('conversation_id', 'in', conversationIds)
		.where(inStores('store_id', storeScope))
		.execute();
}

/** Where the stores of conversations stand: by whose rules and clock a buyer's wait is counted. */
export async function placesOfStores(
	scope: Scope,
	storeIds: readonly string[],
): Promise<Map<string, { siteId: string; zone: string; language: string; mode: string }>> {
	if (storeIds.length === 0) return new Map();
	const rows = await scope.db
		.selectFrom('store')
		.select(['store_id', 'site_id', 'zone', 'language', 'mode'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('store_id', 'in', [...new Set(storeIds)])
		.execute();
	return new Map(rows.map((row) => [row.store_id, { siteId: row.site_id, zone: row.zone, language: row.language, mode: row.mode }]));
}

/** What is shown of a message; what it is found by stays where it is. */
export const SHOWN_OF_MESSAGE = [
	'message_id',
	'conversation_id',
	'position',
	'kind',
	'sender',
	'state',
	'sent_at',
	'sealed',
	'external_order_id',
	'external_listing_id',
	'user_id',
	'error_code',
] as const;
export type ShownMessage = Pick<Selectable<MessageTable>, (typeof SHOWN_OF_MESSAGE)[number]>;

/** Messages of a conversation, newest first, from before a cursor. @throws CursorError */
export async function messagesOf(
	scope: Scope,
	conversationId: string,
	page: { before?: string | undefined; limit: number },
): Promise<{ rows: ShownMessage[]; next: string | null }> {
	let query = shownMessages(scope, conversationId);
	if (page.before !== undefined) {
		const [at, position, id] = unpackCursor(page.before, 3);
		query = query.where(sql<SqlBool>`(sent_at, position, message_id) < (${at}::timestamptz, ${position}::text, ${id}::uuid)`);
	}
	const rows = await query.limit(page.limit).execute();
	const last = rows.length === page.limit ? rows.at(-1) : undefined;
	return { rows, next: last ? placeOf(last) : null };
}

/** More than this is never read at once, however far back somebody goes. */
const MOST_SHOWN = 10_000;

/**
 * All messages of a conversation from a place of the past on, and `limit` of before it, newest first: however many come meanwhile, the same
 * question leaves none out. @throws CursorError
 */
export async function messagesBackTo(
	scope: Scope,
	conversationId: string,
	page: { before: string; limit: number },
): Promise<{ rows: ShownMessage[]; next: string | null }> {
	const [at, position, id] = unpackCursor(page.before, 3);
	const since = await shownMessages(scope, conversationId)
		.where(sql<SqlBool>`(sent_at, position, message_id) >= (${at}::timestamptz, ${position}::text, ${id}::uuid)`)
		.limit(MOST_SHOWN)
		.execute();
	const older = await messagesOf(scope, conversationId, page);
	return { rows: [...since, ...older.rows], next: older.next };
}

/** Where a message stands in its conversation, as a cursor; null when it is not of this conversation. */
export async function placeOfMessage(scope: Scope, conversationId: string, messageId: string): Promise<string | null> {
	const row = await scope.db
		.selectFrom('message')
		.select(['sent_at', 'position', 'message_id'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('conversation_id', '=', conversationId)
		.where('message_id', '=', messageId)
		.executeTakeFirst();
	return row ? placeOf(row) : null;
}

function shownMessages(scope: Scope, conversationId: string) {
	return scope.db
		.selectFrom('message')
		.select(SHOWN_OF_MESSAGE)
		.where('workspace_id', '=', scope.workspaceId)
		.where('conversation_id', '=', conversationId)
		.orderBy('sent_at', 'desc')
		.orderBy('position', 'desc')
		.orderBy('message_id', 'desc');
}

const placeOf = (row: Pick<ShownMessage, 'sent_at' | 'position' | 'message_id'>): string =>
	packCursor([row.sent_at, row.position, row.message_id]);

/** The order that a conversation named last, inside the same store. */
export async function orderOfConversation(scope: Scope, conversation: { store_id: string; external_order_id: string | null }) {
	if (conversation.external_order_id === null) return null;
	const row = await scope.db
		.selectFrom('orders')
		.select('order_id')
		.where('workspace_id', '=', scope.workspaceId)
		.where('store_id', '=', conversation.store_id)
		.where('external_id', '=', conversation.external_order_id)
		.executeTakeFirst();
	if (row) return row.order_id;
	// Some platforms talk about the pack, which holds one order or several.
	const packed = await scope.db
		.selectFrom('orders')
		.select('order_id')
		.where('workspace_id', '=', scope.workspaceId)
		.where('external_group_id', '=', conversation.external_order_id)
		.where('store_id', '=', conversation.store_id)
		.orderBy('external_id')
		.executeTakeFirst();
	return packed?.order_id ?? null;
}

export interface ConversationChange {
	done?: boolean | undefined;
	assigneeId?: string | null | undefined;
	/** Only those that this member holds, or nobody; or that are held by the new one already, who may have been answered in vain. */
	heldBy?: string | null | undefined;
	seen?: boolean | undefined;
	/** Until when it sleeps; null wakes it. */
	snoozedUntil?: string | null | undefined;
}

/** Changes how people stand to conversations. @returns those that were changed. */
export async function changeConversations(
	scope: Scope,
	storeScope: StoreScope,
	conversationIds: readonly string[],
	change: ConversationChange,
): Promise<{ conversationId: string; storeId: string }[]> {
	const now = sql<string>`now()`;
	const { heldBy } = change;
	const rows = await scope.db
		.updateTable('conversation')
		.set({
			// The row is taken in hand though nothing of it changes, as when only tags do.
			conversation_id: sql`conversation_id`,
			...(change.done === undefined ? {} : { done_at: change.done ? now : null }),
			...(change.done === true ? { snoozed_until: null } : {}),
			...(change.snoozedUntil === undefined ? {} : { snoozed_until: change.snoozedUntil }),
			...(change.assigneeId === undefined ? {} : { assignee_id: change.assigneeId }),
			...(change.seen === true ? { seen_at: now, unread: 0 } : {}),
		})
		.where('workspace_id', '=', scope.workspaceId)
		.where('conversation_id', 'in', conversationIds)
		.where(inStores('store_id', storeScope))
		.$if(heldBy !== undefined, (query) =>
			query.where(
				sql<SqlBool>`(assignee_id is not distinct from ${heldBy ?? null} or assignee_id is not distinct from ${change.assigneeId ?? null})`,
			),
		)
		.returning(['conversation_id', 'store_id'])
		.execute();
	return rows.map((row) => ({ conversationId: row.conversation_id, storeId: row.store_id }));
}

/** Of what a member has begun to write: the answer, or the own words of which it is a translation. */
export type DraftPart = 'answer' | 'own';

/** What a member has begun to write in a conversation. */
export async function draftOf(
	scope: Scope,
	of: { conversationId: string; userId: string; part: DraftPart },
): Promise<{ draftId: string; sealed: Buffer } | null> {
	const row = await scope.db
		.selectFrom('message_draft')
		.select(['draft_id', 'sealed'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('conversation_id', '=', of.conversationId)
		.where('user_id', '=', of.userId)
		.where('part', '=', of.part)
		.executeTakeFirst();
	return row ? { draftId: row.draft_id, sealed: row.sealed } : null;
}

/** Keeps a draft; `seal` is given the id to which it is bound. Null deletes it. */
export async function keepDraft(
	scope: Scope,
	of: { conversationId: string; userId: string; part: DraftPart },
	seal: ((draftId: string) => Buffer) | null,
): Promise<void> {
	const known = await draftOf(scope, of);
	if (seal === null) {
		await scope.db
			.deleteFrom('message_draft')
			.where('workspace_id', '=', scope.workspaceId)
			.where('conversation_id', '=', of.conversationId)
			.where('user_id', '=', of.userId)
			.where('part', '=', of.part)
			.execute();
		return;
	}
	if (known) {
		await scope.db
			.updateTable('message_draft')
			.set({ sealed: seal(known.draftId), updated_at: new Date().toISOString() })
			.where('workspace_id', '=', scope.workspaceId)
			.where('draft_id', '=', known.draftId)
			.execute();
		return;
	}
	const draftId = uuidv7();
	// Another window of the same person may have begun at the same moment; the next keystroke is kept in its row.
	await scope.db
		.insertInto('message_draft')
		.values({
			workspace_id: scope.workspaceId,
			draft_id: draftId,
			conversation_id: of.conversationId,
			user_id: of.userId,
			part: of.part,
			sealed: seal(draftId),
		})
		.onConflict((c) => c.doNothing())
		.execute();
}

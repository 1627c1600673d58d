import type { CaseFacts } from '@pangea/domain';
import { type RawBuilder, sql } from 'kysely';
import { type Scope, takeLock } from '../database.ts';
import { prepared } from '../prepared.ts';
import { inStores, type StoreScope } from './store-scope.ts';
import { forgetTranslations } from './translation.ts';
import { dueStores } from './due-stores.ts';

/** The lock whose holder is the only writer of a store's conversations. */
export function storeMessagesLock(storeId: string): string {
	return `messages ${storeId}`;
}

/** Takes that lock in a transaction that holds the store's orders already. Who holds it never waits for those. */
export async function lockStoreMessages(scope: Scope, storeId: string): Promise<void> {
	await takeLock(scope, storeMessagesLock(storeId));
}

export interface KnownConversation {
	conversationId: string;
	sealed: Buffer;
	externalBuyerId: string | null;
	canSend: boolean | null;
	closedBy: string | null;
	caseFacts: CaseFacts | null;
	/** When the newest message was sent that a person would read. */
	lastAt: string;
}

/**
 * A conversation of a store by its id at the platform, and which of some messages it holds already; null when it is new.
 * @param externalIds the messages' ids at the platform
 */
export async function knownConversation(
	scope: Scope,
	of: { storeId: string; externalId: string },
	externalIds: readonly string[],
): Promise<(KnownConversation & { held: ReadonlySet<string> }) | null> {
	const [row] = await prepared(
		scope,
		'known_conversation',
		sql<KnownConversation & { held: string[] | null }>`
		with known as materialized (
			select conversation_id, sealed, external_buyer_id, can_send, closed_by, case_facts, last_at from conversation
			where workspace_id = ${scope.workspaceId} and store_id = ${of.storeId} and external_id = ${of.externalId} for update
		)
		select k.conversation_id as "conversationId", k.sealed, k.external_buyer_id as "externalBuyerId", k.can_send as "canSend",
			k.closed_by as "closedBy", k.case_facts as "caseFacts", k.last_at as "lastAt", (
				select array_agg(m.external_id) from message m where m.workspace_id = ${scope.workspaceId}
					and m.conversation_id = k.conversation_id and m.external_id = any(${externalIds}::text[])
			) as held
		from known k`,
	);
	return row ? { ...row, held: new Set(row.held) } : null;
}

export interface NewConversation {
	conversationId: string;
	storeId: string;
	platform: string;
	kind: string;
	externalId: string;
	externalBuyerId: string | null;
	externalOrderId: string | null;
	externalListingId: string | null;
	canSend: boolean | null;
	closedBy: string | null;
	caseFacts: CaseFacts | null;
	sealed: Buffer;
	at: string;
}

/** Adds a conversation with what was said in it so far, and with what {@link summariseConversation} would make of it. */
export async function addConversation(scope: Scope, made: NewConversation, messages: readonly MessageWrite[]): Promise<void> {
	const facts = sql`${made.caseFacts && JSON.stringify(made.caseFacts)}::jsonb`;
	const summary = summaryOf({
		said: sql`select sender, sent_at, position, external_order_id, null::text as user_id, now() as came_at from told where refused_for is null`,
		marks: sql`select null::timestamptz where false`,
		seenAt: sql`null::timestamptz`,
	});
	await prepared(
		scope,
		'add_conversation',
		sql`with told as materialized (${toldMessages(messages)}), made as (
				insert into conversation (workspace_id, conversation_id, store_id, platform, kind, external_id, external_buyer_id, external_order_id,
					external_listing_id, can_send, closed_by, case_facts, sealed, last_at, last_sender, waiting_since, unread)
				select ${scope.workspaceId}::uuid, ${made.conversationId}::uuid, ${made.storeId}::uuid, ${made.platform}, ${made.kind}, ${made.externalId},
					${made.externalBuyerId}, coalesce(s.external_order_id, ${made.externalOrderId}), ${made.externalListingId}, ${made.canSend}::boolean,
					${made.closedBy}, ${facts}, ${made.sealed}::bytea, coalesce(s.last_at, ${made.at}::timestamptz), coalesce(s.last_sender, 'platform'),
					${waitingSince(facts)}, s.unread
				from (${summary}) s
			)
			${insertTold(scope, made)}`,
	);
}

export interface MessageWrite {
	messageId: string;
	externalId: string;
	position: string;
	kind: string;
	sender: string;
	sentAt: string;
	sealed: Buffer;
	externalOrderId: string | null;
	externalListingId: string | null;
	/** The sentence's code for which the platform took it back. */
	refusedFor: string | null;
	diesAt: string;
	/** What it is found by. */
	marks: string[];
}

/** Adds messages that the platform tells. One that is there already stays as it is. */
export async function addMessages(
	scope: Scope,
	of: { conversationId: string; storeId: string },
	messages: readonly MessageWrite[],
): Promise<void> {
	if (messages.length === 0) return;
	await prepared(scope, 'add_messages', sql`with told as materialized (${toldMessages(messages)}) ${insertTold(scope, of)}`);
}

/** One text for any number of messages. One that is told twice counts once. */
function toldMessages(messages: readonly MessageWrite[]): RawBuilder<unknown> {
	const all = <T>(part: (message: MessageWrite) => T): T[] => messages.map(part);
	// Marks come as texts: arrays of arrays would have to be of one length.
	return sql`select distinct on (external_id) m.* from unnest(${all((m) => m.messageId)}::uuid[], ${all((m) => m.externalId)}::text[],
				${all((m) => m.position)}::text[], ${all((m) => m.kind)}::text[], ${all((m) => m.sender)}::text[], ${all((m) => m.refusedFor)}::text[],
				${all((m) => m.sentAt)}::timestamptz[], ${all((m) => m.sealed)}::bytea[], ${all((m) => m.externalOrderId)}::text[],
				${all((m) => m.externalListingId)}::text[], ${all((m) => m.diesAt)}::timestamptz[], ${all((m) => `{${m.marks.join(',')}}`)}::text[])
			with ordinality
				as m(message_id, external_id, position, kind, sender, refused_for, sent_at, sealed, external_order_id, external_listing_id, dies_at, marks, n)
			order by external_id, n`;
}

function insertTold(scope: Scope, of: { conversationId: string; storeId: string }): RawBuilder<unknown> {
	return sql`insert into message (workspace_id, conversation_id, store_id, message_id, external_id, position, kind, sender, state, error_code, sent_at, sealed,
				external_order_id, external_listing_id, dies_at, marks, marked)
			select ${scope.workspaceId}::uuid, ${of.conversationId}::uuid, ${of.storeId}::uuid, message_id, external_id, position, kind, sender,
				case when refused_for is null then 'received' else 'rejected' end, refused_for, sent_at, sealed, external_order_id,
				external_listing_id, dies_at, marks::bigint[], true
			from told
			on conflict (workspace_id, conversation_id, external_id) do nothing`;
}

/**
 * Gives messages of ours the platform's own time and place, as soon as it tells them: platforms cut times to the second, and only their own order
 * says who spoke last within one.
 * @returns whether any was moved.
 */
export async function placeMessages(
	scope: Scope,
	conversationId: string,
	told: readonly { externalId: string; sentAt: string; position: string }[],
): Promise<boolean> {
	if (told.length === 0) return false;
	const moved = await sql`
		update message m set sent_at = t.sent_at, position = t.position
		from unnest(${told.map((t) => t.externalId)}::text[], ${told.map((t) => t.sentAt)}::timestamptz[], ${told.map((t) => t.position)}::text[])
			as t(external_id, sent_at, position)
		where m.workspace_id = ${scope.workspaceId} and m.conversation_id = ${conversationId} and m.external_id = t.external_id
			and m.user_id is not null and m.position <> t.position`.execute(scope.db);
	return (moved.numAffectedRows ?? 0n) > 0n;
}

/**
 * Marks messages of the seller that the platform took back after it had taken them, or could not deliver: nobody was answered by them.
 * @returns whether that was news of any.
 */
export async function refuseMessages(
	scope: Scope,
	conversationId: string,
	refused: readonly { externalId: string; code: string }[],
): Promise<boolean> {
	if (refused.length === 0) return false;
	const marked = await sql`
		update message m set state = 'rejected', error_code = r.code
		from unnest(${refused.map((r) => r.externalId)}::text[], ${refused.map((r) => r.code)}::text[]) as r(external_id, code)
		where m.workspace_id = ${scope.workspaceId} and m.conversation_id = ${conversationId} and m.external_id = r.external_id
			and m.sender = 'seller' and m.state in ('received', 'accepted', 'sending')`.execute(scope.db);
	return (marked.numAffectedRows ?? 0n) > 0n;
}

/** Ours that were handed over and of which nobody knows yet whether they arrived, oldest first. */
export async function unsettledMessages(
	scope: Scope,
	conversationId: string,
): Promise<{ messageId: string; sealed: Buffer; attemptedAt: string | null }[]> {
	const rows = await scope.db
		.selectFrom('message')
		.select(['message_id', 'sealed', 'attempted_at'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('conversation_id', '=', conversationId)
		.where('state', '=', 'sending')
		.where('external_id', 'is', null)
		.orderBy('sent_at')
		.execute();
	return rows.map((row) => ({ messageId: row.message_id, sealed: row.sealed, attemptedAt: row.attempted_at }));
}

/**
 * Works out from its messages what lists show and sort a conversation by. Whoever speaks after the buyer answers, but for what came in after
 * our answer had been written, however early it is dated: nobody had read it. What the platform tells answers nothing. News of the buyer opens a
 * conversation that was done and wakes one that sleeps. A claim or case waits for us as its platform says, whoever spoke last.
 * @param sealed who the buyer is and how the last message begins, when that changed
 */
export async function summariseConversation(
	scope: Scope,
	conversationId: string,
	changes: {
		sealed?: Buffer | undefined;
		/** Null leaves what is known, and the reason with it. */
		canSend?: boolean | null | undefined;
		closedBy?: string | null | undefined;
		externalBuyerId?: string | null | undefined;
		/** Null leaves what is known. */
		caseFacts?: CaseFacts | null | undefined;
		reopen: boolean;
	},
): Promise<void> {
	const ws = scope.workspaceId;
	const facts = sql`coalesce(${changes.caseFacts ? JSON.stringify(changes.caseFacts) : null}::jsonb, c.case_facts)`;
	const summary = summaryOf({
		said: sql`select sender, sent_at, position, external_order_id, user_id, came_at from message
			where workspace_id = ${ws} and conversation_id = ${conversationId} and state not in ('rejected', 'failed')`,
		marks: sql`select at from no_reply_mark where workspace_id = ${ws} and conversation_id = ${conversationId}`,
		seenAt: sql`(select seen_at from conversation where workspace_id = ${ws} and conversation_id = ${conversationId})`,
	});
	await prepared(
		scope,
		'summarise_conversation',
		sql`
		update conversation c set
			last_at = coalesce(s.last_at, c.last_at), last_sender = coalesce(s.last_sender, c.last_sender), waiting_since = ${waitingSince(facts)},
			case_facts = ${facts}, unread = s.unread, external_order_id = coalesce(s.external_order_id, c.external_order_id),
			done_at = case when ${changes.reopen} then null else c.done_at end,
			snoozed_until = case when ${changes.reopen} then null else c.snoozed_until end,
			sealed = coalesce(${changes.sealed ?? null}::bytea, c.sealed),
			closed_by = case when ${changes.canSend ?? null}::boolean is null then c.closed_by else ${changes.closedBy ?? null}::text end,
			can_send = coalesce(${changes.canSend ?? null}::boolean, c.can_send),
			external_buyer_id = coalesce(${changes.externalBuyerId ?? null}::text, c.external_buyer_id)
		from (${summary}) s
		where c.workspace_id = ${ws} and c.conversation_id = ${conversationId}`,
	);
}

/** Since when a conversation waits, by what its messages (`s`) and, where it is a claim or case, its platform say. */
function waitingSince(facts: RawBuilder<unknown>): RawBuilder<unknown> {
	return sql`case ${facts} ->> 'turn' when 'nobody' then null when 'seller' then coalesce(s.waiting_since, s.asked_at) else s.waiting_since end`;
}

/**
 * What lists show and sort a conversation by.
 * @param of `said`: sender, sent_at, position, external_order_id, user_id and came_at of what was said; `marks`: the moments of which somebody said that no reply is
 * needed; `seenAt`: when people here last looked
 */
function summaryOf({ said, marks, seenAt }: Record<'said' | 'marks' | 'seenAt', RawBuilder<unknown>>): RawBuilder<unknown> {
	return sql`
		with said as (${said}), answered as (
			select sent_at as at, position as place, case when user_id is not null then came_at end as written from said where sender in ('seller', 'robot')
			-- A mark that no reply is needed ends a wait as an answer does, after whatever was said in its moment.
			union all select mark.at, '~', null from (${marks}) as mark(at)
			order by at desc, place desc limit 1
		), asked as (
			select sent_at, position, came_at from said where sender in ('buyer', 'assistant')
		), read as (
			-- Older pages of a conversation may come after an answer too: they were no news for its writer.
			select max(asked.sent_at) as upto from asked, answered where asked.came_at <= answered.written
		), waits as (
			select sent_at from asked where not exists (
				select from answered a where (a.at, a.place) > (asked.sent_at, asked.position)
					and (a.written is null or asked.came_at <= a.written or asked.sent_at < (select upto from read)))
		)
		select
			(select max(sent_at) from said where sender <> 'platform') as last_at,
			(select sender from said where sender <> 'platform' order by sent_at desc, position desc limit 1) as last_sender,
			(select min(sent_at) from waits) as waiting_since,
			(select max(sent_at) from asked) as asked_at,
			(select count(*)::integer from waits where sent_at > coalesce(${seenAt}, '-infinity')) as unread,
			(select external_order_id from said where external_order_id is not null order by sent_at desc, position desc limit 1) as external_order_id`;
}

/** Deletes messages past their date, and conversations that nothing is left of. @returns how many messages went, by store. */
export async function purgeMessages(scope: Scope, now: string): Promise<{ store_id: string; n: string }[]> {
	const ws = scope.workspaceId;
	const gone = await sql<{ store_id: string; n: string }>`
		with gone as (delete from message where workspace_id = ${ws} and dies_at <= ${now} returning conversation_id)
		select c.store_id, count(*) as n from gone join conversation c on c.workspace_id = ${ws} and c.conversation_id = gone.conversation_id
		group by c.store_id`.execute(scope.db);
	await forgetTranslations(scope, sql`t.dies_at <= ${now}`);
	await scope.db.deleteFrom('conversation_note').where('workspace_id', '=', ws).where('dies_at', '<=', now).execute();
	await scope.db.deleteFrom('order_message').where('workspace_id', '=', ws).where('dies_at', '<=', now).execute();
	// Those of messages went with them.
	await scope.db
		.deleteFrom('message_file')
		.where('workspace_id', '=', ws)
		.where('message_id', 'is', null)
		.where('dies_at', '<=', now)
		.execute();
	await forgetEmpty(scope, sql`select conversation_id from conversation where workspace_id = ${ws}`);
	return gone.rows;
}

/** Deletes all conversations of some stores. @param stores a query for their ids @returns how many messages went, by store. */
export async function eraseMessages(scope: Scope, stores: RawBuilder<unknown>): Promise<{ store_id: string; n: string }[]> {
	const ws = scope.workspaceId;
	const mine = sql`select conversation_id from conversation where workspace_id = ${ws} and store_id in ${stores}`;
	await forgetTranslations(
		scope,
		sql`t.message_id in (select message_id from message where workspace_id = ${ws} and conversation_id in (${mine}))`,
	);
	const gone = await sql<{ store_id: string; n: string }>`
		with gone as (delete from message where workspace_id = ${ws} and conversation_id in (${mine}) returning conversation_id)
		select c.store_id, count(*) as n from gone join conversation c on c.workspace_id = ${ws} and c.conversation_id = gone.conversation_id
		group by c.store_id`.execute(scope.db);
	await forgetEmpty(scope, mine);
	await sql`delete from mailbox_cursor where workspace_id = ${ws} and store_id in ${stores}`.execute(scope.db);
	await sql`delete from order_message where workspace_id = ${ws} and store_id in ${stores}`.execute(scope.db);
	await sql`delete from message_pull where workspace_id = ${ws} and store_id in ${stores}`.execute(scope.db);
	return gone.rows;
}

/** A conversation without messages holds a buyer's name and nothing else. */
async function forgetEmpty(scope: Scope, among: RawBuilder<unknown>): Promise<void> {
	const ws = scope.workspaceId;
	const empty = sql`select c.conversation_id from conversation c where c.workspace_id = ${ws} and c.conversation_id in (${among})
		and not exists (select from message m where m.workspace_id = ${ws} and m.conversation_id = c.conversation_id)`;
	for (const table of [
		'message_file',
		'message_draft',
		'conversation_tag',
		'conversation_note',
		'no_reply_mark',
		'conversation_reading',
	] as const)
		await sql`delete from ${sql.table(table)} where workspace_id = ${ws} and conversation_id in (${empty})`.execute(scope.db);
	await sql`delete from conversation_tie where workspace_id = ${ws} and (first_id in (${empty}) or second_id in (${empty}))`.execute(
		scope.db,
	);
	await sql`delete from conversation where workspace_id = ${ws} and conversation_id in (${empty})`.execute(scope.db);
}

/** Stores of active grants whose conversations have not been asked for since the rhythm of their platform. */
export async function dueMessagePulls(scope: Scope, seconds: ReadonlyMap<string, number>): Promise<string[]> {
	return await dueStores(scope, 'message_pull', seconds);
}

/** How far the conversations of each store are read; null where they never were. */
export async function messagePulls(
	scope: Scope,
	storeScope: StoreScope,
): Promise<{ storeId: string; platform: string; state: string | null; readUntil: string | null; code: string | null }[]> {
	const rows = await scope.db
		.selectFrom('store as s')
		.innerJoin('connection as c', (join) =>
			join.onRef('c.workspace_id', '=', 's.workspace_id').onRef('c.connection_id', '=', 's.connection_id'),
		)
		.leftJoin('message_pull as p', (join) => join.onRef('p.workspace_id', '=', 's.workspace_id').onRef('p.store_id', '=', 's.store_id'))
		.select(['s.store_id', 's.platform', 'p.state', 'p.read_until', 'p.error_code'])
		.where('s.workspace_id', '=', scope.workspaceId)
		.where('s.enabled', '=', true)
		.where('c.state', '<>', 'disconnected')
		.where(inStores('s.store_id', storeScope))
		.execute();
	return rows.map((row) => ({
		storeId: row.store_id,
		platform: row.platform,
		state: row.state,
		readUntil: row.read_until,
		code: row.error_code,
	}));
}

export async function messagePull(scope: Scope, storeId: string): Promise<{ readUntil: string | null; state: string } | null> {
	const row = await scope.db
		.selectFrom('message_pull')
		.select(['read_until', 'state'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('store_id', '=', storeId)
		.executeTakeFirst();
	return row ? { readUntil: row.read_until, state: row.state } : null;
}

/** Notes that a store's conversations were asked for, and what came of it. */
export async function noteMessagePull(
	scope: Scope,
	storeId: string,
	found: { state: string; readUntil?: string; code?: string },
): Promise<void> {
	await sql`
		insert into message_pull as p (workspace_id, store_id, tried_at, state, read_until, error_code)
		values (${scope.workspaceId}, ${storeId}, now(), ${found.state}, ${found.readUntil ?? null}, ${found.code ?? null})
		on conflict (workspace_id, store_id) do update set tried_at = now(), state = excluded.state, error_code = excluded.error_code,
			read_until = coalesce(greatest(excluded.read_until, p.read_until), p.read_until)`.execute(scope.db);
}

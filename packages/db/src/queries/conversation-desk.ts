import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { inStores, type StoreScope } from './store-scope.ts';
import { forgetTranslations } from './translation.ts';

/** The most tags of one workspace: a list that a person can look through. */
export const MOST_TAGS = 100;
/** The most notes that are shown of one conversation, the newest. */
const NOTES_SHOWN = 200;

/** Opens conversations whose sleep is over. @returns those that woke, by store. */
export async function wakeConversations(scope: Scope, now: string): Promise<Map<string, string[]>> {
	const woken = await scope.db
		.updateTable('conversation')
		.set({ snoozed_until: null })
		.where('workspace_id', '=', scope.workspaceId)
		.where('snoozed_until', '<=', now)
		.returning(['conversation_id', 'store_id'])
		.execute();
	const byStore = Map.groupBy(woken, (row) => row.store_id);
	return new Map([...byStore].map(([storeId, rows]) => [storeId, rows.map((row) => row.conversation_id)]));
}

/** All tags of the workspace, by name. */
export async function inboxTags(scope: Scope): Promise<{ tagId: string; name: string }[]> {
	const rows = await scope.db
		.selectFrom('inbox_tag')
		.select(['tag_id', 'name'])
		.where('workspace_id', '=', scope.workspaceId)
		.orderBy(sql`lower(name)`)
		.limit(MOST_TAGS)
		.execute();
	return rows.map((row) => ({ tagId: row.tag_id, name: row.name }));
}

/** Adds a tag or gives one another name. @returns what it was called before; null when it is new, undefined when the name is taken. */
export async function saveInboxTag(scope: Scope, tagId: string, name: string): Promise<string | null | undefined> {
	const taken = await scope.db
		.selectFrom('inbox_tag')
		.select('tag_id')
		.where('workspace_id', '=', scope.workspaceId)
		.where(sql<boolean>`lower(name) = lower(${name})`)
		.where('tag_id', '<>', tagId)
		.executeTakeFirst();
	if (taken) return undefined;
	const before = await scope.db
		.selectFrom('inbox_tag')
		.select('name')
		.where('workspace_id', '=', scope.workspaceId)
		.where('tag_id', '=', tagId)
		.executeTakeFirst();
	await scope.db
		.insertInto('inbox_tag')
		.values({ workspace_id: scope.workspaceId, tag_id: tagId, name })
		.onConflict((c) => c.columns(['workspace_id', 'tag_id']).doUpdateSet({ name }))
		.execute();
	return before?.name ?? null;
}

/** Takes a tag off all conversations and forgets it. @returns its name; undefined when there is none. */
export async function removeInboxTag(scope: Scope, tagId: string): Promise<string | undefined> {
	await scope.db.deleteFrom('conversation_tag').where('workspace_id', '=', scope.workspaceId).where('tag_id', '=', tagId).execute();
	const row = await scope.db
		.deleteFrom('inbox_tag')
		.where('workspace_id', '=', scope.workspaceId)
		.where('tag_id', '=', tagId)
		.returning('name')
		.executeTakeFirst();
	return row?.name;
}

/** The tags of conversations by the conversation's id. */
export async function tagsOfConversations(scope: Scope, conversationIds: readonly string[]): Promise<Map<string, string[]>> {
	if (conversationIds.length === 0) return new Map();
	const rows = await scope.db
		.selectFrom('conversation_tag')
		.select(['conversation_id', 'tag_id'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('conversation_id', 'in', conversationIds)
		.orderBy('tag_id')
		.execute();
	const byConversation = Map.groupBy(rows, (row) => row.conversation_id);
	return new Map([...byConversation].map(([id, of]) => [id, of.map((row) => row.tag_id)]));
}

/** Puts tags on conversations and takes others off. What is not a tag of the workspace is passed over. */
export async function tagConversations(
	scope: Scope,
	conversationIds: readonly string[],
	change: { add: readonly string[]; remove: readonly string[] },
): Promise<void> {
	if (change.remove.length > 0)
		await scope.db
			.deleteFrom('conversation_tag')
			.where('workspace_id', '=', scope.workspaceId)
			.where('conversation_id', 'in', conversationIds)
			.where('tag_id', 'in', change.remove)
			.execute();
	if (change.add.length > 0)
		await sql`
			insert into conversation_tag (workspace_id, conversation_id, tag_id)
			select ${scope.workspaceId}, c.id, t.tag_id from unnest(${[...conversationIds]}::uuid[]) as c(id)
			join inbox_tag t on t.workspace_id = ${scope.workspaceId} and t.tag_id = any(${[...change.add]}::uuid[])
			on conflict do nothing`.execute(scope.db);
}

export interface NewNote {
	noteId: string;
	conversationId: string;
	userId: string;
	sealed: Buffer;
	mentions: readonly string[];
}

/** Keeps a note for as long as the newest message is kept that it can speak of. The same id twice is one note. @returns whether it is new. */
export async function addNote(scope: Scope, note: NewNote): Promise<boolean> {
	const mentions = [...note.mentions];
	const added = await sql`
		insert into conversation_note (workspace_id, note_id, conversation_id, user_id, sealed, mentions, unread_by, dies_at)
		select ${scope.workspaceId}, ${note.noteId}, ${note.conversationId}, ${note.userId}, ${note.sealed}, ${mentions}::text[],
			array_remove(${mentions}::text[], ${note.userId}), coalesce(max(dies_at), now() + interval '1 day')
		from message where workspace_id = ${scope.workspaceId} and conversation_id = ${note.conversationId}
		on conflict do nothing`.execute(scope.db);
	return (added.numAffectedRows ?? 0n) > 0n;
}

/** The notes of a conversation, oldest first. */
export async function notesOf(scope: Scope, conversationId: string) {
	const rows = await scope.db
		.selectFrom('conversation_note')
		.selectAll()
		.where('workspace_id', '=', scope.workspaceId)
		.where('conversation_id', '=', conversationId)
		.orderBy('created_at', 'desc')
		.limit(NOTES_SHOWN)
		.execute();
	return rows.toReversed();
}

/** A member has looked at a conversation: what names them there is read. @returns whether anything was unread. */
export async function readMentions(scope: Scope, conversationId: string, userId: string): Promise<boolean> {
	const result = await sql`
		update conversation_note set unread_by = array_remove(unread_by, ${userId})
		where workspace_id = ${scope.workspaceId} and conversation_id = ${conversationId} and unread_by <> '{}' and ${userId} = any(unread_by)`.execute(
		scope.db,
	);
	return (result.numAffectedRows ?? 0n) > 0n;
}

/** Conversations in whose notes members are named who have not looked since, with how many such notes there are. */
export async function unreadMentions(
	scope: Scope,
): Promise<{ conversationId: string; storeId: string; userId: string; count: number; since: string }[]> {
	const { rows } = await sql<{ conversation_id: string; store_id: string; user_id: string; n: number; since: string }>`
		select c.conversation_id, c.store_id, u.user_id, count(*)::int as n, min(n.created_at) as since
		from conversation_note n cross join lateral unnest(n.unread_by) as u(user_id)
		join conversation c on c.workspace_id = n.workspace_id and c.conversation_id = n.conversation_id
		join member m on m.workspace_id = n.workspace_id and m.user_id = u.user_id
		where n.workspace_id = ${scope.workspaceId} and n.unread_by <> '{}'
		group by c.conversation_id, c.store_id, u.user_id`.execute(scope.db);
	return rows.map((row) => ({
		conversationId: row.conversation_id,
		storeId: row.store_id,
		userId: row.user_id,
		count: row.n,
		since: row.since,
	}));
}

/** The members among some who see all of some stores. */
export async function membersSeeing(scope: Scope, userIds: readonly string[], storeIds: readonly string[]): Promise<string[]> {
	if (userIds.length === 0) return [];
	const rows = await scope.db
		.selectFrom('member')
		.select('user_id')
		.where('workspace_id', '=', scope.workspaceId)
		.where('user_id', 'in', [...userIds])
		.where(sql<boolean>`(store_scope is null or store_scope @> ${[...new Set(storeIds)]}::uuid[])`)
		.execute();
	return rows.map((row) => row.user_id);
}

/** Takes back a reply of its writer that no platform has been given yet. @returns null when it is too late. */
export async function takeBackMessage(
	scope: Scope,
	storeScope: StoreScope,
	of: { messageId: string; userId: string },
): Promise<{ conversationId: string; storeId: string; sealed: Buffer } | null> {
	const { rows } = await sql<{ conversation_id: string; store_id: string; sealed: Buffer }>`
		delete from message m using conversation c
		where m.workspace_id = ${scope.workspaceId} and m.message_id = ${of.messageId} and m.user_id = ${of.userId}
			and m.state = 'queued' and m.attempts = 0
			and c.workspace_id = m.workspace_id and c.conversation_id = m.conversation_id and ${inStores('c.store_id', storeScope)}
		returning c.conversation_id, c.store_id, m.sealed`.execute(scope.db);
	const [row] = rows;
	if (row) await forgetTranslations(scope, sql`t.message_id = ${of.messageId}`);
	return row ? { conversationId: row.conversation_id, storeId: row.store_id, sealed: row.sealed } : null;
}

/** Lets nobody else answer in a conversation until the transaction ends: of two at once the second sees what the first has said. */
export async function holdConversation(scope: Scope, conversationId: string): Promise<void> {
	await scope.db
		.selectFrom('conversation')
		.select('conversation_id')
		.where('workspace_id', '=', scope.workspaceId)
		.where('conversation_id', '=', conversationId)
		.forNoKeyUpdate()
		.execute();
}

/** Whether a reply of a member is kept: asked for again because the first answer was lost on the way, it is not written over what came since. */
export async function isReplyKept(scope: Scope, of: { conversationId: string; messageId: string; userId: string }): Promise<boolean> {
	const row = await scope.db
		.selectFrom('message')
		.select('message_id')
		.where('workspace_id', '=', scope.workspaceId)
		.where('conversation_id', '=', of.conversationId)
		.where('message_id', '=', of.messageId)
		.where('user_id', '=', of.userId)
		.executeTakeFirst();
	return row !== undefined;
}

/** The state of a reply of a conversation; null when it has not come in. */
export async function replyState(scope: Scope, of: { conversationId: string; messageId: string }): Promise<string | null> {
	const row = await scope.db
		.selectFrom('message')
		.select('state')
		.where('workspace_id', '=', scope.workspaceId)
		.where('conversation_id', '=', of.conversationId)
		.where('message_id', '=', of.messageId)
		.executeTakeFirst();
	return row?.state ?? null;
}

/** The newest answer that somebody else gave, here or at the platform itself; null when nobody did. What the buyer never got was not said. */
export async function newestAnswerOfOthers(scope: Scope, conversationId: string, userId: string): Promise<string | null> {
	const row = await scope.db
		.selectFrom('message')
		.select('message_id')
		.where('workspace_id', '=', scope.workspaceId)
		.where('conversation_id', '=', conversationId)
		.where('sender', '=', 'seller')
		.where('user_id', 'is distinct from', userId)
		.where('state', 'not in', ['rejected', 'failed'])
		.orderBy('sent_at', 'desc')
		.orderBy('position', 'desc')
		.limit(1)
		.executeTakeFirst();
	return row?.message_id ?? null;
}

/** The newest message of a conversation that lists show, and the newest of the buyer. */
export async function newestMessage(
	scope: Scope,
	conversationId: string,
	by: 'anybody' | 'buyer',
): Promise<{ messageId: string; kind: string; sealed: Buffer } | null> {
	let query = scope.db
		.selectFrom('message')
		.select(['message_id', 'kind', 'sealed'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('conversation_id', '=', conversationId);
	query =
		by === 'buyer'
			? query.where('sender', '=', 'buyer')
			: // What the buyer never got was not said.
				query.where('sender', '<>', 'platform').where('state', 'not in', ['rejected', 'failed']);
	const row = await query.orderBy('sent_at', 'desc').orderBy('position', 'desc').limit(1).executeTakeFirst();
	return row ? { messageId: row.message_id, kind: row.kind, sealed: row.sealed } : null;
}

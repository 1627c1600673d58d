import type { Rota } from '@pangea/domain';
import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { prepared } from '../prepared.ts';
import { inStores } from './store-scope.ts';

/** The most rotas of one workspace: a list that a person can look through. */
export const MOST_ROTAS = 50;

/** All rotas of the workspace, in the order in which they are asked. */
export async function inboxRotas(scope: Scope): Promise<Rota[]> {
	const rows = await scope.db
		.selectFrom('inbox_rota')
		.selectAll()
		.where('workspace_id', '=', scope.workspaceId)
		.orderBy('place')
		.orderBy('created_at')
		.orderBy('rota_id')
		.limit(MOST_ROTAS)
		.execute();
	return rows.map((row) => ({
		rotaId: row.rota_id,
		name: row.name,
		isOn: row.is_on,
		storeIds: row.store_ids,
		languages: row.languages,
		userIds: row.user_ids,
		capacity: row.capacity,
		shift: row.shift,
		lastUserId: row.last_user_id,
	}));
}

/** Whether any rota is on. */
export async function hasRota(scope: Scope): Promise<boolean> {
	const rows = await prepared(
		scope,
		'has_rota',
		sql`select rota_id from inbox_rota where workspace_id = ${scope.workspaceId} and is_on limit 1`,
	);
	return rows.length > 0;
}

/**
 * Adds a rota behind the others or changes one; whose turn it is stays.
 * @returns false when another has its name
 */
export async function saveInboxRota(scope: Scope, rota: Omit<Rota, 'lastUserId'>): Promise<boolean> {
	const taken = await scope.db
		.selectFrom('inbox_rota')
		.select('rota_id')
		.where('workspace_id', '=', scope.workspaceId)
		.where(sql<boolean>`lower(name) = lower(${rota.name})`)
		.where('rota_id', '<>', rota.rotaId)
		.executeTakeFirst();
	if (taken) return false;
	const row = {
		name: rota.name,
		is_on: rota.isOn,
		store_ids: rota.storeIds,
		languages: rota.languages,
		user_ids: rota.userIds,
		capacity: rota.capacity,
		shift: rota.shift && JSON.stringify(rota.shift),
	};
	const place = sql<number>`(select coalesce(max(place), 0) + 1 from inbox_rota where workspace_id = ${scope.workspaceId})`;
	await scope.db
		.insertInto('inbox_rota')
		.values({ workspace_id: scope.workspaceId, rota_id: rota.rotaId, place, ...row })
		.onConflict((c) => c.columns(['workspace_id', 'rota_id']).doUpdateSet(row))
		.execute();
	return true;
}

/** @returns the name of the rota that is gone; undefined when there is none. */
export async function removeInboxRota(scope: Scope, rotaId: string): Promise<string | undefined> {
	const row = await scope.db
		.deleteFrom('inbox_rota')
		.where('workspace_id', '=', scope.workspaceId)
		.where('rota_id', '=', rotaId)
		.returning('name')
		.executeTakeFirst();
	return row?.name;
}

/** Notes who was given the last conversation of a rota. */
export async function noteTurn(scope: Scope, rotaId: string, userId: string): Promise<void> {
	await scope.db
		.updateTable('inbox_rota')
		.set({ last_user_id: userId })
		.where('workspace_id', '=', scope.workspaceId)
		.where('rota_id', '=', rotaId)
		.execute();
}

export interface UnheldConversation {
	conversationId: string;
	storeId: string;
	/** Of the store, a BCP 47 tag. */
	storeLanguage: string;
	/** The buyer's newest message; null where none is left. */
	messageId: string | null;
	sealed: Buffer | null;
}

/** Conversations in which a buyer waits and that nobody holds, awake ones, the longest wait first. @param of without stores: of all */
export async function unheldConversations(
	scope: Scope,
	now: string,
	{ stores, limit }: { stores: readonly string[] | null; limit: number },
): Promise<UnheldConversation[]> {
	const { rows } = await sql<UnheldConversation>`
		select c.conversation_id as "conversationId", c.store_id as "storeId", s.language as "storeLanguage", m.message_id as "messageId", m.sealed
		from conversation c join store s on s.workspace_id = c.workspace_id and s.store_id = c.store_id
		left join lateral (
			select message_id, sealed from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.conversation_id and m.sender = 'buyer'
			order by sent_at desc, position desc limit 1
		) m on true
		where c.workspace_id = ${scope.workspaceId} and c.done_at is null and c.waiting_since is not null and c.assignee_id is null
			and (c.snoozed_until is null or c.snoozed_until <= ${now}) and ${inStores('c.store_id', stores)}
		order by c.waiting_since, c.conversation_id limit ${limit}`.execute(scope.db);
	return rows;
}

/** How many conversations that are neither done nor asleep each member holds. */
export async function heldConversations(scope: Scope, now: string): Promise<Map<string, number>> {
	const { rows } = await sql<{ user_id: string; n: number }>`
		select assignee_id as user_id, count(*)::integer as n from conversation
		where workspace_id = ${scope.workspaceId} and assignee_id is not null and done_at is null and (snoozed_until is null or snoozed_until <= ${now})
		group by assignee_id`.execute(scope.db);
	return new Map(rows.map((row) => [row.user_id, row.n]));
}

/** Gives a conversation to a member where still nobody holds it. @returns whether nobody did. */
export async function giveConversation(scope: Scope, conversationId: string, userId: string): Promise<boolean> {
	const result = await scope.db
		.updateTable('conversation')
		.set({ assignee_id: userId })
		.where('workspace_id', '=', scope.workspaceId)
		.where('conversation_id', '=', conversationId)
		.where('assignee_id', 'is', null)
		.where('done_at', 'is', null)
		.executeTakeFirst();
	return result.numUpdatedRows > 0n;
}

/** Lets go of what somebody holds who is no member any more. @returns the conversations, by store. */
export async function letGoOfGone(scope: Scope): Promise<Map<string, string[]>> {
	const { rows } = await sql<{ conversation_id: string; store_id: string }>`
		update conversation c set assignee_id = null
		where c.workspace_id = ${scope.workspaceId} and c.assignee_id is not null and c.done_at is null
			and not exists (select from member m where m.workspace_id = c.workspace_id and m.user_id = c.assignee_id)
		returning c.conversation_id, c.store_id`.execute(scope.db);
	return new Map([...Map.groupBy(rows, (row) => row.store_id)].map(([storeId, of]) => [storeId, of.map((row) => row.conversation_id)]));
}

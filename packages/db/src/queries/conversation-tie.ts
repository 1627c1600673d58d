import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { inStores, type StoreScope } from './store-scope.ts';

/** The most conversations, and the most orders, that are shown of one buyer: the newest. */
const MOST_SHOWN = 50;

/** Why a conversation counts as one with the same buyer: a person said so, the platform names the same buyer, or both are about one purchase. */
export const TIE_REASONS = ['hand', 'buyer', 'order'] as const;
export type TieReason = (typeof TIE_REASONS)[number];

/**
 * Other conversations with the buyer of one, newest first: what people joined by hand, over others that they joined, and for each of these what
 * its platform shows to be the same buyer's or about the same purchase. One that a person held apart from the one asked about is not among them.
 */
export async function conversationsOfBuyer(
	scope: Scope,
	storeScope: StoreScope,
	conversationId: string,
): Promise<{ conversationId: string; reason: TieReason }[]> {
	const ws = scope.workspaceId;
	const { rows } = await sql<{ id: string; reason: number }>`
		with recursive hand(id) as (
			select ${conversationId}::uuid
			union
			select case when t.first_id = h.id then t.second_id else t.first_id end
			from hand h join conversation_tie t on t.workspace_id = ${ws} and (t.first_id = h.id or t.second_id = h.id) and t.stand = 'together'
		), seed as materialized (
			select c.conversation_id, c.store_id, c.platform, c.external_buyer_id, c.external_order_id
			from hand join conversation c on c.workspace_id = ${ws} and c.conversation_id = hand.id
		), purchase as materialized (
			-- A platform may speak of an order here and of the pack around it there.
			select s.store_id, s.external_order_id as name from seed s where s.external_order_id is not null
			union
			select s.store_id, n.name from seed s
			join orders o on o.workspace_id = ${ws} and o.store_id = s.store_id
				and (o.external_id = s.external_order_id or o.external_group_id = s.external_order_id)
			left join orders p on p.workspace_id = ${ws} and p.store_id = o.store_id and p.external_group_id = o.external_group_id
			cross join lateral (values (o.external_id), (o.external_group_id), (p.external_id)) as n(name)
			where n.name is not null
		), found as (
			select conversation_id as id, 1 as reason from seed
			union all
			select c.conversation_id, 2 from seed s
			join conversation c on c.workspace_id = ${ws} and c.external_buyer_id = s.external_buyer_id and c.platform = s.platform
			union all
			select c.conversation_id, 3 from purchase p
			join conversation c on c.workspace_id = ${ws} and c.external_order_id = p.name and c.store_id = p.store_id
		)
		select f.id, min(f.reason) as reason
		from found f join conversation c on c.workspace_id = ${ws} and c.conversation_id = f.id
		where f.id <> ${conversationId} and ${inStores('c.store_id', storeScope)}
			and not exists (select from conversation_tie t where t.workspace_id = ${ws} and t.stand = 'apart'
				and t.first_id = least(f.id, ${conversationId}::uuid) and t.second_id = greatest(f.id, ${conversationId}::uuid))
		group by f.id, c.last_at order by c.last_at desc, f.id limit ${MOST_SHOWN}`.execute(scope.db);
	return rows.map(({ id, reason }) => ({ conversationId: id, reason: TIE_REASONS[reason - 1] ?? 'hand' }));
}

/** Conversations that a person held apart from one, the newest decision first. */
export async function conversationsApart(scope: Scope, conversationId: string): Promise<string[]> {
	const { rows } = await sql<{ id: string }>`
		select case when first_id = ${conversationId}::uuid then second_id else first_id end as id from conversation_tie
		where workspace_id = ${scope.workspaceId} and stand = 'apart' and (first_id = ${conversationId} or second_id = ${conversationId})
		order by created_at desc limit ${MOST_SHOWN}`.execute(scope.db);
	return rows.map(({ id }) => id);
}

export interface OrderOfBuyer {
	orderId: string;
	externalId: string;
	storeId: string;
	state: string;
	placedAt: string;
}

/** Orders of the buyers of some conversations, newest first: those that the platform gives the same buyer, and those that the conversations name. */
export async function ordersOfBuyer(scope: Scope, storeScope: StoreScope, conversationIds: readonly string[]): Promise<OrderOfBuyer[]> {
	const ws = scope.workspaceId;
	const { rows } = await sql<OrderOfBuyer>`
		with talk as materialized (
			select store_id, platform, external_buyer_id, external_order_id from conversation
			where workspace_id = ${ws} and conversation_id = any(${[...conversationIds]}::uuid[])
		), found as (
			select o.order_id from talk t join orders o on o.workspace_id = ${ws} and o.external_buyer_id = t.external_buyer_id
			join store s on s.workspace_id = ${ws} and s.store_id = o.store_id and s.platform = t.platform
			union
			select o.order_id from talk t join orders o on o.workspace_id = ${ws} and o.store_id = t.store_id
				and (o.external_id = t.external_order_id or o.external_group_id = t.external_order_id)
		)
		select o.order_id as "orderId", o.external_id as "externalId", o.store_id as "storeId", o.state, o.placed_at as "placedAt"
		from found f join orders o on o.workspace_id = ${ws} and o.order_id = f.order_id
		where ${inStores('o.store_id', storeScope)}
		order by o.placed_at desc, o.order_id desc limit ${MOST_SHOWN}`.execute(scope.db);
	return rows;
}

/** Says of all pairs of some conversations that they are with one buyer: the first with each of the others, and none of them apart. */
export async function joinConversations(scope: Scope, userId: string, conversationIds: readonly string[]): Promise<void> {
	const ids = [...new Set(conversationIds)];
	await sql`
		delete from conversation_tie where workspace_id = ${scope.workspaceId} and stand = 'apart'
			and first_id = any(${ids}::uuid[]) and second_id = any(${ids}::uuid[])`.execute(scope.db);
	const [first, ...others] = ids;
	if (first !== undefined) await stand(scope, { userId, stand: 'together', first, others });
}

/** Says of a conversation that it is with another buyer than some others. */
export async function splitConversations(scope: Scope, userId: string, of: { conversationId: string; otherIds: readonly string[] }) {
	await stand(scope, { userId, stand: 'apart', first: of.conversationId, others: of.otherIds });
}

async function stand(
	scope: Scope,
	{ userId, stand: how, first, others }: { userId: string; stand: 'together' | 'apart'; first: string; others: readonly string[] },
): Promise<void> {
	await sql`
		insert into conversation_tie as t (workspace_id, first_id, second_id, stand, user_id)
		select ${scope.workspaceId}, least(${first}::uuid, o.id), greatest(${first}::uuid, o.id), ${how}, ${userId}
		from unnest(${[...others]}::uuid[]) as o(id) where o.id <> ${first}::uuid
		on conflict (workspace_id, first_id, second_id)
			do update set stand = excluded.stand, user_id = excluded.user_id, created_at = now()`.execute(scope.db);
}

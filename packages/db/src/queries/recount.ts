import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { inStores, type StoreScope } from './store-scope.ts';

/** What another source than the platform's list is: names of orders, a number of them, or nothing. */
export type RecountSource = 'report' | 'total' | 'none';

/** Where the comparison of a store's orders with a second source stands. */
export interface Recount {
	/** `waiting`: the source is being made. `nothing`: it had nothing to say, or there is none. `refused`: the platform said no. */
	state: 'waiting' | 'compared' | 'nothing' | 'refused';
	source: RecountSource;
	window: { from: string; until: string } | null;
	ticket: string | null;
	errorCode: string | null;
}

/** A comparison that waits for its source; null when none does. */
export async function waitingRecount(scope: Scope, storeId: string) {
	const row = await scope.db
		.selectFrom('recount')
		.select(['ticket', 'window_from', 'window_until'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('store_id', '=', storeId)
		.where('state', '=', 'waiting')
		.executeTakeFirst();
	if (!row || row.ticket === null || row.window_from === null || row.window_until === null) return null;
	return { ticket: row.ticket, from: row.window_from, until: row.window_until };
}

/** Writes where a store's comparison stands. One that waits keeps the time at which it began. */
export async function saveRecount(scope: Scope, storeId: string, is: Recount): Promise<void> {
	const { state, source, window, ticket, errorCode } = is;
	await sql`
		insert into recount as r (workspace_id, store_id, state, source, window_from, window_until, ticket, error_code, ended_at)
		values (${scope.workspaceId}, ${storeId}, ${state}, ${source}, ${window?.from ?? null}, ${window?.until ?? null}, ${ticket}, ${errorCode},
			${state === 'waiting' ? sql`null` : sql`now()`})
		on conflict (workspace_id, store_id) do update set state = excluded.state, source = excluded.source, window_from = excluded.window_from,
			window_until = excluded.window_until, ticket = excluded.ticket, error_code = excluded.error_code,
			begun_at = case when r.state = 'waiting' then r.begun_at else now() end,
			ended_at = coalesce(excluded.ended_at, r.ended_at)`.execute(scope.db);
}

/** Keeps what a window counted on both sides; the newest comparison of a window replaces the former. */
export async function saveRecountWindow(
	scope: Scope,
	storeId: string,
	window: { from: string; until: string; ours: number; theirs: number; source: RecountSource },
): Promise<void> {
	await sql`
		insert into recount_window (workspace_id, store_id, window_from, window_until, ours, theirs, source)
		values (${scope.workspaceId}, ${storeId}, ${window.from}, ${window.until}, ${window.ours}, ${window.theirs}, ${window.source})
		on conflict (workspace_id, store_id, window_from) do update set window_until = excluded.window_until, ours = excluded.ours,
			theirs = excluded.theirs, source = excluded.source, checked_at = now()`.execute(scope.db);
}

/** Compared windows that ended before an instant are no longer of interest. */
export async function forgetRecountWindows(scope: Scope, before: string): Promise<void> {
	await scope.db.deleteFrom('recount_window').where('workspace_id', '=', scope.workspaceId).where('window_until', '<', before).execute();
}

/**
 * Those of the named orders that we do not hold as new as their second source tells them; its times may be cut to the second, and without
 * one any state of ours will do.
 */
export async function lackingOrders(
	scope: Scope,
	storeId: string,
	orders: readonly { externalId: string; updatedAt: string | null }[],
): Promise<string[]> {
	if (orders.length === 0) return [];
	const { rows } = await sql<{ id: string }>`
		select n.id from unnest(${orders.map((o) => o.externalId)}::text[], ${orders.map((o) => o.updatedAt)}::timestamptz[]) as n(id, at)
		left join orders o on o.workspace_id = ${scope.workspaceId} and o.store_id = ${storeId} and o.external_id = n.id
		where o.order_id is null or o.ext_updated_at < n.at`.execute(scope.db);
	return rows.map((r) => r.id);
}

/** Our orders of a store whose last change is in a window (`until` null: or later), without these numbers. */
export async function heldBeside(
	scope: Scope,
	storeId: string,
	{ from, until }: { from: string; until: string | null },
	externalIds: readonly string[],
): Promise<string[]> {
	const { rows } = await sql<{ id: string }>`
		select o.external_id as id from orders o
		where o.workspace_id = ${scope.workspaceId} and o.store_id = ${storeId} and o.ext_updated_at >= ${from}
			and (${until}::timestamptz is null or o.ext_updated_at < ${until}::timestamptz)
			and not exists (select from unnest(${[...externalIds]}::text[]) as n(id) where n.id = o.external_id)`.execute(scope.db);
	return rows.map((r) => r.id);
}

/** How many of these numbers we hold as orders of a store. */
export async function countHeld(scope: Scope, storeId: string, externalIds: readonly string[]): Promise<number> {
	const { rows } = await sql<{ n: number }>`
		select count(*)::int as n from orders
		where workspace_id = ${scope.workspaceId} and store_id = ${storeId} and external_id = any(${[...externalIds]}::text[])`.execute(
		scope.db,
	);
	return rows[0]?.n ?? 0;
}

/** Where each store's comparison stands. */
export async function recounts(scope: Scope, storeScope: StoreScope) {
	return await scope.db
		.selectFrom('recount')
		.select(['store_id', 'state', 'source', 'error_code', 'begun_at', 'ended_at'])
		.where('workspace_id', '=', scope.workspaceId)
		.where(inStores('store_id', storeScope))
		.execute();
}

/** What was compared, newest window first. */
export async function recountWindows(scope: Scope, storeScope: StoreScope, since: string) {
	return await scope.db
		.selectFrom('recount_window')
		.select(['store_id', 'window_from', 'window_until', 'ours', 'theirs', 'source', 'checked_at'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('window_until', '>=', since)
		.where(inStores('store_id', storeScope))
		.orderBy('window_from', 'desc')
		.execute();
}

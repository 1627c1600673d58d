import { type SqlBool, sql } from 'kysely';
import type { Scope } from '../database.ts';
import type { ChosenStores, OrderFilter } from './order-filter.ts';
import type { Start } from './order-keys.ts';

/**
 * The first orders of a flag in some stores behind a start, at most `limit`: merged from the stores' own lists. Newest first, or what is still
 * to be shipped by its time.
 */
export async function flagged(
	scope: Scope,
	filter: Pick<OrderFilter, 'from' | 'until'> & { flag: string; sort: 'newest' | 'shipBy' },
	stores: ChosenStores,
	start: Start | null,
	limit: number,
): Promise<Start[]> {
	const shipBy = filter.sort === 'shipBy';
	const at = sql.ref(shipBy ? 'ship_by' : 'placed_at');
	const direction = shipBy ? sql`asc` : sql`desc`;
	const further = shipBy ? sql`>` : sql`<`;
	const conditions = [
		sql<SqlBool>`workspace_id = ${scope.workspaceId}`,
		sql<SqlBool>`flag = ${filter.flag}`,
		sql<SqlBool>`store_id = branch.store_id`,
		...(shipBy ? [sql<SqlBool>`ship_by is not null`] : []),
		...(filter.from === undefined ? [] : [sql<SqlBool>`placed_at >= ${filter.from}::timestamptz`]),
		...(filter.until === undefined ? [] : [sql<SqlBool>`placed_at < ${filter.until}::timestamptz`]),
		...(start === null ? [] : [sql<SqlBool>`(${at}, order_id) ${further} (${start.at}::timestamptz, ${start.orderId}::uuid)`]),
	];
	const list = (more: typeof conditions, most: number) => sql`
		select ${at} as at, order_id from order_annotation where ${sql.join([...conditions, ...more], sql` and `)}
		order by ${at} ${direction}, order_id ${direction} limit ${most}`;
	const branches = sql`unnest(${stores.ids}::uuid[]) as branch(store_id)`;
	// As with a page of orders: the heads of the lists bound what has to be read of each.
	const within = shipBy ? sql<SqlBool>`ship_by <= bound.at` : sql<SqlBool>`placed_at >= bound.at`;
	const end = shipBy ? sql`'infinity'` : sql`'-infinity'`;
	const result = await sql<{ at: string; order_id: string }>`
		with head as materialized (
			select head.at from ${branches} cross join lateral (${list([], Math.ceil((3 * limit) / stores.ids.length) + 4)}) as head
		), bound as materialized (
			select coalesce((select at from head order by at ${direction} offset ${limit - 1} limit 1), ${end}::timestamptz) as at
		)
		select page.at, page.order_id from ${branches} cross join bound cross join lateral (${list([within], limit)}) as page
		order by page.at ${direction}, page.order_id ${direction} limit ${limit}`.execute(scope.db);
	return result.rows.map((r) => ({ at: r.at, orderId: r.order_id }));
}

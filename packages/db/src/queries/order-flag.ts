import { type SqlBool, sql } from 'kysely';
import type { Scope } from '../database.ts';
import type { ChosenStores, OrderFilter } from './order-filter.ts';
import type { Start } from './order-keys.ts';

/** The newest orders of a flag in some stores behind a start, at most `limit`: merged from the stores' own lists. */
export async function flagged(
	scope: Scope,
	filter: Pick<OrderFilter, 'from' | 'until'> & { flag: string },
	stores: ChosenStores,
	start: Start | null,
	limit: number,
): Promise<Start[]> {
	const conditions = [
		sql<SqlBool>`workspace_id = ${scope.workspaceId}`,
		sql<SqlBool>`flag = ${filter.flag}`,
		sql<SqlBool>`store_id = branch.store_id`,
		...(filter.from === undefined ? [] : [sql<SqlBool>`placed_at >= ${filter.from}::timestamptz`]),
		...(filter.until === undefined ? [] : [sql<SqlBool>`placed_at < ${filter.until}::timestamptz`]),
		...(start === null ? [] : [sql<SqlBool>`(placed_at, order_id) < (${start.at}::timestamptz, ${start.orderId}::uuid)`]),
	];
	const list = (more: typeof conditions, most: number) => sql`
		select placed_at, order_id from order_annotation where ${sql.join([...conditions, ...more], sql` and `)}
		order by placed_at desc, order_id desc limit ${most}`;
	const branches = sql`unnest(${stores.ids}::uuid[]) as branch(store_id)`;
	// As with a page of orders: the heads of the lists bound what has to be read of each.
	const within = sql<SqlBool>`placed_at >= bound.at`;
	const result = await sql<{ placed_at: string; order_id: string }>`
		with head as materialized (
			select head.placed_at from ${branches} cross join lateral (${list([], Math.ceil((3 * limit) / stores.ids.length) + 4)}) as head
		), bound as materialized (
			select coalesce((select placed_at from head order by placed_at desc offset ${limit - 1} limit 1), '-infinity'::timestamptz) as at
		)
		select page.placed_at, page.order_id from ${branches} cross join bound cross join lateral (${list([within], limit)}) as page
		order by page.placed_at desc, page.order_id desc limit ${limit}`.execute(scope.db);
	return result.rows.map((r) => ({ at: r.placed_at, orderId: r.order_id }));
}

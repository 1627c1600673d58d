import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Scope } from '../database.ts';
import type { ChosenStores, OrderFilter } from './order-filter.ts';
import type { Start } from './order-keys.ts';

/**
 * Looks through at most `limit` orders of a flag in some stores behind a start, merged from the stores' own lists: newest first, or what is
 * still to be shipped by its time.
 * @returns those whose state, fulfilment and returns are as asked, and where to go on; null at the end.
 */
export async function flagged(
	scope: Scope,
	filter: FlagFilter,
	stores: ChosenStores,
	start: Start | null,
	limit: number,
): Promise<{ hits: Start[]; last: Start | null }> {
	const { shipBy, keys } = flagKeys(scope, filter, stores, start, limit);
	const direction = shipBy ? sql`asc` : sql`desc`;
	const result = await sql<{ at: string; order_id: string; hit: boolean; n: number }>`
		with looked as materialized (${keys}), numbered as (
			select at, order_id, ${kindRule(filter)} as hit, row_number() over (order by at ${direction}, order_id ${direction})::int as n from looked
		)
		select * from numbered where hit or n = ${limit} order by n`.execute(scope.db);
	const starts = result.rows.map((r) => ({ at: r.at, orderId: r.order_id }));
	return {
		hits: starts.filter((_, i) => result.rows[i]?.hit),
		last: result.rows.at(-1)?.n === limit ? (starts.at(-1) ?? null) : null,
	};
}

/**
 * Counts a flag's newest orders by state.
 * @returns `cut` when as many as `limit` were looked at.
 */
export async function flaggedStates(
	scope: Scope,
	filter: FlagFilter,
	stores: ChosenStores,
	limit: number,
): Promise<{ counts: { state: string; n: number }[]; cut: boolean }> {
	const { keys } = flagKeys(scope, filter, stores, null, limit);
	const result = await sql<{ state: string; n: number; looked: number }>`
		select state, count(*) filter (where ${kindRule(filter)})::int as n, count(*)::int as looked from (${keys}) as looked group by state`.execute(
		scope.db,
	);
	return { counts: result.rows, cut: result.rows.reduce((sum, r) => sum + r.looked, 0) >= limit };
}

export type FlagFilter = Pick<OrderFilter, 'from' | 'until' | 'fulfilment' | 'attention'> & {
	flag: string;
	state?: string | undefined;
	sort: 'newest' | 'shipBy';
};

/** Whether all that is asked beside the flag stands with the flag: else the orders have to be looked at. */
export function standsWithFlag({ days, attention }: Pick<OrderFilter, 'days' | 'attention'>): boolean {
	return days === undefined && (attention === undefined || attention === 'returns');
}

function kindRule({ state, fulfilment, attention }: FlagFilter): RawBuilder<SqlBool> {
	const rules = [
		sql<SqlBool>`true`,
		...(state === undefined ? [] : [sql<SqlBool>`state = ${state}`]),
		...(fulfilment === undefined ? [] : [sql<SqlBool>`fulfilment = ${fulfilment}`]),
		...(attention === 'returns' ? [sql<SqlBool>`has_returns`] : []),
	];
	return sql<SqlBool>`(${sql.join(rules, sql` and `)})`;
}

function flagKeys(
	scope: Scope,
	filter: FlagFilter,
	stores: ChosenStores,
	start: Start | null,
	limit: number,
): { shipBy: boolean; keys: RawBuilder<unknown> } {
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
		select ${at} as at, order_id, state, fulfilment, has_returns from order_annotation where ${sql.join([...conditions, ...more], sql` and `)}
		order by ${at} ${direction}, order_id ${direction} limit ${most}`;
	const branches = sql`unnest(${stores.ids}::uuid[]) as branch(store_id)`;
	// As with a page of orders: the heads of the lists bound what has to be read of each.
	const within = shipBy ? sql<SqlBool>`ship_by <= bound.at` : sql<SqlBool>`placed_at >= bound.at`;
	const end = shipBy ? sql`'infinity'` : sql`'-infinity'`;
	const keys = sql`
		with head as materialized (
			select head.at from ${branches} cross join lateral (${list([], Math.ceil((3 * limit) / stores.ids.length) + 4)}) as head
		), bound as materialized (
			select coalesce((select at from head order by at ${direction} offset ${limit - 1} limit 1), ${end}::timestamptz) as at
		)
		select page.* from ${branches} cross join bound cross join lateral (${list([within], limit)}) as page
		order by page.at ${direction}, page.order_id ${direction} limit ${limit}`;
	return { shipBy, keys };
}

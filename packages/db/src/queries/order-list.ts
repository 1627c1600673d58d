import { ORDER_STATES, type OrderState } from '@pangea/domain';
import { type SqlBool, sql } from 'kysely';
import type { Scope } from '../database.ts';
import { packCursor, unpackCursor } from '../keyset.ts';
import { chosenStores, filteredOrders, type OrderFilter, type OrderQuery, ofStores } from './order-filter.ts';
import { inStores, type StoreScope } from './store-scope.ts';

export interface OrderPageRequest extends OrderFilter {
	state?: OrderState | undefined;
	sort: 'newest' | 'shipBy';
	after?: string | undefined;
	limit: number;
}

const ROW = [
	'orders.order_id',
	'orders.store_id',
	'orders.platform',
	'orders.external_id',
	'orders.external_group_id',
	'orders.state',
	'orders.raw_status',
	'orders.fulfilment',
	'orders.placed_at',
	'orders.ship_by',
	'orders.buyer_country',
	'orders.line_count',
	'orders.unit_count',
	'orders.first_title',
	'orders.total_minor',
	'orders.currency',
	'orders.total_computed',
	'orders.open_returns',
	'orders.warnings',
	'orders.is_test',
	'orders.changed_at',
] as const;

/** A count goes no further: an exact count over millions costs more than the list. */
export const COUNT_CAP = 1000;

/** Up to so many stores a page is merged from the newest of each; beyond, most of the workspace is meant anyway. */
const MOST_MERGED = 200;

export type OrderRow = Awaited<ReturnType<typeof listOrders>>['rows'][number];

/** One page, newest first or by ship-by time, at the same cost at any depth. @throws CursorError for a foreign cursor. */
export async function listOrders(scope: Scope, request: OrderPageRequest) {
	const stores = await chosenStores(scope, request);
	if (stores?.length === 0) return { rows: [], next: null };
	const shipBy = request.sort === 'shipBy';
	const page = pageOf(filteredOrders(scope, request), request);
	const found =
		!shipBy && stores !== null && stores.length > 1 && stores.length <= MOST_MERGED
			? await mergeStores(scope, page, stores, request.limit + 1)
			: await withRow(ofStores(page, stores))
					.limit(request.limit + 1)
					.execute();
	const rows = found.slice(0, request.limit);
	const last = rows.at(-1);
	const key = shipBy ? last?.ship_by : last?.placed_at;
	return { rows, next: found.length > request.limit && last && key ? packCursor([key, last.order_id]) : null };
}

/** Orders that the tab and the sort let into the list at all. */
function inView(base: OrderQuery, { state, sort }: Pick<OrderPageRequest, 'state' | 'sort'>): OrderQuery {
	const query = state ? base.where('orders.state', '=', state) : base;
	if (sort !== 'shipBy') return query;
	return query.where('orders.state', 'in', ['toShip', 'partlyShipped']).where('orders.ship_by', 'is not', null);
}

/** State, place and order of a page. */
function pageOf(base: OrderQuery, request: OrderPageRequest): OrderQuery {
	let query = inView(base, request);
	const [at = '', id = ''] = request.after === undefined ? [] : unpackCursor(request.after, 2);
	if (request.sort === 'shipBy') {
		if (request.after !== undefined)
			query = query.where(sql<SqlBool>`(orders.ship_by, orders.order_id) > (${at}::timestamptz, ${id}::uuid)`);
		return query.orderBy('orders.ship_by').orderBy('orders.order_id');
	}
	if (request.after !== undefined)
		query = query.where(sql<SqlBool>`(orders.placed_at, orders.order_id) < (${at}::timestamptz, ${id}::uuid)`);
	return query.orderBy('orders.placed_at', 'desc').orderBy('orders.order_id', 'desc');
}

function withRow(query: OrderQuery) {
	return query
		.select(ROW)
		.leftJoin('order_annotation as note', (join) =>
			join.onRef('note.workspace_id', '=', 'orders.workspace_id').onRef('note.order_id', '=', 'orders.order_id'),
		)
		.select(['note.flag', sql<boolean>`note.note is not null`.as('has_note')]);
}

/** The newest of each store, merged: never walks past the orders of stores that were not asked for. */
async function mergeStores(scope: Scope, page: OrderQuery, stores: readonly string[], limit: number) {
	const newest = withRow(page.where(sql<SqlBool>`orders.store_id = picked.store_id`)).limit(limit).as('found');
	return await scope.db
		.selectFrom(sql<{ store_id: string }>`(select unnest(${[...stores]}::uuid[]) as store_id)`.as('picked'))
		.innerJoinLateral(newest, (join) => join.onTrue())
		.selectAll('found')
		.orderBy('found.placed_at', 'desc')
		.orderBy('found.order_id', 'desc')
		.limit(limit)
		.execute();
}

/** Those of the named orders that the list holds, in no particular page: what a live list asks when it hears of orders it does not show. */
export async function listedAmong(scope: Scope, request: Omit<OrderPageRequest, 'after' | 'limit'>, orderIds: readonly string[]) {
	const stores = orderIds.length === 0 ? [] : await chosenStores(scope, request);
	if (stores?.length === 0) return [];
	const named = filteredOrders(scope, request).where('orders.order_id', 'in', orderIds);
	return await withRow(ofStores(inView(named, request), stores)).execute();
}

/** The named orders as list rows; ids outside the member's stores are left out. */
export async function orderRows(scope: Scope, storeScope: StoreScope, orderIds: readonly string[]) {
	if (orderIds.length === 0) return [];
	const named = filteredOrders(scope, { storeScope }).where('orders.order_id', 'in', orderIds);
	return await withRow(named.where(inStores('orders.store_id', storeScope))).execute();
}

/** What a count is asked for: one state, or all of them together. */
export type Counted = OrderState | 'all';
export const EVERY_STATE = ['all', ...ORDER_STATES] as const satisfies readonly Counted[];

/** Orders per state, each counted up to {@link COUNT_CAP} + 1. Each state asked for costs a count of its own. */
export async function countOrders<S extends Counted>(scope: Scope, filter: OrderFilter, states: readonly S[]): Promise<Record<S, number>> {
	const stores = await chosenStores(scope, filter);
	if (stores?.length === 0) return Object.fromEntries(states.map((s) => [s, 0])) as Record<S, number>;
	const one = (state: Counted) => {
		let query = ofStores(filteredOrders(scope, filter), stores);
		if (state !== 'all') query = query.where('orders.state', '=', state);
		const some = query
			.select(sql`1`.as('one'))
			.limit(COUNT_CAP + 1)
			.as('some');
		return scope.db.selectFrom(some).select((eb) => eb.fn.countAll<string>().as('n'));
	};
	const row: Record<string, string | null> = await scope.db
		.selectNoFrom(states.map((state) => one(state).as<string>(state)))
		.executeTakeFirstOrThrow();
	return Object.fromEntries(states.map((s) => [s, Number(row[s] ?? 0)])) as Record<S, number>;
}

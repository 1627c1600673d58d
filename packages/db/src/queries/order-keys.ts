import { FULFILMENTS, ORDER_STATES, type OrderState } from '@pangea/domain';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Scope } from '../database.ts';
import { type ChosenStores, filteredOrders, type OrderFilter, type OrderQuery, ofStores, stillToShip } from './order-filter.ts';

export interface OrderPageRequest extends OrderFilter {
	state?: OrderState | undefined;
	sort: 'newest' | 'shipBy';
	after?: string | undefined;
	limit: number;
}

/** Where a page starts: the sort key of the row before it. */
export interface Start {
	at: string;
	orderId: string;
}

/** The keys of a page, `at` and `order_id`, in the order of the list. */
export type Keys = RawBuilder<{ at: string; order_id: string }>;

/** Beyond so many lists a walk over all of them together is cheaper than their merging. */
const MOST_BRANCHES = 2500;

/** From so many lists on a first look at their heads says how far each has to be read. */
const HEADS_FROM = 6;

/** The lists whose merging is the page; a dimension that is null is not told apart. */
interface Branches {
	stores: readonly string[] | null;
	states: readonly OrderState[] | null;
	fulfilments: readonly string[] | null;
}

/**
 * A page as keys, merged from lists that each lie in the page's order in an index; null when a single list in an index is the page itself.
 * Whatever is filtered, no more is read than the page and the heads of the lists.
 */
export function pageKeys(scope: Scope, request: OrderPageRequest, stores: ChosenStores, start: Start | null): Keys | null {
	const shipBy = request.sort === 'shipBy';
	const due = !shipBy && (request.attention === 'late' || request.attention === 'soon');
	// What is due is collected whole, so nothing is left to the lists.
	const branches = due ? null : branchesOf(request, stores);
	const base = filteredOrders(scope, { ...request, fulfilment: branches?.fulfilments ? undefined : request.fulfilment });
	const rest = ofState(shipBy ? stillToShip(base, request) : base, branches?.states ? undefined : request.state);
	if (due) return collected(ofStores(rest, { ...stores, all: false }), start, request.limit);
	if (!branches) return null;
	const dimensions = [branches.stores, branches.states, branches.fulfilments];
	const count = dimensions.reduce((product, values) => product * (values?.length ?? 1), 1);
	if (count === 1 || count > MOST_BRANCHES) return null;
	let query = rest;
	if (branches.stores) query = query.where(sql<SqlBool>`orders.store_id = branch.store_id`);
	if (branches.states) query = query.where(sql<SqlBool>`orders.state = branch.state`);
	if (branches.fulfilments) query = query.where(sql<SqlBool>`orders.fulfilment = branch.fulfilment`);
	return merged(unnested(branches), after(query, start, shipBy), count, { shipBy, limit: request.limit });
}

function branchesOf(request: OrderPageRequest, stores: ChosenStores): Branches | null {
	const { state, fulfilment, attention } = request;
	const states = state === undefined ? ORDER_STATES : [state];
	// The lists of work are held by store, so every store is named.
	if (request.sort === 'shipBy') return { stores: stores.ids, states: null, fulfilments: null };
	if (attention === 'returns' || attention === 'warnings') return { stores: stores.ids, states, fulfilments: null };
	const chosen = stores.all ? null : stores.ids;
	if (state !== undefined || fulfilment !== undefined)
		return { stores: chosen, states, fulfilments: fulfilment === undefined ? FULFILMENTS : [fulfilment] };
	return chosen && { stores: chosen, states: null, fulfilments: null };
}

function ofState(query: OrderQuery, state: OrderState | undefined): OrderQuery {
	return state === undefined ? query : query.where('orders.state', '=', state);
}

/** What lies behind the start, in the order of the list. */
export function after(query: OrderQuery, start: Start | null, shipBy: boolean): OrderQuery {
	if (start === null) return query;
	const { at, orderId } = start;
	return shipBy
		? query.where(sql<SqlBool>`(orders.ship_by, orders.order_id) > (${at}::timestamptz, ${orderId}::uuid)`)
		: query.where(sql<SqlBool>`(orders.placed_at, orders.order_id) < (${at}::timestamptz, ${orderId}::uuid)`);
}

export function inOrder(query: OrderQuery, shipBy: boolean): OrderQuery {
	return shipBy
		? query.orderBy('orders.ship_by').orderBy('orders.order_id')
		: query.orderBy('orders.placed_at', 'desc').orderBy('orders.order_id', 'desc');
}

/** What is late or due is held by its ship-by time; it is few, so all of it is put in the list's order. */
function collected(query: OrderQuery, start: Start | null, limit: number): Keys {
	const all = after(query, start, false).select(['orders.placed_at as at', 'orders.order_id']);
	// Materialised, else the planner walks the whole list in search of them.
	return sql`with due as materialized (${all}) select at, order_id from due order by at desc, order_id desc limit ${limit}`;
}

function unnested({ stores, states, fulfilments }: Branches): RawBuilder<unknown> {
	const parts = [
		stores && sql`unnest(${[...stores]}::uuid[]) as s(store_id)`,
		states && sql`unnest(${[...states]}::text[]) as t(state)`,
		fulfilments && sql`unnest(${[...fulfilments]}::text[]) as f(fulfilment)`,
	].filter((part) => part !== null);
	return sql`(select * from ${sql.join(parts, sql` cross join `)})`;
}

/**
 * The first `limit` of all lists together. The heads of the lists bound the page: the `limit`-th of them is never before the page's last
 * row, so each list is read no further than that.
 */
function merged(
	branches: RawBuilder<unknown>,
	list: OrderQuery,
	count: number,
	{ shipBy, limit }: { shipBy: boolean; limit: number },
): Keys {
	const column = sql.ref(shipBy ? 'orders.ship_by' : 'orders.placed_at');
	const keys = (query: OrderQuery, most: number) =>
		inOrder(query, shipBy)
			.select([column.as('at'), 'orders.order_id'])
			.limit(most);
	const order = shipBy ? sql`at, order_id` : sql`at desc, order_id desc`;
	const whole = (lists: RawBuilder<unknown>, query: OrderQuery): Keys =>
		sql`select page.at, page.order_id from ${lists} cross join lateral (${keys(query, limit)}) as page order by ${order} limit ${limit}`;
	const each = sql`${branches} as branch`;
	if (count < HEADS_FROM) return whole(each, list);
	// Joined, not a subquery in the condition: under row-level security the planner would not trust that one with an index.
	const within = shipBy ? sql<SqlBool>`orders.ship_by <= bound.at` : sql<SqlBool>`orders.placed_at >= bound.at`;
	return sql`
		with head as materialized (
			select head.at from ${each} cross join lateral (${keys(list, Math.ceil((3 * limit) / count) + 4)}) as head
		), bound as materialized (
			select coalesce((select at from head order by at ${shipBy ? sql`asc` : sql`desc`} offset ${limit - 1} limit 1),
				${shipBy ? sql`'infinity'` : sql`'-infinity'`}::timestamptz) as at
		)
		${whole(sql`${each} cross join bound`, list.where(within))}`;
}

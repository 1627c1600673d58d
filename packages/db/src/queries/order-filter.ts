import type { OrderState } from '@pangea/domain';
import { type Expression, type RawBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import type { Scope } from '../database.ts';
import type { Schema } from '../schema.ts';
import { inStores, type StoreScope } from './store-scope.ts';

export type Attention = 'late' | 'soon' | 'returns' | 'warnings' | 'counting';

export interface OrderFilter {
	/** The member's own limit; null is all stores. Applied beside `stores`, never widened by it. */
	storeScope: StoreScope;
	stores?: readonly string[] | undefined;
	platforms?: readonly string[] | undefined;
	/** Names of legal entities and of groups, and members who answer for stores: a store needs one of each that is asked for. */
	entities?: readonly string[] | undefined;
	groups?: readonly string[] | undefined;
	owners?: readonly string[] | undefined;
	/** A platform order or pack id (or its beginning), a seller SKU or a tracking number. */
	search?: string | undefined;
	/** Half-open on the time of placing. */
	from?: string | undefined;
	until?: string | undefined;
	/** First and last calendar day of each order's own store. */
	days?: { from: string; until: string } | undefined;
	flag?: string | undefined;
	fulfilment?: string | undefined;
	attention?: Attention | undefined;
	/** The moment from which late and soon are reckoned; none: the transaction's own. */
	at?: string | undefined;
}

/** How many candidates a search looks at; an id is near unique, a SKU may be sold a million times. */
const SEARCH_REACH = 1000;

/** States in which something still has to be shipped; the ship-by index holds these alone. */
export const OPEN_STATES = ['toShip', 'partlyShipped'] as const satisfies readonly OrderState[];

export type OrderQuery = SelectQueryBuilder<Schema, 'orders', object>;

/** Stores of the workspace that a filter leaves. */
export interface ChosenStores {
	ids: string[];
	/** Whether that is every store there is, so that nothing has to be narrowed. */
	all: boolean;
}

/**
 * The stores that a filter leaves. Worked out first: the store table is small, and the orders' indexes are by store, not by platform.
 */
export async function chosenStores(scope: Scope, filter: OrderFilter): Promise<ChosenStores> {
	const { storeScope, stores = [], platforms = [], entities = [], groups = [], owners = [] } = filter;
	const every = await scope.db
		.selectFrom('store')
		.select(['store_id', 'platform', 'entity', 'store_group', 'owner_id'])
		.where('workspace_id', '=', scope.workspaceId)
		.execute();
	const among = (asked: readonly string[], value: string | null): boolean =>
		asked.length === 0 || (value !== null && asked.includes(value));
	const chosen = every.filter(
		(s) =>
			(storeScope === null || storeScope.includes(s.store_id)) &&
			among(stores, s.store_id) &&
			among(platforms, s.platform) &&
			among(entities, s.entity) &&
			among(groups, s.store_group) &&
			among(owners, s.owner_id),
	);
	return { ids: chosen.map((s) => s.store_id), all: chosen.length === every.length && storeScope === null };
}

/** Orders of the workspace that pass everything of the filter but its stores and its flag. */
export function filteredOrders(scope: Scope, filter: Omit<OrderFilter, 'storeScope'>): OrderQuery {
	let query: OrderQuery = scope.db.selectFrom('orders').where('orders.workspace_id', '=', scope.workspaceId);
	if (filter.from !== undefined) query = query.where('orders.placed_at', '>=', filter.from);
	if (filter.until !== undefined) query = query.where('orders.placed_at', '<', filter.until);
	if (filter.days) {
		const { from, until } = filter.days;
		query = query
			.where('orders.local_day', '>=', from)
			.where('orders.local_day', '<=', until)
			// By the time the indexes hold: no zone is a whole day from UTC.
			.where(
				sql<SqlBool>`orders.placed_at >= (${from}::date - 1)::timestamp at time zone 'UTC' and orders.placed_at < (${until}::date + 2)::timestamp at time zone 'UTC'`,
			);
	}
	if (filter.fulfilment !== undefined) query = query.where('orders.fulfilment', '=', filter.fulfilment);
	if (filter.attention)
		query = query.where(attentionRule(filter.attention, filter.at === undefined ? sql`now()` : sql`${filter.at}::timestamptz`));
	return query;
}

/** Narrows to orders that carry a flag, where few are looked at. */
export function withFlag(scope: Scope, query: OrderQuery, flag: string): OrderQuery {
	return query.where(
		sql<SqlBool>`exists (select from order_annotation f where f.workspace_id = ${scope.workspaceId} and f.order_id = orders.order_id and f.flag = ${flag})`,
	);
}

/** Narrows to what is still to be shipped and has a time for it. */
export function stillToShip(query: OrderQuery, { attention }: Pick<OrderFilter, 'attention'>): OrderQuery {
	// Said twice, a condition halves what the planner expects, until it reads something else and sorts.
	if (attention === 'late' || attention === 'soon') return query;
	return query.where('orders.state', 'in', OPEN_STATES).where('orders.ship_by', 'is not', null);
}

/** Narrows to stores. */
export function ofStores(query: OrderQuery, stores: ChosenStores): OrderQuery {
	if (stores.all) return query;
	const [only] = stores.ids;
	// A single store takes the index that is already in the page's order.
	return stores.ids.length === 1 && only !== undefined
		? query.where('orders.store_id', '=', only)
		: query.where(inStores('orders.store_id', stores.ids));
}

function attentionRule(attention: Attention, now: Expression<unknown>): Expression<SqlBool> {
	const open = sql`orders.state in ('toShip', 'partlyShipped')`;
	switch (attention) {
		case 'late':
			return sql<SqlBool>`(${open} and orders.ship_by < ${now})`;
		case 'soon':
			return sql<SqlBool>`(${open} and orders.ship_by >= ${now} and orders.ship_by < ${now} + interval '24 hours')`;
		case 'returns':
			return sql<SqlBool>`orders.open_returns > 0`;
		case 'counting':
			return sql<SqlBool>`(orders.state not in ('cancelled', 'unpaid') and not orders.is_test)`;
		case 'warnings':
			return sql<SqlBool>`cardinality(orders.warnings) > 0`;
	}
}

/**
 * Narrows to the orders that an id, a SKU or a tracking number points at; each way has an index and a reach. As an array the ids are looked
 * up one by one; as a subquery the planner would walk the whole list in search of them.
 */
export function found(scope: Scope, query: OrderQuery, text: string, stores: ChosenStores): OrderQuery {
	return query.where(sql<SqlBool>`orders.order_id = any(array(${candidates(scope.workspaceId, text, stores)}))`);
}

function candidates(ws: string, text: string, stores: ChosenStores): RawBuilder<string> {
	// As a range: under row-level security LIKE is not trusted with an index, the comparison operators are.
	const end = `${text}\u{10FFFF}`;
	return sql<string>`
		(select o.order_id from unnest(${stores.ids}::uuid[]) as s(store_id) cross join lateral (
			select order_id from orders where workspace_id = ${ws} and store_id = s.store_id and external_id >= ${text} and external_id < ${end}
			limit ${SEARCH_REACH}
		) as o limit ${SEARCH_REACH})
		union (select order_id from orders where workspace_id = ${ws} and external_group_id = ${text} limit ${SEARCH_REACH})
		union (select l.order_id from unnest(${stores.ids}::uuid[]) as s(store_id) cross join lateral (
			select order_id from order_line where workspace_id = ${ws} and seller_sku = ${text} and store_id = s.store_id
			order by order_id desc limit ${SEARCH_REACH}
		) as l order by l.order_id desc limit ${SEARCH_REACH})
		union (select order_id from parcel where workspace_id = ${ws} and tracking_number = ${text} limit ${SEARCH_REACH})
	`;
}

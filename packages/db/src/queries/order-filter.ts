import { type Expression, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import type { Scope } from '../database.ts';
import type { Schema } from '../schema.ts';
import { inStores, type StoreScope } from './store-scope.ts';

export type Attention = 'late' | 'soon' | 'returns' | 'warnings';

export interface OrderFilter {
	/** The member's own limit; null is all stores. Applied beside `stores`, never widened by it. */
	storeScope: StoreScope;
	stores?: readonly string[] | undefined;
	platforms?: readonly string[] | undefined;
	/** A platform order or pack id (or its beginning), a seller SKU or a tracking number. */
	search?: string | undefined;
	/** Half-open on the time of placing. */
	from?: string | undefined;
	until?: string | undefined;
	flag?: string | undefined;
	fulfilment?: string | undefined;
	attention?: Attention | undefined;
}

/** How many candidates a search looks at; an id is near unique, a SKU may be sold a million times. */
const SEARCH_REACH = 2000;

export type OrderQuery = SelectQueryBuilder<Schema, 'orders', object>;

/**
 * The stores that a filter leaves, null for all of them. Worked out first: the store table is small, and the orders' indexes are by store,
 * not by platform.
 */
export async function chosenStores(scope: Scope, filter: OrderFilter): Promise<string[] | null> {
	const { storeScope, stores = [], platforms = [] } = filter;
	if (storeScope === null && stores.length === 0 && platforms.length === 0) return null;
	const all = await scope.db.selectFrom('store').select(['store_id', 'platform']).where('workspace_id', '=', scope.workspaceId).execute();
	const chosen = all.filter(
		(s) =>
			(storeScope === null || storeScope.includes(s.store_id)) &&
			(stores.length === 0 || stores.includes(s.store_id)) &&
			(platforms.length === 0 || platforms.includes(s.platform)),
	);
	return chosen.length === all.length && storeScope === null ? null : chosen.map((s) => s.store_id);
}

/** Orders of the workspace that pass everything of the filter but its stores. */
export function filteredOrders(scope: Scope, filter: OrderFilter): OrderQuery {
	const ws = scope.workspaceId;
	let query: OrderQuery = scope.db.selectFrom('orders').where('orders.workspace_id', '=', ws);
	if (filter.from !== undefined) query = query.where('orders.placed_at', '>=', filter.from);
	if (filter.until !== undefined) query = query.where('orders.placed_at', '<', filter.until);
	if (filter.fulfilment !== undefined) query = query.where('orders.fulfilment', '=', filter.fulfilment);
	if (filter.attention) query = query.where(attentionRule(filter.attention));
	// As an array the ids are looked up one by one; as a subquery the planner would walk the whole list in search of them.
	if (filter.flag !== undefined)
		query = query.where(
			sql<SqlBool>`orders.order_id = any(array(select order_id from order_annotation where workspace_id = ${ws} and flag = ${filter.flag}))`,
		);
	const text = filter.search?.trim() ?? '';
	if (text !== '') query = query.where(sql<SqlBool>`orders.order_id = any(array(${candidates(ws, text)}))`);
	return query;
}

/** Narrows to stores; null is all. */
export function ofStores(query: OrderQuery, stores: readonly string[] | null): OrderQuery {
	if (stores === null) return query;
	const [only] = stores;
	// A single store takes the index that is already in the page's order.
	return stores.length === 1 && only !== undefined
		? query.where('orders.store_id', '=', only)
		: query.where(inStores('orders.store_id', stores));
}

function attentionRule(attention: Attention): Expression<SqlBool> {
	const open = sql`orders.state in ('toShip', 'partlyShipped')`;
	switch (attention) {
		case 'late':
			return sql<SqlBool>`(${open} and orders.ship_by < now())`;
		case 'soon':
			return sql<SqlBool>`(${open} and orders.ship_by >= now() and orders.ship_by < now() + interval '24 hours')`;
		case 'returns':
			return sql<SqlBool>`orders.open_returns > 0`;
		case 'warnings':
			return sql<SqlBool>`cardinality(orders.warnings) > 0`;
	}
}

/** Orders that an id, a SKU or a tracking number points at; each way has an index and a reach. */
function candidates(ws: string, text: string) {
	// As a range: under row-level security LIKE is not trusted with an index, the comparison operators are.
	const end = `${text}\u{10FFFF}`;
	return sql<string>`
		(select order_id from orders where workspace_id = ${ws} and external_id ~>=~ ${text} and external_id ~<~ ${end} limit ${SEARCH_REACH})
		union all (select order_id from orders where workspace_id = ${ws} and external_group_id = ${text} limit ${SEARCH_REACH})
		union all (select order_id from order_line where workspace_id = ${ws} and seller_sku = ${text} limit ${SEARCH_REACH})
		union all (select order_id from parcel where workspace_id = ${ws} and tracking_number = ${text} limit ${SEARCH_REACH})
	`;
}

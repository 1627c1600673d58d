import { ORDER_STATES, type OrderState } from '@pangea/domain';
import { type Expression, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import type { Scope } from '../database.ts';
import { packCursor, unpackCursor } from '../keyset.ts';
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

/** How many candidates a search looks at; an id is near unique, a SKU may be sold a million times. */
const SEARCH_REACH = 2000;
/** A count goes no further: an exact count over millions costs more than the list. */
export const COUNT_CAP = 1000;

export type OrderRow = Awaited<ReturnType<typeof listOrders>>['rows'][number];

/** One page, newest first or by ship-by time, at the same cost at any depth. @throws CursorError for a foreign cursor. */
export async function listOrders(scope: Scope, request: OrderPageRequest) {
	let query = filtered(scope, request)
		.select(ROW)
		.leftJoin('order_annotation as note', (join) =>
			join.onRef('note.workspace_id', '=', 'orders.workspace_id').onRef('note.order_id', '=', 'orders.order_id'),
		);
	if (request.state) query = query.where('orders.state', '=', request.state);
	if (request.sort === 'shipBy') {
		query = query.where('orders.state', 'in', ['toShip', 'partlyShipped']).where('orders.ship_by', 'is not', null);
		if (request.after !== undefined) {
			const [at = '', id = ''] = unpackCursor(request.after, 2);
			query = query.where(sql<SqlBool>`(orders.ship_by, orders.order_id) > (${at}::timestamptz, ${id}::uuid)`);
		}
		query = query.orderBy('orders.ship_by').orderBy('orders.order_id');
	} else {
		if (request.after !== undefined) {
			const [at = '', id = ''] = unpackCursor(request.after, 2);
			query = query.where(sql<SqlBool>`(orders.placed_at, orders.order_id) < (${at}::timestamptz, ${id}::uuid)`);
		}
		query = query.orderBy('orders.placed_at', 'desc').orderBy('orders.order_id', 'desc');
	}
	const found = await query
		.select(['note.flag', sql<boolean>`note.note is not null`.as('has_note')])
		.limit(request.limit + 1)
		.execute();
	const rows = found.slice(0, request.limit);
	const last = rows.at(-1);
	const key = request.sort === 'shipBy' ? last?.ship_by : last?.placed_at;
	return { rows, next: found.length > request.limit && last && key ? packCursor([key, last.order_id]) : null };
}

/** The named orders as list rows; ids outside the member's stores are left out. */
export async function orderRows(scope: Scope, storeScope: StoreScope, orderIds: readonly string[]) {
	if (orderIds.length === 0) return [];
	return await filtered(scope, { storeScope })
		.select(ROW)
		.leftJoin('order_annotation as note', (join) =>
			join.onRef('note.workspace_id', '=', 'orders.workspace_id').onRef('note.order_id', '=', 'orders.order_id'),
		)
		.select(['note.flag', sql<boolean>`note.note is not null`.as('has_note')])
		.where('orders.order_id', 'in', orderIds)
		.execute();
}

/** Orders per state, each counted up to {@link COUNT_CAP} + 1. */
export async function countOrders(scope: Scope, filter: OrderFilter): Promise<Record<OrderState | 'all', number>> {
	const one = (state: OrderState | 'all') => {
		let query = filtered(scope, filter);
		if (state !== 'all') query = query.where('orders.state', '=', state);
		return scope.db
			.selectFrom(
				query
					.select(sql`1`.as('one'))
					.limit(COUNT_CAP + 1)
					.as('some'),
			)
			.select((eb) => eb.fn.countAll<string>().as('n'));
	};
	const states = ['all', ...ORDER_STATES] as const;
	const row = await scope.db.selectNoFrom(states.map((state) => one(state).as(state))).executeTakeFirstOrThrow();
	return Object.fromEntries(states.map((s) => [s, Number(row[s] ?? 0)])) as Record<OrderState | 'all', number>;
}

type OrderQuery = SelectQueryBuilder<Schema, 'orders', object>;

function filtered(scope: Scope, filter: OrderFilter): OrderQuery {
	const ws = scope.workspaceId;
	let query: OrderQuery = scope.db.selectFrom('orders').where('orders.workspace_id', '=', ws);
	if (filter.storeScope) query = query.where(inStores('orders.store_id', filter.storeScope));
	// A single store takes the index that is already in the page's order.
	const [store] = filter.stores ?? [];
	if (filter.stores?.length === 1 && store !== undefined) query = query.where('orders.store_id', '=', store);
	else if (filter.stores && filter.stores.length > 0) query = query.where(inStores('orders.store_id', filter.stores));
	if (filter.platforms && filter.platforms.length > 0) query = query.where('orders.platform', 'in', filter.platforms);
	if (filter.from !== undefined) query = query.where('orders.placed_at', '>=', filter.from);
	if (filter.until !== undefined) query = query.where('orders.placed_at', '<', filter.until);
	if (filter.fulfilment !== undefined) query = query.where('orders.fulfilment', '=', filter.fulfilment);
	if (filter.flag !== undefined) {
		const flagged = scope.db
			.selectFrom('order_annotation')
			.select('order_id')
			.where('workspace_id', '=', ws)
			.where('flag', '=', filter.flag);
		query = query.where('orders.order_id', 'in', flagged);
	}
	if (filter.attention) query = query.where(attentionRule(filter.attention));
	if (filter.search !== undefined && filter.search.trim() !== '')
		query = query.where(sql<SqlBool>`orders.order_id in ${candidates(scope, filter.search.trim())}`);
	return query;
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
function candidates(scope: Scope, text: string) {
	const ws = scope.workspaceId;
	const beginning = `${text.replace(/[\\%_]/g, (c) => `\\${c}`)}%`;
	return sql<string>`(
		(select order_id from orders where workspace_id = ${ws} and external_id like ${beginning} limit ${SEARCH_REACH})
		union all (select order_id from orders where workspace_id = ${ws} and external_group_id = ${text} limit ${SEARCH_REACH})
		union all (select order_id from order_line where workspace_id = ${ws} and seller_sku = ${text} limit ${SEARCH_REACH})
		union all (select order_id from parcel where workspace_id = ${ws} and tracking_number = ${text} limit ${SEARCH_REACH})
	)`;
}

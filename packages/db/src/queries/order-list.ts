import { FULFILMENTS, ORDER_STATES, type OrderState } from '@pangea/domain';
import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { packCursor, unpackCursor } from '../keyset.ts';
import { flagged, flaggedStates, standsWithFlag } from './order-flag.ts';
import {
	type ChosenStores,
	chosenStores,
	filteredOrders,
	found,
	OPEN_STATES,
	type OrderFilter,
	type OrderQuery,
	ofStores,
	stillToShip,
	withFlag,
} from './order-filter.ts';
import { after, inOrder, type OrderPageRequest, pageKeys, type Start } from './order-keys.ts';
import { inStores, type StoreScope } from './store-scope.ts';

export type { OrderPageRequest } from './order-keys.ts';

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

/** So many of a flag's orders are looked at at once when more is asked of them than the flag. */
const FLAG_REACH = 1000;
/** So many times in a row before a page is handed out short, with the place to go on. */
const FLAG_LOOKS = 5;

export type OrderRow = Awaited<ReturnType<typeof orderRows>>[number];

/**
 * One page, newest first or by ship-by time, at the same cost at any depth.
 * @returns `next` for the page after it, null at the end. A page may be short though more follow.
 * @throws CursorError for a foreign cursor.
 */
export async function listOrders(scope: Scope, asked: OrderPageRequest): Promise<{ rows: OrderRow[]; next: string | null }> {
	const [at = '', orderId = ''] = asked.after === undefined ? [] : unpackCursor(asked.after, 2);
	const start = asked.after === undefined ? null : { at, orderId };
	const request = start === null ? asked : withoutPassedEnd(asked, start);
	const stores = await chosenStores(scope, request);
	if (stores.ids.length === 0) return { rows: [], next: null };
	const more = { ...request, limit: request.limit + 1 };
	const search = request.search?.trim() ?? '';
	if (request.flag !== undefined && search === '') return await flaggedPage(scope, { ...request, flag: request.flag }, stores, start);
	const keys = search === '' ? pageKeys(scope, more, stores, start) : null;
	if (keys !== null) return page(await rowsOfKeys(scope, keys, request.sort === 'shipBy'), request);
	return page(
		await withRow(inOrder(after(matching(scope, request, stores), start, request.sort === 'shipBy'), request.sort === 'shipBy'))
			.limit(more.limit)
			.execute(),
		request,
	);
}

/** Beside a start that lies beyond it, the end of the period would make PostgreSQL read from there to the start. */
function withoutPassedEnd(request: OrderPageRequest, start: Start): OrderPageRequest {
	const passed = request.sort === 'newest' && request.until !== undefined && Date.parse(start.at) < Date.parse(request.until);
	return passed ? { ...request, until: undefined } : request;
}

function page(rows: OrderRow[], request: OrderPageRequest): { rows: OrderRow[]; next: string | null } {
	const kept = rows.slice(0, request.limit);
	const last = kept.at(-1);
	const key = request.sort === 'shipBy' ? last?.ship_by : last?.placed_at;
	return { rows: kept, next: rows.length > request.limit && last && key ? packCursor([key, last.order_id]) : null };
}

export type OrderListQuestion = Omit<OrderPageRequest, 'after' | 'limit'>;

/** Everything that is asked, where few orders are looked at. */
function matching(scope: Scope, request: OrderListQuestion, stores: ChosenStores): OrderQuery {
	const search = request.search?.trim() ?? '';
	const query = narrowed(scope, request, stores);
	const hit = search === '' ? query : found(scope, query, search, stores);
	return request.flag === undefined ? hit : withFlag(scope, hit, request.flag);
}

/** Everything that is asked of an order itself. */
function narrowed(scope: Scope, request: OrderListQuestion, stores: ChosenStores): OrderQuery {
	const query = ofStores(filteredOrders(scope, request), stores);
	const chosen = request.state === undefined ? query : query.where('orders.state', '=', request.state);
	return request.sort === 'shipBy' ? stillToShip(chosen, request) : chosen;
}

function withRow(query: OrderQuery) {
	return query
		.select(ROW)
		.leftJoin('order_annotation as note', (join) =>
			join.onRef('note.workspace_id', '=', 'orders.workspace_id').onRef('note.order_id', '=', 'orders.order_id'),
		)
		.select(['note.flag', sql<boolean>`note.note is not null`.as('has_note')]);
}

/** The rows of a page's keys: only these are fetched whole. */
async function rowsOfKeys(scope: Scope, keys: NonNullable<ReturnType<typeof pageKeys>>, shipBy: boolean): Promise<OrderRow[]> {
	const direction = shipBy ? 'asc' : 'desc';
	return await scope.db
		.selectFrom(sql<{ at: string; order_id: string }>`(${keys})`.as('page'))
		.innerJoinLateral(
			(eb) =>
				withRow(eb.selectFrom('orders'))
					.where('orders.workspace_id', '=', scope.workspaceId)
					.where('orders.order_id', '=', sql<string>`page.order_id`)
					.as('row'),
			(join) => join.onTrue(),
		)
		.selectAll('row')
		.orderBy('page.at', direction)
		.orderBy('page.order_id', direction)
		.execute();
}

/** Those of the named orders that the list holds, in no particular page: what a live list asks when it hears of orders it does not show. */
export async function listedAmong(scope: Scope, request: OrderListQuestion, orderIds: readonly string[]): Promise<OrderRow[]> {
	if (orderIds.length === 0) return [];
	const stores = await chosenStores(scope, request);
	if (stores.ids.length === 0) return [];
	return await withRow(matching(scope, request, stores).where('orders.order_id', 'in', orderIds)).execute();
}

/** Ids of the stores that a filter leaves. */
export async function chosenStoreIds(scope: Scope, filter: OrderFilter): Promise<string[]> {
	return (await chosenStores(scope, filter)).ids;
}

/** Everything that the list of a filter holds, in its order; null where no store is left. */
export async function listedOrders(scope: Scope, request: OrderListQuestion): Promise<{ query: OrderQuery; stores: string[] } | null> {
	const stores = await chosenStores(scope, request);
	if (stores.ids.length === 0) return null;
	return { query: inOrder(matching(scope, request, stores), request.sort === 'shipBy'), stores: stores.ids };
}

/** A page of a flag's orders. Where more is asked than the flag, they are looked through {@link FLAG_REACH} at a time. */
async function flaggedPage(
	scope: Scope,
	request: OrderPageRequest & { flag: string },
	stores: ChosenStores,
	start: Start | null,
): Promise<{ rows: OrderRow[]; next: string | null }> {
	const shipBy = request.sort === 'shipBy';
	const asksMore =
		request.state !== undefined || request.fulfilment !== undefined || request.attention !== undefined || request.days !== undefined;
	const reach = asksMore ? FLAG_REACH : request.limit + 1;
	const query = narrowed(scope, request, stores);
	const ofThese = (ids: string[]): OrderQuery => query.where('orders.order_id', '=', sql<string>`any(${ids}::uuid[])`);
	const rows: OrderRow[] = [];
	let from = start;
	for (let look = 0; look < FLAG_LOOKS; look++) {
		const { hits, last } = await flagged(scope, request, stores, from, reach);
		const missing = request.limit + 1 - rows.length;
		const ids = (standsWithFlag(request) ? hits.slice(0, missing) : hits).map((one) => one.orderId);
		if (ids.length > 0)
			rows.push(
				...(await withRow(inOrder(ofThese(ids), shipBy))
					.limit(missing)
					.execute()),
			);
		from = last;
		if (rows.length > request.limit || from === null) return page(rows, request);
	}
	return { rows, next: from && packCursor([from.at, from.orderId]) };
}

/** The named orders as list rows; ids outside the member's stores are left out. */
export async function orderRows(scope: Scope, storeScope: StoreScope, orderIds: readonly string[]) {
	if (orderIds.length === 0) return [];
	const named = filteredOrders(scope, {}).where('orders.order_id', 'in', orderIds);
	return await withRow(named.where(inStores('orders.store_id', storeScope))).execute();
}

/** What a count is asked for: one state, or all of them together. */
export type Counted = OrderState | 'all';
export const EVERY_STATE = ['all', ...ORDER_STATES] as const satisfies readonly Counted[];

/** `capped` means at least this many. */
export interface OrderCount {
	count: number;
	capped: boolean;
}

/** Orders per state, each counted up to {@link COUNT_CAP}. */
export async function countOrders<S extends Counted>(
	scope: Scope,
	filter: OrderFilter,
	states: readonly S[],
): Promise<Record<S, OrderCount>> {
	const stores = await chosenStores(scope, filter);
	const counted = await (stores.ids.length === 0
		? Promise.resolve(new Map<string, OrderCount>())
		: filter.search?.trim() || filter.flag !== undefined
			? countNamed(scope, filter, stores)
			: countLists(scope, filter, stores, states));
	return Object.fromEntries(states.map((s) => [s, counted.get(s) ?? { count: 0, capped: false }])) as Record<S, OrderCount>;
}

/** Of what a search finds, or of a flag's newest: few enough to be looked at one by one, once for all states. */
async function countNamed(scope: Scope, filter: OrderFilter, stores: ChosenStores): Promise<Map<string, OrderCount>> {
	const search = filter.search?.trim() ?? '';
	let query = ofStores(filteredOrders(scope, filter), stores);
	let cut = false;
	let rows: { state: string; n: string | number }[] | null = null;
	if (search !== '') {
		query = found(scope, query, search, stores);
		if (filter.flag !== undefined) query = withFlag(scope, query, filter.flag);
	} else if (filter.flag !== undefined) {
		const asked = { ...filter, flag: filter.flag, sort: 'newest' } as const;
		if (standsWithFlag(filter)) ({ counts: rows, cut } = await flaggedStates(scope, asked, stores, COUNT_CAP + 1));
		else {
			const { hits, last } = await flagged(scope, asked, stores, null, COUNT_CAP + 1);
			cut = last !== null;
			query = query.where('orders.order_id', '=', sql<string>`any(${hits.map((one) => one.orderId)}::uuid[])`);
		}
	}
	rows ??= await query
		.select(['orders.state', (eb) => eb.fn.countAll<string>().as('n')])
		.groupBy('orders.state')
		.execute();
	const counts = new Map<Counted, number>(ORDER_STATES.map((state) => [state, Number(rows.find((r) => r.state === state)?.n ?? 0)]));
	counts.set(
		'all',
		rows.reduce((sum, r) => sum + Number(r.n), 0),
	);
	return new Map([...counts].map(([state, n]) => [state, { count: Math.min(n, COUNT_CAP), capped: n > COUNT_CAP || cut }]));
}

/** Each state is a walk of its own over an index, ended by the cap. */
async function countLists(
	scope: Scope,
	filter: OrderFilter,
	stores: ChosenStores,
	states: readonly Counted[],
): Promise<Map<string, OrderCount>> {
	const due = filter.attention === 'late' || filter.attention === 'soon';
	const possible = states.filter((s) => !due || s === 'all' || OPEN_STATES.some((open) => open === s));
	if (possible.length === 0) return new Map();
	const one = (state: Counted) => {
		// The lists of work are held by store, so every store is named.
		let query = ofStores(filteredOrders(scope, filter), filter.attention === undefined ? stores : { ...stores, all: false });
		if (state !== 'all') query = query.where('orders.state', '=', state);
		// Every column of the index has to be named before the one that is a range.
		if (filter.attention === undefined && state === 'all' && filter.fulfilment !== undefined)
			query = query.where('orders.state', 'in', ORDER_STATES);
		if (filter.attention === undefined && state !== 'all' && filter.fulfilment === undefined)
			query = query.where('orders.fulfilment', 'in', FULFILMENTS);
		const some = query
			.select(sql`1`.as('one'))
			.limit(COUNT_CAP + 1)
			.as('some');
		return scope.db.selectFrom(some).select((eb) => eb.fn.countAll<string>().as('n'));
	};
	const row: Record<string, string | null> = await scope.db
		.selectNoFrom(possible.map((state) => one(state).as<string>(state)))
		.executeTakeFirstOrThrow();
	return new Map(
		possible.map((s) => {
			const n = Number(row[s] ?? 0);
			return [s, { count: Math.min(n, COUNT_CAP), capped: n > COUNT_CAP }];
		}),
	);
}

import type { WireCall, WireReply } from '../core/operation.ts';
import type { SimOrder } from '../core/order.ts';
import type { StoreSeed } from '../core/stores.ts';
import type { Listing } from '../core/world.ts';
import { callerOfFamily, type Desk, spend } from './caller.ts';
import type { Account } from './grants.ts';
import { buyerId, lineItemId, orderId, packId, paymentId, sellerId, shipmentId } from './ids.ts';
import { type Family, hasPack, hasShipment, renderOrder } from './render-order.ts';
import { badRequest, notYours } from './replies.ts';
import { readFilterTime } from './wire-time.ts';

const sorts = ['date_asc', 'date_desc', 'updated_asc', 'updated_desc', 'closed_asc', 'closed_desc'] as const;
const MAX_LIMIT = 50;
/** Rows beyond this cannot be reached: the caller must cut the time window (contract mercado-libre §3.3). */
const MAX_OFFSET = 1000;
/** Published for `/marketplace/orders/search`. */
const SEARCHES_PER_MINUTE = 100;

interface Window {
	from: number;
	/** Not included. */
	to: number;
}

interface Search {
	stores: readonly StoreSeed[];
	created: Window | null;
	updated: Window | null;
	closed: Window | null;
	status: string | null;
	buyer: string | null;
	sort: (typeof sorts)[number];
	limit: number;
	offset: number;
}

function readWindow(query: URLSearchParams, name: string): Window | null {
	const [from, to] = [query.get(`${name}.from`), query.get(`${name}.to`)];
	if (from === null && to === null) return null;
	const read = (text: string | null, otherwise: number): number => {
		if (text === null) return otherwise;
		const at = readFilterTime(text);
		if (at === null) throw badRequest(`Invalid date format for ${name}: ${text.slice(0, 40)}`);
		return at;
	};
	// Both ends count.
	return { from: read(from, 0), to: read(to, Number.MAX_SAFE_INTEGER - 1) + 1 };
}

function readCount(query: URLSearchParams, name: string, otherwise: number): number {
	const text = query.get(name);
	if (text === null) return otherwise;
	if (!/^\d{1,9}$/.test(text)) throw badRequest(`Invalid ${name}`);
	return Number(text);
}

function readSearch(query: URLSearchParams, account: Account, prefix: string, sellerName: string): Search {
	const sort = sorts.find((s) => s === (query.get('sort') ?? 'date_desc'));
	if (!sort) throw badRequest('Invalid sort');
	const seller = query.get(sellerName);
	const site = query.get('site');
	const owned = account.stores.filter((s) => seller === null || String(sellerId(s)) === seller);
	if (seller !== null && owned.length === 0 && seller !== String(account.userId)) throw notYours();
	const offset = readCount(query, 'offset', 0);
	if (offset > MAX_OFFSET) throw badRequest(`Invalid offset: the maximum is ${MAX_OFFSET}`);
	return {
		stores: (seller === String(account.userId) ? account.stores : owned).filter((s) => site === null || s.site === site),
		created: readWindow(query, `${prefix}date_created`),
		updated: readWindow(query, `${prefix}last_updated`) ?? readWindow(query, `${prefix}date_last_updated`),
		closed: readWindow(query, `${prefix}date_closed`),
		status: query.get('order.status'),
		buyer: query.get('buyer'),
		sort,
		limit: Math.min(readCount(query, 'limit', MAX_LIMIT), MAX_LIMIT),
		offset,
	};
}

const all: Window = { from: 0, to: Number.MAX_SAFE_INTEGER };
const inside = (at: number | undefined, window: Window | null) =>
	window === null || (at !== undefined && at >= window.from && at < window.to);
const closedAt = (order: SimOrder) => order.steps.find((s) => s.kind === 'paid')?.at;

/** The purchases a search finds, in its order, and how many there are in all. */
function find(desk: Desk, search: Search, now: number, family: Family): { orders: Iterable<SimOrder>; total: () => number } {
	const { world } = desk.context;
	const descending = search.sort.endsWith('desc');
	const by = search.sort.startsWith('updated') ? 'updated' : 'placed';
	const listing: Listing = {
		stores: search.stores,
		by,
		...((by === 'updated' ? search.updated : search.created) ?? all),
		at: now,
		descending,
	};
	const other = by === 'updated' ? search.created : search.updated;
	if (other === null && search.closed === null && search.status === null && search.buyer === null) {
		const orders = function* () {
			for (const position of world.scan(listing)) {
				const order = world.order(position, now);
				if (order) yield order;
			}
		};
		return { orders: orders(), total: () => world.count(listing) };
	}
	// With a second condition the narrower window is walked and the rest is looked at one by one.
	const walked: Listing = by === 'placed' && search.updated !== null ? { ...listing, by: 'updated', ...search.updated } : listing;
	const found: SimOrder[] = [];
	for (const position of world.scan(walked)) {
		const order = world.order(position, now);
		if (order && matches(order, search, family)) found.push(order);
	}
	if (walked.by !== by)
		found.sort((a, b) => (descending ? -1 : 1) * (a.placedAt - b.placedAt || a.store.number - b.store.number || a.index - b.index));
	return { orders: found, total: () => found.length };
}

function matches(order: SimOrder, search: Search, family: Family): boolean {
	return (
		inside(order.placedAt, search.created) &&
		inside(order.updatedAt, search.updated) &&
		inside(search.closed === null ? 0 : closedAt(order), search.closed) &&
		(search.buyer === null || search.buyer === String(buyerId(order))) &&
		(search.status === null || order.lines.some((l) => renderOrder(order, l, family)['status'] === search.status))
	);
}

/** A row of the thin index: one purchase with its orders, not the orders themselves (contract §4.1). */
function renderRow(order: SimOrder): Record<string, unknown> {
	return {
		id: hasPack(order) ? packId(order, 0) : orderId(order, 0),
		buyer: { id: buyerId(order) },
		config: { items: order.lines.map((l) => ({ id: lineItemId(order.store, l) })) },
		orders: order.lines.map((l) => ({
			id: orderId(order, l.number),
			items: null,
			feedback: { purchase: null, sale: null },
			payments: [{ id: paymentId(order, l.number) }],
			mediations: [],
			seller: { id: sellerId(order.store) },
		})),
		shipment: { id: hasShipment(order) ? shipmentId(order, 0) : null, payments: [] },
	};
}

const names: Record<string, string> = {
	date_asc: 'Date ascending',
	date_desc: 'Date descending',
	updated_asc: 'Update ascending',
	updated_desc: 'Update descending',
	closed_asc: 'Closed ascending',
	closed_desc: 'Closed descending',
};

function around(search: Search): Record<string, unknown> {
	return {
		sort: { id: search.sort, name: names[search.sort] },
		available_sorts: sorts.filter((s) => s !== search.sort).map((id) => ({ id, name: names[id] })),
		filters: [],
	};
}

/** `GET /marketplace/orders/search`. */
export function searchGlobal(desk: Desk, call: WireCall): WireReply {
	const account = callerOfFamily(desk, call, 'global');
	spend(desk, 'orders.search', SEARCHES_PER_MINUTE);
	const { query } = call;
	if (query.has('scroll_id') && query.has('offset')) throw badRequest('scroll_id and offset cannot be combined');
	const search = readSearch(query, account, '', 'seller.id');
	const { orders, total } = find(desk, search, call.now, 'global');
	const page = slice(orders, search.offset, search.limit);
	const results = page.map(renderRow);
	const paging = { total: total(), limit: search.limit, offset: search.offset };
	return { status: 200, body: { query: '', results, ...around(search), paging }, records: results, orders: page };
}

/** `GET /orders/search`: whole orders, one row each. */
export function searchLocal(desk: Desk, call: WireCall): WireReply {
	const account = callerOfFamily(desk, call, 'local');
	spend(desk, 'orders.search.local', SEARCHES_PER_MINUTE);
	const search = readSearch(call.query, account, 'order.', 'seller');
	const rows: Record<string, unknown>[] = [];
	const orders: SimOrder[] = [];
	let seen = 0;
	for (const order of find(desk, search, call.now, 'local').orders) {
		for (const line of order.lines) {
			if (seen >= search.offset && rows.length < search.limit) {
				rows.push(renderOrder(order, line, 'local'));
				orders.push(order);
			}
			seen++;
		}
	}
	const paging = { total: seen, offset: search.offset, limit: search.limit };
	const filters = [{ id: 'order.status', name: 'Order Status', type: 'text', values: [{ id: 'paid', name: 'Order Paid', results: seen }] }];
	return {
		status: 200,
		body: { query: '', display: 'complete', paging, results: rows, ...around(search), available_filters: filters },
		records: rows,
		orders,
	};
}

function slice(orders: Iterable<SimOrder>, offset: number, limit: number): SimOrder[] {
	const found: SimOrder[] = [];
	let seen = 0;
	for (const order of orders) {
		if (found.length === limit) break;
		if (seen++ >= offset) found.push(order);
	}
	return found;
}

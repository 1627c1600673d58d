import { instantFromMillis, type Order } from '@pangea/domain';
import {
	type Json,
	jsonText,
	lazyPage,
	type OrderList,
	type Orders,
	type Outcome,
	pathStep,
	type RawReply,
	type StoreContext,
	type Window,
} from '@pangea/platform-contract';
import { mapInFlight, read, readOptional } from './client.ts';
import { idOf, isObject } from './documents.ts';
import { describeIssues, notUnderstood, understand } from './errors.ts';
import { type Hydrated, orderReader } from './hydrate.ts';
import { manifest } from './manifest.ts';
import { advanced, boundsOf, MAX_ROWS, narrowed, type Position, readCursor, sliceAt, startOf, type Slice, writeCursor } from './slices.ts';
import { isGlobalSelling } from './stores.ts';
import { wireIndexRow, wireSearch } from './wire.ts';

/** Reference to all orders of a shipment, where a notification names only the shipment; `fetch` takes it like an order id. */
export const SHIPMENT_REFERENCE = 'shipment:';

const LIMIT = manifest.pull.pageSize;

/** One page of a search. `entries` are orders, in rows of which a cart has several; `damaged` are rows that name none. */
interface SearchPage {
	entries: { id: string; known?: Json }[];
	damaged: Outcome<Order>[];
	rows: number;
	total: number | null;
	reply: RawReply;
}

type Search = (slice: Slice, at: Position, limit: number) => Promise<SearchPage>;

export const pull: Orders['pull'] = async function* (context, window, cursor) {
	if (Date.parse(window.from) >= Date.parse(window.until)) {
		yield { items: [], replies: [], next: null, watermark: window.until, total: 0 };
		return;
	}
	let only = cursor === null;
	for await (const { page, next } of walk(context, window, cursor)) {
		const reader = orderReader(context);
		const hydrated = await mapInFlight(page.entries, (entry) => reader.readOrder(entry.id, entry.known));
		const { read, replies } = assemble(hydrated, [page.reply]);
		// The search's total counts rows, not orders: only a window of one page tells how many it holds.
		const total = only && next === null ? hydrated.length : null;
		only = false;
		const size = page.damaged.length + hydrated.length;
		const rest = { size, replies, next: next && writeCursor(next), watermark: window.until, total };
		yield lazyPage(rest, () => [...page.damaged, ...read()]);
	}
};

/** @param first replies before the orders' own, e.g. the search's */
function assemble(hydrated: readonly Hydrated[], first: RawReply[]): { read: () => Outcome<Order>[]; replies: RawReply[] } {
	// Orders of one cart rest on the same reply of their shipment; it is kept once.
	const replies = new Map(first.map((reply, index) => [reply, index]));
	for (const reply of hydrated.flatMap((one) => one.replies)) if (!replies.has(reply)) replies.set(reply, replies.size);
	const read = ({ outcome, replies: own }: Hydrated): Outcome<Order> => {
		const rests = own.map((reply) => replies.get(reply) ?? 0);
		// An order that the search brought itself rests on the search's reply.
		return { ...outcome(), replies: own.some((r) => r.operation === 'orders.read') ? rests : [0, ...rests] };
	};
	return { read: () => hydrated.map(read), replies: [...replies.keys()] };
}

export const fetchOrders: Orders['fetch'] = async (context, externalIds) => {
	const reader = orderReader(context);
	const first: RawReply[] = [];
	const ids = new Set<string>();
	for (const named of externalIds) {
		if (!named.startsWith(SHIPMENT_REFERENCE)) {
			ids.add(named);
			continue;
		}
		const carried = await reader.ordersOfShipment(named.slice(SHIPMENT_REFERENCE.length));
		if (carried.reply) first.push(carried.reply);
		for (const id of carried.ids) ids.add(id);
	}
	const hydrated = await mapInFlight([...ids], (id) => reader.readOrder(id));
	// A row of the index that could not be read is set aside under its own id, which may be a cart's.
	const strangers = [...ids].filter((_, i) => hydrated[i]?.absent);
	const inCarts = (await mapInFlight(strangers, (id) => reader.ordersOfCart(id))).flat().filter((id) => !ids.has(id));
	hydrated.push(...(await mapInFlight([...new Set(inCarts)], (id) => reader.readOrder(id))));
	const present = hydrated.filter((h) => !h.absent);
	const { read, replies } = assemble(present, first);
	return lazyPage({ size: present.length, replies, next: null, watermark: context.now().toISOString(), total: null }, read);
};

/**
 * Cross-border: rows of the index, of which a cart with several orders is one. Local: the totals of the search and of its cancelled orders,
 * unless the first already holds them.
 */
export const countOrders: Orders['count'] = async (context, window) => {
	const bounds = boundsOf(window);
	if (bounds.from >= bounds.until) return 0;
	if (!isGlobalSelling(context)) return countLocal(context, bounds);
	return (await searchIndex(context, bounds, { sort: 'updated_asc', limit: '1', offset: '0' })).total;
};

async function countLocal(context: StoreContext, bounds: ReturnType<typeof boundsOf>): Promise<number | null> {
	const page = { limit: '1', offset: '0', sort: 'date_asc' };
	const all = await searchLocal(context, bounds, 0, page);
	const cancelled = await searchLocal(context, bounds, 0, { ...page, 'order.status': 'cancelled' });
	if (all.total === null || !cancelled.total) return all.total;
	const sample = cancelled.entries[0];
	const changed = Date.parse(changedAt(sample?.known) ?? '');
	if (!sample || Number.isNaN(changed)) return null;
	const around = await searchLocal(context, { from: changed, until: changed + 1 }, 0, { ...page, limit: String(LIMIT) });
	return around.entries.some((e) => e.id === sample.id) ? all.total : all.total + cancelled.total;
}

/** Cross-border: rows of the index, of which a cart has several orders. Local: the search and that of the cancelled orders. */
export const listOrders: NonNullable<Orders['list']> = async (context, window) => {
	const { from, until } = boundsOf(window);
	if (from >= until) return { orders: [], whole: true, total: 0, unshown: 0 };
	if (isGlobalSelling(context))
		return listing([await searchIndex(context, { from, until }, { sort: 'updated_asc', limit: String(LIMIT), offset: '0' })]);
	const page = { sort: 'date_asc', limit: String(LIMIT), offset: '0' };
	const all = await searchLocal(context, { from, until }, 0, page);
	const cancelled = await searchLocal(context, { from, until }, 0, { ...page, 'order.status': 'cancelled' });
	const holdsThem = all.entries.some((entry) => isCancelled(entry.known));
	return listing(holdsThem ? [all] : [all, cancelled]);
};

function listing(pages: readonly SearchPage[]): OrderList | null {
	const totals = pages.flatMap((page) => page.total ?? []);
	if (totals.length < pages.length) return null;
	const ids = new Map(pages.flatMap((page) => page.entries.map(({ id, known }) => [id, instantOf(changedAt(known))])));
	const total = totals.reduce((sum, n) => sum + n, 0);
	const rows = pages.reduce((sum, page) => sum + page.rows, 0);
	return {
		orders: [...ids].map(([externalId, updatedAt]) => ({ externalId, updatedAt })),
		whole: totals.every((n) => n <= LIMIT),
		total,
		unshown: Math.max(0, total - rows),
	};
}

function instantOf(text: string | null): string | null {
	const millis = text === null ? Number.NaN : Date.parse(text);
	return Number.isNaN(millis) ? null : instantFromMillis(millis);
}

export const ordersWithin: NonNullable<Orders['within']> = async (context, window, externalIds) => {
	const { from, until } = boundsOf(window);
	const path = isGlobalSelling(context) ? '/marketplace/orders/' : '/orders/';
	const found = await mapInFlight(externalIds, async (id) => {
		const answer = await readOptional(context, { operation: 'orders.read', path: path + pathStep(id) });
		const at = Date.parse(changedAt(answer?.json) ?? '');
		return at >= from && at < until ? [id] : [];
	});
	return found.flat();
};

function changedAt(order: Json | undefined): string | null {
	if (!isObject(order)) return null;
	const at = order['last_updated'] ?? order['date_last_updated'];
	return typeof at === 'string' ? at : null;
}

interface Step {
	page: SearchPage;
	next: Position | null;
}

/** Walks all slices of all searches. Orders that a re-read page brings again in the same slice are left out. */
async function* walk(context: StoreContext, window: Window, cursor: string | null): AsyncGenerator<Step> {
	const bounds = boundsOf(window);
	if (bounds.from >= bounds.until) return;
	const all = searches(context, bounds.order);
	let at: Position | null = cursor === null ? startOf(bounds) : readCursor(bounds, cursor);
	if (!at) throw notUnderstood('orders.search', 'the cursor is not one of this window');
	let seen = new Set<string>();
	while (at) {
		context.signal.throwIfAborted();
		const search = all[at.search];
		if (!search) throw notUnderstood('orders.search', 'the cursor is not one of this store');
		const slice = sliceAt(bounds, at);
		const page = await search(slice, at, LIMIT);
		const narrower = narrowed(bounds, at, page.total);
		if (narrower) {
			at = narrower;
			continue;
		}
		if (slice.until - slice.from <= 1 && (page.total ?? 0) > MAX_ROWS) {
			throw notUnderstood('orders.search', 'the total does not shrink with the window; the time filter seems to be ignored');
		}
		// An index may name an order twice on a page; a row that is an order itself is read wherever it stands.
		const named = new Set<string>();
		const entries = page.entries.filter((e) => !seen.has(e.id) && (e.known !== undefined || !named.has(e.id)) && named.add(e.id));
		for (const id of named) seen.add(id);
		const onward: Position | null = advanced(bounds, at, { rows: page.rows, total: page.total, pageSize: LIMIT });
		const next: Position | null = onward ?? (at.search + 1 < all.length ? startOf(bounds, at.search + 1) : null);
		yield { page: { ...page, entries }, next };
		if (next?.edge !== at.edge || next.search !== at.search) seen = new Set();
		at = next;
	}
}

/** The local search leaves out cancelled orders when a seller asks, so they are asked for apart. */
function searches(context: StoreContext, order: Window['order']): Search[] {
	const direction = order === 'newest' ? 'desc' : 'asc';
	if (isGlobalSelling(context)) {
		return [(slice, at, limit) => searchIndex(context, slice, { sort: `updated_${direction}`, ...paging(at, limit) })];
	}
	// Whether the first search really leaves them out is not published: each brings only its own, so that none comes twice.
	return [false, true].map((cancelled) => async (slice, at, limit) => {
		const status: Record<string, string> = cancelled ? { 'order.status': 'cancelled' } : {};
		const page = await searchLocal(context, slice, at.offset, { ...status, sort: `date_${direction}`, ...paging(at, limit) });
		return { ...page, entries: page.entries.filter((e) => isCancelled(e.known) === cancelled) };
	});
}

function isCancelled(order: Json | undefined): boolean {
	return isObject(order) && order['status'] === 'cancelled';
}

function paging(at: Position, limit: number): Record<string, string> {
	return { limit: String(limit), offset: String(at.offset) };
}

/** `GET /marketplace/orders/search`: the row's own id is a cart's; orders stand in `orders` (contract §4.1). */
async function searchIndex(context: StoreContext, slice: Slice, query: Record<string, string>): Promise<SearchPage> {
	const { json, raw } = await read(context, {
		operation: 'orders.search',
		path: '/marketplace/orders/search',
		query: {
			'seller.id': context.store.externalId,
			'last_updated.from': timestamp(slice.from),
			'last_updated.to': timestamp(slice.until - 1),
			...query,
		},
	});
	const index = understand('orders.search', wireSearch, json);
	const rows = index.results ?? [];
	const entries: SearchPage['entries'] = [];
	const damaged: Outcome<Order>[] = [];
	for (const row of rows) {
		const parsed = wireIndexRow.safeParse(row);
		if (parsed.success) entries.push(...parsed.data.orders.map(({ id }) => ({ id })));
		else
			damaged.push({
				ok: false,
				externalId: idOf(row),
				cause: `index row: ${describeIssues(parsed.error)}`,
				raw: jsonText(row),
				replies: [0],
			});
	}
	return { entries, damaged, rows: rows.length, total: index.paging?.total ?? null, reply: raw };
}

/** `GET /orders/search`: full orders (contract §4.2). */
async function searchLocal(context: StoreContext, slice: Slice, offset: number, query: Record<string, string>): Promise<SearchPage> {
	const { json, raw } = await read(context, {
		operation: 'orders.search',
		path: '/orders/search',
		query: {
			seller: context.store.externalId,
			'order.date_last_updated.from': timestamp(slice.from),
			'order.date_last_updated.to': timestamp(slice.until - 1),
			...query,
		},
	});
	const found = understand('orders.search', wireSearch, json);
	const rows = found.results ?? [];
	// A row without an id still becomes a record that says so.
	const entries = rows.map((row, index) => ({ id: idOf(row) ?? `?${offset + index}`, known: row }));
	return { entries, damaged: [], rows: rows.length, total: found.paging?.total ?? null, reply: raw };
}

/** Milliseconds and an explicit offset (contract §3.3). */
function timestamp(millis: number): string {
	return new Date(millis).toISOString().replace('Z', '+00:00');
}

import { instantFromMillis, type Order } from '@pangea/domain';
import {
	causeText,
	idText,
	lazyPage,
	type OrderList,
	type Orders,
	type Outcome,
	parseJson,
	PlatformError,
	type RawReply,
	type StoreContext,
	type Window,
} from '@pangea/platform-contract';
import {
	type AfterSaleKind,
	type AfterSalesAccess,
	ifGranted,
	joinAfterSales,
	orderIdOf,
	readAfterSale,
	searchAfterSales,
	unreadable,
	windowFilter,
} from './after-sales.ts';
import { call } from './client.ts';
import { rawRecord, rawReply } from './evidence.ts';
import { manifest } from './manifest.ts';
import { cipherOf } from './stores.ts';
import { type OrderSite, toOrder } from './to-order.ts';
import { advance, type Cursor, decodeCursor, type Direction, encodeCursor, type Position, type Sighting } from './walk.ts';
import { explain, Order as OrderSchema, OrderPage, OrderStage, type WireAfterSale } from './wire.ts';

const IDS_PER_DETAIL = 50;

export const orders: Orders = {
	/**
	 * First the orders whose own last change lies in the window, then those of which only a return or a cancellation changed in it:
	 * `update_time` moves with the order's status and tells nothing of those.
	 */
	async *pull(context, window, cursor) {
		const access: AfterSalesAccess = { granted: true };
		let at: Cursor | null = cursor === null ? start('orders', window) : decodeCursor(cursor);
		while (at !== null) {
			const { found, replies, total, next }: Step =
				at.stage === 'orders' ? await orderStep(context, window, at, access) : await afterSaleStep(context, window, at, access);
			at = next;
			const page = { size: found.size, replies, next: next && encodeCursor(next), watermark: window.until, total };
			yield lazyPage(page, found.read);
		}
	},

	async fetch(context, externalIds) {
		const replies: RawReply[] = [];
		const found = await fetchDetails(context, externalIds, replies);
		const { read, size } = await joined(context, found, replies, { granted: true });
		return lazyPage({ size, replies, next: null, watermark: context.now().toISOString(), total: null }, read);
	},

	async count(context, window) {
		const { data } = await search(context, start('orders', window), 'newest', 1);
		return data.total;
	},

	async list(context, window) {
		const { data } = await search(context, start('orders', window), 'oldest', manifest.pull.pageSize);
		const { records, total } = data;
		if (total === null) return null;
		const orders = records.map((record) => sighting(record, 'id')).flatMap(named);
		return { orders, whole: total <= manifest.pull.pageSize, total, unshown: Math.max(0, total - records.length) };
	},

	async within(context, window, externalIds) {
		const { ge, lt } = start('orders', window);
		const found = await fetchDetails(context, externalIds, []);
		return found.flatMap(({ record }) => {
			const { id, changedAt } = sighting(record, 'id');
			return id !== null && changedAt !== null && changedAt >= ge && changedAt < lt ? [id] : [];
		});
	},

	read(document, store) {
		const records = orderRecords(document.body);
		return records && records.map((record) => readOrder({ record, reply: 0 }, () => ({ afterSales: [], replies: [] }), store));
	},
};

interface Step {
	found: Joined;
	replies: RawReply[];
	total: number | null;
	next: Cursor | null;
}

function start(stage: Cursor['stage'], window: Window): Cursor {
	return { stage, ge: seconds(window.from), lt: seconds(window.until), token: null, seen: [], total: null };
}

/** The platform counts whole seconds: `t >= from` and `t < until` hold for a whole t exactly when they hold for the next full second. */
function seconds(instant: string): number {
	return Math.ceil(Date.parse(instant) / 1000);
}

async function orderStep(context: StoreContext, window: Window, at: Cursor, access: AfterSalesAccess): Promise<Step> {
	const { data, raw } = await search(context, at, window.order, manifest.pull.pageSize);
	const replies = [rawReply(context, 'orders.search', raw)];
	const total = at.total ?? data.total;
	const sightings = data.records.map((record) => sighting(record, 'id'));
	const fresh = data.records.filter((_, i) => !at.seen.includes(sightings[i]?.id ?? ''));
	const found = await joined(
		context,
		fresh.map((record) => ({ record, reply: 0 })),
		replies,
		access,
	);
	const further = advance(at, sightings, data.token, window.order);
	return {
		found,
		replies,
		total,
		next: further ? { ...further, stage: 'orders', total } : { ...start('returns', window), total },
	};
}

/** Orders whose own last change is inside or after the window are left to the walk through that window. */
async function afterSaleStep(context: StoreContext, window: Window, at: Cursor, access: AfterSalesAccess): Promise<Step> {
	const kind: AfterSaleKind = at.stage === 'returns' ? 'returns' : 'cancellations';
	const found = await ifGranted(access, () => searchAfterSales(context, kind, windowFilter(at), at.token));
	const replies: RawReply[] = [];
	const damaged: Outcome<Order>[] = [];
	let orders: Joined = { read: () => [], size: 0 };
	let further: Position | null = null;
	if (found) {
		replies.push(rawReply(context, kind === 'returns' ? 'returns.search' : 'cancellations.search', found.raw));
		const sightings = found.data.records.map((record) => sighting(record, kind === 'returns' ? 'return_id' : 'cancel_id'));
		further = advance(at, sightings, found.data.token, 'oldest');
		const orderIds = new Set<string>();
		for (const record of found.data.records) {
			const read = readAfterSale(kind, record);
			if (read.ok) orderIds.add(read.value.order_id);
			else damaged.push(unreadable(orderIdOf(record), record, read.cause, 0));
		}
		const details = await fetchDetails(context, [...orderIds], replies);
		const untouched = details.filter(({ record }) => (sighting(record, 'id').changedAt ?? 0) < seconds(window.from));
		orders = await joined(context, untouched, replies, access);
	}
	const { read, size } = orders;
	const all: Joined = { read: () => [...damaged, ...read()], size: damaged.length + size };
	const step = { found: all, replies, total: at.total };
	if (further) return { ...step, next: { ...further, stage: at.stage, total: at.total } };
	return { ...step, next: kind === 'returns' ? { ...start('cancellations', window), total: at.total } : null };
}

function search(context: StoreContext, at: Position, direction: Direction, pageSize: number) {
	return call(
		context,
		{
			operation: 'orders.search',
			method: 'POST',
			path: '/order/202309/orders/search',
			cipher: cipherOf(context),
			query: {
				page_size: pageSize,
				sort_field: 'update_time',
				sort_order: direction === 'newest' ? 'DESC' : 'ASC',
				page_token: at.token ?? undefined,
			},
			body: { update_time_ge: at.ge, update_time_lt: at.lt },
			idempotent: true,
		},
		OrderPage,
	);
}

/** A record and the reply it came in. */
interface Found {
	record: unknown;
	reply: number;
}

async function fetchDetails(context: StoreContext, ids: readonly string[], replies: RawReply[]): Promise<Found[]> {
	const found: Found[] = [];
	for (let from = 0; from < ids.length; from += IDS_PER_DETAIL)
		found.push(...(await fetchBatch(context, ids.slice(from, from + IDS_PER_DETAIL), replies)));
	return found;
}

/** One id that is not the seller's makes the platform refuse the whole batch: it is halved until only strangers are left out. */
async function fetchBatch(context: StoreContext, ids: readonly string[], replies: RawReply[]): Promise<Found[]> {
	try {
		const { data, raw } = await call(
			context,
			{
				operation: 'orders.detail',
				method: 'GET',
				path: '/order/202507/orders',
				cipher: cipherOf(context),
				query: { ids: ids.join(',') },
				idempotent: true,
			},
			OrderPage,
		);
		const reply = replies.push(rawReply(context, 'orders.detail', raw)) - 1;
		return data.records.map((record) => ({ record, reply }));
	} catch (error) {
		if (!(error instanceof PlatformError) || error.kind !== 'notFound') throw error;
		if (ids.length <= 1) return [];
		const half = Math.ceil(ids.length / 2);
		return [...(await fetchBatch(context, ids.slice(0, half), replies)), ...(await fetchBatch(context, ids.slice(half), replies))];
	}
}

/** Orders with everything that was asked about them, not yet read. */
interface Joined {
	read: () => Outcome<Order>[];
	size: number;
}

async function joined(context: StoreContext, found: readonly Found[], replies: RawReply[], access: AfterSalesAccess): Promise<Joined> {
	const stages = found.map(({ record }) => OrderStage.safeParse(record)).flatMap((read) => (read.success ? [read.data] : []));
	const join = await joinAfterSales(context, stages, replies, access);
	const site = { siteId: context.store.siteId, currency: context.currency };
	return {
		read: () => [...found.map((one) => readOrder(one, join.of, site)), ...join.unread],
		size: found.length + join.unread.length,
	};
}

type Join = (orderId: string) => { afterSales: readonly WireAfterSale[]; replies: readonly number[] };

function readOrder({ record, reply }: Found, join: Join, site: OrderSite): Outcome<Order> {
	const wire = OrderSchema.safeParse(record);
	if (!wire.success)
		return { ok: false, externalId: sighting(record, 'id').id, cause: explain(wire.error), raw: rawRecord(record), replies: [reply] };
	const { afterSales, replies } = join(wire.data.id);
	try {
		return { ok: true, value: toOrder(wire.data, afterSales, site), replies: [reply, ...replies] };
	} catch (error) {
		const cause = error instanceof Error ? causeText(error.message) : 'The order cannot be read';
		return { ok: false, externalId: wire.data.id, cause, raw: rawRecord(record), replies: [reply, ...replies] };
	}
}

/** Id and last change of a record that may be anything. */
function sighting(record: unknown, idField: 'id' | 'return_id' | 'cancel_id'): Sighting {
	if (typeof record !== 'object' || record === null) return { id: null, changedAt: null };
	const id: unknown = Reflect.get(record, idField);
	const told: unknown = Reflect.get(record, 'update_time');
	const changedAt = typeof told === 'number' || typeof told === 'string' ? Number(told) : Number.NaN;
	return {
		id: idText(id),
		changedAt: Number.isSafeInteger(changedAt) && changedAt > 0 ? changedAt : null,
	};
}

function named({ id, changedAt }: Sighting): OrderList['orders'] {
	return id === null ? [] : [{ externalId: id, updatedAt: changedAt === null ? null : instantFromMillis(changedAt * 1000) }];
}

/** The orders of a stored answer, of its `data`, of a list or of a single order; null when the document is something else. */
function orderRecords(body: Buffer): unknown[] | null {
	let document: unknown;
	try {
		document = parseJson(body.toString('utf8'));
	} catch {
		return null;
	}
	const data = member(document, 'data') ?? document;
	const listed = member(data, 'orders') ?? data;
	const records = Array.isArray(listed) ? listed : [listed];
	return records.length > 0 && records.every(looksLikeOrder) ? records : null;
}

function looksLikeOrder(record: unknown): boolean {
	return member(record, 'id') !== undefined && (member(record, 'line_items') !== undefined || member(record, 'payment') !== undefined);
}

function member(value: unknown, name: string): unknown {
	return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

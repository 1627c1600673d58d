import { instantFromMillis, type Order } from '@pangea/domain';
import {
	type Json,
	jsonText,
	lazyPage,
	type OrderList,
	type Orders,
	type Outcome,
	type Page,
	type RawReply,
	type StoreContext,
	type Window,
} from '@pangea/platform-contract';
import { type AmountsOrGap, type ConfirmedScales, fetchAmounts } from './amounts.ts';
import { type Answer, callForStore, type Params } from './client.ts';
import { nextPosition, type Position, readCursor, type Seconds, secondsOf, startOf, writeCursor } from './cursor.ts';
import { hasCode, notUnderstood, ORDER_NOT_FOUND, STILL_CALCULATING } from './errors.ts';
import { manifest } from './manifest.ts';
import { type Permissions, permissionsOf } from './permissions.ts';
import { readDocument } from './read.ts';
import { type Cases, fetchCases } from './returns.ts';
import { fetchParcels, mayHaveParcels, parcelsOfDetail, type Shipments } from './shipments.ts';
import { assertOrdersServed, belongsTo, regionOfOrder, regionParam } from './stores.ts';
import { PENDING, toOrder } from './to-order.ts';
import { causeOf, orderKeySchema, orderListSchema, orderSchema, orderStageSchema, type WireLine, type WireOrderStage } from './wire.ts';

const LIST = 'bg.order.list.v2.get';
const DETAIL = 'bg.order.detail.v2.get';
const PAGE_SIZE = manifest.pull.pageSize;
/** Orders that a list request can name. */
const NAMED_A_REQUEST = 20;
/** Orders whose amounts and parcels are asked for at the same time; the budgets set the pace. */
const ABREAST = 6;

/** @param confirmed scales of amounts that were checked against a live order. */
export function createOrders(confirmed: ConfirmedScales): Orders {
	return {
		async *pull(context, window, cursor) {
			assertOrdersServed(context.store);
			const seconds = secondsOf(window);
			if (seconds === null) {
				yield { items: [], replies: [], next: null, watermark: window.until, total: 0 };
				return;
			}
			const permissions = permissionsOf(context);
			let at: Position | null = cursor === null ? startOf(seconds) : readCursor(cursor, seconds);
			while (at !== null) {
				context.signal.throwIfAborted();
				const step: Step = await pullPage(context, permissions, confirmed, window, seconds, at);
				yield step.page;
				at = step.next;
			}
		},

		async fetch(context, externalIds) {
			assertOrdersServed(context.store);
			const permissions = permissionsOf(context);
			const wanted = [...new Set(externalIds)].filter((sn) => belongsTo(context.store, regionOfOrder(sn)));
			const found: Found[] = [];
			const replies: RawReply[] = [];
			for (let start = 0; start < wanted.length; start += NAMED_A_REQUEST) {
				const chunk = wanted.slice(start, start + NAMED_A_REQUEST);
				const answer = await callForStore(context, 'read', LIST, { pageNumber: 1, pageSize: PAGE_SIZE, parentOrderSnList: chunk });
				replies.push(answer.reply);
				found.push(...itemsOf(context, answer).items);
			}
			const listed = new Set(found.map((item) => item.sn));
			for (const sn of wanted.filter((one) => !listed.has(one))) {
				const detail = await fetchDetail(context, sn);
				if (!detail) continue;
				replies.push(detail.reply);
				found.push(...itemsOfDetail(context, detail));
			}
			const asked = new Set(wanted);
			const named = found.filter((item) => item.sn === null || asked.has(item.sn));
			const read = await complete(context, permissions, confirmed, named, replies);
			return lazyPage({ size: named.length, replies, next: null, watermark: context.now().toISOString(), total: null }, read);
		},

		async count(context, window) {
			assertOrdersServed(context.store);
			const seconds = secondsOf(window);
			if (seconds === null) return 0;
			const params = regionParam(context.store);
			// Without the filter the list also holds the orders of the mall's other stores.
			if (params === null) return null;
			const { result } = await callForStore(context, 'read', LIST, { ...listParams(seconds.start, seconds.end, 1, 1), ...params });
			return readList(result).totalItemNum;
		},

		async list(context, window) {
			assertOrdersServed(context.store);
			const seconds = secondsOf(window);
			if (seconds === null) return { orders: [], whole: true, total: 0, unshown: 0 };
			const params = regionParam(context.store);
			if (params === null) return null;
			const { result } = await callForStore(context, 'read', LIST, { ...listParams(seconds.start, seconds.end, 1, PAGE_SIZE), ...params });
			const { totalItemNum: total, pageItems } = readList(result);
			if (total === null) return null;
			const orders = pageItems.map(keyOf).flatMap(named);
			return { orders, whole: total <= PAGE_SIZE, total, unshown: Math.max(0, total - pageItems.length) };
		},

		async within(context, window, externalIds) {
			const seconds = secondsOf(window);
			const found: string[] = [];
			for (let start = 0; seconds !== null && start < externalIds.length; start += NAMED_A_REQUEST) {
				const chunk = externalIds.slice(start, start + NAMED_A_REQUEST);
				const { result } = await callForStore(context, 'read', LIST, { pageNumber: 1, pageSize: PAGE_SIZE, parentOrderSnList: chunk });
				for (const { sn, updateTime } of readList(result).pageItems.map(keyOf)) {
					if (sn !== null && updateTime !== null && updateTime >= seconds.start && updateTime <= seconds.end) found.push(sn);
				}
			}
			return found;
		},

		read: (document, store) => readDocument(document, store.currency, confirmed),
	};
}

interface Step {
	page: Page<Order>;
	next: Position | null;
}

function listParams(start: number, end: number, pageNumber: number, pageSize: number): Params {
	return { pageNumber, pageSize, updateAtStart: start, updateAtEnd: end, sortby: 'updateTime' };
}

async function pullPage(
	context: StoreContext,
	permissions: Permissions,
	confirmed: ConfirmedScales,
	window: Window,
	seconds: Seconds,
	at: Position,
): Promise<Step> {
	const region = regionParam(context.store);
	const answer = await callForStore(context, 'read', LIST, { ...listParams(seconds.start, at.end, at.page, PAGE_SIZE), ...region });
	const { items, keys, totalItemNum } = itemsOf(context, answer);
	const next = nextPosition(at, keys, totalItemNum, PAGE_SIZE, seconds.start);
	const seen = new Set(at.seen);
	const fresh = withoutRepeats(items.filter((item) => item.sn === null || !seen.has(item.sn)));
	const replies = [answer.reply];
	const read = await complete(context, permissions, confirmed, fresh, replies);
	const total = region === null ? null : (at.total ?? totalItemNum);
	const page = { size: fresh.length, replies, next: next && writeCursor(next), watermark: window.until, total };
	return { page: lazyPage(page, read), next };
}

/** Several calls follow each item; the very same one is not followed twice. Another item of the same order number is. */
function withoutRepeats(items: readonly Found[]): Found[] {
	const repeated = new Set<string>();
	const met = new Set<string>();
	for (const { sn } of items) if (sn !== null) (met.has(sn) ? repeated : met).add(sn);
	const texts = new Map<string, Set<string>>();
	return items.filter(({ sn, item }) => {
		if (sn === null || !repeated.has(sn)) return true;
		const known = texts.get(sn) ?? new Set();
		const text = jsonText(item);
		if (known.has(text)) return false;
		texts.set(sn, known.add(text));
		return true;
	});
}

/** An item of a reply, before anything else was asked about it. */
interface Found {
	sn: string | null;
	item: unknown;
	reply: RawReply;
	fromDetail: boolean;
}

function readList(result: Json): { totalItemNum: number | null; pageItems: unknown[] } {
	const parsed = orderListSchema.safeParse(result);
	if (!parsed.success) throw notUnderstood(LIST, causeOf(parsed.error), parsed.error);
	return parsed.data;
}

function itemsOf(
	context: StoreContext,
	answer: Answer,
): { items: Found[]; keys: { sn: string | null; updateTime: number | null }[]; totalItemNum: number | null } {
	const { pageItems, totalItemNum } = readList(answer.result);
	const all = pageItems.map((item) => ({ item, key: keyOf(item) }));
	return {
		items: all
			.filter(({ key }) => belongsTo(context.store, key.regionId))
			.map(({ item, key }) => ({ sn: key.sn, item, reply: answer.reply, fromDetail: false })),
		keys: all.map(({ key }) => key),
		totalItemNum,
	};
}

function keyOf(item: unknown): { sn: string | null; updateTime: number | null; regionId: string | null } {
	const parsed = orderKeySchema.safeParse(item);
	if (!parsed.success) return { sn: null, updateTime: null, regionId: null };
	const { parentOrderSn, updateTime, regionId } = parsed.data.parentOrderMap;
	return { sn: parentOrderSn, updateTime, regionId: regionId ?? (parentOrderSn === null ? null : regionOfOrder(parentOrderSn)) };
}

function named({ sn, updateTime }: ReturnType<typeof keyOf>): OrderList['orders'] {
	return sn === null ? [] : [{ externalId: sn, updatedAt: updateTime === null ? null : instantFromMillis(updateTime * 1000) }];
}

// A list may lag behind a push that names a new order; its detail is there at once.
async function fetchDetail(context: StoreContext, parentOrderSn: string): Promise<Answer | null> {
	try {
		return await callForStore(context, 'read', DETAIL, { parentOrderSn });
	} catch (error) {
		if (hasCode(error, [ORDER_NOT_FOUND, ...STILL_CALCULATING])) return null;
		throw error;
	}
}

function itemsOfDetail(context: StoreContext, answer: Answer): Found[] {
	const key = keyOf(answer.result);
	return belongsTo(context.store, key.regionId) ? [{ sn: key.sn, item: answer.result, reply: answer.reply, fromDetail: true }] : [];
}

interface Staged extends Found {
	order: WireOrderStage;
}

/**
 * Asks for cases, amounts and parcels of what can be read. Appends every reply to `replies`, in an order that does not depend on which came
 * first.
 * @returns what maps the orders; what cannot be read becomes a failed outcome.
 */
async function complete(
	context: StoreContext,
	permissions: Permissions,
	confirmed: ConfirmedScales,
	found: readonly Found[],
	replies: RawReply[],
): Promise<() => Outcome<Order>[]> {
	const staged: Staged[] = found.flatMap((one) => {
		const parsed = orderStageSchema.safeParse(one.item);
		return parsed.success ? [{ ...one, order: parsed.data }] : [];
	});
	const settled = staged.filter((one) => one.order.parentOrderMap.parentOrderStatus !== PENDING);
	const cases = await fetchCases(
		context,
		permissions,
		confirmed,
		settled.map((one) => one.order.parentOrderMap.parentOrderSn),
	);
	const extras = new Map<Found['item'], Extras>();
	await abreast(settled, async (one) => {
		extras.set(one.item, await fetchExtras(context, permissions, confirmed, one.order));
	});
	const index = new ReplyIndex(replies);
	const bySn = new Map(staged.map(({ item, order }) => [item, order.parentOrderMap.parentOrderSn]));
	const asked: Asked[] = found.map((one) => {
		const sn = bySn.get(one.item);
		const known = sn === undefined ? undefined : cases.get(sn);
		const extra = extras.get(one.item);
		return { one, known, extra, replies: index.of([one.reply, ...(extra?.replies ?? []), ...(known?.replies ?? [])]) };
	});
	const { currency } = context;
	return () => asked.map((each) => readOrder(each, currency));
}

/** An item and what was told about it, not yet read. */
interface Asked {
	one: Found;
	known: Cases | undefined;
	extra: Extras | undefined;
	replies: number[];
}

function readOrder({ one, known, extra, replies }: Asked, currency: string): Outcome<Order> {
	const parsed = orderSchema.safeParse(one.item);
	if (!parsed.success) return { ok: false, externalId: one.sn, cause: causeOf(parsed.error), raw: jsonText(one.item), replies };
	const order = parsed.data;
	const shipments = extra?.shipments?.(order.orderList);
	const asked = shipments?.parcels ?? [];
	const value = toOrder(
		{
			order,
			amounts: extra?.amounts() ?? null,
			parcels: asked.length === 0 && one.fromDetail ? parcelsOfDetail(order.orderList) : asked,
			returns: known?.returns ?? [],
			warnings: [...(shipments?.warnings ?? []), ...(known?.warnings ?? [])],
		},
		currency,
	);
	return { ok: true, value, replies };
}

/** What was asked about one order alone. */
interface Extras {
	amounts: () => AmountsOrGap;
	shipments: ((lines: readonly WireLine[]) => Shipments) | null;
	replies: RawReply[];
}

async function fetchExtras(
	context: StoreContext,
	permissions: Permissions,
	confirmed: ConfirmedScales,
	order: WireOrderStage,
): Promise<Extras> {
	const { parentOrderSn, parentOrderStatus, siteId } = order.parentOrderMap;
	const amounts = await fetchAmounts(context, permissions, confirmed, { parentOrderSn, siteId: siteId ?? context.store.siteId });
	const shipments = mayHaveParcels(parentOrderStatus)
		? await fetchParcels(context, permissions, { parentOrderSn, lines: order.orderList })
		: null;
	return { amounts: amounts.read, shipments: shipments?.read ?? null, replies: [...amounts.replies, ...(shipments?.replies ?? [])] };
}

/** Runs `work` over all items, a few at a time; the first failure ends it and is thrown. */
async function abreast<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
	const queue = [...items];
	const lanes = Array.from({ length: Math.min(ABREAST, queue.length) }, async () => {
		for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
			try {
				await work(item);
			} catch (error) {
				queue.length = 0;
				throw error;
			}
		}
	});
	const ended = await Promise.allSettled(lanes);
	for (const lane of ended) if (lane.status === 'rejected') throw lane.reason;
}

/** Numbers replies as a page lists them. */
class ReplyIndex {
	readonly #replies: RawReply[];
	readonly #places: Map<RawReply, number>;

	constructor(replies: RawReply[]) {
		this.#replies = replies;
		this.#places = new Map(replies.map((reply, place) => [reply, place]));
	}

	of(wanted: readonly RawReply[]): number[] {
		return wanted.map((reply) => {
			const known = this.#places.get(reply);
			if (known !== undefined) return known;
			this.#places.set(reply, this.#replies.length);
			return this.#replies.push(reply) - 1;
		});
	}
}

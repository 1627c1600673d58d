import type { Order } from '@pangea/domain';
import {
	type Json,
	jsonText,
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
import { fetchCases } from './returns.ts';
import { fetchParcels, mayHaveParcels, parcelsOfDetail, type Shipments } from './shipments.ts';
import { assertOrdersServed, belongsTo, regionOfOrder, regionParam } from './stores.ts';
import { PENDING, toOrder } from './to-order.ts';
import { causeOf, orderKeySchema, orderListSchema, orderSchema, type WireOrder } from './wire.ts';

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
			const items = await complete(
				context,
				permissions,
				confirmed,
				found.filter((item) => item.sn === null || asked.has(item.sn)),
				replies,
			);
			return { items, replies, next: null, watermark: context.now().toISOString(), total: null };
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
	return {
		page: {
			items: await complete(context, permissions, confirmed, fresh, replies),
			replies,
			next: next && writeCursor(next),
			watermark: window.until,
			total: region === null ? null : (at.total ?? totalItemNum),
		},
		next,
	};
}

/** Several calls follow each item; the very same one is not followed twice. Another item of the same order number is. */
function withoutRepeats(items: readonly Found[]): Found[] {
	const texts = new Map<string, Set<string>>();
	return items.filter(({ sn, item }) => {
		if (sn === null) return true;
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

interface Readable extends Found {
	order: WireOrder;
}

/**
 * Asks for cases, amounts and parcels of what can be read and maps it; what cannot be read becomes a failed outcome.
 * Appends every reply to `replies`, in an order that does not depend on which came first.
 */
async function complete(
	context: StoreContext,
	permissions: Permissions,
	confirmed: ConfirmedScales,
	found: readonly Found[],
	replies: RawReply[],
): Promise<Outcome<Order>[]> {
	const read = found.map((one) => ({ one, parsed: orderSchema.safeParse(one.item) }));
	const readable: Readable[] = read.flatMap(({ one, parsed }) => (parsed.success ? [{ ...one, order: parsed.data }] : []));
	const settled = readable.filter((one) => one.order.parentOrderMap.parentOrderStatus !== PENDING);
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
	return read.map(({ one, parsed }): Outcome<Order> => {
		if (!parsed.success) {
			return { ok: false, externalId: one.sn, cause: causeOf(parsed.error), raw: jsonText(one.item), replies: index.of([one.reply]) };
		}
		const sn = parsed.data.parentOrderMap.parentOrderSn;
		const known = cases.get(sn);
		const extra = extras.get(one.item);
		const value = toOrder(
			{
				order: parsed.data,
				amounts: extra?.amounts ?? null,
				parcels: parcelsOf(one, parsed.data, extra),
				returns: known?.returns ?? [],
				warnings: [...(extra?.shipments?.warnings ?? []), ...(known?.warnings ?? [])],
			},
			context.currency,
		);
		return { ok: true, value, replies: index.of([one.reply, ...(extra?.replies ?? []), ...(known?.replies ?? [])]) };
	});
}

function parcelsOf(found: Found, order: WireOrder, extra: Extras | undefined): Order['parcels'] {
	const asked = extra?.shipments?.parcels ?? [];
	return asked.length === 0 && found.fromDetail ? parcelsOfDetail(order.orderList) : asked;
}

interface Extras {
	amounts: AmountsOrGap;
	shipments: Shipments | null;
	replies: RawReply[];
}

async function fetchExtras(context: StoreContext, permissions: Permissions, confirmed: ConfirmedScales, order: WireOrder): Promise<Extras> {
	const { parentOrderSn, parentOrderStatus, siteId } = order.parentOrderMap;
	const amounts = await fetchAmounts(context, permissions, confirmed, { parentOrderSn, siteId: siteId ?? context.store.siteId });
	const shipments = mayHaveParcels(parentOrderStatus)
		? await fetchParcels(context, permissions, { parentOrderSn, lines: order.orderList })
		: null;
	return { amounts: amounts.outcome, shipments, replies: [...amounts.replies, ...(shipments?.replies ?? [])] };
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

import type { Order } from '@pangea/domain';
import { idText, type Outcome, PlatformError, type RawReply, type StoreContext } from '@pangea/platform-contract';
import type { z } from 'zod';
import { type ApiReply, call } from './client.ts';
import { rawRecord, rawReply } from './evidence.ts';
import { cipherOf } from './stores.ts';
import type { Position } from './walk.ts';
import { Cancellation, CancellationPage, explain, Return, ReturnPage, type WireAfterSale, type WireOrderStage } from './wire.ts';

export type AfterSaleKind = 'returns' | 'cancellations';

const ENDPOINTS = {
	returns: { operation: 'returns.search', path: '/return_refund/202309/returns/search', page: ReturnPage, record: Return },
	cancellations: {
		operation: 'cancellations.search',
		path: '/return_refund/202309/cancellations/search',
		page: CancellationPage,
		record: Cancellation,
	},
} as const;

const PAGE_SIZE = 50;
// How many order ids one search takes is not published; the detail call takes 50.
const IDS_PER_SEARCH = 50;

type Filter = { order_ids: string[] } | { update_time_ge: number; update_time_lt: number };

export function windowFilter({ ge, lt }: Position): Filter {
	return { update_time_ge: ge, update_time_lt: lt };
}

/** One page, sorted by last change, oldest first. @throws PlatformError */
export function searchAfterSales(
	context: StoreContext,
	kind: AfterSaleKind,
	filter: Filter,
	token: string | null,
): Promise<ApiReply<z.infer<typeof ReturnPage>>> {
	const { operation, path, page } = ENDPOINTS[kind];
	const query = { page_size: PAGE_SIZE, sort_field: 'update_time', sort_order: 'ASC', page_token: token ?? undefined };
	return call(context, { operation, method: 'POST', path, cipher: cipherOf(context), query, body: filter, idempotent: true }, page);
}

/** A record of either search, or why it cannot be read. */
export function readAfterSale(kind: AfterSaleKind, record: unknown): { ok: true; value: WireAfterSale } | { ok: false; cause: string } {
	const read = ENDPOINTS[kind].record.safeParse(record);
	return read.success ? { ok: true, value: read.data } : { ok: false, cause: `${kind}: ${explain(read.error)}` };
}

/** The permission for after-sales is apart from that for orders: without it orders still come, with nothing joined. */
export interface AfterSalesAccess {
	granted: boolean;
}

/** Runs a call unless the permission is known to be missing; null without it. */
export async function ifGranted<T>(access: AfterSalesAccess, ask: () => Promise<T>): Promise<T | null> {
	if (!access.granted) return null;
	try {
		return await ask();
	} catch (error) {
		if (!(error instanceof PlatformError) || error.userMessage.code !== 'scopeMissing') throw error;
		access.granted = false;
		return null;
	}
}

interface Joined {
	afterSales: WireAfterSale[];
	/** Indices into the page's replies. */
	replies: number[];
}

export interface AfterSalesJoin {
	of: (orderId: string) => Readonly<Joined>;
	/** Records that could not be read. They never spoil the order they belong to. */
	unread: Outcome<Order>[];
}

const NOTHING: Readonly<Joined> = { afterSales: [], replies: [] };

/**
 * Looks up returns and cancellations of orders and appends the answers to `replies`. Asks only for orders that can have any, so that
 * a page of fresh orders costs no call.
 * @throws PlatformError
 */
export async function joinAfterSales(
	context: StoreContext,
	orders: readonly WireOrderStage[],
	replies: RawReply[],
	access: AfterSalesAccess,
): Promise<AfterSalesJoin> {
	const found = new Map<string, Joined>();
	const unread: Outcome<Order>[] = [];
	for (const kind of ['cancellations', 'returns'] as const) {
		const candidates = orders.filter(kind === 'returns' ? mayHaveReturns : mayHaveCancellations).map((order) => order.id);
		for (let from = 0; from < candidates.length; from += IDS_PER_SEARCH) {
			const filter = { order_ids: candidates.slice(from, from + IDS_PER_SEARCH) };
			const told = new Set<string>();
			const nameless: { record: unknown; cause: string; index: number }[] = [];
			let token: string | null = null;
			do {
				const reply: Awaited<ReturnType<typeof searchAfterSales>> | null = await ifGranted(access, () =>
					searchAfterSales(context, kind, filter, token),
				);
				if (!reply) break;
				const index = replies.push(rawReply(context, ENDPOINTS[kind].operation, reply.raw)) - 1;
				for (const record of reply.data.records) {
					const read = readAfterSale(kind, record);
					if (read.ok) {
						told.add(read.value.order_id);
						add(found, read.value, index);
						continue;
					}
					const orderId = orderIdOf(record);
					if (orderId === null || !filter.order_ids.includes(orderId)) nameless.push({ record, cause: read.cause, index });
					else unread.push(unreadable(orderId, record, read.cause, index));
				}
				token = reply.data.token;
			} while (token !== null);
			// A record that does not say whose it is may be any order's that was told nothing: each of them is set aside, to be asked for again.
			for (const { record, cause, index } of nameless)
				for (const orderId of filter.order_ids) if (!told.has(orderId)) unread.push(unreadable(orderId, record, cause, index));
		}
	}
	return { of: (orderId) => found.get(orderId) ?? NOTHING, unread };
}

function add(found: Map<string, Joined>, value: WireAfterSale, reply: number): void {
	const entry = found.get(value.order_id);
	if (!entry) found.set(value.order_id, { afterSales: [value], replies: [reply] });
	else {
		entry.afterSales.push(value);
		if (!entry.replies.includes(reply)) entry.replies.push(reply);
	}
}

/** Of a record that may be anything. */
export function orderIdOf(record: unknown): string | null {
	return typeof record === 'object' && record !== null && 'order_id' in record ? idText(record.order_id) : null;
}

/** @param orderId null when the record does not say whose it is */
export function unreadable(orderId: string | null, record: unknown, cause: string, reply: number): Outcome<Order> {
	return { ok: false, externalId: orderId, cause, raw: rawRecord(record), replies: [reply] };
}

const BEFORE_SHIPMENT: ReadonlySet<string> = new Set(['UNPAID', 'ON_HOLD', 'AWAITING_SHIPMENT']);

function mayHaveReturns(order: WireOrderStage): boolean {
	return !BEFORE_SHIPMENT.has(order.status);
}

function mayHaveCancellations(order: WireOrderStage): boolean {
	const cancelled = (status: string | null): boolean => status?.startsWith('CANCEL') ?? false;
	return (
		order.is_buyer_request_cancel ||
		order.request_cancel_time !== null ||
		cancelled(order.status) ||
		order.line_items.some((unit) => cancelled(unit.display_status))
	);
}

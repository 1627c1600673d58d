import { MoneyError, type Money, type OrderReturn, type ReturnKind, type ReturnState } from '@pangea/domain';
import { entryOf, type Json, type RawReply, type StoreContext } from '@pangea/platform-contract';
import { ZodError } from 'zod';
import { type ConfirmedScales, toMoney } from './amounts.ts';
import { callForStore } from './client.ts';
import { isNotGranted, TemuError } from './errors.ts';
import type { Permissions } from './permissions.ts';
import {
	afterSalesDetailSchema,
	afterSalesListSchema,
	cancelListSchema,
	causeOf,
	type WireAfterSales,
	type WireAfterSalesDetail,
	type WireCancel,
} from './wire.ts';

const CANCELS = 'bg.aftersales.cancel.list.get';
const AFTER_SALES = 'bg.aftersales.parentaftersales.list.get';
const DETAIL = 'temu.aftersales.parentaftersales.detail.get';

/** How warnings name what an API tells. */
const SUBJECTS = { [CANCELS]: 'cancellations', [AFTER_SALES]: 'after_sales' } as const;

/** Orders named in one request; the documentation states this limit for order lists only. */
const ORDERS_A_REQUEST = 20;
const PAGE_SIZE = 200;
const MOST_PAGES = 50;

export interface Cases {
	returns: OrderReturn[];
	warnings: string[];
	replies: RawReply[];
}

const STATES: Readonly<Record<string, ReturnState>> = {
	1: 'requested',
	2: 'inTransit',
	3: 'accepted',
	4: 'accepted',
	5: 'completed',
	6: 'cancelled',
	7: 'rejected',
	8: 'accepted',
	9: 'accepted',
	10: 'requested',
	11: 'requested',
};

function stateOf(status: string): ReturnState {
	return entryOf(STATES, status) ?? 'unknown';
}

function kindOf(type: string | null): ReturnKind {
	if (type === '1') return 'refund';
	return type === '2' ? 'return' : 'unknown';
}

/**
 * Pure: a buyer's wish to cancel. Its 24 hours are Temu's rule, not a time the reply gives, so no deadline is computed.
 */
function toCancellation(wire: WireCancel, parentOrderSn: string): OrderReturn {
	const lines = wire.afterSalesInfoList.filter((info) => info.parentOrderSn === parentOrderSn);
	return {
		externalId: wire.parentAfterSalesSn,
		kind: 'cancellation',
		state: stateOf(wire.parentAfterSalesStatus),
		rawStatus: wire.parentAfterSalesStatus,
		reason: null,
		requestedBy: 'buyer',
		refund: null,
		requestedAt: lines.map((info) => info.createAtMillis).find((at) => at !== null) ?? null,
		respondBy: null,
		updatedAt: null,
		lines: lines.flatMap((info) =>
			info.applyGoodsNumber === null ? [] : [{ lineExternalId: info.orderSn, quantity: info.applyGoodsNumber }],
		),
	};
}

/** Pure: a refund or return; lines, reason and money come from its detail. */
function toReturn(wire: WireAfterSales, detail: WireAfterSalesDetail | null, confirmed: ConfirmedScales): OrderReturn {
	return {
		externalId: wire.parentAfterSalesSn,
		kind: kindOf(wire.afterSalesType),
		state: stateOf(wire.parentAfterSalesStatus),
		rawStatus: wire.parentAfterSalesStatus,
		reason: reasonOf(detail),
		requestedBy: 'unknown',
		refund: refundOf(detail, confirmed),
		requestedAt: wire.createAt,
		respondBy: wire.operateExpireTimeMs,
		updatedAt: wire.updateAt,
		lines: (detail?.afterSalesList ?? []).flatMap((line) =>
			line.applyAfterSalesGoodsNumber === null ? [] : [{ lineExternalId: line.orderSn, quantity: line.applyAfterSalesGoodsNumber }],
		),
	};
}

function reasonOf(detail: WireAfterSalesDetail | null): string | null {
	const reasons = (detail?.afterSalesList ?? []).flatMap((line) => line.afterSalesReasonDesc ?? []);
	return reasons.length === 0 ? null : [...new Set(reasons)].join('; ');
}

function refundOf(detail: WireAfterSalesDetail | null, confirmed: ConfirmedScales): Money | null {
	const wire = detail?.refundSummary?.buyerTotalRefund;
	if (!wire) return null;
	try {
		return toMoney(wire, confirmed).money;
	} catch (error) {
		if (error instanceof MoneyError) return null;
		throw error;
	}
}

/** The cases of the named orders, in few requests however many orders. @throws PlatformError */
export async function fetchCases(
	context: StoreContext,
	permissions: Permissions,
	confirmed: ConfirmedScales,
	parentOrderSns: readonly string[],
): Promise<Map<string, Cases>> {
	const cases = new Map<string, Cases>(parentOrderSns.map((sn) => [sn, { returns: [], warnings: [], replies: [] }]));
	for (let at = 0; at < parentOrderSns.length; at += ORDERS_A_REQUEST) {
		const chunk = parentOrderSns.slice(at, at + ORDERS_A_REQUEST);
		await addCancellations(context, permissions, chunk, cases);
		await addAfterSales(context, permissions, confirmed, chunk, cases);
	}
	return cases;
}

async function addCancellations(
	context: StoreContext,
	permissions: Permissions,
	chunk: readonly string[],
	cases: Map<string, Cases>,
): Promise<void> {
	const pages = await pagesOf(context, permissions, CANCELS, chunk, cases, (result) => cancelListSchema.parse(result));
	for (const { data, reply } of pages) {
		for (const wire of data) {
			for (const sn of new Set(wire.afterSalesInfoList.map((info) => info.parentOrderSn))) {
				add(cases.get(sn), toCancellation(wire, sn), [reply]);
			}
		}
	}
}

async function addAfterSales(
	context: StoreContext,
	permissions: Permissions,
	confirmed: ConfirmedScales,
	chunk: readonly string[],
	cases: Map<string, Cases>,
): Promise<void> {
	const asked = new Set<string>();
	const pages = await pagesOf(context, permissions, AFTER_SALES, chunk, cases, (result) => afterSalesListSchema.parse(result));
	for (const { data, reply } of pages) {
		for (const wire of data) {
			const order = cases.get(wire.parentOrderSn);
			if (!order || asked.has(wire.parentAfterSalesSn)) continue;
			asked.add(wire.parentAfterSalesSn);
			const detail = await fetchDetail(context, permissions, wire, order);
			add(order, toReturn(wire, detail?.wire ?? null, confirmed), detail ? [reply, detail.reply] : [reply]);
		}
	}
}

function add(order: Cases | undefined, one: OrderReturn, replies: RawReply[]): void {
	if (!order || order.returns.some((known) => known.externalId === one.externalId)) return;
	order.returns.push(one);
	for (const reply of replies) if (!order.replies.includes(reply)) order.replies.push(reply);
}

interface CasePage<T> {
	data: T[];
	reply: RawReply;
}

/** All pages for some orders; a refusal of the API is noted at each of them. */
async function pagesOf<T>(
	context: StoreContext,
	permissions: Permissions,
	api: keyof typeof SUBJECTS,
	chunk: readonly string[],
	cases: Map<string, Cases>,
	parse: (result: Json) => { total: number | null; data: T[] },
): Promise<CasePage<T>[]> {
	const pages: CasePage<T>[] = [];
	const note = (warning: string) => {
		for (const sn of chunk) cases.get(sn)?.warnings.push(warning);
		return pages;
	};
	if (!permissions.allows(api)) return note(`${SUBJECTS[api]}_not_granted`);
	let seen = 0;
	for (let pageNo = 1; pageNo <= MOST_PAGES; pageNo++) {
		try {
			const { result, reply } = await callForStore(context, 'read', api, { pageNo, pageSize: PAGE_SIZE, parentOrderSnList: [...chunk] });
			const { total, data } = parse(result);
			pages.push({ data, reply });
			seen += data.length;
			if (data.length === 0 || (total === null ? data.length < PAGE_SIZE : seen >= total)) return pages;
		} catch (error) {
			if (error instanceof ZodError) return note(`${SUBJECTS[api]}_unreadable: ${causeOf(error)}`);
			if (isNotGranted(error)) {
				permissions.refuse(api);
				return note(`${SUBJECTS[api]}_not_granted`);
			}
			if (error instanceof TemuError && error.kind === 'rejected') return note(`${SUBJECTS[api]}_refused:${error.code}`);
			throw error;
		}
	}
	return pages;
}

async function fetchDetail(
	context: StoreContext,
	permissions: Permissions,
	wire: WireAfterSales,
	order: Cases,
): Promise<{ wire: WireAfterSalesDetail; reply: RawReply } | null> {
	if (!permissions.allows(DETAIL)) return null;
	try {
		const params = { parentAfterSalesSn: wire.parentAfterSalesSn, parentOrderSn: wire.parentOrderSn };
		const { result, reply } = await callForStore(context, 'read', DETAIL, params);
		const detail = afterSalesDetailSchema.safeParse(result);
		if (detail.success) return { wire: detail.data, reply };
		order.warnings.push(`after_sales_detail_unreadable: ${causeOf(detail.error)}`);
		return null;
	} catch (error) {
		if (!(error instanceof TemuError)) throw error;
		if (isNotGranted(error)) {
			permissions.refuse(DETAIL);
			order.warnings.push('after_sales_detail_not_granted');
		} else if (error.kind === 'rejected' || error.kind === 'notFound') order.warnings.push(`after_sales_detail_refused:${error.code}`);
		else throw error;
		return null;
	}
}

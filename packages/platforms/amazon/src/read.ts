import { MoneyError, type Order, TimeError } from '@pangea/domain';
import type { Outcome, StoredDocument } from '@pangea/platform-contract';
import { describeIssues } from './errors.ts';
import { isRecord, jsonOrNull } from './json.ts';
import { toOrderFromV0 } from './orders-v0.ts';
import { decodeText } from './report.ts';
import { cutReport, isOrderReport, readReportOrders } from './report-rows.ts';
import type { OrderPlace } from './to-order.ts';
import { wireOrderV0 } from './wire.ts';

type ToOutcome = (document: unknown, place: OrderPlace, replies: number[]) => Outcome<Order>;

/**
 * Reads a stored document. Orders are found in: answers of searchOrders and getOrder (2026-01-01) and an order alone; the order report as
 * text; answers of getOrders and getOrder of ordersV0 (without lines); each of these also inside a sandbox pair `{request, response}`.
 * Items of ordersV0 without their order come out as a record that cannot become one. Null for all else: errors, other interfaces, and
 * notifications, which name an order but do not hold it.
 */
export function readDocument(document: StoredDocument, place: OrderPlace, toOutcome: ToOutcome): Outcome<Order>[] | null {
	const text = decodeText(document.body, null, place.siteId);
	if (isOrderReport(text)) {
		const table = cutReport(text);
		return table && readReportOrders(table, place, []);
	}
	const json = unwrap(jsonOrNull(text));
	if (!isRecord(json)) return null;
	if (Array.isArray(json['orders'])) return json['orders'].map((order) => toOutcome(order, place, []));
	if (isRecord(json['order'])) return [toOutcome(json['order'], place, [])];
	if ('orderId' in json && 'orderItems' in json) return [toOutcome(json, place, [])];
	return readV0(isRecord(json['payload']) ? json['payload'] : json, place);
}

function readV0(payload: Record<string, unknown>, place: OrderPlace): Outcome<Order>[] | null {
	if (Array.isArray(payload['Orders'])) return payload['Orders'].map((order) => v0Outcome(order, place));
	if (!('AmazonOrderId' in payload)) return null;
	if ('OrderStatus' in payload) return [v0Outcome(payload, place)];
	if (!('OrderItems' in payload)) return null;
	const id = payload['AmazonOrderId'];
	return [
		{
			ok: false,
			externalId: typeof id === 'string' ? id : null,
			cause: 'Items of ordersV0 without their order: no times, no state',
			raw: JSON.stringify(payload),
			replies: [],
		},
	];
}

function v0Outcome(document: unknown, place: OrderPlace): Outcome<Order> {
	const parsed = wireOrderV0.safeParse(document);
	const raw = JSON.stringify(document);
	if (!parsed.success) return { ok: false, externalId: null, cause: describeIssues(parsed.error), raw, replies: [] };
	try {
		return { ok: true, value: toOrderFromV0(parsed.data, place), replies: [] };
	} catch (error) {
		if (!(error instanceof MoneyError || error instanceof TimeError)) throw error;
		return { ok: false, externalId: parsed.data.AmazonOrderId, cause: error.message, raw, replies: [] };
	}
}

function unwrap(json: unknown): unknown {
	return isRecord(json) && isRecord(json['request']) && 'response' in json ? json['response'] : json;
}

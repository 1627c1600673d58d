import type { Order } from '@pangea/domain';
import { type Json, JsonError, jsonText, type Outcome, parseJson, type StoredDocument } from '@pangea/platform-contract';
import { type AmountsOrGap, type ConfirmedScales, readAmounts } from './amounts.ts';
import { isObject, readEnvelope } from './client.ts';
import { parcelsOfDetail } from './shipments.ts';
import { PENDING, toOrder } from './to-order.ts';
import { amountSchema, causeOf, orderKeySchema, orderListSchema, orderSchema } from './wire.ts';

/** The warning of a replayed order whose amount reply was not given with it. */
const AMOUNT_NOT_IN_DOCUMENT = 'order_amount_not_in_document';

const DEEPEST = 4;

/**
 * Pure: reads a stored answer of the order list or detail API. A document that holds several answers (a list of them, or an object whose
 * fields are answers, such as `_request` and `_response`) is read as a whole: amount answers are joined to the orders they name.
 * Null when there is no order in it.
 */
export function readDocument(document: StoredDocument, currency: string, confirmed: ConfirmedScales): Outcome<Order>[] | null {
	let json: Json;
	try {
		json = parseJson(document.body.toString('utf8'));
	} catch (error) {
		if (error instanceof JsonError) return null;
		throw error;
	}
	const results = resultsOf(json, DEEPEST);
	const orders = results.flatMap(ordersOf);
	if (orders.length === 0 && !results.some(isEmptyList)) return null;
	const amounts = amountsOf(results, confirmed);
	return orders.map((item) => outcomeOf(item, amounts, currency));
}

/** The results of all answers inside a document. */
function resultsOf(json: Json, depth: number): Json[] {
	const envelope = readEnvelope(json);
	if (envelope) return envelope.ok ? [envelope.result] : [];
	if (isOrder(json) || isAmount(json) || (isObject(json) && 'pageItems' in json)) return [json];
	if (depth === 0) return [];
	if (Array.isArray(json)) return json.flatMap((one) => resultsOf(one, depth - 1));
	return isObject(json) ? Object.values(json).flatMap((one) => resultsOf(one, depth - 1)) : [];
}

function ordersOf(result: Json): Json[] {
	if (isOrder(result)) return [result];
	return isObject(result) && Array.isArray(result['pageItems']) ? result['pageItems'] : [];
}

function isEmptyList(result: Json): boolean {
	return isObject(result) && 'totalItemNum' in result && orderListSchema.safeParse(result).success && 'pageItems' in result;
}

// Both documents have parentOrderMap and orderList; only an order has a status.
function isOrder(json: Json): boolean {
	return isObject(json) && isObject(json['parentOrderMap']) && 'parentOrderStatus' in json['parentOrderMap'];
}

function isAmount(json: Json): boolean {
	return !isOrder(json) && isObject(json) && isObject(json['parentOrderMap']) && amountSchema.safeParse(json).success;
}

function amountsOf(results: readonly Json[], confirmed: ConfirmedScales): Map<string, AmountsOrGap> {
	return new Map(
		results.filter(isAmount).map((result) => {
			const amounts = readAmounts(result, confirmed);
			return [amounts.parentOrderSn, { amounts }];
		}),
	);
}

function outcomeOf(item: Json, amounts: ReadonlyMap<string, AmountsOrGap>, currency: string): Outcome<Order> {
	const parsed = orderSchema.safeParse(item);
	if (!parsed.success) {
		const key = orderKeySchema.safeParse(item);
		const externalId = key.success ? key.data.parentOrderMap.parentOrderSn : null;
		return { ok: false, externalId, cause: causeOf(parsed.error), raw: jsonText(item), replies: [0] };
	}
	const { parentOrderSn, parentOrderStatus } = parsed.data.parentOrderMap;
	const missing = parentOrderStatus === PENDING ? null : { gap: AMOUNT_NOT_IN_DOCUMENT };
	const parts = {
		order: parsed.data,
		amounts: amounts.get(parentOrderSn) ?? missing,
		parcels: parcelsOfDetail(parsed.data.orderList),
		returns: [],
		warnings: [],
	};
	return { ok: true, value: toOrder(parts, currency), replies: [0] };
}

import { MoneyError, type Order, TimeError } from '@pangea/domain';
import { causeText, idText, jsonText, type Outcome, type StoredDocument, type StoredRecord } from '@pangea/platform-contract';
import { describeIssues } from './errors.ts';
import { isRecord, jsonOrNull } from './json.ts';
import { contradictionOf, type InterfaceModel, isModel, type PublishedPair, publishedPairs } from './model-document.ts';
import { toOrderFromV0 } from './orders-v0.ts';
import { decodeText } from './report.ts';
import { cutReport, isOrderReport, readReportOrders } from './report-rows.ts';
import type { OrderPlace } from './to-order.ts';
import { wireOrderV0 } from './wire.ts';

type ToOutcome = (document: unknown, place: OrderPlace, replies: number[]) => Outcome<Order>;

/**
 * Reads a stored document. Orders are found in: answers of searchOrders and getOrder (2026-01-01) and an order alone; the order report as
 * text; answers of getOrders and getOrder of ordersV0 (without lines); each of these also inside a sandbox pair `{request, response}`, and
 * all pairs inside an interface model. Items of ordersV0 without their order come out as a record that cannot become one. Null for all
 * else: errors, other interfaces, models without pairs, and notifications, which name an order but do not hold it.
 */
export function readDocument(document: StoredDocument, place: OrderPlace, toOutcome: ToOutcome): StoredRecord[] | null {
	const text = decodeText(document.body, null, place.siteId);
	if (isOrderReport(text)) {
		const table = cutReport(text);
		return table && readReportOrders(table, place, []);
	}
	const json = jsonOrNull(text);
	return isModel(json) ? readModel(json, text, place, toOutcome) : readAnswer(unwrap(json), place, toOutcome);
}

function readAnswer(json: unknown, place: OrderPlace, toOutcome: ToOutcome): Outcome<Order>[] | null {
	if (!isRecord(json)) return null;
	if (Array.isArray(json['orders'])) return json['orders'].map((order) => toOutcome(order, place, []));
	if (isRecord(json['order'])) return [toOutcome(json['order'], place, [])];
	if ('orderId' in json && 'orderItems' in json) return [toOutcome(json, place, [])];
	return readV0(isRecord(json['payload']) ? json['payload'] : json, place);
}

// Other interfaces have `orders` too, such as those that refill a warehouse.
const ORDER_PATHS = '/orders/';

function readModel(model: InterfaceModel, text: string, place: OrderPlace, toOutcome: ToOutcome): StoredRecord[] | null {
	const pairs = publishedPairs(model);
	if (pairs.length === 0) return null;
	const contradictions = contradictionsIn(JSON.parse(text));
	return pairs.flatMap((pair, i): StoredRecord[] => {
		const orders = pair.path.startsWith(ORDER_PATHS) ? readAnswer(pair.pair['response'], place, toOutcome) : null;
		if (orders && orders.length > 0) return orders.map((order) => ({ ...order, part: pair.name }));
		return [withoutOrder(pair, contradictions[i] ?? null)];
	});
}

function contradictionsIn(model: unknown): (string | null)[] {
	return isModel(model) ? publishedPairs(model).map((pair) => contradictionOf(model, pair)) : [];
}

/** An answer that contradicts its own model is evidence of nothing: it is kept with its cause. The others are told for what they are. */
function withoutOrder({ name, status, pair }: PublishedPair, contradiction: string | null): StoredRecord {
	const rest = { externalId: null, raw: jsonText(pair), replies: [], part: name };
	if (contradiction !== null) {
		return { ok: false, ...rest, cause: `The published answer ${name} contradicts its own schema: ${contradiction}` };
	}
	if (status >= 400) return { ok: false, noOrder: true, ...rest, cause: 'An error, no order' };
	return { ok: false, noOrder: true, ...rest, cause: 'response' in pair ? 'An answer that holds no order' : 'An empty answer' };
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
			externalId: idText(id),
			cause: 'Items of ordersV0 without their order: no times, no state',
			raw: jsonText(payload),
			replies: [],
		},
	];
}

function v0Outcome(document: unknown, place: OrderPlace): Outcome<Order> {
	const parsed = wireOrderV0.safeParse(document);
	const raw = jsonText(document);
	if (!parsed.success) return { ok: false, externalId: null, cause: describeIssues(parsed.error), raw, replies: [] };
	try {
		return { ok: true, value: toOrderFromV0(parsed.data, place), replies: [] };
	} catch (error) {
		if (!(error instanceof MoneyError || error instanceof TimeError)) throw error;
		return { ok: false, externalId: parsed.data.AmazonOrderId, cause: causeText(error.message), raw, replies: [] };
	}
}

function unwrap(json: unknown): unknown {
	return isRecord(json) && isRecord(json['request']) && 'response' in json ? json['response'] : json;
}

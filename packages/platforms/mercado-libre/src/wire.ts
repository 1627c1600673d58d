import { type Json, LONGEST_ID, LONGEST_NUMBER } from '@pangea/platform-contract';
import { z } from 'zod';

/**
 * Shapes of the platform's JSON, as loose as the platform is: unknown keys pass, missing keys and null are accepted, the same id comes
 * as a number here and as text there (contract §1, §4, §5). Only what a record cannot live without is required.
 */

/** An id as text, whatever its JSON type; ids beyond 2^53 arrive as text from the lossless parser. */
export const idText = z.union([z.string().min(1).max(LONGEST_ID), z.number().int().nonnegative()]).transform(String);
/** An amount in major units as the digits that were sent. */
export const amount = z.union([z.string().min(1).max(LONGEST_NUMBER), z.number()]).transform(String);
export const quantity = z
	.union([z.string().min(1).max(LONGEST_NUMBER), z.number()])
	.transform(Number)
	.pipe(z.number().int().nonnegative());
export const text = z.string().nullish();
export const word = z.union([z.string(), z.number()]).transform(String).nullish();
const reference = z.object({ id: idText.nullish() }).nullish();
const references = z.array(z.object({ id: idText.nullish(), status: text })).nullish();

const orderItem = z.object({
	item: z.object({
		id: idText,
		title: text,
		variation_id: idText.nullish(),
		user_product_id: idText.nullish(),
		seller_sku: text,
		seller_custom_field: text,
		variation_attributes: z.array(z.object({ name: text, value_name: text })).nullish(),
	}),
	quantity,
	unit_price: amount.nullish(),
	currency_id: text,
	/** For one unit (contract §4.2). */
	sale_fee: amount.nullish(),
	/** Local currency for one USD at the moment of sale; stays in the stored reply. */
	base_exchange_rate: amount.nullish(),
});
export type WireOrderItem = z.output<typeof orderItem>;

const payment = z.object({
	id: idText.nullish(),
	site_id: text,
	status: text,
	currency_id: text,
	transaction_amount: amount.nullish(),
	transaction_amount_refunded: amount.nullish(),
	taxes_amount: amount.nullish(),
	shipping_cost: amount.nullish(),
	coupon_amount: amount.nullish(),
	date_approved: text,
	date_last_modified: text,
});
export type WirePayment = z.output<typeof payment>;

/** `GET /marketplace/orders/{id}`, `GET /orders/{id}` and the rows of `GET /orders/search` (contract §4.2). */
export const wireOrder = z.object({
	id: idText,
	pack_id: idText.nullish(),
	status: text,
	status_detail: z.union([z.object({ code: word, description: text }), z.string()]).nullish(),
	date_created: z.string(),
	date_closed: text,
	last_updated: text,
	/** Name of `last_updated` in rows of the local search. */
	date_last_updated: text,
	total_amount: amount.nullish(),
	currency_id: text,
	order_items: z.array(orderItem).nullish(),
	payments: z.array(payment).nullish(),
	coupon: z.object({ amount: amount.nullish() }).nullish(),
	taxes: z.object({ amount: amount.nullish(), currency_id: text }).nullish(),
	shipping: reference,
	tags: z.array(z.string()).nullish(),
	buyer: z.object({ id: idText.nullish(), first_name: text, last_name: text }).nullish(),
	seller: reference,
	context: z.object({ site: text, flows: z.array(z.union([z.string(), z.number()])).nullish() }).nullish(),
	mediations: references,
	order_request: z.object({ return: requestPart(), change: requestPart() }).nullish(),
	cancel_detail: z.object({ group: text, code: word, description: text, requested_by: text, date: text }).nullish(),
});
export type WireOrder = z.output<typeof wireOrder>;

// Only null was published; an object, an id or a flag may come.
function requestPart() {
	return z.union([z.object({ id: idText.nullish(), status: text }), z.string(), z.number(), z.boolean()]).nullish();
}

/** What of an order tells what else to ask. */
export const wireOrderLinks = z.object({
	pack_id: idText.nullish(),
	shipping: z.object({ id: idText.nullish() }).nullish(),
	tags: z.array(z.string()).nullish(),
});

const named = z.object({ id: word, name: text }).nullish();

const deadline = z.object({ date: text }).nullish();

/** The `lead_time` node of a shipment, and `GET …/shipments/{id}/lead_time` (contract §5). */
export const wireLeadTime = z.object({
	estimated_delivery_time: deadline,
	estimated_handling_limit: deadline,
	delay: z.array(z.string()).nullish(),
});
export type WireLeadTime = z.output<typeof wireLeadTime>;

/** `GET …/shipments/{id}` with `x-format-new: true` (contract §5). */
export const wireShipment = z.object({
	id: idText,
	order_id: idText.nullish(),
	status: text,
	substatus: text,
	last_updated: text,
	tracking_number: word,
	tracking_method: text,
	destination: z
		.object({
			receiver_name: text,
			receiver_phone: word,
			receiver_identification: z.object({ number: word }).nullish(),
			shipping_address: z
				.object({
					address_line: text,
					street_name: text,
					street_number: word,
					comment: text,
					zip_code: word,
					city: named,
					state: named,
					country: named,
					neighborhood: named,
				})
				.nullish(),
		})
		.nullish(),
	lead_time: wireLeadTime.nullish(),
	source: z.object({ site_id: text }).nullish(),
	logistic: z.object({ mode: text, type: text }).nullish(),
	tags: z.array(z.string()).nullish(),
});
export type WireShipment = z.output<typeof wireShipment>;

/** What of a shipment tells what else to ask. */
export const wireShipmentStage = z.object({ status: text, substatus: text, logistic: z.object({ type: text }).nullish() });
export type WireShipmentStage = z.output<typeof wireShipmentStage>;

/** `GET …/shipments/{id}/history`. */
export const wireHistory = z.array(z.object({ status: text, substatus: text, date: text }));
export type WireHistory = z.output<typeof wireHistory>;

/** `GET /shipments/{id}/sla`, local sellers only. */
export const wireSla = z.object({ status: text, expected_date: text });
export type WireSla = z.output<typeof wireSla>;

/** `GET /marketplace/shipments/{id}/items`: which orders a shipment carries. */
export const wireShipmentItems = z.array(z.object({ order_id: idText.nullish() }));

/** `GET /marketplace/orders/pack/{id}` and `GET /packs/{id}` (contract §4.3). */
export const wirePack = z.object({
	id: idText,
	status: text,
	status_detail: text,
	family_pack_id: idText.nullish(),
	shipment: reference,
	orders: references,
});
export type WirePack = z.output<typeof wirePack>;

const paging = z.looseObject({ total: z.number().int().nonnegative().nullish() }).nullish();

/** The frame of both searches; each row is judged by itself, so that a damaged one costs only itself. */
export const wireSearch = z.looseObject({ results: z.array(z.custom<Json>((v) => v !== undefined)).nullish(), paging });

/** A row of `GET /marketplace/orders/search`, the thin index: an order or a cart, whose orders stand in `orders` (contract §4.1). */
export const wireIndexRow = z.looseObject({ id: idText.nullish(), orders: z.array(z.looseObject({ id: idText })).min(1) });

/** `GET /users/me`. */
export const wireUser = z.looseObject({
	id: idText,
	nickname: text,
	site_id: text,
	status: z.looseObject({ site_status: text }).nullish(),
});

/** `GET /marketplace/users/{id}`: one row a site and logistic type (contract §1). */
export const wireUserMapping = z.looseObject({
	user_id: idText,
	marketplaces: z.array(z.looseObject({ user_id: idText, site_id: z.string().min(1), logistic_type: text })).nullish(),
});

/** `POST /oauth/token` (contract §2). */
export const wireToken = z.looseObject({
	access_token: z.string().min(1),
	expires_in: z.coerce.number().positive(),
	scope: text,
	user_id: idText,
	refresh_token: text,
});

/** Any of the four error envelopes, and OAuth's (contract §3.1). */
export const wireError = z.looseObject({ error: word, code: word, message: text, blocked_by: text });

/** A notification (contract §9): a pointer, never a fact. `recieved` is spelt so by the platform. */
export const wireNotification = z.looseObject({
	_id: idText.nullish(),
	id: idText.nullish(),
	resource: z.string().min(1),
	user_id: idText,
	topic: text,
	application_id: idText.nullish(),
	received: text,
	recieved: text,
});

import { causeText, LONGEST_ID } from '@pangea/platform-contract';
import { z } from 'zod';

/*
 * What TikTok Shop sends (contract §5, §6, §11). Only fields that we read are named; all others pass, also unknown ones. A missing key,
 * null and an empty text mean the same and become null. Ids and amounts may come as numbers; parseJson has kept their digits.
 */

const text = z
	.union([z.string(), z.number()])
	.nullish()
	.transform((value) => {
		const trimmed = value === null || value === undefined ? '' : String(value).trim();
		return trimmed === '' ? null : trimmed;
	});

/** A text that must be there. */
const id = z.union([z.string().min(1).max(LONGEST_ID), z.number()]).transform(String);

/** Names a parcel where there is one. */
const parcelId = z
	.union([z.string().max(LONGEST_ID), z.number()])
	.nullish()
	.transform((value) => String(value ?? '').trim() || null);

/** Unix seconds; 0 and '' mean never. */
const seconds = z
	.union([z.number(), z.string().regex(/^\d*$/)])
	.nullish()
	.transform((value) => Number(value ?? 0) || null);

/** The published samples hold `"true "` where a boolean is declared. */
const flag = z
	.unknown()
	.optional()
	.transform((value) => value === true || (typeof value === 'string' && value.trim().toLowerCase() === 'true'));

const list = <T extends z.ZodType>(item: T) =>
	z
		.array(item)
		.nullish()
		.transform((value) => value ?? []);

export const Envelope = z.looseObject({
	code: z.union([z.number(), z.string().regex(/^\d+$/)]).transform(Number),
	message: text,
	request_id: text,
	data: z.unknown().optional(),
});

/** Data of a call that answers with nothing but success. */
export const Nothing = z.looseObject({});

export const Tokens = z.looseObject({
	access_token: id,
	access_token_expire_in: seconds,
	refresh_token: id,
	refresh_token_expire_in: seconds,
	open_id: id,
	seller_name: text,
	user_type: z.number().nullish(),
	granted_scopes: list(z.string()),
});

export const AuthorizedShops = z.looseObject({
	shops: list(z.looseObject({ id, name: text, region: id, seller_type: text, cipher: id, code: text })),
});

export const ActiveShops = z.looseObject({ shops: list(z.looseObject({ id })) });

const paging = { next_page_token: text, total_count: text };

/** A page whose records are read one by one, so that a bad one harms no other. */
function toPage(
	{ next_page_token: token, total_count: total }: { next_page_token: string | null; total_count: string | null },
	records: unknown[],
) {
	return { token, total: total !== null && /^\d+$/.test(total) ? Number(total) : null, records };
}

export const OrderPage = z.looseObject({ ...paging, orders: list(z.unknown()) }).transform((page) => toPage(page, page.orders));
export const ReturnPage = z
	.looseObject({ ...paging, return_orders: list(z.unknown()) })
	.transform((page) => toPage(page, page.return_orders));
export const CancellationPage = z
	.looseObject({ ...paging, cancellations: list(z.unknown()) })
	.transform((page) => toPage(page, page.cancellations));

const Payment = z.object({
	currency: text,
	sub_total: text,
	shipping_fee: text,
	seller_discount: text,
	platform_discount: text,
	total_amount: text,
	original_total_product_price: text,
	original_shipping_fee: text,
	shipping_fee_seller_discount: text,
	shipping_fee_platform_discount: text,
	shipping_fee_cofunded_discount: text,
	tax: text,
	small_order_fee: text,
	retail_delivery_fee: text,
	buyer_service_fee: text,
	handling_fee: text,
	shipping_insurance_fee: text,
	item_insurance_fee: text,
	item_insurance_tax: text,
});

const Address = z.object({
	full_address: text,
	phone_number: text,
	name: text,
	first_name: text,
	last_name: text,
	address_detail: text,
	address_line1: text,
	address_line2: text,
	address_line3: text,
	address_line4: text,
	district_info: list(z.object({ address_level_name: text, address_name: text, address_level: text })),
	postal_code: text,
	region_code: text,
	post_town: text,
});

/** One `line_items` element is one unit. */
const Unit = z.object({
	id,
	sku_id: text,
	product_id: text,
	product_name: text,
	sku_name: text,
	seller_sku: text,
	sku_image: text,
	sku_type: text,
	original_price: text,
	sale_price: text,
	seller_discount: text,
	platform_discount: text,
	display_status: text,
	package_status: text,
	package_id: parcelId,
	tracking_number: text,
	shipping_provider_name: text,
	is_gift: flag,
	item_tax: list(z.object({ tax_amount: text })),
});

export const Order = z.object({
	id,
	status: id,
	create_time: seconds,
	update_time: seconds,
	paid_time: seconds,
	rts_time: seconds,
	rts_sla_time: seconds,
	collection_time: seconds,
	delivery_time: seconds,
	delivery_sla_time: seconds,
	cancel_time: seconds,
	request_cancel_time: seconds,
	fulfillment_type: text,
	user_id: text,
	buyer_email: text,
	auto_combine_group_id: text,
	order_type: text,
	tracking_number: text,
	shipping_provider: text,
	is_buyer_request_cancel: flag,
	is_sample_order: flag,
	is_replacement_order: flag,
	is_exchange_order: flag,
	has_updated_recipient_address: flag,
	is_cod: flag,
	payment: Payment.nullish(),
	recipient_address: Address.nullish(),
	packages: list(z.object({ id })),
	line_items: list(Unit),
});

/** What of an order tells whether it can have returns or cancellations. */
export const OrderStage = z.object({
	id,
	status: id,
	request_cancel_time: seconds,
	is_buyer_request_cancel: flag,
	line_items: list(z.object({ display_status: text })),
});

const RefundAmount = z.object({ currency: text, refund_total: text }).nullish();
const NextActions = list(z.object({ action: text, deadline: seconds }));
const AfterSaleLines = list(z.object({ order_line_item_id: text }));
const afterSale = {
	order_id: id,
	role: text,
	create_time: seconds,
	update_time: seconds,
	seller_next_action_response: NextActions,
	refund_amount: RefundAmount,
};

/** A return or a cancellation. They are alike but for their names; here the names are one. */
export const Return = z
	.object({
		...afterSale,
		return_id: id,
		return_type: text,
		return_status: id,
		return_reason: text,
		return_reason_text: text,
		return_line_items: AfterSaleLines,
	})
	.transform((wire) => ({
		...wire,
		id: wire.return_id,
		type: wire.return_type,
		status: wire.return_status,
		reason: wire.return_reason_text ?? wire.return_reason,
		units: wire.return_line_items.map((line) => line.order_line_item_id),
	}));

export const Cancellation = z
	.object({
		...afterSale,
		cancel_id: id,
		cancel_status: id,
		cancel_reason: text,
		cancel_reason_text: text,
		cancel_line_items: AfterSaleLines,
	})
	.transform((wire) => ({
		...wire,
		id: wire.cancel_id,
		type: 'CANCELLATION',
		status: wire.cancel_status,
		reason: wire.cancel_reason_text ?? wire.cancel_reason,
		units: wire.cancel_line_items.map((line) => line.order_line_item_id),
	}));

/** A delivery of §11. Seller-wide topics name `seller_open_id` instead of `shop_id`. */
export const Delivery = z.looseObject({
	type: z.number().nullish(),
	tts_notification_id: text,
	shop_id: text,
	seller_open_id: text,
	timestamp: seconds,
	data: z
		.looseObject({
			order_id: text,
			conversation_id: text,
			product_id: text,
			package_list: list(z.looseObject({ order_id_list: list(id) })),
		})
		.nullish(),
});

export type WireOrder = z.infer<typeof Order>;
export type WireOrderStage = z.infer<typeof OrderStage>;
export type WireUnit = WireOrder['line_items'][number];
export type WirePayment = z.infer<typeof Payment>;
export type WireAddress = z.infer<typeof Address>;
/** What returns and cancellations have in common, under one name each. */
export type WireAfterSale = Pick<
	z.infer<typeof Return>,
	| 'order_id'
	| 'id'
	| 'type'
	| 'status'
	| 'role'
	| 'reason'
	| 'units'
	| 'create_time'
	| 'update_time'
	| 'seller_next_action_response'
	| 'refund_amount'
>;

/** Names the fields that did not fit, never their values. */
export function explain(error: z.ZodError): string {
	return causeText(
		error.issues
			.slice(0, 10)
			.map((issue) => `${issue.path.join('.') || 'document'}: ${issue.code}`)
			.join('; '),
	);
}

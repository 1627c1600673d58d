import { decimal } from '../core/money.ts';
import { type SimLine, type SimOrder, type SimStatus, statusAfter } from '../core/order.ts';
import type { Step } from '../core/timeline.ts';
import type { OrderRef } from '../core/world.ts';
import type { TikTokIds } from './ids.ts';

/** One element of `line_items`: one unit. */
export interface Unit {
	line: SimLine;
	/** 0 based over the whole order. */
	number: number;
	parcel: number | null;
}

const HOUR = 3600;

/** The order's units in order; quantity is their count. */
export function unitsOf(order: SimOrder): Unit[] {
	const units: Unit[] = [];
	for (const line of order.lines) {
		const parcel = order.parcels.find((p) => p.lines.some((l) => l.line === line.number));
		for (let i = 0; i < line.quantity; i++) units.push({ line, number: units.length, parcel: parcel?.number ?? null });
	}
	return units;
}

/** Amounts as the platform writes them: "0" for nothing, else the decimals of the currency. */
export function amount(minor: number, currency: string): string {
	return minor === 0 ? '0' : decimal(minor, currency);
}

export function seconds(at: number): number {
	return Math.floor(at / 1000);
}

const words: Record<SimStatus, string> = {
	unpaid: 'UNPAID',
	onHold: 'ON_HOLD',
	paid: 'AWAITING_SHIPMENT',
	partlyShipped: 'PARTIALLY_SHIPPING',
	shipped: 'AWAITING_COLLECTION',
	inTransit: 'IN_TRANSIT',
	delivered: 'DELIVERED',
	completed: 'COMPLETED',
	cancelled: 'CANCELLED',
};

/** The state in the platform's words after the steps; delivered ends as completed once the money went back. */
export function statusOfSteps(steps: readonly Step[], split: boolean): string {
	return steps.at(-1)?.kind === 'refunded' ? 'COMPLETED' : words[statusAfter(steps, split)];
}

/** The same of an order. */
export function statusOf(order: SimOrder): string {
	return order.return?.state === 'refunded' ? 'COMPLETED' : words[order.status];
}

/** The full order object of search and detail (contract §6). Only detail carries the payment fields of Brazil. */
export function renderOrder(ids: TikTokIds, order: SimOrder, detail: boolean): Record<string, unknown> {
	const ref = { store: order.store.number, index: order.index };
	const money = (minor: number): string => amount(minor, order.currency);
	const status = statusOf(order);
	const created = seconds(order.placedAt);
	const at = (kind: string): number | undefined => {
		const step = order.steps.find((s) => s.kind === kind);
		return step === undefined ? undefined : seconds(step.at);
	};
	const paid = at('paid');
	const parcel = order.parcels[0];
	const goods = order.lines.reduce((sum, l) => sum + l.unitPrice * l.quantity, 0);
	const sellerDiscount = order.lines.reduce((sum, l) => sum + l.sellerDiscount, 0);
	const platformDiscount = order.lines.reduce((sum, l) => sum + l.platformDiscount, 0);
	const productTax = order.lines.reduce((sum, l) => sum + l.tax, 0);
	const brazil = order.store.country === 'BR';
	return present({
		id: ids.order(ref),
		status,
		create_time: created,
		update_time: seconds(order.updatedAt),
		paid_time: paid,
		rts_time: at('shipped'),
		collection_time: at('collected'),
		delivery_time: at('delivered'),
		cancel_time: at('cancelled'),
		request_cancel_time: at('cancelRequested'),
		rts_sla_time: paid === undefined ? undefined : paid + 48 * HOUR,
		tts_sla_time: paid === undefined ? undefined : paid + 72 * HOUR,
		cancel_order_sla_time: paid === undefined ? undefined : paid + 168 * HOUR,
		shipping_due_time: paid === undefined ? undefined : paid + 168 * HOUR,
		delivery_sla_time: paid === undefined ? undefined : paid + 240 * HOUR,
		cancel_reason: order.cancellation?.reason,
		cancellation_initiator:
			order.cancellation === null ? undefined : { buyer: 'BUYER', seller: 'SELLER', platform: 'SYSTEM' }[order.cancellation.by],
		is_buyer_request_cancel: order.cancellation?.by === 'buyer' && order.cancellation.at === null,
		buyer_message: order.note,
		seller_note: '',
		user_id: ids.user(order.store, order.buyer.number),
		buyer_email: `${ids.user(order.store, order.buyer.number).slice(-6)}b@chat.seller.tiktok.com`,
		fulfillment_type: 'FULFILLMENT_BY_SELLER',
		delivery_type: 'HOME_DELIVERY',
		shipping_type: 'TIKTOK',
		commerce_platform: 'TIKTOK_SHOP',
		order_type: 'NORMAL',
		is_cod: false,
		is_sample_order: false,
		is_on_hold_order: status === 'ON_HOLD',
		is_replacement_order: false,
		is_exchange_order: false,
		has_updated_recipient_address: false,
		payment_method_name: paid === undefined ? undefined : brazil ? 'PIX' : 'CCDC',
		delivery_option_id: '7091146663229654785',
		delivery_option_name: 'Standard Shipping',
		warehouse_id: ids.warehouse(order.store),
		shipping_provider: parcel?.carrier,
		shipping_provider_id: parcel === undefined ? undefined : '6617675021119438850',
		tracking_number: parcel?.tracking,
		split_or_combine_tag: order.parcels.length > 1 ? 'SPLIT' : undefined,
		...(brazil ? { cpf: order.buyer.taxId, cpf_name: order.buyer.name, need_upload_invoice: 'NEED_INVOICE' } : {}),
		...(detail && brazil && paid !== undefined
			? {
					payment_card_type: 'CREDIT',
					payment_method_code: '17',
					payment_auth_code: String(created),
					channel_entity_national_registry_id: '14.380.200/0001-21',
				}
			: {}),
		packages: order.parcels.map((p) => ({ id: ids.parcel(ref, p.number) })),
		payment: {
			currency: order.currency,
			sub_total: money(goods - sellerDiscount - platformDiscount),
			shipping_fee: money(order.shipping - order.shippingSellerDiscount - order.shippingPlatformDiscount),
			seller_discount: money(sellerDiscount),
			platform_discount: money(platformDiscount),
			total_amount: money(order.total),
			original_total_product_price: money(goods),
			original_shipping_fee: money(order.shipping),
			shipping_fee_seller_discount: money(order.shippingSellerDiscount),
			shipping_fee_platform_discount: money(order.shippingPlatformDiscount),
			shipping_fee_cofunded_discount: '0',
			tax: money(order.tax),
			small_order_fee: '0',
			shipping_fee_tax: money(order.tax - productTax),
			product_tax: money(productTax),
			retail_delivery_fee: '0',
			buyer_service_fee: '0',
			handling_fee: '0',
			shipping_insurance_fee: '0',
			item_insurance_fee: '0',
			item_insurance_tax: '0',
		},
		recipient_address: recipient(order, status),
		line_items: unitsOf(order).map((unit) => renderUnit(ids, order, unit, ref, status)),
	});
}

function renderUnit(ids: TikTokIds, order: SimOrder, unit: Unit, ref: OrderRef, status: string): Record<string, unknown> {
	const { line } = unit;
	const money = (minor: number): string => amount(minor, order.currency);
	const parcel = unit.parcel === null ? undefined : order.parcels[unit.parcel];
	return present({
		id: ids.unit(ref, unit.number),
		sku_id: ids.skuOfLine(order.store, line),
		product_id: line.listed?.product ?? ids.product(order.store, line.sku.goodNumber),
		product_name: line.title,
		sku_name: line.variant,
		seller_sku: line.sku.code,
		sku_image: `https://p16-oec-va.ibyteimg.com/sim/${line.sku.number}.jpeg`,
		sku_type: 'NORMAL',
		original_price: money(line.unitPrice),
		sale_price: money(line.net / line.quantity),
		platform_discount: money(line.platformDiscount / line.quantity),
		seller_discount: money(line.sellerDiscount / line.quantity),
		currency: order.currency,
		display_status: status === 'PARTIALLY_SHIPPING' ? (parcel === undefined ? 'AWAITING_SHIPMENT' : 'AWAITING_COLLECTION') : status,
		package_status: packageStatus(status, parcel !== undefined),
		package_id: parcel === undefined ? undefined : ids.parcel(ref, parcel.number),
		tracking_number: parcel?.tracking ?? '',
		shipping_provider_name: parcel?.carrier,
		shipping_provider_id: parcel === undefined ? undefined : '6617675021119438850',
		rts_time: parcel === undefined ? undefined : seconds(parcel.shippedAt),
		cancel_reason: order.cancellation?.at === null ? undefined : order.cancellation?.reason,
		cancel_user:
			order.cancellation === null || order.cancellation.at === null
				? undefined
				: { buyer: 'BUYER', seller: 'SELLER', platform: 'SYSTEM' }[order.cancellation.by],
		is_gift: false,
		is_dangerous_good: false,
		needs_prescription: false,
		item_tax:
			order.store.country === 'US' ? [{ tax_type: 'SALES_TAX', tax_amount: money(Math.floor(line.tax / line.quantity)) }] : undefined,
	});
}

function packageStatus(status: string, shipped: boolean): string {
	if (status === 'CANCELLED') return 'CANCELLED';
	if (status === 'DELIVERED' || status === 'COMPLETED') return 'COMPLETED';
	if (status === 'IN_TRANSIT') return 'FULFILLING';
	return shipped ? 'PROCESSING' : 'TO_FULFILL';
}

/** Empty before the goods may be sent, else masked as for parcels the platform carries. */
function recipient(order: SimOrder, status: string): Record<string, unknown> {
	const hidden = status === 'UNPAID' || status === 'ON_HOLD';
	const { address, buyer } = order;
	const masked = (text: string): string => (hidden || text === '' ? '' : `${Array.from(text)[0] ?? ''}***`);
	const line1 = masked(address.line1);
	return {
		full_address: hidden ? '' : `${address.countryName}, ${address.state}, ${address.city}, ${line1}`,
		phone_number: hidden ? '' : `(${buyer.phone.split(' ')[0] ?? ''})${buyer.phone.slice(-9, -7)}*****${buyer.phone.slice(-2)}`,
		name: hidden ? '' : `${masked(buyer.first)} ${masked(buyer.last)}`.trim(),
		first_name: masked(buyer.first),
		last_name: masked(buyer.last),
		address_detail: line1,
		address_line1: line1,
		address_line2: masked(address.line2),
		address_line3: '',
		address_line4: '',
		district_info: hidden
			? []
			: [
					{ address_level_name: 'country', address_name: address.countryName, address_level: 'L0' },
					{ address_level_name: 'state', address_name: address.state, address_level: 'L1' },
					{ address_level_name: 'city', address_name: address.city, address_level: 'L2' },
				],
		postal_code: hidden ? '' : `${address.postalCode.slice(0, 2)}***`,
		region_code: address.country,
		...(address.country === 'GB' ? { post_town: hidden ? '' : address.city } : {}),
	};
}

/** Drops absent fields: the platform leaves them out instead of writing null. */
export function present(fields: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

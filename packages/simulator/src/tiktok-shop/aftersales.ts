import type { SimOrder } from '../core/order.ts';
import type { StepKind } from '../core/timeline.ts';
import type { TikTokIds } from './ids.ts';
import { amount, present, seconds, unitsOf } from './order.ts';

export const returnSteps: readonly StepKind[] = [
	'returnRequested',
	'returnApproved',
	'returnRejected',
	'returnShipped',
	'returnReceived',
	'refunded',
];
export const cancelSteps: readonly StepKind[] = ['cancelRequested', 'cancelled'];
const DAY = 86_400;

/** A return in the words of contract §6; null when the order has none. */
export function renderReturn(ids: TikTokIds, order: SimOrder): Record<string, unknown> | null {
	const found = order.return;
	if (found === null) return null;
	const ref = { store: order.store.number, index: order.index };
	const money = (minor: number): string => amount(minor, order.currency);
	const refund = (goods: number, tax: number): Record<string, string> => ({
		currency: order.currency,
		refund_total: money(goods + tax),
		refund_subtotal: money(goods),
		refund_shipping_fee: '0',
		refund_tax: money(tax),
		retail_delivery_fee: '0',
		buyer_service_fee: '0',
	});
	const goods = found.lines.reduce((sum, l) => sum + l.amount, 0);
	const tax = found.lines.reduce((sum, l) => sum + l.tax, 0);
	const units = unitsOf(order).filter((u) => found.lines.some((l) => l.line === u.line.number));
	const action = actionOf(found.state, found.refundOnly);
	return present({
		order_id: ids.order(ref),
		return_id: ids.afterSales(ref, 'return'),
		return_type: found.refundOnly ? 'REFUND' : 'RETURN_AND_REFUND',
		return_status: returnStatus(found.state),
		role: 'BUYER',
		return_reason: `ecom_order_delivered_refund_reason_${found.reason.toLowerCase().replace(/\W+/g, '_')}`,
		return_reason_text: found.reason,
		shipment_type: found.refundOnly ? undefined : 'PLATFORM',
		handover_method: found.refundOnly ? undefined : 'DROP_OFF',
		return_tracking_number: found.tracking ?? undefined,
		return_provider_name: found.tracking === null ? undefined : 'Returns Carrier',
		create_time: seconds(found.requestedAt),
		update_time: seconds(found.updatedAt),
		can_buyer_keep_item: found.refundOnly,
		seller_next_action_response: action === null ? [] : [{ action, deadline: seconds(found.updatedAt) + 2 * DAY }],
		return_line_items: units.map((unit) => {
			const line = found.lines.find((l) => l.line === unit.line.number);
			return {
				return_line_item_id: `${ids.afterSales(ref, 'return').slice(0, -2)}${String(unit.number).padStart(2, '0')}`,
				order_line_item_id: ids.unit(ref, unit.number),
				sku_id: ids.skuOfLine(order.store, unit.line),
				sku_name: unit.line.variant,
				product_name: unit.line.title,
				seller_sku: unit.line.sku.code,
				product_image: { url: `https://p16-oec-va.ibyteimg.com/sim/${unit.line.sku.number}.jpeg`, width: 200, height: 200 },
				refund_amount: refund((line?.amount ?? 0) / unit.line.quantity, share(line?.tax ?? 0, unit.line.quantity, units, unit.number)),
			};
		}),
		refund_amount: refund(goods, tax),
		is_combined_return: false,
	});
}

/** A cancellation the buyer asked for or the seller made; null for the others (unpaid orders just lapse). */
export function renderCancellation(ids: TikTokIds, order: SimOrder): Record<string, unknown> | null {
	const found = order.cancellation;
	if (found === null || found.by === 'platform') return null;
	const ref = { store: order.store.number, index: order.index };
	const money = (minor: number): string => amount(minor, order.currency);
	const first = found.requestedAt ?? found.at ?? order.placedAt;
	const goods = order.lines.reduce((sum, l) => sum + l.net, 0);
	const shipping = order.shipping - order.shippingSellerDiscount;
	return {
		cancel_id: ids.afterSales(ref, 'cancel'),
		order_id: ids.order(ref),
		cancel_type: found.requestedAt === null ? 'CANCEL' : 'BUYER_CANCEL',
		cancel_status: found.at === null ? 'CANCELLATION_REQUEST_PENDING' : 'CANCELLATION_REQUEST_COMPLETE',
		role: found.by === 'buyer' ? 'BUYER' : 'SELLER',
		cancel_reason: `ecom_order_to_ship_canceled_reason_${found.reason.toLowerCase().replace(/\W+/g, '_')}`,
		cancel_reason_text: found.reason,
		create_time: seconds(first),
		update_time: seconds(found.at ?? first),
		seller_next_action_response: found.at === null ? [{ action: 'SELLER_RESPOND_CANCEL', deadline: seconds(first) + 2 * DAY }] : [],
		refund_amount: {
			currency: order.currency,
			refund_total: money(order.total),
			refund_subtotal: money(goods),
			refund_shipping_fee: money(shipping),
			refund_tax: money(order.tax),
			retail_delivery_fee: '0',
			buyer_service_fee: '0',
		},
		cancel_line_items: unitsOf(order).map((unit) => ({
			cancel_line_item_id: `${ids.afterSales(ref, 'cancel').slice(0, -2)}${String(unit.number).padStart(2, '0')}`,
			order_line_item_id: ids.unit(ref, unit.number),
			sku_id: ids.skuOfLine(order.store, unit.line),
			sku_name: unit.line.variant,
			product_name: unit.line.title,
			seller_sku: unit.line.sku.code,
			product_image: { url: `https://p16-oec-va.ibyteimg.com/sim/${unit.line.sku.number}.jpeg`, width: 200, height: 200 },
			refund_amount: {
				currency: order.currency,
				refund_total: money(unit.line.net / unit.line.quantity),
				refund_subtotal: money(unit.line.net / unit.line.quantity),
				refund_shipping_fee: '0',
				refund_tax: '0',
				retail_delivery_fee: '0',
				buyer_service_fee: '0',
			},
		})),
	};
}

/** `GET /order/202407/orders/{id}/price_detail`. */
export function renderPriceDetail(ids: TikTokIds, order: SimOrder): Record<string, unknown> {
	const ref = { store: order.store.number, index: order.index };
	const money = (minor: number): string => amount(minor, order.currency);
	const sum = (pick: (line: SimOrder['lines'][number]) => number): number => order.lines.reduce((total, line) => total + pick(line), 0);
	const prices = (
		list: number,
		seller: number,
		platform: number,
		tax: number,
		shipping: number,
		shippingDiscount: number,
	): Record<string, string> => ({
		currency: order.currency,
		total: money(list - seller - platform + shipping - shippingDiscount + tax),
		payment: money(list - seller - platform + shipping - shippingDiscount + tax),
		sku_list_price: money(list),
		sku_sale_price: money(list - seller),
		subtotal: money(list - seller - platform),
		subtotal_deduction_seller: money(seller),
		subtotal_deduction_platform: money(platform),
		subtotal_tax_amount: money(tax),
		voucher_deduction_platform: '0',
		voucher_deduction_seller: '0',
		shipping_list_price: money(shipping),
		shipping_sale_price: money(shipping - shippingDiscount),
		shipping_fee_deduction_seller: money(shippingDiscount),
		shipping_fee_deduction_platform: '0',
		shipping_fee_deduction_platform_voucher: '0',
		tax_amount: money(tax),
		tax_rate: list === 0 ? '0' : (tax / list).toFixed(4),
		net_price_amount: money(list - seller - platform),
		cod_fee: '0',
		sku_gift_original_price: '0',
		sku_gift_net_price: '0',
	});
	// The published sample names the net cash-on-delivery fee differently on the order and on its lines.
	return {
		cod_fee_net_amount: '0',
		...prices(
			sum((l) => l.unitPrice * l.quantity),
			sum((l) => l.sellerDiscount),
			sum((l) => l.platformDiscount),
			order.tax,
			order.shipping,
			order.shippingSellerDiscount,
		),
		line_items: unitsOf(order).map(({ line, number }) => ({
			id: ids.unit(ref, number),
			cod_fee_amount: '0',
			...prices(
				line.unitPrice,
				line.sellerDiscount / line.quantity,
				line.platformDiscount / line.quantity,
				Math.floor(line.tax / line.quantity),
				0,
				0,
			),
		})),
	};
}

function returnStatus(state: NonNullable<SimOrder['return']>['state']): string {
	return {
		requested: 'RETURN_OR_REFUND_REQUEST_PENDING',
		approved: 'AWAITING_BUYER_SHIP',
		rejected: 'REFUND_OR_RETURN_REQUEST_REJECT',
		shipped: 'BUYER_SHIPPED_ITEM',
		received: 'RETURN_OR_REFUND_REQUEST_SUCCESS',
		refunded: 'RETURN_OR_REFUND_REQUEST_COMPLETE',
	}[state];
}

function actionOf(state: NonNullable<SimOrder['return']>['state'], refundOnly: boolean): string | null {
	if (state === 'requested') return refundOnly ? 'SELLER_RESPOND_REFUND' : 'SELLER_RESPOND_RETURN';
	return state === 'shipped' ? 'SELLER_RESPOND_RECEIVE_PACKAGE' : null;
}

/** A unit's part of a line's tax; the first unit of the line takes what does not divide. */
function share(tax: number, quantity: number, units: readonly { line: { number: number }; number: number }[], number: number): number {
	const own = units.find((u) => u.number === number);
	const first = units.find((u) => u.line.number === own?.line.number);
	const part = Math.floor(tax / quantity);
	return first?.number === number ? tax - part * (quantity - 1) : part;
}

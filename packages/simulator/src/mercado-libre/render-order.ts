import { major } from '../core/money.ts';
import type { SimLine, SimOrder } from '../core/order.ts';
import { hash } from '../core/random.ts';
import { buyerId, claimId, lineItemId, orderId, packId, parentItemId, paymentId, sellerId, shipmentId } from './ids.ts';
import { siteOf } from './sites.ts';
import { orderTime } from './wire-time.ts';

/** A cross-border seller speaks the `/marketplace` family, a seller of one country the local one (contract mercado-libre, head). */
export type Family = 'global' | 'local';

const at = (order: SimOrder, kind: SimOrder['steps'][number]['kind']) => order.steps.find((s) => s.kind === kind)?.at ?? null;

/** True from the moment the seller has sent the lines in two parcels: the pack is then split in two. */
export function isSplit(order: SimOrder): boolean {
	const first = order.parcels[0];
	return first !== undefined && first.lines.length < order.lines.length;
}

/** Which parcel carries the line: 0 before a split, then 1 or 2. */
export function partOf(order: SimOrder, line: number): number {
	if (!isSplit(order)) return 0;
	return order.parcels[0]?.lines.some((l) => l.line === line) ? 1 : 2;
}

/** A single purchase need not be a cart; it then has no pack, which is becoming rare. */
export function hasPack(order: SimOrder): boolean {
	return order.lines.length > 1 || order.index % 3 !== 0;
}

/** The shipment is made when the payment is confirmed: before that there is no id. */
export function hasShipment(order: SimOrder): boolean {
	return at(order, 'paid') !== null;
}

function isFraud(order: SimOrder): boolean {
	return order.cancellation?.by === 'platform' && order.cancellation.at !== null && hash(order.store.number, order.index, 404) % 4 === 0;
}

interface Fate {
	status: 'payment_required' | 'paid' | 'cancelled';
	payment: { status: string; detail: string; refunded: number };
	tags: string[];
}

/** What became of one line, which is one order here. Refunds in minor units. */
function fateOf(order: SimOrder, line: SimLine): Fate {
	const tags = [
		...(hasPack(order) ? ['pack_order'] : []),
		...(line.sellerDiscount + line.platformDiscount > 0 ? ['order_has_discount'] : []),
	];
	const paid = at(order, 'paid') !== null;
	const amount = line.net;
	const delivered = order.status === 'delivered' || order.status === 'completed';
	if (order.status === 'cancelled') {
		const fraud = isFraud(order);
		return {
			status: 'cancelled',
			payment:
				paid || fraud
					? { status: 'refunded', detail: 'refunded', refunded: amount }
					: { status: 'cancelled', detail: 'expired', refunded: 0 },
			tags: [...tags, 'not_paid', 'not_delivered', ...(fraud ? ['fraud_risk_detected'] : [])],
		};
	}
	if (!paid)
		return {
			status: 'payment_required',
			payment: { status: 'pending', detail: 'pending_waiting_payment', refunded: 0 },
			tags: [...tags, 'not_paid', 'not_delivered'],
		};
	const back = order.return?.state === 'refunded' ? order.return.lines.find((l) => l.line === line.number) : undefined;
	if (back) {
		// In Mexico the money goes back to the buyer's wallet and the order stays paid (contract §4.2).
		const wallet = order.store.site === 'MLM';
		return {
			status: wallet ? 'paid' : 'cancelled',
			payment: { status: 'refunded', detail: 'refunded', refunded: amount },
			tags: [...tags, wallet ? 'paid' : 'not_paid', ...(wallet ? ['unfulfilled'] : []), delivered ? 'delivered' : 'not_delivered'],
		};
	}
	return {
		status: 'paid',
		payment: { status: 'approved', detail: 'accredited', refunded: 0 },
		tags: [...tags, 'paid', delivered ? 'delivered' : 'not_delivered'],
	};
}

/** One line as an order of the platform: `GET /marketplace/orders/{id}` or `GET /orders/{id}` (contract §4.2). Money in major units. */
export function renderOrder(order: SimOrder, line: SimLine, family: Family): Record<string, unknown> {
	const fate = fateOf(order, line);
	const money = (minor: number) => major(minor, order.currency);
	const paidAt = at(order, 'paid');
	const seller = sellerId(order.store);
	const buyer = buyerId(order);
	const unit = Math.round(line.net / line.quantity);
	const common = {
		id: orderId(order, line.number),
		date_created: orderTime(order.placedAt),
		date_closed: paidAt === null ? null : orderTime(paidAt),
		last_updated: orderTime(order.updatedAt),
		manufacturing_ending_date: null,
		mediations: order.return ? [{ id: claimId(order, line.number) }] : [],
		pack_id: hasPack(order) ? packId(order, partOf(order, line.number)) : null,
		order_request: { return: null, change: null },
		fulfilled: null,
		total_amount: money(line.net),
		paid_amount: fate.payment.status === 'approved' || fate.tags.includes('unfulfilled') ? money(line.net) : 0,
		currency_id: order.currency,
		shipping: { id: hasShipment(order) ? shipmentId(order, partOf(order, line.number)) : null },
		status: fate.status,
		tags: fate.tags,
	};
	const parts: Parts = { order, line, fate, money, paidAt, seller, buyer, unit };
	return family === 'global' ? { ...common, ...globalPart(parts) } : { ...common, ...localPart(parts) };
}

interface Parts {
	order: SimOrder;
	line: SimLine;
	fate: Fate;
	money: (minor: number) => number;
	paidAt: number | null;
	seller: number;
	buyer: number;
	unit: number;
}

function globalPart({ order, line, fate, money, paidAt, seller, buyer, unit }: Parts): Record<string, unknown> {
	const sku = line.sku;
	return {
		feedback: { sale: null, purchase: null },
		comments: null,
		pickup_id: null,
		coupon: { id: null, amount: 0 },
		expiration_date: orderTime(order.placedAt + 35 * 86_400_000),
		order_items: [
			{
				item: {
					id: lineItemId(order.store, line),
					title: line.title,
					category_id: `${order.store.site}${71_792 + sku.goodNumber}`,
					variation_id: null,
					seller_custom_field: null,
					variation_attributes: [],
					condition: 'new',
					seller_sku: sku.code,
					parent_item_id: line.listed?.parent ?? parentItemId(sku),
				},
				quantity: line.quantity,
				unit_price: money(unit),
				full_unit_price: money(line.unitPrice),
				currency_id: order.currency,
				manufacturing_days: null,
				// Per unit, not per line.
				sale_fee: money(Math.round(unit * 0.17)),
				base_exchange_rate: exchangeRate(order),
			},
		],
		payments: [
			{
				...paymentHead(order, line, seller, buyer),
				card_id: null,
				payment_method_id: 'master',
				issuer_id: '157',
				atm_transfer_reference: { company_id: null, transaction_id: null },
				coupon_id: null,
				payment_type: 'credit_card',
				...paymentState(fate, money(line.net), money(fate.payment.refunded)),
				coupon_amount: 0,
				installment_amount: money(line.net),
				...paymentTimes(order, paidAt),
			},
		],
		status_detail: { code: isFraud(order) ? 'fraud' : '', description: null },
		buyer: { id: buyer, nickname: `BUYER${buyer}`, first_name: order.buyer.first, last_name: order.buyer.last },
		seller: { id: seller },
		taxes: { amount: 0, currency_id: order.currency },
		context: { channel: 'marketplace', site: order.store.site, flows: ['cbt'], application: 'purchases-api' },
	};
}

function localPart({ order, line, fate, money, paidAt, seller, buyer, unit }: Parts): Record<string, unknown> {
	const sku = line.sku;
	const fee = Math.round(unit * 0.17);
	return {
		buying_mode: 'buy_equals_pay',
		shipping_cost: 0,
		order_items: [
			{
				item: {
					id: lineItemId(order.store, line),
					title: line.title,
					category_id: `${order.store.site}${71_792 + sku.goodNumber}`,
					variation_id: null,
					seller_custom_field: null,
					variation_attributes: [],
					warranty: null,
					condition: 'new',
					seller_sku: sku.code,
					global_price: null,
					net_weight: null,
					user_product_id: `${order.store.site}U${1_458_960_000 + sku.number}`,
					release_date: null,
				},
				quantity: line.quantity,
				requested_quantity: { measure: 'unit', value: line.quantity },
				picked_quantity: null,
				unit_price: money(unit),
				full_unit_price: money(line.unitPrice),
				currency_id: order.currency,
				manufacturing_days: null,
				sale_fee: money(fee),
				listing_type_id: 'gold_special',
				base_exchange_rate: null,
				base_currency_id: null,
				element_id: 1,
				stock: [{ store_id: '54936888', network_node_id: '163942' }],
			},
		],
		payments: [
			{
				...paymentHead(order, line, seller, buyer),
				card_id: null,
				payment_method_id: 'account_money',
				issuer_id: '2007',
				atm_transfer_reference: { transaction_id: null, company_id: null },
				payment_type: 'account_money',
				...paymentState(fate, money(line.net), money(fate.payment.refunded)),
				installment_amount: null,
				...paymentTimes(order, paidAt),
				marketplace_fee: money(fee * line.quantity),
				reference_id: null,
			},
		],
		status_detail: isFraud(order) ? { code: 'fraud', description: null } : null,
		feedback: { seller: null, buyer: null },
		context: { channel: 'marketplace', site: order.store.site, flows: ['catalog'] },
		seller: { id: seller, user_type: null, tags: [], status: null, buy_restrictions: [] },
		buyer: { id: buyer, user_type: null, tags: [], status: null, buy_restrictions: [] },
		taxes: { amount: null, currency_id: null, id: null },
		cancel_detail: fate.status === 'cancelled' && order.cancellation?.at ? cancelDetail(order, order.cancellation.at) : null,
	};
}

function cancelDetail(order: SimOrder, cancelledAt: number): Record<string, unknown> {
	const by = order.cancellation?.by ?? 'buyer';
	return {
		group: by,
		code: `${by}_cancel_express`,
		description: order.cancellation?.reason ?? '',
		requested_by: by,
		date: orderTime(cancelledAt),
	};
}

function paymentHead(order: SimOrder, line: SimLine, seller: number, buyer: number): Record<string, unknown> {
	return {
		id: paymentId(order, line.number),
		order_id: orderId(order, line.number),
		payer_id: buyer,
		collector: { id: seller },
		site_id: order.store.site,
		reason: line.title,
		currency_id: order.currency,
		installments: 1,
		activation_uri: null,
		operation_type: 'regular_payment',
	};
}

function paymentState(fate: Fate, amount: number, refunded: number): Record<string, unknown> {
	return {
		available_actions: fate.payment.status === 'approved' ? ['refund'] : [],
		status: fate.payment.status,
		status_code: null,
		status_detail: fate.payment.detail,
		transaction_amount: amount,
		transaction_amount_refunded: refunded,
		taxes_amount: 0,
		shipping_cost: 0,
		overpaid_amount: 0,
		total_paid_amount: fate.payment.status === 'pending' || fate.payment.status === 'cancelled' ? 0 : amount,
	};
}

function paymentTimes(order: SimOrder, paidAt: number | null): Record<string, unknown> {
	return {
		deferred_period: null,
		date_approved: paidAt === null ? null : orderTime(paidAt),
		authorization_code: null,
		transaction_order_id: null,
		date_created: orderTime(order.placedAt),
		date_last_modified: orderTime(order.updatedAt),
	};
}

/** Local currency per dollar on the day of the sale, with the day's wobble. */
function exchangeRate(order: SimOrder): number {
	const day = Math.floor(order.placedAt / 86_400_000);
	const wobble = 0.98 + (hash(day, order.store.number, 77) / 4294967296) * 0.04;
	return Number((siteOf(order.store.site).perDollar * wobble).toFixed(4));
}

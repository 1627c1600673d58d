import {
	addMoney,
	type BuyerData,
	type Fulfilment,
	type Instant,
	type Money,
	type MoneyPart,
	negateMoney,
	type Order,
	type OrderMoney,
	type OrderReturn,
	type OrderState,
	zeroMoney,
} from '@pangea/domain';
import { entryOf } from '@pangea/platform-contract';
import { readAmount, sumOf } from './amounts.ts';
import { assignParcels, groupUnits, lineIdByUnit } from './lines.ts';
import { toReturn } from './returns.ts';
import { optionalTime, requiredTime } from './times.ts';
import type { WireAddress, WireAfterSale, WireOrder, WirePayment } from './wire.ts';

/** What an order does not say about itself. */
export interface OrderSite {
	siteId: string | null;
	currency: string;
}

/**
 * One order of contract §6, with its returns and cancellations.
 * @throws MoneyError for an amount that is none
 * @throws TimeError when creation or last change is missing or impossible
 */
export function toOrder(wire: WireOrder, afterSales: readonly WireAfterSale[], site: OrderSite): Order {
	const currency = wire.payment?.currency ?? site.currency;
	const state = entryOf(STATES, wire.status) ?? 'unknown';
	const lines = groupUnits(wire, currency);
	const lineOf = lineIdByUnit(lines);
	const returns = afterSales.map((wire) => toReturn(wire, lineOf));
	const shippedAt = optionalTime(wire.collection_time) ?? (SHIPPED.has(state) ? optionalTime(wire.rts_time) : null);
	const deliveredAt = optionalTime(wire.delivery_time);
	return {
		externalId: wire.id,
		externalGroupId: wire.auto_combine_group_id,
		siteId: site.siteId,
		state,
		rawStatus: wire.status,
		fulfilment: entryOf(FULFILMENTS, wire.fulfillment_type) ?? 'unknown',
		placedAt: requiredTime(wire.create_time, 'create_time'),
		paidAt: optionalTime(wire.paid_time),
		shipBy: optionalTime(wire.rts_sla_time),
		deliverBy: optionalTime(wire.delivery_sla_time),
		shippedAt,
		deliveredAt,
		cancelledAt: optionalTime(wire.cancel_time),
		updatedAt: latest(requiredTime(wire.update_time, 'update_time'), returns),
		buyerCountry: wire.recipient_address?.region_code ?? null,
		externalBuyerId: wire.user_id,
		isTest: false,
		money: toMoney(wire.payment ?? null, currency, returns, site.siteId),
		lines: lines.map((line) => line.line),
		parcels: assignParcels(wire, lines, { shippedAt, deliveredAt }),
		returns,
		fees: [],
		buyer: toBuyer(wire),
		warnings: warningsOf(wire),
	};
}

/** The API says CANCELLED, webhooks say CANCEL. */
const STATES: Readonly<Record<string, OrderState>> = {
	UNPAID: 'unpaid',
	ON_HOLD: 'onHold',
	AWAITING_SHIPMENT: 'toShip',
	PARTIALLY_SHIPPING: 'partlyShipped',
	// Labelled and not handed over: the platform's own "To ship" tab counts it so, and the hand-over deadline still runs.
	AWAITING_COLLECTION: 'toShip',
	IN_TRANSIT: 'shipped',
	DELIVERED: 'delivered',
	COMPLETED: 'completed',
	CANCELLED: 'cancelled',
	CANCEL: 'cancelled',
};

const SHIPPED: ReadonlySet<OrderState> = new Set(['shipped', 'delivered', 'completed']);

const FULFILMENTS: Readonly<Record<string, Fulfilment>> = {
	FULFILLMENT_BY_SELLER: 'seller',
	FULFILLMENT_BY_TIKTOK: 'platform',
	FULFILLMENT_BY_DILAYANI_TOKOPEDIA: 'platform',
};

/** `update_time` moves with the order's status only, so news of a return has to count as a change of the order. */
function latest(updatedAt: Instant, returns: readonly OrderReturn[]): Instant {
	return returns.reduce((last, r) => (r.updatedAt !== null && r.updatedAt > last ? r.updatedAt : last), updatedAt);
}

// `product_tax` and `shipping_fee_tax` explain `tax`; adding them would count twice.
const OTHER_CHARGES = [
	'small_order_fee',
	'retail_delivery_fee',
	'buyer_service_fee',
	'handling_fee',
	'shipping_insurance_fee',
	'item_insurance_fee',
	'item_insurance_tax',
] as const;

const PLAIN_PARTS = [
	['items', 'original_total_product_price', 1],
	['shipping', 'original_shipping_fee', 1],
	['tax', 'tax', 1],
	['sellerDiscount', 'seller_discount', -1],
	['platformDiscount', 'platform_discount', -1],
	['total', 'total_amount', 1],
] as const;

function toMoney(payment: WirePayment | null, currency: string, returns: readonly OrderReturn[], siteId: string | null): OrderMoney {
	const parts: Partial<Record<MoneyPart, Money>> = {};
	const read = (text: string | null): Money | null => readAmount(text, currency);
	let totalComputed = false;
	if (payment) {
		for (const [part, field, sign] of PLAIN_PARTS) {
			const amount = read(payment[field]);
			if (amount) parts[part] = sign === 1 ? amount : negateMoney(amount);
		}
		const shippingDiscount = toShippingDiscount(payment, read);
		if (shippingDiscount) parts.shippingDiscount = shippingDiscount;
		const charges = sumOf(OTHER_CHARGES.map((field) => read(payment[field])));
		if (charges) parts.otherCharges = charges;
		if (!parts.total && parts.items) {
			parts.total = sumOf(Object.values(parts)) ?? zeroMoney(currency);
			totalComputed = true;
		}
	}
	const refunds = returns.filter((r) => r.state === 'completed' && r.refund?.currency === currency).map((r) => r.refund);
	const refunded = sumOf(refunds);
	if (refunded) parts.refund = negateMoney(refunded);
	// US amounts are before tax (contract §6); elsewhere cross-border prices contain VAT, local ones are not documented.
	return { currency, taxBasis: siteId === 'US' ? 'net' : 'unknown', parts, totalComputed };
}

/**
 * What the buyer pays less than the list price of shipping. The difference of the two stated fees holds whoever funds it; the three
 * discount fields overlap when a co-funded programme applies.
 */
function toShippingDiscount(payment: WirePayment, read: (text: string | null) => Money | null): Money | null {
	const paid = read(payment.shipping_fee);
	const list = read(payment.original_shipping_fee);
	if (paid && list) return addMoney(paid, negateMoney(list));
	const funded = [payment.shipping_fee_seller_discount, payment.shipping_fee_platform_discount, payment.shipping_fee_cofunded_discount];
	const total = sumOf(funded.map(read));
	return total && negateMoney(total);
}

/** Brazil's `cpf` and `cpf_name` are not read: the contract forbids to store them. */
function toBuyer(wire: WireOrder): BuyerData | null {
	const address = wire.recipient_address ?? null;
	if (!address && wire.buyer_email === null) return null;
	const name = address && (address.name ?? ([address.first_name, address.last_name].filter((part) => part !== null).join(' ') || null));
	const addressLines = address ? linesOf(address) : [];
	const seen = [name, address?.phone_number, address?.postal_code, ...addressLines];
	return {
		name,
		// Always a relay address of the platform.
		email: wire.buyer_email,
		phone: address?.phone_number ?? null,
		taxId: null,
		addressLines,
		city: address && cityOf(address),
		region: address?.district_info.find((d) => d.address_level === 'L1')?.address_name ?? null,
		postalCode: address?.postal_code ?? null,
		maskedByPlatform: wire.buyer_email !== null || seen.some((part) => part?.includes('*')),
	};
}

function linesOf(address: WireAddress): string[] {
	const lines = [address.address_line1, address.address_line2, address.address_line3, address.address_line4].filter(
		(line) => line !== null,
	);
	if (lines.length > 0) return lines;
	const whole = address.address_detail ?? address.full_address;
	return whole === null ? [] : [whole];
}

function cityOf(address: WireAddress): string | null {
	if (address.post_town !== null) return address.post_town;
	const below = address.district_info.filter((d) => d.address_level !== null && d.address_level > 'L1');
	const named = below.find((d) => /city|town|municipality/i.test(d.address_level_name ?? ''));
	return (named ?? below.at(-1))?.address_name ?? null;
}

const FLAGS = [
	'is_buyer_request_cancel',
	'is_sample_order',
	'is_replacement_order',
	'is_exchange_order',
	'has_updated_recipient_address',
	'is_cod',
] as const;

function warningsOf(wire: WireOrder): string[] {
	const warnings: string[] = FLAGS.filter((name) => wire[name]);
	if (wire.order_type !== null && wire.order_type !== 'NORMAL') warnings.push(wire.order_type);
	return warnings;
}

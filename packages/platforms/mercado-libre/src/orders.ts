import {
	type Fee,
	type Instant,
	type Money,
	MoneyError,
	negateMoney,
	type Order,
	type OrderLine,
	type OrderMoney,
	type OrderState,
	parseInstant,
	TimeError,
	timesMoney,
} from '@pangea/domain';
import { entryOf } from '@pangea/platform-contract';
import { GLOBAL_SELLING, SITES } from './manifest.ts';
import { money, moneyOrNull, sum, unitFee } from './money.ts';
import { refundPart, type Refund, refundsOf, toReturns } from './returns.ts';
import {
	delaysOf,
	deliverByOf,
	fulfilmentOf,
	hasLeft,
	instant,
	milestones,
	parcelState,
	shipByOf,
	type ShipmentFacts,
	toBuyer,
	toParcel,
} from './shipments.ts';
import type { WireOrder, WireOrderItem, WirePack, WirePayment } from './wire.ts';

/** Everything the platform told about one order. */
export interface OrderFacts {
	order: WireOrder;
	shipment: ShipmentFacts | null;
	pack: WirePack | null;
}

/** What is known of the store; the order's own words go first. */
export interface StoreFacts {
	siteId: string | null;
	currency: string;
}

/**
 * Wire to domain, contract §4. Pure.
 * @throws MoneyError, TimeError when an amount or a time cannot be read; such an order is set aside by the caller, never stored half.
 */
export function toOrder({ order, shipment, pack }: OrderFacts, store: StoreFacts): Order {
	const currency = currencyOf(order, store);
	const refunds = refundsOf(order, currency);
	const state = stateOf(order, shipment);
	const siteId = siteOf(order, shipment, store);
	const lines = toLines(order, shipment, currency, state);
	const { fees, warnings: feeWarnings } = toFees(order, lines, currency);
	return {
		externalId: order.id,
		externalGroupId: order.pack_id ?? null,
		siteId,
		state,
		rawStatus: order.status || 'unknown',
		fulfilment: fulfilmentOf(shipment?.shipment),
		placedAt: placedAt(order),
		paidAt: paidAt(order),
		shipBy: shipByOf(shipment),
		deliverBy: deliverByOf(shipment),
		...milestones(shipment),
		cancelledAt: state === 'cancelled' ? instant(order.cancel_detail?.date) : null,
		updatedAt: updatedAt(order, shipment),
		buyerCountry: marketOf(siteId)?.country ?? shipment?.shipment.destination?.shipping_address?.country?.id ?? null,
		externalBuyerId: order.buyer?.id ?? null,
		isTest: (order.tags ?? []).includes('test_order') || (shipment?.shipment.tags ?? []).includes('test_shipment'),
		money: toMoney(order, refunds, currency),
		lines,
		// An order lies in one shipment at a time; a cart that is split gets new ones (contract §4.3).
		...(shipment ? { parcels: [toParcel(shipment, lines)], parcelsComplete: true as const } : { parcels: [] }),
		returns: toReturns(order, lines, refunds),
		fees,
		buyer: toBuyer(order, shipment),
		warnings: [...warningsOf(order, pack), ...delaysOf(shipment), ...feeWarnings],
	};
}

// The platform opened in August 1999: an earlier sale is a damaged record, and would land in a day that no report shows.
const OPENED = '1999-08-01T00:00:00.000Z';

function placedAt(order: WireOrder): Instant {
	const at = parseInstant(order.date_created);
	if (at < OPENED) throw new TimeError(`date_created ${at} is older than the platform`);
	return at;
}

/** Cross-border orders are in USD whatever the site's currency (contract §4.2). @throws MoneyError */
function currencyOf(order: WireOrder, store: StoreFacts): string {
	const stated = order.currency_id ?? order.order_items?.find((i) => i.currency_id)?.currency_id;
	if (stated) return stated;
	return (order.context?.flows ?? []).includes('cbt') ? 'USD' : store.currency;
}

function siteOf(order: WireOrder, facts: ShipmentFacts | null, store: StoreFacts): string | null {
	const stated = order.context?.site ?? order.payments?.find((p) => p.site_id)?.site_id ?? facts?.shipment.source?.site_id;
	if (stated) return stated;
	if (store.siteId && store.siteId !== GLOBAL_SELLING) return store.siteId;
	// Nobody buys on the cross-border site; the item's id begins with the market it is sold on.
	return marketOf(order.order_items?.[0]?.item.id.slice(0, 3))?.id ?? store.siteId;
}

function marketOf(siteId: string | null | undefined) {
	return SITES.find((s) => s.id === siteId && s.id !== GLOBAL_SELLING);
}

/** Orders and shipments change apart; the later word counts. */
function updatedAt(order: WireOrder, facts: ShipmentFacts | null): Instant {
	const own = instant(order.last_updated ?? order.date_last_updated ?? order.date_closed) ?? parseInstant(order.date_created);
	const shipped = instant(facts?.shipment.last_updated);
	return shipped !== null && shipped > own ? shipped : own;
}

const MONEY_CAME = new Set(['approved', 'refunded', 'charged_back']);

function paidAt(order: WireOrder): Instant | null {
	const approvals = (order.payments ?? []).filter((p) => p.status && MONEY_CAME.has(p.status)).map((p) => instant(p.date_approved));
	const times = approvals.filter((t) => t !== null).sort();
	return times[0] ?? (order.status === 'paid' ? instant(order.date_closed) : null);
}

const STATES: Record<string, OrderState> = {
	confirmed: 'unpaid',
	payment_required: 'unpaid',
	payment_in_process: 'unpaid',
	partially_paid: 'unpaid',
	paid: 'toShip',
	partially_refunded: 'toShip',
	pending_cancel: 'onHold',
	cancelled: 'cancelled',
	// "Invalidated as it came from a malicious buyer".
	invalid: 'cancelled',
};

/** Tags that forbid shipping a paid order: fraud, and money back to the buyer's wallet, which never becomes `cancelled` (contract §4.2). */
const HOLDING_TAGS = ['fraud_risk_detected', 'unfulfilled'];

const HOLDING_SUBSTATUSES = new Set(['under_review', 'fraudulent', 'buffered', 'waiting_for_payment']);

/** The order's status says whether it is sold, its shipment where it is: `delivered` in the tags is no longer kept (contract §4.2). */
function stateOf(order: WireOrder, facts: ShipmentFacts | null): OrderState {
	const sold = entryOf(STATES, order.status) ?? 'unknown';
	if (sold !== 'toShip') return sold;
	const tags = order.tags ?? [];
	const moved = facts ? stateOfShipment(facts) : tags.includes('delivered') ? 'delivered' : 'toShip';
	return moved === 'toShip' && HOLDING_TAGS.some((t) => tags.includes(t)) ? 'onHold' : moved;
}

function stateOfShipment({ shipment }: ShipmentFacts): OrderState {
	const state = parcelState(shipment);
	if (state === 'delivered') return 'delivered';
	// A paid order whose shipment was cancelled (split cart, expired label) waits for a person or a new shipment.
	if (state === 'cancelled') return 'onHold';
	if (state === 'pending') return shipment.substatus && HOLDING_SUBSTATUSES.has(shipment.substatus) ? 'onHold' : 'toShip';
	return hasLeft(state) ? 'shipped' : 'unknown';
}

function toLines(order: WireOrder, facts: ShipmentFacts | null, currency: string, state: OrderState): OrderLine[] {
	const left = facts ? hasLeft(parcelState(facts.shipment)) : null;
	const used = new Map<string, number>();
	return (order.order_items ?? []).map((row) => {
		const { item } = row;
		const base = item.variation_id ? `${item.id}:${item.variation_id}` : item.id;
		// Lines have no id of their own; an order is one item and variation, so a repeat is rare and counted.
		const repeat = used.get(base) ?? 0;
		used.set(base, repeat + 1);
		return {
			externalId: repeat === 0 ? base : `${base}#${repeat + 1}`,
			externalListingId: item.id,
			externalVariantId: item.variation_id ?? item.user_product_id ?? null,
			sellerSku: item.seller_sku || item.seller_custom_field || null,
			title: item.title ?? '',
			variant: variantOf(row),
			imageUrl: null,
			quantity: row.quantity,
			quantityCancelled: state === 'cancelled' ? row.quantity : 0,
			quantityShipped: left === null ? null : left ? row.quantity : 0,
			unitPrice: moneyOrNull(row.unit_price, row.currency_id ?? currency),
			discount: null,
			tax: null,
			rawStatus: null,
		};
	});
}

function variantOf({ item }: WireOrderItem): string | null {
	const parts = (item.variation_attributes ?? []).filter((a) => a.value_name);
	return parts.map((a) => (a.name ? `${a.name}: ${a.value_name}` : a.value_name)).join(', ') || null;
}

/** `sale_fee` is for one piece: 2 × 11.07 is the payment's `marketplace_fee` of 22.14 in the published order (contract §4.2). */
function toFees(order: WireOrder, lines: readonly OrderLine[], currency: string): { fees: Fee[]; warnings: string[] } {
	let rounded = false;
	const fees = (order.order_items ?? []).flatMap((row, index): Fee[] => {
		const line = lines[index];
		if (!line || row.sale_fee === null || row.sale_fee === undefined) return [];
		const fee = unitFee(row.sale_fee, row.quantity, row.currency_id ?? currency);
		rounded ||= fee.rounded;
		return [
			{
				externalId: `sale_fee:${line.externalId}`,
				kind: 'commission',
				rawKind: 'sale_fee',
				amount: fee.amount,
				lineExternalId: line.externalId,
			},
		];
	});
	return { fees, warnings: rounded ? ['sale_fee_rounded'] : [] };
}

/** @throws MoneyError when neither a total nor prices are there: an order without money would pass for a gift. */
function toMoney(order: WireOrder, refunds: readonly Refund[], currency: string): OrderMoney {
	const rows = order.order_items ?? [];
	const priced = rows.flatMap((r) => (r.unit_price ? [timesMoney(money(r.unit_price, r.currency_id ?? currency), r.quantity)] : []));
	const complete = rows.length > 0 && priced.length === rows.length;
	const items = complete ? sum(priced, currency) : null;
	const stated = moneyOrNull(order.total_amount, currency);
	const total = stated ?? items;
	if (!total) throw new MoneyError('Neither total_amount nor a price for every line');
	const received = (order.payments ?? []).filter((p) => p.status && MONEY_CAME.has(p.status) && (p.currency_id ?? currency) === currency);
	const parts: OrderMoney['parts'] = { total };
	if (items) parts.items = items;
	const shipping = partOf(received, 'shipping_cost', currency);
	if (shipping) parts.shipping = shipping;
	const tax = taxOf(order, currency) ?? partOf(received, 'taxes_amount', currency);
	if (tax) parts.tax = tax;
	const coupon = moneyOrNull(order.coupon?.amount, currency) ?? partOf(received, 'coupon_amount', currency);
	if (coupon && coupon.amountMinor !== 0n) parts.platformDiscount = negateMoney(coupon);
	const refund = refundPart(refunds, currency);
	if (refund) parts.refund = refund;
	return { currency, taxBasis: 'unknown', parts, totalComputed: stated === null };
}

function taxOf(order: WireOrder, currency: string): Money | null {
	const taxes = order.taxes;
	if (!taxes?.amount || (taxes.currency_id ?? currency) !== currency) return null;
	return money(taxes.amount, currency);
}

function partOf(
	payments: readonly WirePayment[],
	field: 'shipping_cost' | 'taxes_amount' | 'coupon_amount',
	currency: string,
): Money | null {
	const told = payments.flatMap((p) => (p[field] ? [money(p[field], currency)] : []));
	return told.length === 0 ? null : sum(told, currency);
}

const WARNING_TAGS = ['fraud_risk_detected', 'unfulfilled', 'claim_opened'];

function warningsOf(order: WireOrder, pack: WirePack | null): string[] {
	const tags = (order.tags ?? []).filter((t) => WARNING_TAGS.includes(t));
	const charged = (order.payments ?? []).some((p) => p.status === 'charged_back') ? ['charged_back'] : [];
	const split = pack?.status_detail === 'splitted' ? ['splitted'] : [];
	return [...tags, ...charged, ...split];
}

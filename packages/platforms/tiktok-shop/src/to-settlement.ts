import { type Money, parseMoney, type SettlementKind, type SettlementLine } from '@pangea/domain';
import { entryOf } from '@pangea/platform-contract';
import { FEES, REVENUE, SHIPPING, TAXES, type WireTransaction, type WireUnsettled } from './wire-finances.ts';

/** What settled transactions and estimates of open ones have in common. */
export interface WireBooking {
	type: string;
	adjustment_id: string | null;
	settlement: string | null;
	revenue: string | null;
	shipping: string | null;
	feeTax: string | null;
	adjustment: string | null;
	reserve: string | null;
	breakdowns: Pick<WireTransaction, 'revenue_breakdown' | 'shipping_cost_breakdown' | 'fee_tax_breakdown'>;
}

export function settledBooking(wire: WireTransaction): WireBooking {
	return {
		type: wire.type,
		adjustment_id: wire.adjustment_id,
		settlement: wire.settlement_amount,
		revenue: wire.revenue_amount,
		shipping: wire.shipping_cost_amount,
		feeTax: wire.fee_tax_amount,
		adjustment: wire.adjustment_amount,
		reserve: wire.reserve_amount,
		breakdowns: wire,
	};
}

export function openBooking(wire: WireUnsettled): WireBooking {
	return {
		type: wire.type,
		adjustment_id: wire.adjustment_id,
		settlement: wire.est_settlement_amount,
		revenue: wire.est_revenue_amount,
		shipping: wire.est_shipping_cost_amount,
		feeTax: wire.est_fee_tax_amount,
		adjustment: wire.est_adjustment_amount,
		reserve: null,
		breakdowns: wire,
	};
}

const KINDS: Readonly<Record<string, SettlementKind>> = {
	refund_subtotal_before_discount_amount: 'refund',
	seller_discount_refund_amount: 'refund',
	cod_service_fee_amount: 'service',
	refund_cod_service_fee_amount: 'service',
	customer_paid_shipping_fee_amount: 'shippingCharged',
	return_shipping_fee_paid_buyer_amount: 'shippingCharged',
	fbt_fulfillment_fee_reimbursement_amount: 'fulfilment',
	fbt_free_shipping_fee_amount: 'fulfilment',
	platform_commission_amount: 'commission',
	referral_fee_amount: 'commission',
	dynamic_commission_amount: 'commission',
	affiliate_commission_amount: 'advertising',
	affiliate_partner_commission_amount: 'advertising',
	affiliate_ads_commission_amount: 'advertising',
	affiliate_commission_deposit: 'advertising',
	affiliate_commission_release: 'advertising',
	external_affiliate_marketing_fee_amount: 'advertising',
	tap_shop_ads_commission: 'advertising',
	cofunded_creator_bonus_amount: 'advertising',
};

/** Of what is booked beside orders, by its type; the types are an open set. */
const ADJUSTMENTS: Readonly<Record<string, SettlementKind>> = { GMV_PAYMENT_FOR_ADS: 'advertising' };

/**
 * The lines of one booking. They add up to what the platform says is settled, to the minor unit: what a breakdown leaves open is a line without
 * a kind, under the name of the amount that it is missing from. Pure.
 * @throws MoneyError for an amount that is none
 */
export function settlementLines(booking: WireBooking, currency: string): SettlementLine[] {
	const read = (text: string | null | undefined): bigint => (text ? parseMoney(text, currency).amountMinor : 0n);
	const line = (kind: SettlementKind, rawKind: string, amountMinor: bigint): SettlementLine => {
		const amount: Money = { amountMinor, currency };
		return { kind, rawKind, externalLineId: null, sellerSku: null, amount };
	};
	if (booking.reserve !== null) return [line('reserve', booking.type, read(booking.reserve))];
	const { revenue_breakdown: revenue, shipping_cost_breakdown: shipping, fee_tax_breakdown: feeTax } = booking.breakdowns;
	const parts = <N extends string>(
		names: readonly N[],
		told: Partial<Record<N, string | null>> | null | undefined,
		otherwise: SettlementKind,
	) => names.map((name) => line(entryOf(KINDS, name) ?? otherwise, name, read(told?.[name])));
	const whole = (name: string, text: string | null, within: SettlementLine[]): SettlementLine[] =>
		text === null ? within : [...within, line('unknown', name, read(text) - sumOf(within))];
	const groups = [
		...whole('revenue_amount', booking.revenue, parts(REVENUE, revenue, 'sale')),
		...whole('shipping_cost_amount', booking.shipping, parts(SHIPPING, shipping, 'shippingPaid')),
		...whole('fee_tax_amount', booking.feeTax, [...parts(FEES, feeTax?.fee, 'service'), ...parts(TAXES, feeTax?.tax, 'tax')]),
	];
	const adjustment = booking.adjustment_id !== null || booking.type === 'ORDER' ? 'adjustment' : 'unknown';
	// Types that nobody documents may come with nothing but what they are settled at.
	const alone = booking.revenue === null && booking.shipping === null && booking.feeTax === null;
	const beside = line(
		entryOf(ADJUSTMENTS, booking.type) ?? adjustment,
		booking.type,
		read(booking.adjustment ?? (alone ? booking.settlement : null)),
	);
	const all = [...groups, beside];
	const rest = booking.settlement === null ? 0n : read(booking.settlement) - sumOf(all);
	return [...all, line('unknown', 'settlement_amount', rest)].filter(({ amount }) => amount.amountMinor !== 0n);
}

function sumOf(lines: readonly SettlementLine[]): bigint {
	return lines.reduce((sum, { amount }) => sum + amount.amountMinor, 0n);
}

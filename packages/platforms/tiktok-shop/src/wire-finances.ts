import { LONGEST_ID } from '@pangea/platform-contract';
import { z } from 'zod';

/* What TikTok Shop says of statements (contract §9). Only fields that we read are named. */

const id = z.union([z.string().min(1).max(LONGEST_ID), z.number()]).transform(String);
const text = z
	.union([z.string(), z.number()])
	.nullish()
	.transform((value) => {
		const trimmed = value === null || value === undefined ? '' : String(value).trim();
		return trimmed === '' ? null : trimmed;
	});
const seconds = z
	.union([z.number(), z.string().regex(/^\d*$/)])
	.nullish()
	.transform((value) => Number(value ?? 0) || null);
const records = z
	.array(z.unknown())
	.nullish()
	.transform((value) => value ?? []);

export const StatementPage = z.looseObject({ next_page_token: text, statements: records });

export const WireStatement = z.looseObject({
	id,
	statement_time: seconds,
	settlement_amount: text,
	currency: id,
	payment_status: text,
	payment_id: text,
});
export type WireStatement = z.infer<typeof WireStatement>;

export const TransactionPage = z.looseObject({
	next_page_token: text,
	create_time: seconds,
	currency: text,
	payable_amount: text,
	transactions: records,
});

/** Each part of the revenue. */
export const REVENUE = [
	'subtotal_before_discount_amount',
	'seller_discount_amount',
	'refund_subtotal_before_discount_amount',
	'seller_discount_refund_amount',
	'cod_service_fee_amount',
	'refund_cod_service_fee_amount',
] as const;

/** Each part of the shipping cost; `supplementary_component` explains some of them once more and is not read. */
export const SHIPPING = [
	'actual_shipping_fee_amount',
	'shipping_fee_discount_amount',
	'customer_paid_shipping_fee_amount',
	'return_shipping_fee_amount',
	'replacement_shipping_fee_amount',
	'exchange_shipping_fee_amount',
	'signature_confirmation_fee_amount',
	'shipping_insurance_fee_amount',
	'fbt_fulfillment_fee_reimbursement_amount',
	'return_shipping_label_fee_amount',
	'seller_self_shipping_service_fee_amount',
	'return_shipping_fee_paid_buyer_amount',
	'failed_delivery_subsidy_amount',
	'shipping_fee_guarantee_reimbursement',
	'fbt_free_shipping_fee_amount',
	'free_return_subsidy_amount',
] as const;

/** Each fee. `affiliate_commission_amount_before_pit` tells the affiliates' commission a second time and is not read. */
export const FEES = [
	'platform_commission_amount',
	'referral_fee_amount',
	'dynamic_commission_amount',
	'refund_administration_fee_amount',
	'transaction_fee_amount',
	'credit_card_handling_fee_amount',
	'affiliate_commission_amount',
	'affiliate_partner_commission_amount',
	'affiliate_ads_commission_amount',
	'affiliate_commission_deposit',
	'affiliate_commission_release',
	'external_affiliate_marketing_fee_amount',
	'tap_shop_ads_commission',
	'cofunded_creator_bonus_amount',
	'sfp_service_fee_amount',
	'live_specials_fee_amount',
	'bonus_cashback_service_fee_amount',
	'mall_service_fee_amount',
	'voucher_xtra_service_fee_amount',
	'flash_sales_service_fee_amount',
	'cofunded_promotion_service_fee_amount',
	'pre_order_service_fee_amount',
	'tsp_commission_amount',
	'dt_handling_fee_amount',
	'epr_pob_service_fee_amount',
	'seller_paylater_handling_fee_amount',
	'fee_per_item_sold_amount',
	'vn_fix_infrastructure_fee',
	'shipping_fee_guarantee_service_fee',
	'installation_service_fee',
	'campaign_resource_fee',
] as const;

export const TAXES = [
	'vat_amount',
	'import_vat_amount',
	'customs_duty_amount',
	'customs_clearance_amount',
	'sst_amount',
	'gst_amount',
	'iva_amount',
	'isr_amount',
	'anti_dumping_duty_amount',
	'local_vat_amount',
	'pit_amount',
] as const;

/** Amounts by name; a missing one is null. */
const amounts = <N extends string>(names: readonly N[]) => {
	const fields = Object.fromEntries(names.map((name) => [name, text])) as Record<N, typeof text>;
	return z.looseObject(fields).nullish();
};

const breakdowns = {
	revenue_breakdown: amounts(REVENUE),
	shipping_cost_breakdown: amounts(SHIPPING),
	fee_tax_breakdown: z.looseObject({ fee: amounts(FEES), tax: amounts(TAXES) }).nullish(),
};

export const WireTransaction = z.looseObject({
	id,
	type: id,
	order_id: text,
	adjustment_id: text,
	adjustment_order_id: text,
	associated_order_id: text,
	settlement_amount: text,
	revenue_amount: text,
	shipping_cost_amount: text,
	fee_tax_amount: text,
	adjustment_amount: text,
	reserve_amount: text,
	...breakdowns,
});
export type WireTransaction = z.infer<typeof WireTransaction>;

export const UnsettledPage = z.looseObject({ next_page_token: text, total_count: z.number().nullish(), transactions: records });

export const WireUnsettled = z.looseObject({
	id,
	type: id,
	currency: id,
	order_create_time: seconds,
	order_delivery_time: seconds,
	order_id: text,
	adjustment_id: text,
	adjustment_order_id: text,
	est_settlement_amount: text,
	est_revenue_amount: text,
	est_shipping_cost_amount: text,
	est_fee_tax_amount: text,
	est_adjustment_amount: text,
	...breakdowns,
});
export type WireUnsettled = z.infer<typeof WireUnsettled>;

export const BookingKey = z.looseObject({ id });

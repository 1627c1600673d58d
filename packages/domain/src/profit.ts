import { type Conversion, roundExact } from './fx.ts';
import { BILLS, type MeasureUnit, type TaxRule } from './measure.ts';
import type { PlatformId } from './platform.ts';

/** What an order itself tells of what is left of its bill. */
export interface ProceedsRule {
	/** `fees`: the bill, refunds and fees taken off. `payout`: what the platform says it will pay out. `untold`: nothing that one could compute with. */
	told: 'fees' | 'payout' | 'untold';
	/** In the platform's own words, or why there is nothing. */
	source: string;
}

/** What an estimate stands on, by platform, for orders that no statement covers. What a platform does not tell with the order is missing, and never zero. */
export const PROCEEDS: Readonly<Record<PlatformId, ProceedsRule>> = {
	amazon: {
		told: 'untold',
		source: 'Orders API: an order names no referral or fulfilment fee; those stand in the Finances API, which is read',
	},
	temu: { told: 'payout', source: '`estimatedRevenue`, `estimatedSettlementTotal` of the amount queries' },
	'mercado-libre': {
		told: 'fees',
		source: '`total_amount`, refunds of the payments and `sale_fee` of each item; what the seller pays for shipping is not told',
	},
	'tiktok-shop': { told: 'untold', source: 'An order names no fee; those stand in the Finance API’s statements, which are read' },
};

export interface ProfitMeasure {
	unit: MeasureUnit;
	name: string;
	definition: string;
	tax: TaxRule;
}

/** Figures about what is left, beside `MEASURES`: they are read from orders and costs when they are asked for, and lie in no rollup. */
export const PROFIT_MEASURES = {
	costOfGoods: {
		unit: 'money',
		name: 'Cost of goods',
		definition:
			'Units of orders that count times what a unit cost on the order’s day, with its inbound shipping where that is stated; units without a stated cost are in no sum.',
		tax: 'none',
	},
	proceeds: {
		unit: 'money',
		name: 'Proceeds',
		definition:
			'What the platform leaves of the bills after refunds and fees: as its statements book it where they cover the order, else as the order tells it; of the orders of which the profit can be said.',
		tax: 'asBilled',
	},
	profitSettled: {
		unit: 'money',
		name: 'Settled profit',
		definition:
			'Proceeds by the platform’s statements less the cost of goods, of the orders whose goods are settled with nothing held back and whose units all have a cost. Reserves and payouts move money and count nowhere; ads without an order and overheads are not taken off.',
		tax: 'asBilled',
	},
	profitEstimated: {
		unit: 'money',
		name: 'Estimated profit',
		definition:
			'Proceeds as the orders tell them less the cost of goods, of the orders that no statement covers, whose proceeds are told and whose units all have a cost. Ads and overheads are not taken off.',
		tax: 'asBilled',
	},
	margin: {
		unit: 'share',
		name: 'Margin',
		definition: 'Settled and estimated profit divided by the gross sales of the same orders.',
		tax: 'asBilled',
	},
	settledOrders: {
		unit: 'count',
		name: 'Orders with a settled profit',
		definition: 'Orders that count, whose goods are settled and of which the profit can be said.',
		tax: 'none',
	},
	profitOrders: {
		unit: 'count',
		name: 'Orders with an estimate',
		definition: 'Orders that count, that no statement covers and of which the profit can be estimated.',
		tax: 'none',
	},
	unnamed: {
		unit: 'money',
		name: 'Booked without a name',
		definition: 'What statements book for orders with a settled profit and name by no word that we know. It is in their proceeds.',
		tax: 'asBilled',
	},
	difference: {
		unit: 'money',
		name: 'Settled beyond the estimate',
		definition: 'Settled proceeds less what the orders told, of the orders with a settled profit that tell both.',
		tax: 'asBilled',
	},
	unitsWithoutCost: {
		unit: 'count',
		name: 'Units without a cost',
		definition: 'Pieces in orders that count whose SKU has no cost on the order’s day, or that have no SKU.',
		tax: 'none',
	},
} as const satisfies Record<string, ProfitMeasure>;
export type ProfitMeasureId = keyof typeof PROFIT_MEASURES;

/** Why the profit of an order cannot be estimated, in the order in which it is looked at. */
export const PROFIT_GAPS = ['proceedsUntold', 'costMissing', 'rateMissing'] as const;
export type ProfitGap = (typeof PROFIT_GAPS)[number];

/** Money in minor units of the order's currency. `null`: not told. */
export interface OrderTold {
	platform: PlatformId;
	total: bigint | null;
	/** At or below zero. */
	refund: bigint | null;
	tax: bigint | null;
	payout: bigint | null;
	fees: bigint | null;
}

/** What is left of an order's bill as the order tells it; null where it does not. */
export function proceedsOf({ platform, total, refund, payout, fees }: OrderTold): bigint | null {
	switch (PROCEEDS[platform].told) {
		case 'fees':
			return total === null || fees === null ? null : total + (refund ?? 0n) - fees;
		case 'payout':
			return payout;
		case 'untold':
			return null;
	}
}

/** The bill before refunds, whether or not the platform has taken them off already. */
export function grossOf({ platform, total, refund }: OrderTold): bigint | null {
	return total === null || BILLS[platform].refunds === 'before' ? total : total - (refund ?? 0n);
}

/** What the platform keeps of a bill beyond the refunds, taxes and fees that it names: the unexplained remainder, never spread over anything. */
export function remainderOf(told: OrderTold): bigint | null {
	const gross = grossOf(told);
	const proceeds = proceedsOf(told);
	if (gross === null || proceeds === null) return null;
	const tax = BILLS[told.platform].tax === 'held' ? (told.tax ?? 0n) : 0n;
	return gross + (told.refund ?? 0n) - tax - (told.fees ?? 0n) - proceeds;
}

/** Costs of several currencies as one amount, rounded once. @returns null where one of them has no rate */
export function costsAsOne(costs: ReadonlyMap<string, bigint>, convert: (currency: string) => Conversion | null): bigint | null {
	let sum = 0n;
	for (const [currency, minor] of costs) {
		const conversion = convert(currency);
		if (conversion === null) return null;
		sum += minor * conversion.factor;
	}
	return roundExact(sum);
}

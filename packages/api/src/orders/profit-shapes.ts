import type { ProfitGap, SettlementKind } from '@pangea/domain';
import type { MoneyView } from '../money-view.ts';

/** What is left of an order as it tells it, all in the order's currency but what is stated in another. */
export interface OrderProfitView {
	gross: MoneyView | null;
	refund: MoneyView | null;
	/** Named fees. */
	fees: MoneyView | null;
	/** By statements where `settled`, else as the order tells it. */
	proceeds: MoneyView | null;
	/** What the platform keeps and does not name. */
	remainder: MoneyView | null;
	/** Costs of the goods and of bringing them in, as they were stated for the order's day. */
	goods: MoneyView[];
	inbound: MoneyView[];
	/** Both in the order's currency at the rate of its day; null where there is none, or nothing was stated. */
	cost: MoneyView | null;
	/** Day of the rate that was used, where one was. */
	rateDay: string | null;
	units: number;
	unitsWithoutCost: number;
	profit: MoneyView | null;
	/** What statements book for the order; null unless its goods are settled with nothing held back. */
	settled: SettledView | null;
	/** What the platform has announced and holds back, after its fees. */
	held: MoneyView | null;
	/** Why there is none. */
	gap: ProfitGap | null;
}

/** Amounts as the seller sees them: what goes out is below zero. */
export interface SettledView {
	/** By kind, without reserves and payouts, which are the same money again. */
	parts: { kind: SettlementKind; amount: MoneyView }[];
	/** What the order told of its proceeds, and what was settled beyond it; null where it tells nothing. */
	estimate: MoneyView | null;
	difference: MoneyView | null;
}

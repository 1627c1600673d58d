import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { FigureId } from '@pangea/api';
import type { Comparison, Grouping, ProfitMeasureId, RateSource } from '@pangea/domain';

export const MEASURE_WORDS: Record<FigureId, MessageDescriptor> = {
	gross: msg`Gross sales`,
	refunded: msg`Refunded`,
	net: msg`Net sales`,
	tax: msg`Tax`,
	fees: msg`Platform fees`,
	orders: msg`Orders`,
	units: msg`Units`,
	averageOrder: msg`Average order`,
	returned: msg`Orders with a return`,
	returnRate: msg`Return rate`,
	cancelled: msg`Cancelled orders`,
	cancelledMoney: msg`Cancelled sales`,
	unpaid: msg`Unpaid orders`,
	test: msg`Test orders`,
};

/** The catalogue's definitions (packages/domain/src/measure.ts) in the reader's language. */
export const MEASURE_MEANINGS: Record<FigureId, MessageDescriptor> = {
	gross: msg`The buyers' bills of all orders that count, after discounts and before refunds. What a bill holds differs by platform.`,
	refunded: msg`What was given back on orders that count, as the platform tells it with the order.`,
	net: msg`Gross sales less what was refunded. Fees, ads and costs are not taken off.`,
	tax: msg`The tax in the bills, where the platform tells it.`,
	fees: msg`What the platforms charge for orders that count, as far as they tell it with the order and in the order's currency.`,
	orders: msg`Orders that count: neither cancelled nor unpaid nor a test.`,
	units: msg`Pieces in orders that count, less pieces that were cancelled.`,
	averageOrder: msg`Gross sales divided by the orders whose bill is told.`,
	returned: msg`Orders that count with a return, refund, replacement or claim that was neither refused nor taken back.`,
	returnRate: msg`Orders with a return divided by orders. Young orders lower it: their returns are still to come.`,
	cancelled: msg`Cancelled orders. They are part of no other figure.`,
	cancelledMoney: msg`The bills of cancelled orders, where the platform still tells them.`,
	unpaid: msg`Orders that still wait for the buyer's payment. They count from the moment they are paid.`,
	test: msg`Orders that the platform calls a test. They are part of no other figure.`,
};

export const PROFIT_WORDS: Record<ProfitMeasureId, MessageDescriptor> = {
	costOfGoods: msg`Cost of goods`,
	proceeds: msg`Proceeds`,
	profitSettled: msg`Settled profit`,
	profitEstimated: msg`Estimated profit`,
	margin: msg`Margin`,
	settledOrders: msg`Orders settled`,
	profitOrders: msg`Orders with an estimate`,
	unnamed: msg`Booked without a name`,
	difference: msg`Settled beyond the estimate`,
	unitsWithoutCost: msg`Units without a cost`,
};

/** The catalogue's definitions (packages/domain/src/profit.ts) in the reader's language. */
export const PROFIT_MEANINGS: Record<ProfitMeasureId, MessageDescriptor> = {
	costOfGoods: msg`Units of orders that count times what a unit cost on the order's day, with its inbound shipping where that is stated. Units without a stated cost are in no sum.`,
	proceeds: msg`What the platform leaves of the bills after refunds and fees: as its statements book it where they cover the order, else as the order tells it. Of the orders of which the profit can be said.`,
	profitSettled: msg`Proceeds by the platform's statements less the cost of goods, of the orders whose goods are settled with nothing held back and whose units all have a cost. Ads without an order and overheads are not taken off.`,
	profitEstimated: msg`Proceeds as the orders tell them less the cost of goods, of the orders that no statement covers, whose proceeds are told and whose units all have a cost. Ads and overheads are not taken off.`,
	margin: msg`Settled and estimated profit divided by the gross sales of the same orders.`,
	settledOrders: msg`Orders that count, whose goods are settled and of which the profit can be said.`,
	profitOrders: msg`Orders that count, that no statement covers and of which the profit can be estimated.`,
	unnamed: msg`What statements book for orders with a settled profit and name by no word that we know. It is in their proceeds.`,
	difference: msg`Settled proceeds less what the orders told, of the orders with a settled profit that tell both.`,
	unitsWithoutCost: msg`Pieces in orders that count whose SKU has no cost on the order's day, or that have no SKU.`,
};

export const GROUPING_WORDS: Record<Grouping, MessageDescriptor> = {
	platform: msg`Platform`,
	site: msg`Site`,
	store: msg`Store`,
	entity: msg`Company`,
	group: msg`Group`,
	owner: msg`Responsible`,
	currency: msg`Currency`,
};

export const COMPARISON_WORDS: Record<Comparison, MessageDescriptor> = {
	before: msg`Period before`,
	year: msg`Year before, same weekdays`,
	none: msg`No comparison`,
};

export const SOURCE_WORDS: Record<RateSource, MessageDescriptor> = {
	hand: msg`entered by hand`,
	ecb: msg`European Central Bank`,
	second: msg`second source`,
	demo: msg`made up for the demo`,
};

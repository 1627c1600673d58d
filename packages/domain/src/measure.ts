import { PLATFORM_IDS, type PlatformId } from './platform.ts';

/** `money` is minor units of a currency, `count` whole numbers, `share` a quotient of two others that are counts. */
export type MeasureUnit = 'money' | 'count' | 'share';

/**
 * What of tax a measure holds. `asBilled`: the buyer's bill, tax in it wherever the platform collects it. `asPriced`: prices with tax, without,
 * or nobody knows; shown in three figures and never added. `none`: no money, or tax itself.
 */
export type TaxRule = 'asBilled' | 'asPriced' | 'none';

/** Which orders a measure counts; see {@link COUNTING_RULE}. */
export type CountedOrders = 'counting' | 'cancelled' | 'unpaid' | 'test';

export interface Measure {
	unit: MeasureUnit;
	/** In English; the screens hold it in four languages. */
	name: string;
	definition: string;
	tax: TaxRule;
	orders: CountedOrders;
	/** The columns of a rollup from which it is read, added up before anything is divided or subtracted. */
	from: readonly CellColumn[];
}

/** What a cell of a rollup holds beside its key, in the order of its columns. Money is in minor units of the cell's currency. */
export const CELL_COLUMNS = [
	'orders',
	'units',
	'gross_minor',
	'untold',
	'goods_minor',
	'tax_minor',
	'tax_untold_minor',
	'refunded_minor',
	'fee_minor',
	'fee_orders',
	'returned',
	'cancelled',
	'cancelled_minor',
	'unpaid',
	'test',
] as const;
export type CellColumn = (typeof CELL_COLUMNS)[number];

/** Said once for all measures. */
export const COUNTING_RULE =
	'An order counts unless it is cancelled, still unpaid, or a test order. It counts on the day it was placed, in the store’s own zone, however late the news about it comes: a refund of today lowers the day of its order.';

/** Every figure that Pangea shows about trade, defined once. Screens, files, the API and docs/measures.md read this. */
export const MEASURES = {
	gross: {
		unit: 'money',
		name: 'Gross sales',
		definition: 'The buyers’ bills of all orders that count, after discounts and before refunds. What a bill holds differs by platform.',
		tax: 'asBilled',
		orders: 'counting',
		from: ['gross_minor'],
	},
	refunded: {
		unit: 'money',
		name: 'Refunded',
		definition: 'What was given back on orders that count, as the platform tells it with the order.',
		tax: 'asBilled',
		orders: 'counting',
		from: ['refunded_minor'],
	},
	net: {
		unit: 'money',
		name: 'Net sales',
		definition: 'Gross sales less what was refunded. Fees, ads and costs are not taken off.',
		tax: 'asBilled',
		orders: 'counting',
		from: ['gross_minor', 'refunded_minor'],
	},
	goods: {
		unit: 'money',
		name: 'Goods',
		definition:
			'The goods as they were priced, without shipping and before discounts. Prices with tax, without tax and untold are three figures.',
		tax: 'asPriced',
		orders: 'counting',
		from: ['goods_minor'],
	},
	tax: {
		unit: 'money',
		name: 'Tax',
		definition: 'The tax in the bills, where the platform tells it. The gross sales of bills without that word are shown beside it.',
		tax: 'none',
		orders: 'counting',
		from: ['tax_minor'],
	},
	fees: {
		unit: 'money',
		name: 'Platform fees',
		definition: 'What the platforms charge for orders that count, as far as they tell it with the order and in the order’s currency.',
		tax: 'none',
		orders: 'counting',
		from: ['fee_minor'],
	},
	orders: {
		unit: 'count',
		name: 'Orders',
		definition: 'Orders that count.',
		tax: 'none',
		orders: 'counting',
		from: ['orders'],
	},
	units: {
		unit: 'count',
		name: 'Units',
		definition: 'Pieces in orders that count, less pieces that were cancelled.',
		tax: 'none',
		orders: 'counting',
		from: ['units'],
	},
	averageOrder: {
		unit: 'money',
		name: 'Average order',
		definition: 'Gross sales divided by the orders whose bill is told.',
		tax: 'asBilled',
		orders: 'counting',
		from: ['gross_minor', 'orders', 'untold'],
	},
	returned: {
		unit: 'count',
		name: 'Orders with a return',
		definition: 'Orders that count with a return, refund, replacement or claim that was neither refused nor taken back.',
		tax: 'none',
		orders: 'counting',
		from: ['returned'],
	},
	returnRate: {
		unit: 'share',
		name: 'Return rate',
		definition: 'Orders with a return divided by orders. Young orders lower it: their returns are still to come.',
		tax: 'none',
		orders: 'counting',
		from: ['returned', 'orders'],
	},
	cancelled: {
		unit: 'count',
		name: 'Cancelled orders',
		definition: 'Cancelled orders. They are part of no other figure.',
		tax: 'none',
		orders: 'cancelled',
		from: ['cancelled'],
	},
	cancelledMoney: {
		unit: 'money',
		name: 'Cancelled sales',
		definition: 'The bills of cancelled orders, where the platform still tells them.',
		tax: 'asBilled',
		orders: 'cancelled',
		from: ['cancelled_minor'],
	},
	unpaid: {
		unit: 'count',
		name: 'Unpaid orders',
		definition: 'Orders that still wait for the buyer’s payment. They count from the moment they are paid.',
		tax: 'none',
		orders: 'unpaid',
		from: ['unpaid'],
	},
	test: {
		unit: 'count',
		name: 'Test orders',
		definition: 'Orders that the platform calls a test. They are part of no other figure.',
		tax: 'none',
		orders: 'test',
		from: ['test'],
	},
} as const satisfies Record<string, Measure>;

export type MeasureId = keyof typeof MEASURES;
export const MEASURE_IDS = Object.keys(MEASURES) as readonly MeasureId[];

/** What a platform's bill, its grand total, holds. */
export interface BillRule {
	tax: 'held' | 'asPriced';
	shipping: 'held' | 'apart';
	/** Whether the platform has taken refunds off already; then they are added again, so that gross sales stand before refunds everywhere. */
	refunds: 'before' | 'after';
}

/** Amazon and TikTok Shop: the whole bill. Mercado Libre's `total_amount` is the goods alone. Temu's `customerPaid` is what is left after refunds. */
export const BILLS: Readonly<Record<PlatformId, BillRule>> = {
	amazon: { tax: 'held', shipping: 'held', refunds: 'before' },
	temu: { tax: 'held', shipping: 'held', refunds: 'after' },
	'mercado-libre': { tax: 'asPriced', shipping: 'apart', refunds: 'before' },
	'tiktok-shop': { tax: 'held', shipping: 'held', refunds: 'before' },
};

/** Platforms whose stated total lacks what was refunded. */
export const BILLED_AFTER_REFUNDS: readonly PlatformId[] = PLATFORM_IDS.filter((id) => BILLS[id].refunds === 'after');

/** By what figures are told apart. */
export const GROUPINGS = ['platform', 'site', 'store', 'entity', 'group', 'owner', 'currency'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** With what a period is compared: as many days right before it, or those a year before, moved so that weekdays meet their like. */
export const COMPARISONS = ['before', 'year', 'none'] as const;
export type Comparison = (typeof COMPARISONS)[number];

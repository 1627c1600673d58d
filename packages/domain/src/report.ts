import type { Field, Permission } from './role.ts';

/**
 * What a column of a report holds. `text` is told as it stands, `id` is a text that a spreadsheet must not take for a number, `money` is a decimal in
 * the currency of the row, `instant` a point in time shown in the report's zone, `day` a calendar day of the row's own store.
 */
export type ColumnType = 'id' | 'text' | 'money' | 'integer' | 'instant' | 'day' | 'yesNo';

export interface ReportColumn {
	id: string;
	type: ColumnType;
	/** Who does not see this kind of fact does not get the column. */
	field: Field | null;
}

const column = (id: string, type: ColumnType, field: Field | null = null): ReportColumn => ({ id, type, field });

const OF_STORE = [column('platform', 'text'), column('store', 'text'), column('company', 'text'), column('site', 'text')] as const;
const OF_ORDER = [
	column('order_number', 'id'),
	...OF_STORE,
	column('state', 'text'),
	column('raw_status', 'text'),
	column('placed_at', 'instant'),
	column('store_day', 'day'),
] as const;

/** Every report with all columns that it can have, in the order of the file. A row of `lines`, `fees` and `returns` repeats its order's columns. */
export const REPORTS = {
	orders: [
		...OF_ORDER,
		column('pack_number', 'id'),
		column('fulfilment', 'text'),
		column('paid_at', 'instant'),
		column('ship_by', 'instant'),
		column('shipped_at', 'instant'),
		column('delivered_at', 'instant'),
		column('cancelled_at', 'instant'),
		column('buyer_country', 'text'),
		column('lines', 'integer'),
		column('units', 'integer'),
		column('units_cancelled', 'integer'),
		column('first_title', 'text'),
		column('currency', 'text'),
		column('tax_basis', 'text'),
		column('total', 'money', 'revenue'),
		column('fees', 'money', 'cost'),
		// Parts of the bill as the platform tells them; empty where it does not.
		column('items', 'money', 'revenue'),
		column('shipping', 'money', 'revenue'),
		column('tax', 'money', 'revenue'),
		column('seller_discount', 'money', 'revenue'),
		column('platform_discount', 'money', 'revenue'),
		column('refund', 'money', 'revenue'),
		column('estimated_payout', 'money', 'revenue'),
		column('test', 'yesNo'),
	],
	lines: [
		...OF_ORDER,
		column('line', 'integer'),
		column('seller_sku', 'id'),
		column('listing_id', 'id'),
		column('variant_id', 'id'),
		column('title', 'text'),
		column('variant', 'text'),
		column('quantity', 'integer'),
		column('quantity_cancelled', 'integer'),
		column('currency', 'text'),
		column('unit_price', 'money', 'revenue'),
		column('discount', 'money', 'revenue'),
		column('tax', 'money', 'revenue'),
	],
	fees: [
		...OF_ORDER,
		column('kind', 'text'),
		column('raw_kind', 'text'),
		column('line_id', 'id'),
		column('currency', 'text'),
		column('amount', 'money', 'cost'),
	],
	returns: [
		...OF_ORDER,
		column('return_number', 'id'),
		column('kind', 'text'),
		column('return_state', 'text'),
		column('reason', 'text'),
		column('requested_by', 'text'),
		column('requested_at', 'instant'),
		column('respond_by', 'instant'),
		column('currency', 'text'),
		column('refund', 'money', 'revenue'),
	],
	/**
	 * What the platforms tell about tax, each in a column of its own, so that no two are added up: of the order, of its lines, of its fees, and of the
	 * lines of statements about it, signed as the seller sees them. Untold is empty. No platform is taken at more than its word: who remits a tax is
	 * told by none of them in a field of its own.
	 */
	tax: [
		...OF_ORDER,
		column('month', 'text'),
		column('buyer_country', 'text'),
		column('tax_basis', 'text'),
		column('told_of', 'text'),
		column('line', 'integer'),
		column('seller_sku', 'id'),
		column('raw_kind', 'text'),
		column('currency', 'text'),
		column('order_items', 'money', 'revenue'),
		column('order_tax', 'money', 'revenue'),
		column('line_items', 'money', 'revenue'),
		column('line_tax', 'money', 'revenue'),
		column('fee_tax', 'money', 'cost'),
		column('statement_tax', 'money', 'cost'),
	],
	/** The listings that the stores have now, as the mirror holds them. */
	stock: [
		...OF_STORE,
		column('listing_id', 'id'),
		column('variant_id', 'id'),
		column('seller_sku', 'id'),
		// Ours, where the listing is paired with one.
		column('sku', 'id'),
		column('title', 'text'),
		column('variant', 'text'),
		column('state', 'text'),
		column('raw_status', 'text'),
		column('currency', 'text'),
		column('price', 'money', 'revenue'),
		column('stock', 'integer'),
		column('sold_30_days', 'integer'),
		column('changed_at', 'instant'),
		column('read_up_to', 'instant'),
	],
	/**
	 * The listings that can be bought now as shopping feeds take them, named as in Google's product data specification; behind them what machines
	 * can read of each. What nobody tells is empty: {@link feedNotes}.
	 */
	feed: [
		...OF_STORE,
		column('id', 'id'),
		column('title', 'text'),
		column('description', 'text'),
		column('link', 'text'),
		column('image_link', 'text'),
		column('availability', 'text'),
		// `12.34 EUR`
		column('price', 'text', 'revenue'),
		column('brand', 'text'),
		column('gtin', 'id'),
		column('mpn', 'id'),
		column('condition', 'text'),
		column('item_group_id', 'id'),
		column('material', 'text'),
		column('shipping_weight', 'text'),
		column('shipping_length', 'text'),
		column('shipping_width', 'text'),
		column('shipping_height', 'text'),
		column('shipping_country', 'text'),
		column('sku', 'id'),
		column('seller_sku', 'id'),
		column('gtin_from', 'text'),
		column('machine_told', 'integer'),
		column('machine_of', 'integer'),
		column('machine_lacks', 'text'),
		column('read_up_to', 'instant'),
	],
	/** A row for each wait of a buyer, as `replyPerformance` figures it. Nothing of what was written, and nobody's name but who answered here. */
	answers: [
		...OF_STORE,
		column('kind', 'text'),
		column('rule', 'id'),
		// Whether the platform itself says so.
		column('rule_standing', 'text'),
		column('conversation', 'id'),
		column('buyer_wrote_at', 'instant'),
		column('store_day', 'day'),
		column('due_at', 'instant'),
		column('answered_at', 'instant'),
		// Nobody's where the answer was written elsewhere.
		column('answered_by', 'text'),
		column('counted', 'yesNo'),
		column('not_counted_because', 'text'),
		// In time, late or still open; of what counts alone.
		column('outcome', 'text'),
	],
} as const satisfies Record<string, readonly ReportColumn[]>;

export type ReportId = keyof typeof REPORTS;
export const REPORT_IDS = ['orders', 'lines', 'fees', 'returns', 'tax', 'stock', 'feed', 'answers'] as const satisfies readonly ReportId[];

/** What the rows of a report are of, and with it which filter it takes: that of the list of orders, only stores, or stores and days. */
export type ReportRowsOf = 'orders' | 'listings' | 'feed' | 'waits';

export interface ReportRule {
	of: ReportRowsOf;
	permission: Permission;
	/** Whose rows get a file of their own, unless one file over all is asked for. */
	apart: 'company' | 'store';
}

export const REPORT_RULES: Record<ReportId, ReportRule> = {
	orders: { of: 'orders', permission: 'orders.read', apart: 'company' },
	lines: { of: 'orders', permission: 'orders.read', apart: 'company' },
	fees: { of: 'orders', permission: 'orders.read', apart: 'company' },
	returns: { of: 'orders', permission: 'orders.read', apart: 'company' },
	tax: { of: 'orders', permission: 'orders.read', apart: 'company' },
	stock: { of: 'listings', permission: 'catalogue.read', apart: 'company' },
	feed: { of: 'feed', permission: 'catalogue.read', apart: 'store' },
	answers: { of: 'waits', permission: 'inbox.read', apart: 'company' },
};

export const ORDER_REPORTS = REPORT_IDS.filter((id) => REPORT_RULES[id].of === 'orders');

const OF_STORES = ['stores', 'platforms', 'entities', 'groups', 'owners', 'sort'];
/** What reports that are of no orders take of a filter. */
const TAKEN: Record<Exclude<ReportRowsOf, 'orders'>, ReadonlySet<string>> = {
	listings: new Set(OF_STORES),
	feed: new Set(OF_STORES),
	waits: new Set([...OF_STORES, 'days']),
};

/** What of a filter a report does not take. */
export function foreignFilters(report: ReportId, filter: Readonly<Record<string, unknown>>): string[] {
	const { of } = REPORT_RULES[report];
	if (of === 'orders') return [];
	return Object.keys(filter).filter((key) => filter[key] !== undefined && !TAKEN[of].has(key));
}

/** What stands now is of no days that are over. */
export function hasDays(report: ReportId): boolean {
	const { of } = REPORT_RULES[report];
	return of !== 'listings' && of !== 'feed';
}

export const EXPORT_FORMATS = ['csv', 'xlsx', 'parquet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** `done` has a file until it expires; `failed` tried as often as it may. */
export const EXPORT_STATES = ['waiting', 'running', 'done', 'failed', 'cancelled', 'expired'] as const;
export type ExportState = (typeof EXPORT_STATES)[number];

/** The columns of a report by their ids, in the order of the ids and each once; what it does not have is left out. None named: all. */
export function columnsOf(report: ReportId, ids: readonly string[] | null = null): readonly ReportColumn[] {
	const all: readonly ReportColumn[] = REPORTS[report];
	return ids === null ? all : [...new Set(ids)].flatMap((id) => all.find((one) => one.id === id) ?? []);
}

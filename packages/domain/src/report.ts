import type { Field } from './role.ts';

/**
 * What a column of a report holds. `text` is told as it stands, `id` is a text that a spreadsheet must not take for a number, `money` is a decimal in
 * the currency of the row, `instant` a point in time shown in the report's zone, `day` a calendar day of the order's own store.
 */
export type ColumnType = 'id' | 'text' | 'money' | 'integer' | 'instant' | 'day' | 'yesNo';

export interface ReportColumn {
	id: string;
	type: ColumnType;
	/** Who does not see this kind of fact does not get the column. */
	field: Field | null;
}

const column = (id: string, type: ColumnType, field: Field | null = null): ReportColumn => ({ id, type, field });

const OF_ORDER = [
	column('order_number', 'id'),
	column('platform', 'text'),
	column('store', 'text'),
	column('company', 'text'),
	column('site', 'text'),
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
} as const satisfies Record<string, readonly ReportColumn[]>;

export type ReportId = keyof typeof REPORTS;
export const REPORT_IDS = ['orders', 'lines', 'fees', 'returns'] as const satisfies readonly ReportId[];

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

import type { CellColumn } from '@pangea/domain';
import type { ColumnType, Generated } from 'kysely';
import type { ToldClock } from './sales-told.ts';

/** The sums of a cell, whole numbers of any size as decimal text. */
type CellSums = Record<CellColumn, ColumnType<string, string | undefined, string>>;
/** Of each store's own calendar days, or of the days by the workspace's clock. */
interface SalesDayTable extends CellSums {
	workspace_id: string;
	store_id: string;
	day: string;
	currency: string;
	tax_basis: string;
}
interface SalesToldTable {
	workspace_id: string;
	/** Whose day: each store's own, or the workspace's. */
	clock: ToldClock;
	day: string;
	/** Another one for each text. */
	version: Generated<string>;
	/** The cells of all stores, a line each. */
	told: string;
}
interface SalesHalfHourTable extends CellSums {
	workspace_id: string;
	store_id: string;
	/** The instant at which the half hour begins. */
	slot: string;
	currency: string;
	tax_basis: string;
}
interface SalesCheckTable {
	workspace_id: string;
	store_id: string;
	checked_at: string;
	/** Compared the last time, and found wrong then. */
	cells: number;
	repaired: number;
	repaired_at: string | null;
}
interface ProfitDayTable {
	workspace_id: string;
	/** The store's own calendar day. */
	day: string;
	store_id: string;
	/** A line for orders that are alike; see `profitTold`. */
	told: string;
}
interface ProfitClockDayTable {
	workspace_id: string;
	/** By the workspace's clock. */
	clock_day: string;
	store_id: string;
	/** The store's own calendar day, of which this is a part. */
	day: string;
	/** A line for orders that are alike; see `profitTold`. */
	told: string;
}
interface ProfitToldTable {
	workspace_id: string;
	/** Whose day: each store's own, or the workspace's. */
	clock: ToldClock;
	day: string;
	/** Another one for each text. */
	version: Generated<string>;
	/** What is kept of the day of all stores. */
	told: string;
}
interface SkuNumberTable {
	workspace_id: string;
	seller_sku: string;
	/** From 1 on, in the order in which SKUs were sold first. */
	number: number;
}
interface SkuDayTable {
	workspace_id: string;
	/** Whose day `since` is: the store's own, or the workspace's. */
	clock: ToldClock;
	since: string;
	store_id: string;
	/** The store's own calendar day, of which this is a part. */
	day: string;
	/** Another one for each text. */
	version: Generated<string>;
	/** Pieces by the number of their SKU; see `skusTold`. */
	told: string;
}
interface SkuSpanTable {
	workspace_id: string;
	clock: ToldClock;
	span: 'month' | 'year';
	/** Its first day. */
	since: string;
	store_id: string;
	/** Another one for each text. */
	version: Generated<string>;
	/** Pieces by the number of their SKU; see `skusTold`. Null: to be told again. */
	told: string | null;
}
interface ProfitStaleTable {
	workspace_id: string;
	note_id: Generated<string>;
	/** Null: of all stores, and then of all days from this one on. */
	store_id: string | null;
	day: string;
}
interface FxRateTable {
	workspace_id: string;
	currency: string;
	against: string;
	day: string;
	source: string;
	rate: ColumnType<string, string, never>;
	/** Day, source, against and rate in one text, made by the database. */
	told: ColumnType<string, never, never>;
	recorded_at: ColumnType<string, string | undefined, string>;
	/** The person's id for a rate by hand. */
	recorded_by: string | null;
}
interface SkuCostTable {
	workspace_id: string;
	seller_sku: string;
	valid_from: string;
	/** The last word about a day counts. */
	recorded_at: ColumnType<string, string | undefined, never>;
	currency: string;
	/** Null: what was stated for the day was taken back. */
	amount_minor: ColumnType<string | null, string | null, never>;
	inbound_minor: ColumnType<string | null, string | null, never>;
	recorded_by: string | null;
}

/** Figures, and what they stand on. */
export interface SalesSchema {
	sales_day: SalesDayTable;
	sales_clock_day: SalesDayTable;
	sales_told: SalesToldTable;
	profit_day: ProfitDayTable;
	profit_clock_day: ProfitClockDayTable;
	profit_told: ProfitToldTable;
	profit_stale: ProfitStaleTable;
	sku_number: SkuNumberTable;
	sku_day: SkuDayTable;
	sku_span: SkuSpanTable;
	sales_half_hour: SalesHalfHourTable;
	sales_check: SalesCheckTable;
	fx_rate: FxRateTable;
	sku_cost: SkuCostTable;
}

import { cellDay, cellDecimal, type FileCell } from './cell.ts';
import { FileRowCells, guessColumns, type RowColumns, type RowFault, type RowRead } from './file-row.ts';
import { isCurrency, MoneyError, parseMoney } from './money.ts';

/** What one unit of a seller SKU costs from a day on, until a later day is stated. Both amounts are minor units of the same currency. */
export interface SkuCost {
	sellerSku: string;
	/** First day on which it holds, a calendar day of the order's store. */
	validFrom: string;
	currency: string;
	amountMinor: bigint;
	/** What bringing one unit to the warehouse costs; null where nobody stated it. */
	inboundMinor: bigint | null;
}

/** No platform has a longer seller SKU. */
export const LONGEST_SKU = 255;

/** What a file of costs may hold, each in a column of its own. */
export const COST_COLUMNS = ['sku', 'day', 'amount', 'currency', 'inbound'] as const;
export type CostColumn = (typeof COST_COLUMNS)[number];

/** How a file is read. What has no column is the same for all rows, or wrong in all of them. */
export interface CostMapping {
	columns: RowColumns<CostColumn>;
	/** For rows without a day of their own. */
	day: string | null;
	currency: string | null;
	/** What parts the whole from the fraction; the other one may part thousands. */
	decimal: '.' | ',';
}

export const COST_CAUSES = [
	'skuMissing',
	'skuTooLong',
	'dayMissing',
	'dayWrong',
	'amountMissing',
	'amountWrong',
	'amountNegative',
	'tooManyDecimals',
	'currencyMissing',
	'currencyUnknown',
	'twice',
] as const;
export type CostCause = (typeof COST_CAUSES)[number];

export type CostFault = RowFault<CostColumn, CostCause>;

/**
 * Reads one row of a file. Pure.
 * @returns the cost, or everything that is wrong with the row
 */
export function readCostRow(row: number, cells: readonly FileCell[], mapping: CostMapping): RowRead<SkuCost, CostFault> {
	const file = new FileRowCells<CostColumn, CostCause>(row, cells, mapping.columns);
	const sellerSku = file.text('sku');
	if (sellerSku === '') file.fault('sku', 'skuMissing');
	else if (sellerSku.length > LONGEST_SKU) file.fault('sku', 'skuTooLong');
	const dayTold = file.text('day');
	const validFrom =
		dayTold === '' ? (mapping.day ?? file.fault('day', 'dayMissing')) : (cellDay(file.cell('day')) ?? file.fault('day', 'dayWrong'));
	const currencyTold = file.text('currency').toUpperCase() || mapping.currency;
	const currency =
		currencyTold === null
			? file.fault('currency', 'currencyMissing')
			: isCurrency(currencyTold)
				? currencyTold
				: file.fault('currency', 'currencyUnknown');
	const minor = (column: 'amount' | 'inbound'): bigint | null => {
		if (file.text(column) === '') return column === 'amount' ? file.fault(column, 'amountMissing') : null;
		const decimal = cellDecimal(file.cell(column), mapping.decimal);
		if (decimal === null) return file.fault(column, 'amountWrong');
		if (decimal.startsWith('-') && /[1-9]/.test(decimal)) return file.fault(column, 'amountNegative');
		if (currency === null) return null;
		try {
			return parseMoney(decimal, currency).amountMinor;
		} catch (error) {
			if (!(error instanceof MoneyError)) throw error;
			return file.fault(column, decimal.includes('.') ? 'tooManyDecimals' : 'amountWrong');
		}
	};
	const amountMinor = minor('amount');
	const inboundMinor = minor('inbound');
	if (file.faults.length > 0 || validFrom === null || currency === null || amountMinor === null) return { faults: file.faults };
	return { good: { sellerSku, validFrom, currency, amountMinor, inboundMinor } };
}

/** Which column of a file is which, by its heading; what is not recognised is left out. */
export function guessCostColumns(headings: readonly FileCell[]): CostMapping['columns'] {
	return guessColumns(headings, HEADINGS);
}

const HEADINGS: readonly (readonly [CostColumn, RegExp])[] = [
	['inbound', /inbound|freight|头程|頭程|入库运费|freteinterno|fretedeentrada|fleteinterno|fletedeentrada/],
	['currency', /currency|币种|货币|幣種|moeda|moneda|divisa/],
	['day', /validfrom|from|since|date|生效|日期|起|vigência|vigencia|desde|data|fecha/],
	['amount', /amount|cost|price|采购价|成本|单价|進價|进价|custo|costo|preço|precio|valor/],
	['sku', /sku|货号|商品编码|商家编码|código|codigo/],
];

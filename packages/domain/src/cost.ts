import { cellDay, cellDecimal, cellText, type FileCell } from './cell.ts';
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
	/** Position of each column in a row, from 0. */
	columns: Partial<Record<CostColumn, number>>;
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

/** Why a row of a file cannot be taken. */
export interface CostFault {
	/** As a spreadsheet counts: the heading is row 1. */
	row: number;
	column: CostColumn;
	cause: CostCause;
	/** What stands there, cut short. */
	value: string;
}

const SHOWN = 60;

/**
 * Reads one row of a file. Pure.
 * @returns the cost, or everything that is wrong with the row
 */
export function readCostRow(row: number, cells: readonly FileCell[], mapping: CostMapping): { cost: SkuCost } | { faults: CostFault[] } {
	const faults: CostFault[] = [];
	const cellOf = (column: CostColumn): FileCell => {
		const at = mapping.columns[column];
		return at === undefined ? undefined : cells[at];
	};
	const fault = (column: CostColumn, cause: CostCause): null => {
		faults.push({ row, column, cause, value: cellText(cellOf(column)).slice(0, SHOWN) });
		return null;
	};
	const sellerSku = cellText(cellOf('sku'));
	if (sellerSku === '') fault('sku', 'skuMissing');
	else if (sellerSku.length > LONGEST_SKU) fault('sku', 'skuTooLong');
	const dayTold = cellText(cellOf('day'));
	const validFrom = dayTold === '' ? (mapping.day ?? fault('day', 'dayMissing')) : (cellDay(cellOf('day')) ?? fault('day', 'dayWrong'));
	const currencyTold = cellText(cellOf('currency')).toUpperCase() || mapping.currency;
	const currency =
		currencyTold === null
			? fault('currency', 'currencyMissing')
			: isCurrency(currencyTold)
				? currencyTold
				: fault('currency', 'currencyUnknown');
	const minor = (column: 'amount' | 'inbound'): bigint | null => {
		const cell = cellOf(column);
		const text = cellText(cell);
		if (text === '') return column === 'amount' ? fault(column, 'amountMissing') : null;
		const decimal = cellDecimal(cell, mapping.decimal);
		if (decimal === null) return fault(column, 'amountWrong');
		if (decimal.startsWith('-') && /[1-9]/.test(decimal)) return fault(column, 'amountNegative');
		if (currency === null) return null;
		try {
			return parseMoney(decimal, currency).amountMinor;
		} catch (error) {
			if (!(error instanceof MoneyError)) throw error;
			return fault(column, decimal.includes('.') ? 'tooManyDecimals' : 'amountWrong');
		}
	};
	const amountMinor = minor('amount');
	const inboundMinor = minor('inbound');
	if (faults.length > 0 || validFrom === null || currency === null || amountMinor === null) return { faults };
	return { cost: { sellerSku, validFrom, currency, amountMinor, inboundMinor } };
}

/** How headings are written in the languages of our users, without spaces and marks, longest meaning first. */
const HEADINGS: Record<CostColumn, RegExp> = {
	inbound: /inbound|freight|头程|頭程|入库运费|freteinterno|fretedeentrada|fleteinterno|fletedeentrada/,
	currency: /currency|币种|货币|幣種|moeda|moneda|divisa/,
	day: /validfrom|from|since|date|生效|日期|起|vigência|vigencia|desde|data|fecha/,
	amount: /amount|cost|price|采购价|成本|单价|進價|进价|custo|costo|preço|precio|valor/,
	sku: /sku|货号|商品编码|商家编码|código|codigo/,
};

/** Which column of a file is which, by its heading; what is not recognised is left out. */
export function guessCostColumns(headings: readonly FileCell[]): CostMapping['columns'] {
	const words = headings.map((heading) =>
		cellText(heading)
			.toLowerCase()
			.replaceAll(/[\s_\-.:()（）]/g, ''),
	);
	const found: CostMapping['columns'] = {};
	const taken = new Set<number>();
	for (const column of ['inbound', 'currency', 'day', 'amount', 'sku'] as const) {
		const at = words.findIndex((word, index) => !taken.has(index) && HEADINGS[column].test(word));
		if (at < 0) continue;
		found[column] = at;
		taken.add(at);
	}
	return found;
}

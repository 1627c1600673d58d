import { cellDay, cellDecimal, cellText, type FileCell } from './cell.ts';
import { isCurrency, type Money, MoneyError, parseMoney } from './money.ts';

/** What a file of a platform's bookings may hold, each in a column of its own. */
export const STATEMENT_COLUMNS = ['booking', 'order', 'word', 'amount', 'currency', 'day', 'sku'] as const;
export type StatementColumn = (typeof STATEMENT_COLUMNS)[number];

/** How a file is read. What has no column is the same for all rows, or not told. */
export interface StatementMapping {
	/** Position of each column in a row, from 0. */
	columns: Partial<Record<StatementColumn, number>>;
	/** For rows without a day of their own. */
	day: string | null;
	currency: string | null;
	/** What parts the whole from the fraction; the other one may part thousands. */
	decimal: '.' | ',';
}

export const STATEMENT_CAUSES = [
	'wordMissing',
	'amountMissing',
	'amountWrong',
	'tooManyDecimals',
	'currencyMissing',
	'currencyUnknown',
	'dayMissing',
	'dayWrong',
	'tooLong',
] as const;
export type StatementCause = (typeof STATEMENT_CAUSES)[number];

/** Why a row of a file cannot be taken. */
export interface StatementFault {
	/** As a spreadsheet counts: the heading is row 1. */
	row: number;
	column: StatementColumn;
	cause: StatementCause;
	/** What stands there, cut short. */
	value: string;
}

/** One line that a platform booked, as a file tells it. Signed as the seller sees it. */
export interface StatementRow {
	/** The platform's id of the booking; null where the file has none. */
	bookingId: string | null;
	externalOrderId: string | null;
	/** The platform's own word for what it is. */
	word: string;
	sellerSku: string | null;
	/** `2026-11-28` */
	day: string;
	amount: Money;
}

const SHOWN = 60;
const LONGEST = 200;
const CLOCK = /[ T]\d{1,2}:\d{2}.*$/;

/**
 * Reads one row of a file. Pure.
 * @returns the line, or everything that is wrong with the row
 */
export function readStatementRow(
	row: number,
	cells: readonly FileCell[],
	mapping: StatementMapping,
): { line: StatementRow } | { faults: StatementFault[] } {
	const faults: StatementFault[] = [];
	const cellOf = (column: StatementColumn): FileCell => {
		const at = mapping.columns[column];
		return at === undefined ? undefined : cells[at];
	};
	const fault = (column: StatementColumn, cause: StatementCause): null => {
		faults.push({ row, column, cause, value: cellText(cellOf(column)).slice(0, SHOWN) });
		return null;
	};
	const text = (column: StatementColumn): string | null => {
		const found = cellText(cellOf(column));
		if (found.length > LONGEST) return fault(column, 'tooLong');
		return found === '' ? null : found;
	};
	const [bookingId, externalOrderId, sellerSku] = [text('booking'), text('order'), text('sku')];
	const word = text('word') ?? (cellText(cellOf('word')) === '' ? fault('word', 'wordMissing') : null);
	const dayCell = cellOf('day');
	const dayTold = typeof dayCell === 'string' ? dayCell.trim().replace(CLOCK, '') : dayCell;
	const day = cellText(dayTold) === '' ? (mapping.day ?? fault('day', 'dayMissing')) : (cellDay(dayTold) ?? fault('day', 'dayWrong'));
	const currencyTold = cellText(cellOf('currency')).toUpperCase() || mapping.currency;
	const currency =
		currencyTold === null
			? fault('currency', 'currencyMissing')
			: isCurrency(currencyTold)
				? currencyTold
				: fault('currency', 'currencyUnknown');
	const decimal = cellText(cellOf('amount')) === '' ? fault('amount', 'amountMissing') : cellDecimal(cellOf('amount'), mapping.decimal);
	if (decimal === null && cellText(cellOf('amount')) !== '') fault('amount', 'amountWrong');
	let amount: Money | null = null;
	if (decimal !== null && currency !== null) {
		try {
			amount = parseMoney(decimal, currency);
		} catch (error) {
			if (!(error instanceof MoneyError)) throw error;
			fault('amount', decimal.includes('.') ? 'tooManyDecimals' : 'amountWrong');
		}
	}
	if (faults.length > 0 || word === null || day === null || amount === null) return { faults };
	return { line: { bookingId, externalOrderId, word, sellerSku, day, amount } };
}

/** How headings are written in the languages of our users, without spaces and marks. */
const HEADINGS: Record<StatementColumn, RegExp> = {
	currency: /currency|币种|货币|幣種|moeda|moneda|divisa/,
	sku: /sku|货号|商品编码|商家编码/,
	order: /order|订单|訂單|pedido|orden/,
	booking: /transaction|booking|流水|账单号|帳單號|transação|transacao|transacción|transaccion|movimento|movimiento/,
	day: /date|day|日期|时间|時間|data|fecha/,
	amount: /amount|total|金额|金額|valor|importe|monto/,
	word: /type|kind|fee|item|类型|類型|费用|費用|项目|tipo|concepto|descri/,
};

/** Which column of a file is which, by its heading; what is not recognised is left out. */
export function guessStatementColumns(headings: readonly FileCell[]): StatementMapping['columns'] {
	const words = headings.map((heading) =>
		cellText(heading)
			.toLowerCase()
			.replaceAll(/[\s_\-.:()（）]/g, ''),
	);
	const found: StatementMapping['columns'] = {};
	const taken = new Set<number>();
	for (const column of ['currency', 'sku', 'order', 'booking', 'day', 'amount', 'word'] as const) {
		const at = words.findIndex((word, index) => !taken.has(index) && HEADINGS[column].test(word));
		if (at < 0) continue;
		found[column] = at;
		taken.add(at);
	}
	return found;
}

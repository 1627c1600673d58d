import { cellDay, cellDecimal, cellText, type FileCell, withoutClock } from './cell.ts';
import { FileRowCells, guessColumns, type RowColumns, type RowFault, type RowRead } from './file-row.ts';
import { isCurrency, type Money, MoneyError, parseMoney } from './money.ts';

/** What a file of a platform's bookings may hold, each in a column of its own. */
export const STATEMENT_COLUMNS = ['booking', 'order', 'word', 'amount', 'currency', 'day', 'sku'] as const;
export type StatementColumn = (typeof STATEMENT_COLUMNS)[number];

/** How a file is read. What has no column is the same for all rows, or not told. */
export interface StatementMapping {
	columns: RowColumns<StatementColumn>;
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

export type StatementFault = RowFault<StatementColumn, StatementCause>;

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

const LONGEST = 200;

/**
 * Reads one row of a file. Pure.
 * @returns the line, or everything that is wrong with the row
 */
export function readStatementRow(
	row: number,
	cells: readonly FileCell[],
	mapping: StatementMapping,
): RowRead<StatementRow, StatementFault> {
	const file = new FileRowCells<StatementColumn, StatementCause>(row, cells, mapping.columns);
	const text = (column: StatementColumn): string | null => {
		const found = file.text(column);
		if (found.length > LONGEST) return file.fault(column, 'tooLong');
		return found === '' ? null : found;
	};
	const [bookingId, externalOrderId, sellerSku] = [text('booking'), text('order'), text('sku')];
	const word = text('word') ?? (file.text('word') === '' ? file.fault('word', 'wordMissing') : null);
	const dayTold = withoutClock(file.cell('day'));
	const day =
		cellText(dayTold) === '' ? (mapping.day ?? file.fault('day', 'dayMissing')) : (cellDay(dayTold) ?? file.fault('day', 'dayWrong'));
	const currencyTold = file.text('currency').toUpperCase() || mapping.currency;
	const currency =
		currencyTold === null
			? file.fault('currency', 'currencyMissing')
			: isCurrency(currencyTold)
				? currencyTold
				: file.fault('currency', 'currencyUnknown');
	const decimal = file.text('amount') === '' ? file.fault('amount', 'amountMissing') : cellDecimal(file.cell('amount'), mapping.decimal);
	if (decimal === null && file.text('amount') !== '') file.fault('amount', 'amountWrong');
	let amount: Money | null = null;
	if (decimal !== null && currency !== null) {
		try {
			amount = parseMoney(decimal, currency);
		} catch (error) {
			if (!(error instanceof MoneyError)) throw error;
			file.fault('amount', decimal.includes('.') ? 'tooManyDecimals' : 'amountWrong');
		}
	}
	if (file.faults.length > 0 || word === null || day === null || amount === null) return { faults: file.faults };
	return { good: { bookingId, externalOrderId, word, sellerSku, day, amount } };
}

/** Which column of a file is which, by its heading; what is not recognised is left out. */
export function guessStatementColumns(headings: readonly FileCell[]): StatementMapping['columns'] {
	return guessColumns(headings, HEADINGS);
}

const HEADINGS: readonly (readonly [StatementColumn, RegExp])[] = [
	['currency', /currency|币种|货币|幣種|moeda|moneda|divisa/],
	['sku', /sku|货号|商品编码|商家编码/],
	['order', /order|订单|訂單|pedido|orden/],
	['booking', /transaction|booking|流水|账单号|帳單號|transação|transacao|transacción|transaccion|movimento|movimiento/],
	['day', /date|day|日期|时间|時間|data|fecha/],
	['amount', /amount|total|金额|金額|valor|importe|monto/],
	['word', /type|kind|fee|item|类型|類型|费用|費用|项目|tipo|concepto|descri/],
];

import { stringify } from 'csv-stringify/sync';

/** A text, or a number of our own making that a spreadsheet may take for one though it begins with a sign. */
export type Cell = string | { figure: string };

/** Without it Excel takes UTF-8 for the machine's own encoding. */
const BYTE_ORDER_MARK = '\uFEFF';
/** What makes a spreadsheet take a text for a formula, also in the wide forms that East Asian input methods write. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u;

/**
 * Lines of a CSV file as RFC 4180 has them, in UTF-8 with a mark for Excel. A text that a spreadsheet would take for a formula gets an
 * apostrophe before it. @param rows in bunches, each written as one piece
 */
export async function* csvOf(header: readonly string[], rows: AsyncIterable<readonly (readonly Cell[])[]>): AsyncGenerator<string> {
	yield BYTE_ORDER_MARK + lines([header]);
	for await (const bunch of rows) if (bunch.length > 0) yield lines(bunch);
}

function lines(rows: readonly (readonly Cell[])[]): string {
	return stringify(
		rows.map((row) => row.map(harmless)),
		{ record_delimiter: 'windows' },
	);
}

function harmless(cell: Cell): string {
	if (typeof cell !== 'string') return cell.figure;
	const text = cell;
	return FORMULA.test(text) ? `'${text}` : text;
}

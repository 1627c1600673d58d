import { cellText, type FileCell } from './cell.ts';

/** Why a row of a file cannot be taken. */
export interface RowFault<Column extends string = string, Cause extends string = string> {
	/** As a spreadsheet counts: the heading is row 1. */
	row: number;
	column: Column;
	cause: Cause;
	/** What stands there, cut short. */
	value: string;
}

/** Position of each column in a row, from 0; what a file does not hold has none. */
export type RowColumns<Column extends string> = Partial<Record<Column, number>>;

/** What a row says, or everything that is wrong with it. */
export type RowRead<Good, Fault extends RowFault = RowFault> = { good: Good } | { faults: Fault[] };

const SHOWN = 60;

/** One row under its columns, and what is found wrong with it. */
export class FileRowCells<Column extends string, Cause extends string> {
	readonly faults: RowFault<Column, Cause>[] = [];
	readonly #row: number;
	readonly #cells: readonly FileCell[];
	readonly #columns: RowColumns<Column>;

	constructor(row: number, cells: readonly FileCell[], columns: RowColumns<Column>) {
		this.#row = row;
		this.#cells = cells;
		this.#columns = columns;
	}

	cell(column: Column): FileCell {
		const at = this.#columns[column];
		return at === undefined ? undefined : this.#cells[at];
	}

	text(column: Column): string {
		return cellText(this.cell(column));
	}

	fault(column: Column, cause: Cause): null {
		this.faults.push({ row: this.#row, column, cause, value: this.text(column).slice(0, SHOWN) });
		return null;
	}
}

/**
 * Which column of a file is which, by its heading; what is not recognised is left out.
 * @param words how headings are written in the languages of our users, in small letters without spaces and marks; the first column that fits takes
 * a heading, so the narrower meaning stands first
 */
export function guessColumns<Column extends string>(
	headings: readonly FileCell[],
	words: readonly (readonly [Column, RegExp])[],
): RowColumns<Column> {
	const plain = headings.map((heading) =>
		cellText(heading)
			.toLowerCase()
			.replaceAll(/[\s_\-.:()（）]/g, ''),
	);
	const taken = new Map<number, Column>();
	for (const [column, word] of words) {
		const at = plain.findIndex((heading, index) => !taken.has(index) && word.test(heading));
		if (at >= 0) taken.set(at, column);
	}
	return Object.fromEntries([...taken].map(([at, column]) => [column, at])) as RowColumns<Column>;
}

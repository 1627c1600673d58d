import { cellText, type FileCell, type RowColumns, type RowFault, type RowRead } from '@pangea/domain';
import { z } from 'zod';
import { fileRows } from './file-rows.ts';
import { unsoundText } from './plain-text.ts';
import { problem } from './problem.ts';

/** Bytes of a file that a person gives to be taken over. */
export const LARGEST_IMPORT_FILE = 30_000_000;
const MOST_COLUMNS = 60;
const FAULTS_TOLD = 200;
const SAMPLE_ROWS = 5;

/** An empty answer in an address is none. */
export const orNone = (text: string): string | null => (text === '' ? null : text);

/** What every door of an import asks, from an address. */
export const importAsked = {
	/** `try` writes nothing, `all` writes when no row is wrong, `good` writes the rows that are not. */
	take: z.enum(['try', 'all', 'good']),
	/** `sku:0,amount:3`; empty: by the headings. */
	columns: z
		.string()
		.regex(/^([a-z]+:\d{1,3}(,[a-z]+:\d{1,3})*)?$/)
		.default('')
		.transform((text) => new Map(text.split(',').map((part) => [part.split(':')[0] ?? '', Number(part.split(':')[1])]))),
	/** Of the file. */
	name: z.string().max(200).default(''),
};

/** What was asked of a door. @throws inputWrong, fileTooLarge */
export function askedOf<Asked>(schema: z.ZodType<Asked>, query: Readonly<Record<string, string>>, bytes: Buffer): Asked {
	const unsound = unsoundText(query);
	if (unsound !== null) throw problem('inputWrong', { field: unsound });
	const parsed = schema.safeParse(query);
	if (!parsed.success) throw problem('inputWrong', { field: parsed.error.issues[0]?.path.join('.') ?? '' });
	if (bytes.length > LARGEST_IMPORT_FILE) throw problem('fileTooLarge');
	return parsed.data;
}

/** How the rows of one kind of file are understood. */
export interface FileReader<Column extends string, Mapping extends { columns: RowColumns<Column> }, Good, Fault extends RowFault> {
	/** What a file may hold. */
	columns: readonly Column[];
	/** What holds for all rows. */
	rest: Omit<Mapping, 'columns'>;
	guess(headings: readonly FileCell[]): RowColumns<Column>;
	read(row: number, cells: readonly FileCell[], mapping: Mapping): RowRead<Good, Fault>;
	mostRows: number;
}

/** What a file holds and how it was read, before anything is compared with what is stored. */
export interface FileTold<Mapping, Fault> {
	headings: string[];
	/** The first rows as they stand in the file. */
	sample: string[][];
	/** How it was read. */
	mapping: Mapping;
	rows: number;
	/** Rows with at least one fault. */
	wrongRows: number;
	/** The first of them. */
	faults: Fault[];
}

/** One walk through a file: gives the good rows on and remembers what was wrong with the others. */
export class Reading<Column extends string, Mapping extends { columns: RowColumns<Column> }, Good, Fault extends RowFault> {
	readonly #reader: FileReader<Column, Mapping, Good, Fault>;
	readonly #guesses: boolean;
	#mapping: Mapping;
	#headings: string[] = [];
	readonly #sample: string[][] = [];
	readonly #faults: Fault[] = [];
	#rows = 0;
	wrongRows = 0;

	/** @param chosen the columns that a person chose */
	constructor(reader: FileReader<Column, Mapping, Good, Fault>, chosen: ReadonlyMap<string, number>) {
		this.#reader = reader;
		this.#guesses = chosen.has('');
		const columns = reader.columns.flatMap((column) => (chosen.has(column) ? [[column, chosen.get(column)]] : []));
		this.#mapping = { ...reader.rest, columns: Object.fromEntries(columns) as RowColumns<Column> } as Mapping;
	}

	/** @throws fileNotRead, fileTooLarge */
	async *good(bytes: Buffer, language: string | null): AsyncGenerator<Good> {
		let heading = true;
		for await (const { row, cells } of fileRows(bytes, language)) {
			const texts = cells.slice(0, MOST_COLUMNS).map(cellText);
			if (texts.every((text) => text === '')) continue;
			if (heading) {
				heading = false;
				this.#headings = texts;
				if (this.#guesses) this.#mapping = { ...this.#mapping, columns: this.#reader.guess(cells) };
				continue;
			}
			if (++this.#rows > this.#reader.mostRows) throw problem('fileTooLarge');
			if (this.#sample.length < SAMPLE_ROWS) this.#sample.push(texts);
			const read = this.#reader.read(row, cells, this.#mapping);
			if ('good' in read) yield read.good;
			else this.wrong(read.faults);
		}
		if (heading) throw problem('fileNotRead');
	}

	/** What only comes to light once the whole file is known is wrong with one row. */
	wrong(faults: readonly Fault[]): void {
		this.wrongRows++;
		this.#faults.push(...faults.slice(0, FAULTS_TOLD - this.#faults.length));
	}

	/** The good rows together, for files that fit into memory. @throws fileNotRead, fileTooLarge */
	async all(bytes: Buffer, language: string | null): Promise<Good[]> {
		const rows: Good[] = [];
		for await (const row of this.good(bytes, language)) rows.push(row);
		return rows;
	}

	/** Whether what was asked for is written: all only where nothing is wrong. */
	writes(take: 'try' | 'all' | 'good'): boolean {
		return take === 'good' || (take === 'all' && this.wrongRows === 0);
	}

	told(): FileTold<Mapping, Fault> {
		return {
			headings: this.#headings,
			sample: this.#sample,
			mapping: this.#mapping,
			rows: this.#rows,
			wrongRows: this.wrongRows,
			faults: this.#faults.toSorted((a, b) => a.row - b.row),
		};
	}
}

import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import type { FileCell } from '@pangea/domain';
import { CsvError, parse } from 'csv-parse';
import { HucreError, streamXlsxRows } from 'hucre';
import { problem } from './problem.ts';

/** A row of a file with its place as a spreadsheet counts. */
export interface FileRow {
	row: number;
	cells: readonly FileCell[];
}

const ZIP = Buffer.from('PK\u0003\u0004');
const SEPARATORS = [',', ';', '\t'] as const;

/**
 * Rows of a CSV file or of the first sheet of a workbook, one at a time, the heading among them. A text file that is not UTF-8 is read as
 * spreadsheets of the reader's language write it.
 * @throws fileNotRead
 */
export async function* fileRows(bytes: Buffer, language: string | null): AsyncGenerator<FileRow> {
	try {
		if (bytes.subarray(0, ZIP.length).equals(ZIP)) {
			for await (const { index, values } of streamXlsxRows(bytes, { sheet: 0 })) yield { row: index + 1, cells: values };
			return;
		}
		if (bytes.includes(0)) throw problem('fileNotRead');
		const text = new TextDecoder(isUtf8(bytes) ? 'utf-8' : language === 'zh-CN' ? 'gb18030' : 'windows-1252').decode(bytes);
		const records = Readable.from([text]).pipe(
			parse({ delimiter: separatorOf(text), relax_column_count: true, relax_quotes: true, skip_empty_lines: false }),
		);
		let row = 0;
		for await (const cells of records) yield { row: ++row, cells: cells as string[] };
	} catch (error) {
		if (error instanceof CsvError || error instanceof HucreError) throw problem('fileNotRead');
		throw error;
	}
}

/** The one that the heading has most of. */
function separatorOf(text: string): string {
	const [heading = ''] = text.split(/\r?\n/, 1);
	const count = (separator: string): number => heading.split(separator).length;
	return SEPARATORS.reduce<string>((best, one) => (count(one) > count(best) ? one : best), ',');
}

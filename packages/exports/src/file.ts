import { createHash } from 'node:crypto';
import { exportBasis, type ReportQuestion, reportRows, type Scope } from '@pangea/db';
import { columnsOf, type ExportFormat, type ReportId } from '@pangea/domain';
import { type Manifest, manifestFacts, manifestJson } from './manifest.ts';
import { parquetOf } from './parquet.ts';
import { watched } from './pieces.ts';
import { workbookEntries } from './sheet.ts';
import { type ZipEntry, zipOf } from './zip.ts';

export interface FileRequest {
	report: ReportId;
	format: ExportFormat;
	columns: readonly string[];
	/** The stores are the file's own; the member's scope was applied when they were chosen. */
	question: ReportQuestion & { stores: readonly string[] };
	zone: string;
	company: string | null;
	/** What columns stand on, where it is not the same for all files of the report. */
	notes?: (platforms: readonly string[]) => string[];
	/** CSV: begin with the mark without which Excel takes UTF-8 for the machine's own encoding. */
	byteOrderMark: boolean;
}

export interface ExportFile {
	bytes: AsyncGenerator<Buffer>;
	/** Known at the end. */
	manifest(): Manifest;
}

export const FILE_ENDINGS: Record<ExportFormat, string> = { csv: 'zip', xlsx: 'xlsx', parquet: 'parquet' };

/**
 * A report as a file, written while it is read. A CSV file comes in an archive beside its `manifest.json`: any program takes the table as it is, and
 * what it stands on cannot get lost. Money is decimals, a text that a spreadsheet would take for a formula has an apostrophe before it. A workbook
 * has typed cells and tells the same on its last sheet; there no text is ever a formula, so none is changed. A Parquet file is for programs: typed
 * columns, the manifest in its own key-value part.
 * @param scope a transaction with a snapshot: rows and manifest are of one moment. @param onRows told of line feeds passed, about the rows
 * @throws ExportTooLargeError from the bytes
 */
export async function exportFile(scope: Scope, request: FileRequest, onRows: (rows: number) => void): Promise<ExportFile> {
	const { report, format, columns, question, zone, company } = request;
	const basis = await exportBasis(scope, question.stores);
	const rows = await reportRows(scope, { report, columns, zone, format }, question);
	const hash = createHash('sha256');
	const told = format === 'parquet' ? () => {} : onRows;
	const counted = watched(rows.chunks, (piece) => {
		hash.update(piece);
		told(rows.count());
	});
	let frozen: Manifest | null = null;
	const { storeScope: _, stores: __, ...filter } = question;
	const manifest = (): Manifest =>
		(frozen ??= {
			report,
			columns,
			filter,
			// What tells its instants by themselves needs no zone.
			zone: format === 'parquet' ? 'UTC' : zone,
			company,
			asOfEvent: basis.asOfSeq,
			notes: request.notes?.(basis.stores.map(({ platform }) => platform)) ?? [],
			stores: basis.stores,
			rows: rows.count(),
			rowsSha256: hash.digest('hex'),
		});
	const shown = columnsOf(report, columns);
	if (format === 'parquet') {
		let seen = 0;
		const table = {
			columns: shown,
			rows: counted,
			onRows: (more: number) => onRows((seen += more)),
			about: () => manifestJson(manifest()),
		};
		return { bytes: parquetOf(table), manifest };
	}
	const entries =
		format === 'csv'
			? csvEntries(request, counted, manifest)
			: workbookEntries({ columns: shown, rows: counted, about: () => manifestFacts(manifest()) });
	return { bytes: zipOf(entries), manifest };
}

async function* csvEntries(request: FileRequest, rows: AsyncIterable<Buffer>, manifest: () => Manifest): AsyncGenerator<ZipEntry> {
	const header = `${request.byteOrderMark ? '\uFEFF' : ''}${columnsOf(request.report, request.columns)
		.map((one) => one.id)
		.join(',')}\n`;
	async function* content(): AsyncGenerator<Buffer> {
		yield Buffer.from(header);
		yield* rows;
	}
	yield { name: `${request.report}.csv`, content: content() };
	yield { name: 'manifest.json', content: [Buffer.from(manifestJson(manifest()))] };
}

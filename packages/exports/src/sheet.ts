import type { ReportColumn } from '@pangea/domain';
import type { ZipEntry } from './zip.ts';

/** Rows of a sheet with its header; Excel's own bound is 1,048,576. */
export const SHEET_ROWS = 1_048_576;

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const LINE_FEED = 0x0a;

/** Styles by number: 0 plain, 1 day, 2 instant, 3 to 5 money with none, two and three decimals, 6 header. */
const STYLES = `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="3"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/><numFmt numFmtId="166" formatCode="#,##0.000"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="7"><xf/>${[164, 165, 3, 4, 166].map((format) => `<xf numFmtId="${format}" applyNumberFormat="1"/>`).join('')}<xf fontId="1" applyFont="1"/></cellXfs></styleSheet>`;

const WIDTHS: Record<ReportColumn['type'], number> = { id: 22, text: 18, money: 13, integer: 9, instant: 20, day: 12, yesNo: 7 };

export interface Workbook {
	columns: readonly ReportColumn[];
	/** Row elements as the database writes them, each ended by a line feed. */
	rows: AsyncIterable<Uint8Array>;
	/** Default: what Excel bears. A test may choose fewer. */
	sheetRows?: number;
	/** Said when all rows are written: names and values of the last sheet. */
	about(): (readonly [string, string])[];
}

/** Entries of an XLSX file (ECMA-376), the rows streamed into as many sheets as they need, the last sheet telling what they stand on. */
export async function* workbookEntries(book: Workbook): AsyncGenerator<ZipEntry> {
	const most = (book.sheetRows ?? SHEET_ROWS) - 1;
	const source = new RowSource(book.rows);
	let sheets = 0;
	try {
		do {
			sheets++;
			yield { name: `xl/worksheets/sheet${sheets}.xml`, content: sheetOf(book.columns, source.take(most)) };
		} while (!(await source.ended()));
	} finally {
		await source.close();
	}
	yield { name: `xl/worksheets/sheet${sheets + 1}.xml`, content: [Buffer.from(aboutSheet(book.about()))] };
	const names = [...Array.from({ length: sheets }, (_, i) => (i === 0 ? 'Data' : `Data ${i + 1}`)), 'About'];
	yield { name: 'xl/styles.xml', content: [Buffer.from(STYLES)] };
	yield { name: 'xl/workbook.xml', content: [Buffer.from(workbookXml(names))] };
	yield { name: 'xl/_rels/workbook.xml.rels', content: [Buffer.from(workbookRelations(names.length))] };
	yield {
		name: '_rels/.rels',
		content: [
			Buffer.from(
				`${XML}<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
			),
		],
	};
	yield { name: '[Content_Types].xml', content: [Buffer.from(contentTypes(names.length))] };
}

/** Hands out rows by number, over the borders of the pieces they come in. */
class RowSource {
	readonly #pieces: AsyncIterator<Uint8Array>;
	#rest: Uint8Array = new Uint8Array();

	constructor(rows: AsyncIterable<Uint8Array>) {
		this.#pieces = rows[Symbol.asyncIterator]();
	}

	async *take(most: number): AsyncGenerator<Uint8Array> {
		let left = most;
		while (left > 0 && !(await this.ended())) {
			const piece = this.#rest;
			let end = 0;
			while (left > 0) {
				const at = piece.indexOf(LINE_FEED, end);
				if (at === -1) break;
				end = at + 1;
				left--;
			}
			if (left > 0) end = piece.length;
			this.#rest = piece.subarray(end);
			yield piece.subarray(0, end);
		}
	}

	/** Tells the rows that nobody reads on. */
	async close(): Promise<void> {
		await this.#pieces.return?.();
	}

	async ended(): Promise<boolean> {
		while (this.#rest.length === 0) {
			const next = await this.#pieces.next();
			if (next.done) return true;
			this.#rest = next.value;
		}
		return false;
	}
}

async function* sheetOf(columns: readonly ReportColumn[], rows: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	const widths = columns.map((c, i) => `<col min="${i + 1}" max="${i + 1}" width="${WIDTHS[c.type]}" customWidth="1"/>`).join('');
	const header = columns.map((c) => textCell(c.id, 6)).join('');
	yield Buffer.from(
		`${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths}</cols><sheetData><row>${header}</row>\n`,
	);
	yield* rows;
	yield Buffer.from('</sheetData></worksheet>');
}

function aboutSheet(facts: (readonly [string, string])[]): string {
	const rows = facts.map(([name, value]) => `<row>${textCell(name, 6)}${textCell(value, 0)}</row>`).join('');
	return `${XML}<worksheet xmlns="${MAIN}"><cols><col min="1" max="1" width="24" customWidth="1"/><col min="2" max="2" width="90" customWidth="1"/></cols><sheetData>${rows}</sheetData></worksheet>`;
}

function textCell(text: string, style: number): string {
	return `<c t="inlineStr"${style === 0 ? '' : ` s="${style}"`}><is><t xml:space="preserve">${marked(text)}</t></is></c>`;
}

function marked(text: string): string {
	return text
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll(/[\p{Cc}\uFFFE\uFFFF]/gu, ' ');
}

function workbookXml(names: readonly string[]): string {
	const sheets = names.map((name, i) => `<sheet name="${name}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`).join('');
	return `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${sheets}</sheets></workbook>`;
}

function workbookRelations(sheets: number): string {
	const each = Array.from(
		{ length: sheets },
		(_, i) => `<Relationship Id="rId${i + 1}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`,
	).join('');
	return `${XML}<Relationships xmlns="${RELATIONS}">${each}<Relationship Id="rId${sheets + 1}" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`;
}

function contentTypes(sheets: number): string {
	const each = Array.from(
		{ length: sheets },
		(_, i) => `<Override PartName="/xl/worksheets/sheet${i + 1}.xml" ContentType="${TYPES}.worksheet+xml"/>`,
	).join('');
	return `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPES}.styles+xml"/>${each}</Types>`;
}

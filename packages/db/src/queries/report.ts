import { columnsOf, currenciesWithExponent, type ExportFormat, type ReportColumn, type ReportId } from '@pangea/domain';
import { type RawBuilder, sql } from 'kysely';
import pg from 'pg';
import { CopyOut } from '../copy-out.ts';
import type { Scope } from '../database.ts';
import type { ReportQuestion } from './report-question.ts';
import { sourceOf, type Value, valueOf } from './report-source.ts';

export interface ReportShape {
	report: ReportId;
	columns: readonly string[];
	/** IANA zone in which instants are shown. */
	zone: string;
	/** `csv`: a line of a CSV file a row. `xlsx`: a row element of a sheet a row, on one line. `parquet`: the rows of a binary COPY, see {@link typed}. */
	format: ExportFormat;
}

export interface ReportRows {
	/** Bytes of the rows, of texts each ended by a line feed; pieces are cut anywhere. */
	chunks: AsyncIterable<Buffer>;
	/** How many rows there were; known when the chunks are at their end. */
	count(): number;
}

/**
 * Rows of a report as PostgreSQL writes them: it makes the text, we pass on the bytes, which is several times what rows as objects allow.
 * In the order of the list, what belongs to an order in its own order. Run it in a transaction with a snapshot; it changes that transaction's
 * settings. What the reports `answers` and `feed` tell is gathered before, in the same transaction (`gatherWaits`, `gatherFeed`).
 */
export async function reportRows(scope: Scope, shape: ReportShape, question: ReportQuestion): Promise<ReportRows> {
	const select = await reportStatement(scope, shape, question);
	if (select === null) return { chunks: nothing(), count: () => 0 };
	await scope.client.query(reportSettings(shape));
	const text = `copy (${select}) to stdout${OPTIONS[shape.format]}`;
	const copy = new CopyOut(text);
	return { chunks: copy.pieces(scope.client), count: () => copy.rows };
}

const OPTIONS: Record<ExportFormat, string> = {
	csv: ` with (format csv, encoding 'UTF8')`,
	xlsx: '',
	parquet: ` with (format binary, encoding 'UTF8')`,
};

/**
 * Of the transaction in which {@link reportRows} reads. Rows taken in the order of the list need each its own search for what belongs to an order;
 * joined in the order of their keys and then sorted, they came in three fifths of the time, a million and more of them.
 */
export function reportSettings({ zone }: Pick<ReportShape, 'zone'>): string {
	return `set local time zone ${pg.escapeLiteral(zone)}; set local enable_incremental_sort = off`;
}

/** The statement behind {@link reportRows}, values and all; null where no store is left. */
export async function reportStatement(scope: Scope, shape: ReportShape, question: ReportQuestion): Promise<string | null> {
	const { columns, report, format } = shape;
	const source = await sourceOf(scope, report, question);
	if (source === null) return null;
	const cells = columnsOf(report, columns).map((one) => ({ ...one, value: valueOf(report, one.id) }));
	const statement = sql`select ${WRITERS[format](cells)} from ${source.from} order by ${source.order}`;
	const { sql: text, parameters } = statement.compile(scope.db as Parameters<typeof statement.compile>[0]);
	return inlined(text, parameters);
}

type Cell = ReportColumn & { value: Value };

/** Exact: a product of decimals has the decimals of its factors. Most currencies have two, and one look tells it. */
function decimal({ text, currency }: Value): RawBuilder<unknown> {
	const amount = sql.raw(text);
	return sql`case when ${exponentIn(currency, 0, 3)} then case when ${exponentIn(currency, 0)} then ${amount}::numeric else ${amount} * 0.001 end
		else ${amount} * 0.01 end`;
}

function exponentIn(currency: string, ...exponents: number[]): RawBuilder<unknown> {
	return sql`${sql.raw(currency)} in (${sql.join(exponents.flatMap(currenciesWithExponent).map((code) => sql.lit(code)))})`;
}

/**
 * The first letters that make a spreadsheet take a text for a formula: signs, also in the wide forms that East Asian input methods write, and what
 * it skips before them. A look at one letter: a pattern goes through the whole of each text, which was an eighth of an export. A number with a sign
 * is none, and an apostrophe would make a text of it.
 */
const FORMULA = sql.join('=+-@\t\r\n＝＋－＠'.split('').map((letter) => sql.lit(letter.charCodeAt(0))));
const SIGNED_NUMBER = sql.lit('^[+-][0-9]+([.][0-9]+)?$');

function plain({ type, value }: Cell): RawBuilder<unknown> {
	const text = sql.raw(value.text);
	switch (type) {
		case 'money':
			return decimal(value);
		case 'instant':
			return sql`date_trunc('second', ${text})`;
		case 'yesNo':
			return sql`case when ${text} then 'yes' else 'no' end`;
		case 'integer':
		case 'day':
			return sql`${text}`;
		case 'id':
		case 'text':
			return sql`case when ascii(${text}) in (${FORMULA}) and ${text} !~ ${SIGNED_NUMBER} then '''' || ${text} else ${text} end`;
	}
}

/** Excel's day 0; a moment is a day with a fraction. */
const SHEET_EPOCH = sql.lit('1899-12-30');

/**
 * A row of a sheet. Whether any of its texts wants marking is asked once of all of them: asked of each, it was a quarter of the work.
 */
function sheetRow(cells: readonly Cell[]): RawBuilder<unknown> {
	const row = (text: (of: RawBuilder<unknown>) => RawBuilder<unknown>) =>
		joined([sql`'<row>'`, ...cells.map((cell) => element(cell, text)), sql`'</row>'`]);
	const texts = cells.flatMap(({ type, value }) => (type === 'id' || type === 'text' ? [sql.raw(value.text)] : []));
	if (texts.length === 0) return row(marked);
	const longest = sql.join(texts.map((text) => sql`octet_length(${text})`));
	return sql`case when concat(${sql.join(texts)}) ~ ${TO_MARK} or greatest(${longest}) > ${sql.lit(MOST_LETTERS)}
		then ${row(marked)} else ${row((text) => text)} end`;
}

/** In pairs, pairs of pairs and so on: one after another, the beginning would be copied once a cell. */
function joined(parts: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
	const [first, ...rest] = parts;
	if (first === undefined || rest.length === 0) return first ?? sql`''`;
	const middle = Math.ceil(parts.length / 2);
	return sql`(${joined(parts.slice(0, middle))} || ${joined(parts.slice(middle))})`;
}

/** A cell of a sheet; the styles 1, 2 and 3 to 5 are a day, an instant, and money with none, two and three decimals. */
function element({ type, value }: Cell, written: (text: RawBuilder<unknown>) => RawBuilder<unknown>): RawBuilder<unknown> {
	const text = sql.raw(value.text);
	const number = (style: RawBuilder<unknown>, of: RawBuilder<unknown>) =>
		sql`case when ${text} is null then '<c/>' else ${style} || ${of} || '</v></c>' end`;
	const styled = (style: number): RawBuilder<unknown> => sql.raw(`'<c s="${style}"><v>'`);
	switch (type) {
		case 'money': {
			const small = sql`case when ${exponentIn(value.currency, 0)} then ${styled(3)} else ${styled(5)} end`;
			return number(sql`case when ${exponentIn(value.currency, 0, 3)} then ${small} else ${styled(4)} end`, sql`(${decimal(value)})::text`);
		}
		case 'instant':
			return number(
				styled(2),
				sql`(date_part('epoch', date_trunc('second', ${text})::timestamp - ${SHEET_EPOCH}::timestamp) / 86400)::text`,
			);
		case 'day':
			return number(styled(1), sql`(${text} - ${SHEET_EPOCH}::date)::text`);
		case 'integer':
			return number(styled(0), sql`(${text})::text`);
		case 'yesNo':
			return sql`case when ${text} then '<c t="b"><v>1</v></c>' else '<c t="b"><v>0</v></c>' end`;
		// A cell's own text: half the bytes of an inline string, so twice as quick to write and to press.
		case 'id':
			return sql`coalesce('<c t="str"><v>' || ${written(text)} || '</v></c>', '<c/>')`;
		case 'text':
			return sql`coalesce('<c t="str"><v xml:space="preserve">' || ${written(text)} || '</v></c>', '<c/>')`;
	}
}

/** Money in thousandths of its currency's unit, instants in whole milliseconds and days since 1970, in the types that their names say. */
function typed({ type, value }: Cell): RawBuilder<unknown> {
	const text = sql.raw(value.text);
	switch (type) {
		case 'money':
			return sql`(${decimal(value)} * 1000)::bigint`;
		case 'instant':
			return sql`(date_part('epoch', date_trunc('second', ${text})) * 1000)::bigint`;
		case 'day':
			return sql`(${text} - date '1970-01-01')::integer`;
		case 'integer':
			return sql`(${text})::integer`;
		case 'yesNo':
			return sql`(${text})::boolean`;
		case 'id':
		case 'text':
			return sql`(${text})::text`;
	}
}

const WRITERS: Record<ExportFormat, (cells: readonly Cell[]) => RawBuilder<unknown>> = {
	csv: (cells) => sql.join(cells.map(plain)),
	xlsx: sheetRow,
	parquet: (cells) => sql.join(cells.map(typed)),
};

/** Letters that a sheet's cell holds. */
const MOST_LETTERS = 32_767;
/** What XML forbids, and what it or COPY would take for its own. */
const TO_MARK = sql.lit('[&<>\\\\\\x01-\\x1f\\ufffe\\uffff]');

/** Without what XML forbids, and with what it or COPY would take for its own as references, so that no byte has to be changed after PostgreSQL. */
function marked(text: RawBuilder<unknown>): RawBuilder<unknown> {
	const replacements: [string, string][] = [
		['&', '&amp;'],
		['<', '&lt;'],
		['>', '&gt;'],
		['\\', '&#92;'],
		['\n', '&#10;'],
		['\r', '&#13;'],
		['\t', '&#9;'],
	];
	return replacements.reduce<RawBuilder<unknown>>(
		(inner, [from, to]) => sql`replace(${inner}, ${sql.lit(from)}, ${sql.lit(to)})`,
		sql`left(translate(${text}, ${sql.lit(FORBIDDEN)}, ''), ${sql.lit(MOST_LETTERS)})`,
	);
}

const CONTROL = Array.from({ length: 31 }, (_, i) => i + 1).filter((code) => code !== 9 && code !== 10 && code !== 13);
const FORBIDDEN = String.fromCodePoint(...CONTROL, 0xff_fe, 0xff_ff);

/** COPY takes no parameters: each becomes a literal. Those between quotes are our own text. */
function inlined(text: string, parameters: readonly unknown[]): string {
	return text.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\d+)/g, (found: string, number: string | undefined) =>
		number === undefined ? found : literal(parameters[Number(number) - 1]),
	);
}

function literal(value: unknown): string {
	if (value === null) return 'null';
	if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
	if (typeof value === 'string') return pg.escapeLiteral(value);
	if (Array.isArray(value)) return value.length === 0 ? `'{}'` : `array[${value.map(literal).join(', ')}]`;
	throw new TypeError('A value that COPY cannot be given');
}

async function* nothing(): AsyncGenerator<Buffer> {}

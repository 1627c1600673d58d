import { columnsOf, currenciesWithExponent, type ExportFormat, type ReportColumn, type ReportId } from '@pangea/domain';
import { type Expression, type RawBuilder, sql } from 'kysely';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
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
 * time zone. What the reports `answers` and `feed` tell is gathered before, in the same transaction (`gatherWaits`, `gatherFeed`).
 */
export async function reportRows(scope: Scope, shape: ReportShape, question: ReportQuestion): Promise<ReportRows> {
	const select = await reportStatement(scope, shape, question);
	if (select === null) return { chunks: nothing(), count: () => 0 };
	await scope.client.query(`set local time zone ${pg.escapeLiteral(shape.zone)}`);
	const text = `copy (${select}) to stdout${OPTIONS[shape.format]}`;
	let count = 0;
	return { chunks: copied(scope, text, (rows) => (count = rows)), count: () => count };
}

const OPTIONS: Record<ExportFormat, string> = {
	csv: ` with (format csv, encoding 'UTF8')`,
	xlsx: '',
	parquet: ` with (format binary, encoding 'UTF8')`,
};

/**
 * Begins when the first piece is asked for. Whoever stops half way leaves the rest to be read away: until then the connection takes no other
 * statement.
 */
async function* copied(scope: Scope, text: string, onEnd: (rows: number) => void): AsyncGenerator<Buffer> {
	const stream = scope.client.query(copyTo(text));
	let left = true;
	try {
		for await (const piece of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) yield piece;
		left = false;
		// The number of rows comes after the last of them.
		await scope.client.query('select');
		onEnd(stream.rowCount);
	} catch (error) {
		left = false;
		throw error;
	} finally {
		if (left) stream.resume();
	}
}

/** The statement behind {@link reportRows}, values and all; null where no store is left. */
export async function reportStatement(scope: Scope, shape: ReportShape, question: ReportQuestion): Promise<string | null> {
	const { columns, report, format } = shape;
	const source = await sourceOf(scope, report, question);
	if (source === null) return null;
	const cells = columnsOf(report, columns).map((one) => ({ ...one, value: valueOf(report, one.id) }));
	const parts = cells.map(WRITERS[format]);
	const selected = format === 'xlsx' ? sql`'<row>' || ${sql.join(parts, sql` || `)} || '</row>'` : sql.join(parts, sql`, `);
	const statement = sql`select ${selected} from ${source.from} order by ${source.order}`;
	const { sql: text, parameters } = statement.compile(scope.db as Parameters<typeof statement.compile>[0]);
	return inlined(text, parameters);
}

type Cell = ReportColumn & { value: Value };

/** Exact: a product of decimals has the decimals of its factors. */
function decimal({ text, currency }: Value): RawBuilder<unknown> {
	const among = (exponent: number) => sql.join(currenciesWithExponent(exponent).map((code) => sql.lit(code)));
	const amount = sql.raw(text);
	return sql`case when ${sql.raw(currency)} in (${among(0)}) then ${amount}::numeric when ${sql.raw(currency)} in (${among(3)})
		then ${amount} * 0.001 else ${amount} * 0.01 end`;
}

/**
 * What makes a spreadsheet take a text for a formula: signs, also in the wide forms that East Asian input methods write, and what it skips before
 * them. A number with a sign is none, and an apostrophe would make a text of it.
 */
const FORMULA = sql.lit('^[=+\\-@\\t\\r\\n＝＋－＠]');
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
			return sql`case when ${text} ~ ${FORMULA} and ${text} !~ ${SIGNED_NUMBER} then '''' || ${text} else ${text} end`;
	}
}

/** Excel's day 0; a moment is a day with a fraction. */
const SHEET_EPOCH = sql.lit('1899-12-30');

/** A cell of a sheet; the styles 1, 2 and 3 to 5 are a day, an instant, and money with none, two and three decimals. */
function element({ type, value }: Cell): RawBuilder<unknown> {
	const text = sql.raw(value.text);
	const number = (style: Expression<unknown>, of: Expression<unknown>) =>
		sql`case when ${text} is null then '<c/>' else '<c s="' || ${style} || '"><v>' || ${of} || '</v></c>' end`;
	switch (type) {
		case 'money': {
			const currency = sql.raw(value.currency);
			const among = (exponent: number) => sql.join(currenciesWithExponent(exponent).map((code) => sql.lit(code)));
			const style = sql`case when ${currency} in (${among(0)}) then '3' when ${currency} in (${among(3)}) then '5' else '4' end`;
			return number(style, sql`(${decimal(value)})::text`);
		}
		case 'instant':
			return number(
				sql.lit('2'),
				sql`(date_part('epoch', date_trunc('second', ${text})::timestamp - ${SHEET_EPOCH}::timestamp) / 86400)::text`,
			);
		case 'day':
			return number(sql.lit('1'), sql`(${text} - ${SHEET_EPOCH}::date)::text`);
		case 'integer':
			return number(sql.lit('0'), sql`(${text})::text`);
		case 'yesNo':
			return sql`case when ${text} then '<c t="b"><v>1</v></c>' else '<c t="b"><v>0</v></c>' end`;
		// A cell's own text: half the bytes of an inline string, so twice as quick to write and to press.
		case 'id':
			return sql`coalesce('<c t="str"><v>' || ${marked(text)} || '</v></c>', '<c/>')`;
		case 'text':
			return sql`coalesce('<c t="str"><v xml:space="preserve">' || ${marked(text)} || '</v></c>', '<c/>')`;
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

const WRITERS: Record<ExportFormat, (cell: Cell) => RawBuilder<unknown>> = { csv: plain, xlsx: element, parquet: typed };

/**
 * Without what XML forbids, and with what it or COPY would take for its own as references, so that no byte has to be changed after PostgreSQL.
 * A sheet's cell holds 32,767 letters.
 */
function marked(text: RawBuilder<unknown>): RawBuilder<unknown> {
	const forbidden = sql.lit(FORBIDDEN);
	const short = sql`left(translate(${text}, ${forbidden}, ''), 32767)`;
	const replacements: [string, string][] = [
		['&', '&amp;'],
		['<', '&lt;'],
		['>', '&gt;'],
		['\\', '&#92;'],
		['\n', '&#10;'],
		['\r', '&#13;'],
		['\t', '&#9;'],
	];
	const heavy = replacements.reduce<RawBuilder<unknown>>(
		(inner, [from, to]) => sql`replace(${inner}, ${sql.lit(from)}, ${sql.lit(to)})`,
		short,
	);
	return sql`case when ${text} ~ ${sql.lit('[&<>\\\\\\x01-\\x1f\\ufffe\\uffff]')} or length(${text}) > 32767 then ${heavy} else ${text} end`;
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

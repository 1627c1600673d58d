import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { from as copyFrom } from 'pg-copy-streams';
import type { Scope } from './database.ts';

/** How one column of a bulk write is made: its PostgreSQL type and the text of its value. */
export interface Column<R> {
	name: string;
	type: string;
	// A property, not a method: rows that lack a column's field must not compile.
	text: (row: R) => string | null;
}

/** A table whose rows belong to an order. */
export interface BulkTable<R> {
	name: string;
	columns: readonly Column<R>[];
}

/** From this many rows on COPY pays for its extra round trips. */
const COPY_FROM_ROWS = 500;

/**
 * Adds rows that are not there yet; the workspace comes from the scope. Big batches go by COPY straight into the indexed table, small ones
 * in one statement.
 * @throws the driver's error with code 23505 when a key exists: the caller looks again what is new.
 */
export async function addRows<R>(scope: Scope, table: BulkTable<R>, rows: readonly R[], copyFromRows = COPY_FROM_ROWS): Promise<void> {
	if (rows.length === 0) return;
	if (rows.length >= copyFromRows) await copyRows(scope, table, rows);
	else await insertRows(scope, table, rows, '');
}

/**
 * Inserts rows in one statement with a conflict clause, e.g. `on conflict do nothing`.
 * @returns the order ids of the rows that were written.
 */
export async function mergeRows<R>(scope: Scope, table: BulkTable<R>, rows: readonly R[], onConflict: string): Promise<string[]> {
	if (rows.length === 0) return [];
	const result = await insertRows(scope, table, rows, `${onConflict} returning order_id`);
	return result.map((r) => r.order_id);
}

async function insertRows<R>(scope: Scope, table: BulkTable<R>, rows: readonly R[], ending: string): Promise<{ order_id: string }[]> {
	const { text, values } = addition(table, rows).insert(2);
	// Prepared: an insert looks nothing up, so a plan from when the table was empty stays right.
	const name = ending === '' ? `add page of ${table.name}` : undefined;
	const query = { ...(name === undefined ? {} : { name }), text: `insert into ${text} ${ending}`, values: [scope.workspaceId, ...values] };
	const result = await scope.client.query<{ order_id: string }>(query);
	return result.rows;
}

/** A table and the rows to add to it, for {@link addTogether}. */
export interface Addition {
	/** The table's short name in the name of the statement, which may have 63 bytes. */
	short: string;
	rows: number;
	/** Everything after `insert into`, with parameters from `$first` on. */
	insert(first: number): { text: string; values: string[] };
}

export function addition<R>(table: BulkTable<R>, rows: readonly R[]): Addition {
	return {
		short: `/${table.name.slice(0, 7)}`,
		rows: rows.length,
		insert: (first) => {
			const names = table.columns.map((c) => c.name).join(', ');
			const text = `${table.name} (workspace_id, ${names}) select $1::uuid, ${selectList(table)} from ${unnestOf(table, first)}`;
			return { text, values: arraysOf(table, rows) };
		},
	};
}

/**
 * Adds rows of several tables in one statement: a page of one order costs round trips, not rows. Keys between the tables are checked at its end.
 * @throws the driver's error with code 23505 when a key exists.
 */
export async function addTogether(scope: Scope, additions: readonly Addition[]): Promise<void> {
	const filled = additions.filter((a) => a.rows > 0);
	if (filled.length === 0) return;
	const values: string[] = [scope.workspaceId];
	const parts = filled.map((part, i) => {
		const made = part.insert(values.length + 1);
		values.push(...made.values);
		return `p${i} as (insert into ${made.text})`;
	});
	// Prepared: planning seven inserts takes longer than running them for one order.
	await scope.client.query({ name: `add ${filled.map((a) => a.short).join('')}`, text: `with ${parts.join(', ')} select 1`, values });
}

/** `x.name::type as name, …` for the columns of {@link unnestOf}. */
export function selectList<R>(table: BulkTable<R>): string {
	return table.columns.map((c) => (isPlain(c) ? `x.${c.name}` : `x.${c.name}::${c.type} as ${c.name}`)).join(', ');
}

/** `unnest(…) as x(…)` whose parameters start at `$first`. */
export function unnestOf<R>(table: BulkTable<R>, first: number): string {
	const arrays = table.columns.map((c, i) => `$${first + i}::${isPlain(c) ? c.type : 'text'}[]`);
	return `unnest(${arrays.join(', ')}) as x(${table.columns.map((c) => c.name).join(', ')})`;
}

/** One array literal a column. The driver's own serialiser costs a fifth of the whole ingest. */
export function arraysOf<R>(table: BulkTable<R>, rows: readonly R[]): string[] {
	return table.columns.map((column) => {
		const bare = BARE.has(column.type);
		let literal = '{';
		for (let i = 0; i < rows.length; i++) {
			const row = rows[i];
			if (row === undefined) continue;
			const text = column.text(row);
			if (i > 0) literal += ',';
			literal += text === null ? 'null' : bare ? text : quoted(text);
		}
		return `${literal}}`;
	});
}

// We make the texts of these types ourselves: they hold nothing that an array literal would take for its own.
const BARE = new Set(['uuid', 'integer', 'bigint', 'boolean', 'date', 'timestamptz']);

const MARKS = /["\\\0]/;

// An array of arrays would be taken for one with two dimensions, and jsonb and bytea have their own quoting.
function isPlain<R>(column: Column<R>): boolean {
	return !column.type.endsWith(']') && column.type !== 'jsonb' && column.type !== 'bytea';
}

function quoted(text: string): string {
	return MARKS.test(text) ? `"${clean(text).replace(/["\\]/g, '\\$&')}"` : `"${text}"`;
}

/** The text of a `text[]` or `uuid[]` value. */
export function arrayText(values: readonly string[]): string {
	return `{${values.map(quoted).join(',')}}`;
}

/** The text of a `bytea` value. */
export function byteText(bytes: Buffer): string {
	return `\\x${bytes.toString('hex')}`;
}

// PostgreSQL's text cannot hold the zero character; the platform's own bytes stay in the raw reply.
function clean(text: string): string {
	return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
}

const SPECIAL = /[\\\n\r\t]/g;
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const CHUNK_ROWS = 2000;

/** A text as a field of COPY's text format. */
export function copyField(text: string): string {
	return clean(text).replace(SPECIAL, (c) => ESCAPES[c] ?? c);
}

async function copyRows<R>(scope: Scope, table: BulkTable<R>, rows: readonly R[]): Promise<void> {
	const names = table.columns.map((c) => c.name).join(', ');
	// PostgreSQL refuses COPY into tables with row-level security, so the role is laid down for this one statement; the workspace of
	// every row is the scope's. The setting ends with the transaction in any case.
	await scope.client.query('set local role none');
	const stream = scope.client.query(copyFrom(`copy ${table.name} (workspace_id, ${names}) from stdin`));
	await pipeline(Readable.from(copyText(scope.workspaceId, table, rows)), stream);
	await scope.client.query('set local role pangea_app');
}

function* copyText<R>(workspaceId: string, table: BulkTable<R>, rows: readonly R[]): Generator<Buffer> {
	for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
		let text = '';
		for (const row of rows.slice(start, start + CHUNK_ROWS)) {
			text += workspaceId;
			for (const column of table.columns) {
				const value = column.text(row);
				text += value === null ? '\t\\N' : `\t${copyField(value)}`;
			}
			text += '\n';
		}
		yield Buffer.from(text);
	}
}

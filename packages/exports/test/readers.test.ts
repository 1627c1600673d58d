import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { type ColumnType, columnsOf } from '@pangea/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Home, NASTY, openHome, written } from './home.ts';
import { unzip } from './unzip.ts';

// Programs that people open our files with, none of which knows of ours.
const ORDERS = 400;
const COLUMNS = columnsOf('orders');
/** LibreOffice without a window, where the machine has it. */
const OFFICE = ['soffice', 'libreoffice'].find((name) => spawnSync(name, ['--version']).status === 0);

let home: Home;
let folder: string;
const file = (name: string): string => join(folder, name);

beforeAll(async () => {
	home = await openHome(ORDERS);
	folder = mkdtempSync(join(tmpdir(), 'pangea readers '));
	const of = { report: 'orders', zone: 'Asia/Shanghai' } as const;
	writeFileSync(file('orders.xlsx'), (await written(home, { ...of, format: 'xlsx' })).bytes);
	writeFileSync(file('orders.parquet'), (await written(home, { ...of, format: 'parquet' })).bytes);
	writeFileSync(file('orders.csv'), unzip((await written(home, { ...of, format: 'csv' })).bytes).get('orders.csv') ?? '');
});
afterAll(async () => {
	await home.close();
	rmSync(folder, { recursive: true, force: true });
});

describe('DuckDB', () => {
	let duck: DuckDBConnection;
	beforeAll(async () => {
		duck = await (await DuckDBInstance.create(':memory:')).connect();
	});
	afterAll(() => duck.closeSync());
	const ask = async (sql: string): Promise<Record<string, unknown>[]> => (await duck.runAndReadAll(sql)).getRowObjectsJson();
	const TYPES: Record<ColumnType, string> = {
		id: 'VARCHAR',
		text: 'VARCHAR',
		money: 'DECIMAL(18,3)',
		integer: 'INTEGER',
		instant: 'TIMESTAMP WITH TIME ZONE',
		day: 'DATE',
		yesNo: 'BOOLEAN',
	};

	test('reads a Parquet file with the type of every column', async () => {
		const described = await ask(`describe from read_parquet('${file('orders.parquet')}')`);
		expect(described.map((one) => [one['column_name'], one['column_type']])).toEqual(COLUMNS.map(({ id, type }) => [id, TYPES[type]]));
	});

	test('finds in a CSV file, which it is told nothing of, the rows and sums of the Parquet file', async () => {
		const sums = (from: string): Promise<Record<string, unknown>[]> =>
			ask(
				`select currency, count(*) as n, sum(total)::decimal(18, 3) as total, min(placed_at) as first, max(store_day) as last from ${from} group by 1 order by 1`,
			);
		const found = await sums(`read_csv('${file('orders.csv')}')`);
		expect(found).toEqual(await sums(`read_parquet('${file('orders.parquet')}')`));
		expect(found.map(({ currency }) => currency)).toEqual(['JPY', 'KWD', 'USD']);
	});
});

/** A cell as the OpenDocument format tells it: `float`, `date`, `boolean`, `string`, or null where it is empty. */
interface Cell {
	type: string | null;
	value: string;
	formula: boolean;
}

describe.skipIf(OFFICE === undefined)('LibreOffice', () => {
	/** What it makes of a file, as rows of cells of its first sheet. @throws Error with what it said when it could not open the file */
	function opened(name: string, filter: readonly string[] = []): Cell[][] {
		const out = file(`of ${name}`);
		mkdirSync(out);
		const profile = pathToFileURL(file('profile')).href;
		const told = spawnSync(
			OFFICE ?? '',
			[`-env:UserInstallation=${profile}`, '--headless', ...filter, '--convert-to', 'fods', '--outdir', out, file(name)],
			{ encoding: 'utf8' },
		);
		expect(told.stderr.replaceAll(/^.*javaldx.*$/gm, '').trim()).toBe('');
		return firstSheet(readFileSync(join(out, name.replace(/\.\w+$/, '.fods')), 'utf8'));
	}

	test('opens a workbook without a word, ids as texts, money as numbers, times as dates, nothing as a formula', {
		timeout: 120_000,
	}, () => {
		const [header = [], ...rows] = opened('orders.xlsx');
		expect(header.map(({ value }) => value)).toEqual(COLUMNS.map(({ id }) => id));
		expect(rows).toHaveLength(ORDERS);
		const TYPES: Record<ColumnType, string> = {
			id: 'string',
			text: 'string',
			money: 'float',
			integer: 'float',
			instant: 'date',
			day: 'date',
			yesNo: 'boolean',
		};
		const found = COLUMNS.map(({ id }, at) => [id, [...new Set(rows.flatMap((row) => row[at]?.type ?? []))]]);
		const filled = COLUMNS.map(({ id, type }, at) => [id, rows.some((row) => row[at]?.type) ? [TYPES[type]] : []]);
		expect(found).toEqual(filled);
		expect(rows.flat().filter(({ formula }) => formula)).toEqual([]);
		const at = (row: readonly Cell[] | undefined, id: string): string | undefined =>
			row?.[COLUMNS.findIndex((one) => one.id === id)]?.value;
		expect(at(rows[0], 'order_number')).toBe('9000000000000000400');
		expect(at(rows[0], 'placed_at')).toBe('2026-01-11T14:40:00');
		expect(at(rows[0], 'store_day')).toBe('2026-01-11');
		expect(new Set(rows.map((row) => at(row, 'total')))).toContain('-10.05');
		expect(new Set(rows.map((row) => at(row, 'test')))).toEqual(new Set(['TRUE', 'FALSE']));
		expect(new Set(rows.map((row) => at(row, 'first_title')))).toContain('灯具，红色');
	});

	test('takes nothing in a CSV file for a formula', { timeout: 120_000 }, () => {
		// Comma, quote, UTF-8, from the first line.
		const [header = [], ...rows] = opened('orders.csv', ['--infilter=CSV:44,34,76,1']);
		expect(header.map(({ value }) => value)).toEqual(COLUMNS.map(({ id }) => id));
		expect(rows).toHaveLength(ORDERS);
		expect(rows.flat().filter(({ formula }) => formula)).toEqual([]);
		const titles = new Set(rows.map((row) => row[COLUMNS.findIndex((one) => one.id === 'first_title')]?.value));
		for (const text of NASTY.filter((one) => one.startsWith('='))) expect(titles).toContain(`'${text}`);
	});
});

/** Rows of the first table of a flat OpenDocument spreadsheet, without the emptiness behind their last cells and below the last row. */
function firstSheet(xml: string): Cell[][] {
	const table = /<table:table [\s\S]*?<\/table:table>/.exec(xml)?.[0] ?? '';
	return [...table.matchAll(/<table:table-row\b[^>]*?(?:\/>|>([\s\S]*?)<\/table:table-row>)/g)]
		.map(([, row = '']) => [...row.matchAll(/<table:table-cell\b([^>]*?)(?:\/>|>([\s\S]*?)<\/table:table-cell>)/g)].flatMap(cellsOf))
		.map((cells) => cells.slice(0, cells.findLastIndex(({ type }) => type !== null) + 1))
		.filter((cells) => cells.length > 0);
}

/** A cell that is told once, as often as it stands there. */
function cellsOf([, attributes = '', content = '']: RegExpExecArray): Cell[] {
	const of = (name: string): string | undefined => new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1];
	const lines = [...content.matchAll(/<text:p\b[^>]*>([\s\S]*?)<\/text:p>/g)].map(([, words = '']) => words.replaceAll(/<[^>]*>/g, ''));
	// A boolean of a workbook is kept as a formula without an argument.
	const formula = of('table:formula');
	const isBoolean = formula === 'of:=TRUE()' || formula === 'of:=FALSE()';
	const cell: Cell = {
		type: isBoolean ? 'boolean' : (of('office:value-type') ?? null),
		value: isBoolean ? lines.join() : unescaped(of('office:value') ?? of('office:date-value') ?? lines.join('\n')),
		formula: formula !== undefined && !isBoolean,
	};
	return Array.from({ length: Math.min(COLUMNS.length, Number(of('table:number-columns-repeated') ?? 1)) }, () => cell);
}

function unescaped(text: string): string {
	return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&');
}

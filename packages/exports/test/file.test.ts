import { createHash } from 'node:crypto';
import { listOrders, type ReportQuestion } from '@pangea/db';
import { columnsOf, EXPORT_FORMATS, type ExportFormat, type ReportId, type ColumnType } from '@pangea/domain';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { readXlsx } from 'hucre';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { to as copyTo } from 'pg-copy-streams';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parquetOf, workbookEntries, zipOf } from '../src/index.ts';
import { collect, type Home, NASTY, openHome, OTHER, WORKSPACE, written } from './home.ts';
import { unzip } from './unzip.ts';

const ORDERS = 400;
let home: Home;
beforeAll(async () => {
	home = await openHome(ORDERS);
});
afterAll(() => home.close());

const made = (report: ReportId, format: ExportFormat, asked: Partial<ReportQuestion> = {}, zone = 'UTC', workspaceId = WORKSPACE) =>
	written(home, { report, format, asked, zone, workspaceId });

type Row = Record<string, string>;

function rowsOf(archive: Buffer, report: ReportId): Row[] {
	const csv = unzip(archive).get(`${report}.csv`);
	return parse(csv ?? Buffer.alloc(0), { columns: true, bom: true });
}

describe('a CSV file', () => {
	test('holds the orders of the list with exact money, days, and instants with their offset', async () => {
		const { bytes } = await made('orders', 'csv', {}, 'Asia/Shanghai');
		const rows = rowsOf(bytes, 'orders');
		expect(rows).toHaveLength(ORDERS);
		const [first] = rows;
		// Order 400: 400 times 37 minutes into the year; its currency is the 400 % 3 = second one, which has no decimals.
		expect(first).toMatchObject({
			order_number: '9000000000000000400',
			placed_at: '2026-01-11 14:40:00+08',
			store_day: '2026-01-11',
			currency: 'JPY',
			total: '0',
			test: 'no',
		});
		const money = rows.map((row) => [row['currency'], row['total']]);
		expect(money).toContainEqual(['USD', '-10.05']);
		expect(money).toContainEqual(['KWD', '5.025']);
		expect(rows.filter((row) => row['fees'] === '')).toHaveLength(100);
		// Order 399 in US dollars; what is not told stays empty, and is not nothing.
		expect(rows[1]).toMatchObject({ currency: 'USD', tax: '3.99', seller_discount: '-3.99', shipping: '', refund: '' });
		expect(rows.filter((row) => row['tax'] === '')).toHaveLength(100);
	});

	test('neutralises what a spreadsheet would take for a formula, and nothing else', async () => {
		const { bytes } = await made('lines', 'csv');
		const titles = new Set(rowsOf(bytes, 'lines').map((row) => row['title']));
		const guarded = new Set(['=1+1', '+55 11 9999', '@sum(A1)', '\tx', '＝1+1']);
		expect(titles).toEqual(new Set(NASTY.map((text) => (guarded.has(text) ? `'${text}` : text))));
	});

	test('carries a manifest whose count and sum are those of its rows', async () => {
		const { bytes, manifest } = await made('lines', 'csv');
		const files = unzip(bytes);
		const csv = files.get('lines.csv') ?? Buffer.alloc(0);
		const told = JSON.parse((files.get('manifest.json') ?? '').toString()) as Record<string, unknown>;
		const body = csv.subarray(csv.indexOf('\n') + 1);
		expect(told).toMatchObject({ rows: 2 * ORDERS, zone: 'UTC', rowsSha256: createHash('sha256').update(body).digest('hex') });
		expect(manifest.rows).toBe(2 * ORDERS);
	});
});

describe('a workbook', () => {
	test('is read back by another reader: ids and texts as they were, money as numbers, times as dates', async () => {
		const { bytes } = await made('orders', 'xlsx', {}, 'Asia/Shanghai');
		const book = await readXlsx(new Uint8Array(bytes));
		expect(book.sheets.map((sheet) => sheet.name)).toEqual(['Data', 'About']);
		const [header = [], ...rows] = book.sheets[0]?.rows ?? [];
		expect(rows).toHaveLength(ORDERS);
		const at = (row: readonly unknown[], id: string): unknown => row[header.indexOf(id)];
		const [first = []] = rows;
		expect(at(first, 'order_number')).toBe('9000000000000000400');
		expect(at(first, 'placed_at')).toEqual(new Date('2026-01-11T14:40:00Z'));
		expect(at(first, 'store_day')).toEqual(new Date('2026-01-11T00:00:00Z'));
		expect(rows.map((row) => at(row, 'total'))).toContain(-10.05);
		expect(rows.map((row) => at(row, 'tax'))).toContain(3.99);
		expect(rows.map((row) => at(row, 'shipping') ?? null)).toEqual(rows.map(() => null));
		const allowed = NASTY.map((text) => text.replaceAll('\u0001', '').replaceAll('\u001f', ''));
		expect(new Set(rows.map((row) => at(row, 'first_title')))).toEqual(new Set(allowed));
	});

	test('holds as many letters of a text as a cell bears, and the row beside it in full', async () => {
		const small = await openHome(2);
		try {
			await small.admin.query(`update orders set first_title = repeat('汉', 40000) where external_id = '9000000000000000001'`);
			const { bytes } = await written(small, { report: 'orders', format: 'xlsx' });
			const [header = [], ...rows] = (await readXlsx(new Uint8Array(bytes))).sheets[0]?.rows ?? [];
			const titles = rows.map((row) => String(row[header.indexOf('first_title')]));
			expect(titles.map((title) => title.length)).toEqual([NASTY[2].length, 32_767]);
			expect(new Set(titles[1])).toEqual(new Set(['汉']));
		} finally {
			await small.close();
		}
	});

	test('rolls over to a further sheet before a sheet is full, and loses no row', async () => {
		async function* rows(): AsyncGenerator<Buffer> {
			for (let n = 0; n < 25; n++) yield Buffer.from(`<row><c t="inlineStr"><is><t>r${n}</t></is></c></row>\n`);
		}
		const columns = columnsOf('orders', ['order_number']);
		const bytes = await collect(zipOf(workbookEntries({ columns, rows: rows(), sheetRows: 11, about: () => [['rows', '25']] })));
		const book = await readXlsx(new Uint8Array(bytes));
		expect(book.sheets.map((sheet) => [sheet.name, sheet.rows.length])).toEqual([
			['Data', 11],
			['Data 2', 11],
			['Data 3', 6],
			['About', 1],
		]);
		expect(book.sheets.slice(0, 3).flatMap((sheet) => sheet.rows.slice(1).map(([cell]) => cell))).toEqual(
			Array.from({ length: 25 }, (_, n) => `r${n}`),
		);
	});
});

describe('a Parquet file', () => {
	const read = async (bytes: Buffer): Promise<Record<string, unknown>[]> => parquetReadObjects({ file: new Uint8Array(bytes).buffer });

	test('holds the very rows of the CSV file in typed columns', async () => {
		for (const report of ['orders', 'lines'] as const) {
			const { bytes, manifest } = await made(report, 'parquet', {}, 'Asia/Shanghai');
			const rows = await read(bytes);
			const plain = parse(unzip((await made(report, 'csv')).bytes).get(`${report}.csv`) ?? '', { columns: true, bom: true });
			expect(rows).toHaveLength(plain.length);
			expect(manifest.rows).toBe(plain.length);
			const told = rows.map((row) => Object.fromEntries(columnsOf(report).map(({ id, type }) => [id, asText(type, row[id])])));
			// The apostrophe guards spreadsheets, which do not open this.
			const bare = (text: string): string => text.replace(/^'(?=[=+\-@\t＝])/, '');
			const money = new Set(columnsOf(report).flatMap(({ id, type }) => (type === 'money' ? [id] : [])));
			const same = (id: string, text: string): string => (money.has(id) && text !== '' ? Number(text).toFixed(3) : bare(text));
			expect(told).toEqual(plain.map((row) => Object.fromEntries(Object.entries(row as Row).map(([id, text]) => [id, same(id, text)]))));
		}
	});

	test('carries its manifest, and as many groups of rows as they need', async () => {
		const { bytes } = await made('lines', 'parquet');
		const metadata = parquetMetadata(new Uint8Array(bytes).buffer);
		const told = metadata.key_value_metadata?.find(({ key }) => key === 'manifest')?.value ?? '{}';
		expect(JSON.parse(told)).toMatchObject({ report: 'lines', rows: 2 * ORDERS });
	});

	test('is the same however its rows are cut, one by one and in groups', async () => {
		const count = 45_000;
		const columns = columnsOf('orders', ['order_number', 'lines', 'total']);
		const chunk = await copyOf(count);
		const whole = await collect(parquetOf({ columns, rows: pieces(chunk, chunk.length), onRows: () => {}, about: () => '' }));
		const cut = await collect(parquetOf({ columns, rows: pieces(chunk, 7), onRows: () => {}, about: () => '' }));
		expect(cut.equals(whole)).toBe(true);
		const rows = await read(whole);
		expect(rows).toHaveLength(count);
		expect(rows.at(-1)).toEqual({ order_number: 'n45000', total: 45, lines: 45_000 });
		expect(rows[6]).toEqual({ order_number: 'n7', total: null, lines: 7 });
		expect(parquetMetadata(new Uint8Array(whole).buffer).row_groups).toHaveLength(6);
	});

	async function copyOf(count: number): Promise<Buffer> {
		const stream = home.admin.query(
			copyTo(
				`copy (select 'n' || n, n, case when n % 7 > 0 then n::bigint end from generate_series(1, ${count}) as n) to stdout with (format binary)`,
			),
		);
		return await collect(stream);
	}

	async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
		for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
	}
});

/** As the CSV file writes it in UTC. */
function asText(type: ColumnType, value: unknown): string {
	if (value === null || value === undefined) return '';
	if (type === 'instant' && value instanceof Date) return value.toISOString().replace('T', ' ').replace('.000Z', '+00');
	if (type === 'day' && value instanceof Date) return value.toISOString().slice(0, 10);
	if (type === 'yesNo') return value === true ? 'yes' : 'no';
	// The reader makes a double of an exact decimal.
	if (type === 'money') return Number(value).toFixed(3);
	return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}

describe('a file', () => {
	test('has the same bytes for the same question over the same rows', async () => {
		for (const format of EXPORT_FORMATS) {
			const [one, two] = [await made('lines', format), await made('lines', format)];
			expect(one.bytes.equals(two.bytes)).toBe(true);
		}
	});

	test('holds nothing of another workspace, nor of a store that was not chosen', async () => {
		expect(rowsOf((await made('orders', 'csv', {}, 'UTC', OTHER)).bytes, 'orders')).toEqual([]);
		const [first = ''] = home.stores;
		const stores = new Set(rowsOf((await made('orders', 'csv', { stores: [first] })).bytes, 'orders').map((row) => row['store']));
		expect(stores).toEqual(new Set(['Store 0']));
	});

	test('of 100 random filters holds just the rows of the list, in its order', async () => {
		const filters = fc.record(
			{
				stores: fc.subarray([0, 1, 2], { minLength: 1 }),
				state: fc.constantFrom('toShip' as const, 'completed' as const, 'cancelled' as const),
				fulfilment: fc.constantFrom('seller', 'platform'),
				attention: fc.constantFrom('late' as const, 'returns' as const, 'counting' as const),
				search: fc.constantFrom('9000000000000000', '00000000000000001', 'nothing'),
				days: fc.constantFrom({ from: '2026-01-02', until: '2026-01-04' }, { from: '2026-01-05', until: '2026-01-05' }),
				from: fc.constant('2026-01-03T00:00:00Z'),
			},
			{ requiredKeys: ['stores'] },
		);
		const zones = fc.constantFrom('UTC', 'Pacific/Kiritimati', 'Pacific/Pago_Pago');
		await fc.assert(
			fc.asyncProperty(filters, fc.constantFrom('newest' as const, 'shipBy' as const), zones, async (filter, sort, zone) => {
				const asked = { ...filter, sort, stores: filter.stores.map((n) => home.stores[n] ?? '') };
				const listed: string[] = [];
				for (let after: string | undefined; ; ) {
					const page = await home.database.inWorkspace(WORKSPACE, (scope) =>
						listOrders(scope, { storeScope: null, ...asked, limit: 200, ...(after !== undefined && { after }) }),
					);
					listed.push(...page.rows.map((row) => row.external_id));
					if (page.next === null) break;
					after = page.next;
				}
				const { bytes, manifest } = await made('orders', 'csv', asked, zone);
				expect(rowsOf(bytes, 'orders').map((row) => row['order_number'])).toEqual(listed);
				expect(manifest.rows).toBe(listed.length);
			}),
			{ numRuns: 100 },
		);
	}, 120_000);
});

import { gatherFeed, gatherWaits, keepSettlements, type ReportQuestion } from '@pangea/db';
import { columnsOf, EXPORT_FORMATS, type ExportFormat, feedNotes, isPlatformId, REPORT_IDS, type ReportId } from '@pangea/domain';
import { parse } from 'csv-parse/sync';
import { readXlsx } from 'hucre';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportFile } from '../src/index.ts';
import { collect, type Home, openHome, OTHER, WORKSPACE } from './home.ts';
import { unzip } from './unzip.ts';

const ORDERS = 12;
let home: Home;

beforeAll(async () => {
	home = await openHome(ORDERS);
	const sku = crypto.randomUUID();
	await home.admin.query(`insert into sku (workspace_id, sku_id, code, title) values ($1, $2, 'LAMP', 'Lamp')`, [WORKSPACE, sku]);
	const listing = (
		store: string,
		part: { id: string; workspace?: string; variant?: string; sku?: string; price?: number; stock?: number; gone?: boolean },
	) =>
		home.admin.query(
			`insert into listing (workspace_id, listing_id, store_id, external_listing_id, external_variant_id, seller_sku, gtins, title, variant, state,
					raw_status, issues, price_minor, currency, stock, digest, changed_at, sold_units, sku_id, gone_at)
				values ($1, gen_random_uuid(), $2, $3, $4, 'S-' || $3, '{}', '=Lamp', null, 'live', 'ACTIVE', '{}', $5, 'USD', $6, '',
					'2026-02-01T00:00:00Z', 7, $7, case when $8 then now() end)`,
			[
				part.workspace ?? WORKSPACE,
				store,
				part.id,
				part.variant ?? '',
				part.price ?? null,
				part.stock ?? null,
				part.sku ?? null,
				part.gone ?? false,
			],
		);
	const [first = '', second = ''] = home.stores;
	await listing(first, { id: '100', sku, price: 1999, stock: 0 });
	await listing(first, { id: '100', variant: 'red' });
	await listing(first, { id: '101', gone: true });
	await listing(second, { id: '200', price: 5 });
	const { rows } = await home.admin.query<{ store_id: string }>('select store_id from store where workspace_id = $1', [OTHER]);
	await listing(rows[0]?.store_id ?? '', { id: '900', workspace: OTHER });
	await home.admin.query(
		`insert into listing_read (workspace_id, store_id, read_until, state) values ($1, $2, '2026-02-02T00:00:00Z', 'read')`,
		[WORKSPACE, first],
	);
});
afterAll(() => home.close());

async function made(report: ReportId, format: ExportFormat, asked: Partial<ReportQuestion> = {}) {
	const columns = columnsOf(report).map((one) => one.id);
	return await home.database.inWorkspace(
		WORKSPACE,
		async (scope) => {
			const question = { storeScope: null, stores: home.stores, sort: 'newest' as const, ...asked };
			if (report === 'answers') {
				const reader = { rulesOf: () => [], bodyOf: () => ({ text: null, imageUrl: null, attachments: [] }) };
				await gatherWaits(scope, { ...question, at: '2026-01-01T00:00:00.000Z' }, reader);
			}
			const untold = () => ['url', 'rating'] as const;
			if (report === 'feed') await gatherFeed(scope, question, untold);
			const notes = (platforms: readonly string[]) => (report === 'feed' ? feedNotes(platforms.filter(isPlatformId), untold) : []);
			const file = await exportFile(
				scope,
				{ report, format, columns, question, zone: 'UTC', company: null, byteOrderMark: true, notes },
				() => {},
			);
			return { bytes: await collect(file.bytes), manifest: file.manifest() };
		},
		{ snapshot: true },
	);
}

async function rowsOf(report: ReportId, asked: Partial<ReportQuestion> = {}): Promise<Record<string, string>[]> {
	const csv = unzip((await made(report, 'csv', asked)).bytes).get(`${report}.csv`);
	return parse(csv ?? Buffer.alloc(0), { columns: true, bom: true });
}

describe('every report', () => {
	test.each(REPORT_IDS.flatMap((report) => EXPORT_FORMATS.map((format) => ({ report, format }))))(
		'$report as $format has each of its columns, and the rows of the others',
		async ({ report, format }) => {
			const { bytes, manifest } = await made(report, format);
			expect(bytes.length).toBeGreaterThan(100);
			expect(manifest.rows).toBe((await rowsOf(report)).length);
		},
	);
});

describe('the report of stock', () => {
	test('tells what stores list now, with our SKU, and what is not told as empty', async () => {
		const [first = '', second = ''] = home.stores;
		const place = { platform: 'temu', company: '', site: 'US', title: "'=Lamp", variant: '', state: 'live', raw_status: 'ACTIVE' };
		const same = { ...place, currency: 'USD', sold_30_days: '7', changed_at: '2026-02-01 00:00:00+00' };
		const of = { ...same, store: 'Store 0', read_up_to: '2026-02-02 00:00:00+00', seller_sku: 'S-100', listing_id: '100' };
		expect(await rowsOf('stock')).toEqual([
			{ ...of, variant_id: '', sku: 'LAMP', price: '19.99', stock: '0' },
			{ ...of, variant_id: 'red', sku: '', price: '', stock: '' },
			{
				...same,
				store: 'Store 1',
				read_up_to: '',
				seller_sku: 'S-200',
				listing_id: '200',
				variant_id: '',
				sku: '',
				price: '0.05',
				stock: '',
			},
		]);
		expect(await rowsOf('stock', { stores: [second] })).toHaveLength(1);
		expect(await rowsOf('stock', { storeScope: [first] })).toHaveLength(2);
		expect(await rowsOf('stock', { stores: [], storeScope: [] })).toEqual([]);
	});
});

describe('the product feed', () => {
	const place = {
		platform: 'temu',
		company: '',
		site: 'US',
		title: "'=Lamp",
		shipping_country: 'US',
		description: '',
		mpn: '',
		condition: '',
	};
	const silent = { link: '', image_link: '', material: '', shipping_length: '', shipping_width: '', shipping_height: '' };

	test('holds what can be bought, with what the SKU itself is, and nothing that nobody told', async () => {
		await home.admin.query(
			`update sku set brand = '=Lumora', weight_grams = 450, gtins = '{00036000291452}' where workspace_id = $1 and code = 'LAMP'`,
			[WORKSPACE],
		);
		const [first = '', second = ''] = home.stores;
		await home.admin.query(
			`insert into listing (workspace_id, listing_id, store_id, external_listing_id, external_variant_id, gtins, title, state, raw_status, issues, digest)
				values ($1, gen_random_uuid(), $2, '102', '', '{}', 'Switched off', 'inactive', 'OFF', '{}', '')`,
			[WORKSPACE, first],
		);
		const of = { ...place, ...silent, store: 'Store 0', read_up_to: '2026-02-02 00:00:00+00', seller_sku: 'S-100', item_group_id: '100' };
		const rows = await rowsOf('feed');
		expect(rows).toEqual([
			{
				...of,
				id: '100',
				availability: 'out_of_stock',
				price: '19.99 USD',
				brand: "'=Lumora",
				gtin: '036000291452',
				gtin_from: 'master data',
				shipping_weight: '450 g',
				sku: 'LAMP',
				machine_told: '4',
				machine_of: '6',
				machine_lacks: 'gtin image',
			},
			{
				...of,
				id: '100_red',
				availability: 'in_stock',
				price: '',
				brand: '',
				gtin: '',
				gtin_from: '',
				shipping_weight: '',
				sku: '',
				machine_told: '3',
				machine_of: '6',
				machine_lacks: 'gtin image price',
			},
			expect.objectContaining({ store: 'Store 1', id: '200', price: '0.05 USD', item_group_id: '', read_up_to: '' }),
		]);
		expect(await rowsOf('feed', { stores: [second] })).toHaveLength(1);
		expect(await rowsOf('feed', { storeScope: [first] })).toHaveLength(2);
		expect(await rowsOf('feed', { stores: [], storeScope: [] })).toEqual([]);
	});

	test('is the same in every format, and says in each what its columns stand on', async () => {
		const csv = await rowsOf('feed');
		const columns = columnsOf('feed').map((one) => one.id);
		const plain = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
		const sheet = await readXlsx((await made('feed', 'xlsx')).bytes);
		const [header, ...cells] = sheet.sheets[0]?.rows ?? [];
		expect(header).toEqual(columns);
		const { bytes, manifest } = await made('feed', 'parquet');
		const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
		const parquet = await parquetReadObjects({ file });
		expect([cells.length, parquet.length]).toEqual([csv.length, csv.length]);
		for (const [n, row] of csv.entries())
			for (const [at, column] of columns.entries()) {
				if (column === 'read_up_to') continue;
				// In a CSV file alone a text that looks like a formula has a mark before it.
				const told = row[column]?.replace(/^'=/, '=');
				expect([n, column, plain(cells[n]?.[at])]).toEqual([n, column, told]);
				expect([n, column, plain(parquet[n]?.[column])]).toEqual([n, column, told]);
			}
		expect(manifest.notes).toContain('Temu never tells: link, rating');
		const about = JSON.parse(
			unzip((await made('feed', 'csv')).bytes)
				.get('manifest.json')
				?.toString('utf8') ?? '',
		) as { notes: string[] };
		expect(about.notes).toEqual(manifest.notes);
		expect(sheet.sheets.at(-1)?.rows).toContainEqual(['note', 'Temu never tells: link, rating']);
		const stock = JSON.parse(
			unzip((await made('stock', 'csv')).bytes)
				.get('manifest.json')
				?.toString('utf8') ?? '',
		) as object;
		expect(stock).not.toHaveProperty('notes');
	});
});

describe('the report of tax', () => {
	test('tells each word about tax in a column of its own, and nothing where nothing was told', async () => {
		const { rows: found } = await home.admin.query<{ order_id: string; store_id: string; currency: string }>(
			`select order_id, store_id, currency from orders where workspace_id = $1 and external_id = '9000000000000000006'`,
			[WORKSPACE],
		);
		const [order] = found;
		if (!order) throw new Error('No order 6');
		expect(order.currency).toBe('USD');
		await home.admin.query(`update orders set buyer_country = 'US', money = '{"items": "2000", "tax": "165"}' where order_id = $1`, [
			order.order_id,
		]);
		await home.admin.query(`update order_line set tax_minor = 165, unit_price_minor = 1000 where order_id = $1 and position = 1`, [
			order.order_id,
		]);
		await home.admin.query(
			`insert into fee (workspace_id, order_id, external_id, kind, raw_kind, amount_minor, currency)
				values ($1, $2, 'f1', 'tax', 'VAT on fees', 12, 'USD'), ($1, $2, 'f2', 'commission', 'Commission', 99, 'USD')`,
			[WORKSPACE, order.order_id],
		);
		const line = (kind: 'tax' | 'sale', amountMinor: bigint) => ({
			kind,
			rawKind: kind === 'tax' ? 'MarketplaceFacilitatorTax' : 'Principal',
			externalLineId: null,
			sellerSku: null,
			amount: { amountMinor, currency: 'USD' },
		});
		const settlement = (externalId: string, state: 'released' | 'deferred') => ({
			externalId,
			statementId: null,
			externalOrderId: '9000000000000000006',
			rawType: 'ORDER',
			state,
			postedAt: '2026-02-01T00:00:00.000Z',
			knownAt: '2026-02-01T00:00:00.000Z',
			lines: [line('sale', 2000n), line('tax', -165n)],
		});
		await home.database.inWorkspace(WORKSPACE, (scope) =>
			keepSettlements(scope, order.store_id, [settlement('a', 'released'), settlement('b', 'deferred')], null),
		);
		const told = (await rowsOf('tax', { orderIds: [order.order_id] })).map((row) => [
			row['told_of'],
			row['line'],
			row['raw_kind'],
			...['order_items', 'order_tax', 'line_items', 'line_tax', 'fee_tax', 'statement_tax'].map((id) => row[id]),
		]);
		expect(told).toEqual([
			['order', '', '', '20.00', '1.65', '', '', '', ''],
			['line', '1', '', '', '', expect.any(String), '', '', ''],
			['line', '2', '', '', '', '20.00', '1.65', '', ''],
			['fee', '', 'VAT on fees', '', '', '', '', '-0.12', ''],
			['statement', '', 'MarketplaceFacilitatorTax', '', '', '', '', '', '-1.65'],
		]);
		const [first] = await rowsOf('tax', { orderIds: [order.order_id] });
		expect(first).toMatchObject({
			month: '2026-01',
			buyer_country: 'US',
			tax_basis: 'gross',
			currency: 'USD',
			order_number: '9000000000000000006',
		});
		// Of every fourth order nothing is told at all: it is there, and empty.
		const untold = (await rowsOf('tax')).filter((row) => row['told_of'] === 'order' && row['order_tax'] === '');
		expect(untold.length).toBeGreaterThan(1);
	});
});

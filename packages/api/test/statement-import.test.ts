import { addMember, orderSettled, upsertConnection, upsertStores } from '@pangea/db';
import { registry } from '@pangea/platform-registry';
import { writeXlsx } from 'hucre';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCaller, importStatements, type SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

let api: TestApi;
let admin: pg.Client;
let owner: SessionUser;
let blind: SessionUser;
let narrow: SessionUser;
let workspaceId: string;
let temu: string;
let tiktok: string;
const ORDER = '01a00000-0000-7000-8000-000000000001';

beforeAll(async () => {
	api = await createTestApi();
	admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	[owner, blind, narrow] = [await api.user('owner'), await api.user('blind'), await api.user('narrow')];
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'Asia/Shanghai' }));
	await api.database.inWorkspace(workspaceId, async (scope) => {
		const bind = async (platform: 'temu' | 'tiktok-shop') => {
			const connectionId = await upsertConnection(scope, {
				platform,
				externalAccountId: 'a',
				accountName: null,
				host: 'us',
				scopes: [],
				accessExpiresAt: null,
				grantExpiresAt: null,
			});
			const [store] = await upsertStores(scope, connectionId, [
				{
					platform,
					externalId: 's',
					name: 'S',
					siteId: 'US',
					mode: 'local',
					active: true,
					attributes: {},
					country: 'US',
					currency: 'USD',
					zone: 'America/Los_Angeles',
					language: 'en',
					problem: null,
				},
			]);
			return store?.storeId ?? '';
		};
		[temu, tiktok] = [await bind('temu'), await bind('tiktok-shop')];
		await addMember(scope, { userId: blind.id, name: 'blind', email: blind.email, role: 'manager', storeScope: null });
		await addMember(scope, { userId: narrow.id, name: 'narrow', email: narrow.email, role: 'manager', storeScope: [tiktok] });
	});
	await api.as(owner, workspaceId).workspace.changeMember({ userId: blind.id, role: 'manager', storeScope: null, fields: { cost: false } });
	await admin.query(
		`insert into orders (workspace_id, order_id, store_id, platform, external_id, state, raw_status, fulfilment, placed_at, ext_updated_at, local_day,
			is_test, currency, tax_basis, total_minor, total_computed, money, line_count, unit_count, open_returns, first_title, digest)
		values ($1, $2, $3, 'temu', 'PO-1', 'completed', 'X', 'seller', now(), now(), '2026-11-01', false, 'USD', 'gross', 1000, false, '{}', 1, 1, 0, '', '')`,
		[workspaceId, ORDER, temu],
	);
});
afterAll(async () => {
	await admin.end();
	await api.close();
});
beforeEach(async () => {
	for (const table of ['settlement_line', 'settlement', 'statement', 'finance_read']) await admin.query(`delete from ${table}`);
	await admin.query(`delete from audit where action = 'statements.import'`);
});

const KINDS = JSON.stringify({ Sale: 'sale', Commission: 'commission' });
const FILE = [
	'Order No.,Fee type,Amount,Currency,Date,SKU',
	'PO-1,Sale,10.00,USD,2026-11-02 13:05:00,LAMP',
	'PO-1,Commission,-1.50,USD,2026-11-02,',
	',Storage,-0.25,USD,2026-11-03,',
	',Storage,-0.25,USD,2026-11-03,',
].join('\r\n');
const give = (bytes: string | Buffer, query: Record<string, string> = {}, user = owner) =>
	importStatements(
		{ ...api.services, registry },
		user,
		workspaceId,
		{ store: temu, take: 'all', kinds: KINDS, ...query },
		Buffer.from(bytes),
	);
const ask = () => createCaller({ services: { ...api.services, registry }, user: owner, workspaceId }).numbers.statements({});
const stored = async () =>
	(
		await admin.query<{ kind: string; raw_kind: string; minor: string; sku: string | null; at: Date; order_id: string | null }>(
			`select l.kind, l.raw_kind, l.amount_minor as minor, l.seller_sku as sku, s.posted_at as at, s.external_order_id as order_id
			from settlement s join settlement_line l using (workspace_id, store_id, external_id) order by s.posted_at, l.amount_minor desc, s.external_id`,
		)
	).rows.map((row) => [row.kind, row.raw_kind, Number(row.minor), row.sku, row.at.toISOString(), row.order_id]);

describe('a file of statements', () => {
	test('is only tried at first: it tells rows, words and sums, and writes nothing', async () => {
		const told = await give(FILE, { take: 'try' });
		expect(told).toMatchObject({ rows: 4, wrongRows: 0, fresh: 4, changed: 0, same: 0, written: null });
		expect(told.mapping.columns).toEqual({ order: 0, word: 1, amount: 2, currency: 3, day: 4, sku: 5 });
		expect(told.words).toEqual([
			{ word: 'Sale', lines: 1, kind: 'sale' },
			{ word: 'Commission', lines: 1, kind: 'commission' },
			{ word: 'Storage', lines: 2, kind: 'unknown' },
		]);
		expect(told.sums).toEqual([{ currency: 'USD', amountMinor: '800' }]);
		expect(await stored()).toEqual([]);
	});

	test('settles its orders, by the day of the store, and given twice counts once', async () => {
		expect(await give(FILE)).toMatchObject({ written: 4 });
		const rows = [
			['sale', 'Sale', 1000, 'LAMP', '2026-11-02T08:00:00.000Z', 'PO-1'],
			['commission', 'Commission', -150, null, '2026-11-02T08:00:00.000Z', 'PO-1'],
			['unknown', 'Storage', -25, null, '2026-11-03T08:00:00.000Z', null],
			['unknown', 'Storage', -25, null, '2026-11-03T08:00:00.000Z', null],
		];
		expect(await stored()).toEqual(rows);
		const settled = await api.database.inWorkspace(workspaceId, (scope) => orderSettled(scope, ORDER));
		expect(settled).toEqual({ proceedsMinor: 850n, unnamedMinor: 0n, heldMinor: null });
		expect(await give(FILE)).toMatchObject({ fresh: 0, changed: 0, same: 4, written: 0 });
		// A longer file that overlaps it: the third row like two others is a third one.
		expect(await give(`${FILE}\r\n,Storage,-0.25,USD,2026-11-03,`)).toMatchObject({ fresh: 1, same: 4, written: 1 });
		expect((await admin.query(`select detail from audit where action = 'statements.import' order by at`)).rows).toEqual([
			{ detail: { after: { count: 4 } } },
			{ detail: { after: { count: 1 } } },
		]);
		const view = await ask();
		expect(view.stores.find(({ storeId }) => storeId === temu)).toMatchObject({ state: 'given', readFrom: null });
		expect(view.byFile).toContain('temu');
		expect(view.byFile).not.toContain('tiktok-shop');
	});

	test('changes what a word is taken for under the same bookings', async () => {
		await give(FILE);
		const named = JSON.stringify({ ...JSON.parse(KINDS), Storage: 'fulfilment' });
		expect(await give(FILE, { kinds: named })).toMatchObject({ fresh: 0, changed: 2, same: 2, written: 2 });
		expect((await stored()).map(([kind]) => kind)).toEqual(['sale', 'commission', 'fulfilment', 'fulfilment']);
	});

	test('keeps the lines of one numbered booking together', async () => {
		const file =
			'Transaction ID,Order,Type,Amount,Date\nB1,PO-1,Sale,10,2026-11-02\nB1,PO-1,Commission,-1.5,2026-11-02\nB2,PO-2,Sale,3,2026-11-02\n';
		expect(await give(file, { currency: 'USD' })).toMatchObject({ rows: 3, fresh: 2, written: 2 });
		const longer = `${file}B1,PO-1,Commission,-0.5,2026-11-02\n`;
		expect(await give(longer, { currency: 'USD' })).toMatchObject({ fresh: 0, changed: 1, same: 1, written: 1 });
		const settled = await api.database.inWorkspace(workspaceId, (scope) => orderSettled(scope, ORDER));
		expect(settled.proceedsMinor).toBe(800n);
	});

	test('with a stated payout is a statement that shows what does not add up', async () => {
		expect(await give(FILE, { statement: 'N-7', total: '7.90' })).toMatchObject({ written: 4 });
		const { rows } = await ask();
		expect(rows).toMatchObject([
			{
				externalId: 'N-7',
				total: { amountMinor: '790', currency: 'USD' },
				remainder: { amountMinor: '-10', currency: 'USD' },
				closedAt: '2026-11-03T08:00:00.000Z',
			},
		]);
		await expect(give(FILE, { statement: 'N-8' })).rejects.toThrow('inputWrong');
	});

	test('with a wrong row writes nothing unless the good rows alone are asked for, and names row, column and cause', async () => {
		const wrong = `${FILE}\r\nPO-2,,1,USD,2026-11-02,\r\nPO-3,Sale,x,USD,28/11/2026,\r\nPO-4,Sale,1.234,XXZ,2026-11-02,\r\nPO-5,Sale,1.234,USD,2026-11-02,`;
		const told = await give(wrong);
		expect(told).toMatchObject({ rows: 8, wrongRows: 4, fresh: 4, written: null });
		expect(told.faults.map((f) => [f.row, f.column, f.cause, f.value])).toEqual([
			[6, 'word', 'wordMissing', ''],
			[7, 'day', 'dayWrong', '28/11/2026'],
			[7, 'amount', 'amountWrong', 'x'],
			[8, 'currency', 'currencyUnknown', 'XXZ'],
			[9, 'amount', 'tooManyDecimals', '1.234'],
		]);
		expect(await stored()).toEqual([]);
		expect(await give(wrong, { take: 'good' })).toMatchObject({ written: 4 });
	});

	test('as a workbook keeps numbers exact and days as they are', async () => {
		const book = await writeXlsx({
			sheets: [
				{
					name: 'a',
					rows: [
						['订单号', '费用类型', '金额', '日期'],
						['PO-1', 'Sale', 0.1, new Date('2026-11-02T00:00:00Z')],
					],
				},
			],
		});
		expect(await give(Buffer.from(book), { currency: 'USD' })).toMatchObject({ written: 1, faults: [] });
		expect(await stored()).toEqual([['sale', 'Sale', 10, null, '2026-11-02T08:00:00.000Z', 'PO-1']]);
	});

	test('is taken from who may and sees sums and costs, for stores of theirs whose platform tells no program', async () => {
		await expect(give(FILE, {}, blind)).rejects.toThrow('notAllowed');
		await expect(give(FILE, {}, narrow)).rejects.toThrow('notFound');
		await expect(give(FILE, { store: tiktok })).rejects.toThrow('inputWrong');
		await expect(give(FILE, { store: crypto.randomUUID() })).rejects.toThrow('notFound');
		await expect(give(FILE, { kinds: '{"Sale":"gift"}' })).rejects.toThrow('inputWrong');
		await expect(give('', {})).rejects.toThrow('fileNotRead');
		expect(await stored()).toEqual([]);
	});
});

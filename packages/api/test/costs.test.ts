import { addMember } from '@pangea/db';
import type { Role } from '@pangea/domain';
import { writeXlsx } from 'hucre';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CostImportView, importCosts, type SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

let api: TestApi;
let admin: pg.Client;
let workspaceId: string;
const people = {} as Record<Role | 'blind', SessionUser>;

beforeAll(async () => {
	api = await createTestApi();
	admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	for (const name of ['owner', 'manager', 'agent', 'analyst', 'blind'] as const) people[name] = await api.user(name);
	({ workspaceId } = await api.as(people.owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'Asia/Shanghai' }));
	await api.database.inWorkspace(workspaceId, async (scope) => {
		for (const name of ['manager', 'agent', 'analyst', 'blind'] as const) {
			const role = name === 'blind' ? 'manager' : name;
			await addMember(scope, { userId: people[name].id, name, email: people[name].email, role, storeScope: null });
		}
	});
	await api
		.as(people.owner, workspaceId)
		.workspace.changeMember({ userId: people.blind.id, role: 'manager', storeScope: null, fields: { cost: false } });
});
afterAll(async () => {
	await admin.end();
	await api.close();
});
beforeEach(async () => {
	await admin.query('delete from sku_cost');
	await admin.query('delete from audit');
});

const as = (who: Role | 'blind' = 'manager') => api.as(people[who], workspaceId).costs;
const give = (
	text: string | Buffer,
	query: Record<string, string>,
	{ who = 'manager', language = null }: { who?: Role | 'blind'; language?: string | null } = {},
): Promise<CostImportView> => importCosts(api.services, { ...people[who], language }, workspaceId, query, Buffer.from(text));
const stored = async () =>
	(
		await admin.query<{ sku: string }>(
			`select seller_sku as sku, valid_from as day, currency, amount_minor as amount, inbound_minor as inbound from sku_cost
				order by 1, 2, recorded_at`,
		)
	).rows;

describe('a cost', () => {
	test('holds from its day on until a later one is stated', async () => {
		const cost = { sellerSku: 'LAMP', currency: 'CNY' };
		await as().set({ ...cost, validFrom: '2026-01-01', amount: '10', inbound: '1.5' });
		await as().set({ ...cost, validFrom: '2026-06-01', amount: '12.34' });
		await as().set({ ...cost, validFrom: '2999-01-01', amount: '99' });
		expect((await as('analyst').list({})).rows).toEqual([
			{ sellerSku: 'LAMP', validFrom: '2026-06-01', amount: { amountMinor: '1234', currency: 'CNY' }, inbound: null, days: 3 },
		]);
	});
	test('that only holds from a coming day is shown with that day', async () => {
		await as().set({ sellerSku: 'NEW', currency: 'CNY', validFrom: '2998-01-01', amount: '10' });
		await as().set({ sellerSku: 'NEW', currency: 'CNY', validFrom: '2999-01-01', amount: '11' });
		expect((await as().list({})).rows).toMatchObject([{ validFrom: '2998-01-01', days: 2 }]);
	});
	test('is never overwritten: its history tells who said what, and what counts', async () => {
		const cost = { sellerSku: 'LAMP', validFrom: '2026-01-01', currency: 'CNY' };
		expect(await as('owner').set({ ...cost, amount: '10' })).toEqual({ stated: true });
		expect(await as().set({ ...cost, amount: '10.00' })).toEqual({ stated: false });
		await as().set({ ...cost, amount: '11' });
		await as().takeBack({ sellerSku: 'LAMP', validFrom: '2026-01-01' });
		const words = await as('analyst').history({ sellerSku: 'LAMP' });
		expect(words.map((w) => [w.amount?.amountMinor ?? null, w.recordedBy, w.counts])).toEqual([
			[null, 'manager', true],
			['1100', 'manager', false],
			['1000', 'owner', false],
		]);
		expect((await as().list({})).rows).toEqual([]);
		await expect(as().takeBack({ sellerSku: 'LAMP', validFrom: '2026-01-01' })).rejects.toThrow('notFound');
		await expect(
			api.database.inWorkspace(workspaceId, ({ client }) => client.query('update sku_cost set amount_minor = 1')),
		).rejects.toThrow(/permission denied/);
	});
	test('is found by a part of the SKU, page by page', async () => {
		await give(`sku,cost\n${Array.from({ length: 25 }, (_, n) => `LAMP-${String(n).padStart(2, '0')},1\nBAG_${n},2`).join('\n')}`, {
			take: 'all',
			day: '2026-01-01',
			currency: 'USD',
		});
		const first = await as().list({ search: 'lamp', limit: 20 });
		const rest = await as().list({ search: 'lamp', limit: 20, after: first.next });
		expect([first.rows.length, rest.rows.length, rest.next]).toEqual([20, 5, null]);
		expect((await as().list({ search: '_7' })).rows.map((r) => r.sellerSku)).toEqual(['BAG_7']);
	});
	test('has no more decimals than its currency', async () => {
		await expect(as().set({ sellerSku: 'A', validFrom: '2026-01-01', currency: 'JPY', amount: '1.5' })).rejects.toMatchObject({
			cause: { code: 'inputWrong', params: { field: 'amount' } },
		});
	});
	test('is neither read nor stated by who does not see costs, whatever the role may change', async () => {
		const file = 'sku,from,cost,currency\nA,2026-01-01,1,USD';
		for (const who of ['agent', 'blind'] as const) {
			await expect(as(who).list({})).rejects.toThrow('notAllowed');
			await expect(as(who).history({ sellerSku: 'A' })).rejects.toThrow('notAllowed');
			await expect(as(who).set({ sellerSku: 'A', validFrom: '2026-01-01', currency: 'USD', amount: '1' })).rejects.toThrow('notAllowed');
			await expect(as(who).takeBack({ sellerSku: 'A', validFrom: '2026-01-01' })).rejects.toThrow('notAllowed');
			await expect(give(file, { take: 'try' }, { who })).rejects.toThrow('notAllowed');
		}
		await expect(give(file, { take: 'try' }, { who: 'analyst' })).rejects.toThrow('notAllowed');
	});
});

describe('a file of costs', () => {
	test('is tried first: what it holds and would do is told, and nothing is written', async () => {
		await as().set({ sellerSku: 'A', validFrom: '2026-01-01', currency: 'CNY', amount: '10' });
		await as().set({ sellerSku: 'B', validFrom: '2026-01-01', currency: 'CNY', amount: '20' });
		const before = await stored();
		const told = await give('货号,生效日期,采购成本,币种,头程\nA,2026-01-01,10,CNY,\nB,2026/1/1,21.5,cny,\nC,2026.02.01,3,CNY,0.4\n', {
			take: 'try',
		});
		expect(told).toMatchObject({
			headings: ['货号', '生效日期', '采购成本', '币种', '头程'],
			mapping: { columns: { sku: 0, day: 1, amount: 2, currency: 3, inbound: 4 } },
			rows: 3,
			fresh: 1,
			changed: 1,
			same: 1,
			wrongRows: 0,
			written: null,
		});
		expect(await stored()).toEqual(before);
		expect((await admin.query(`select from audit where action = 'costs.import'`)).rowCount).toBe(0);
	});
	const WRONG = [
		'sku,from,cost,currency',
		'A,2026-01-01,1.00,USD',
		',2026-01-01,1,USD',
		'B,28/11/2026,1,USD',
		'C,2026-02-30,x,USD',
		'D,2026-01-01,-1,USD',
		'E,2026-01-01,1.234,USD',
		'F,2026-01-01,,XXZ',
		'A,2026-01-01,2,USD',
		'',
		'G,2026-01-01,"1,234.50",USD',
	].join('\r\n');
	test('with a wrong row writes nothing, and names row, column and cause', async () => {
		const told = await give(WRONG, { take: 'all' });
		expect(told).toMatchObject({ rows: 9, wrongRows: 7, fresh: 2, written: null });
		expect(told.faults.map((f) => [f.row, f.column, f.cause, f.value])).toEqual([
			[3, 'sku', 'skuMissing', ''],
			[4, 'day', 'dayWrong', '28/11/2026'],
			[5, 'day', 'dayWrong', '2026-02-30'],
			[5, 'amount', 'amountWrong', 'x'],
			[6, 'amount', 'amountNegative', '-1'],
			[7, 'amount', 'tooManyDecimals', '1.234'],
			[8, 'currency', 'currencyUnknown', 'XXZ'],
			[8, 'amount', 'amountMissing', ''],
			[9, 'sku', 'twice', '2'],
		]);
		expect(await stored()).toEqual([]);
	});
	test('gives its good rows alone when asked to, and says in the trail how many', async () => {
		expect(await give(WRONG, { take: 'good', name: 'costs.csv' })).toMatchObject({ wrongRows: 7, written: 2 });
		expect((await stored()).map(({ sku, ...rest }) => [sku, Object.values(rest)[2]])).toEqual([
			['A', '100'],
			['G', '123450'],
		]);
		const { rows } = await admin.query(`select subject_name, detail from audit where action = 'costs.import'`);
		expect(rows).toEqual([{ subject_name: 'costs.csv', detail: { after: { count: 2 } } }]);
		// Given once more it has nothing new to say.
		expect(await give(WRONG, { take: 'good' })).toMatchObject({ same: 2, written: 0 });
	});
	test('is read by chosen columns, with one day and currency for all, and with a comma for the fraction', async () => {
		const text = 'Produto;x;Valor\nA;ignored;1.234,5\nB;ignored;7\n';
		const told = await give(text, { take: 'all', columns: 'sku:0,amount:2', day: '2026-03-01', currency: 'BRL', decimal: ',' });
		expect(told).toMatchObject({ written: 2, faults: [] });
		expect((await stored()).map((r) => Object.values(r).slice(2, 4))).toEqual([
			['BRL', '123450'],
			['BRL', '700'],
		]);
	});
	test('as a workbook keeps numbers and days as they are', async () => {
		const book = await writeXlsx({
			sheets: [
				{
					name: 'costs',
					rows: [
						['SKU', 'Valid from', 'Unit cost', 'Currency', 'Inbound freight'],
						['00123', new Date('2026-05-01T00:00:00Z'), 12.34, 'USD', 0.1],
						[456, '2026-05-02', 0.07, 'USD', null],
					],
				},
			],
		});
		expect(await give(Buffer.from(book), { take: 'all' })).toMatchObject({ written: 2, faults: [] });
		expect((await stored()).map((r) => Object.values(r).filter((v) => typeof v === 'string'))).toEqual([
			['00123', 'USD', '1234', '10'],
			['456', 'USD', '7'],
		]);
		const { rows } = await admin.query(`select valid_from::text as day from sku_cost order by 1`);
		expect(rows.map((r) => r.day)).toEqual(['2026-05-01', '2026-05-02']);
	});
	test('in the encoding of Chinese spreadsheets is understood', async () => {
		const bytes = Buffer.concat([Buffer.from([0xbb, 0xf5, 0xba, 0xc5, 0x2c, 0xb3, 0xc9, 0xb1, 0xbe]), Buffer.from('\nA,5\n')]);
		const told = await give(bytes, { take: 'try', day: '2026-01-01', currency: 'CNY' }, { language: 'zh-CN' });
		expect(told).toMatchObject({ headings: ['货号', '成本'], fresh: 1 });
	});
	test.each([
		['an old workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0, 0])],
		['a broken workbook', Buffer.from('PK\u0003\u0004 nothing')],
		['an empty file', Buffer.from('')],
	])('%s is refused as such', async (_name, bytes) => {
		await expect(give(bytes, { take: 'all' })).rejects.toMatchObject({ cause: { code: 'fileNotRead' } });
	});
	test('of a hundred thousand rows is written whole, and a correction of one row adds one', async () => {
		const rows = (last: string): string =>
			`sku,from,cost,currency\n${Array.from({ length: 100_000 }, (_, n) => `SKU-${n},2026-01-01,${n === 99_999 ? last : '3.21'},USD`).join('\n')}`;
		const started = performance.now();
		expect(await give(rows('1'), { take: 'all' })).toMatchObject({ rows: 100_000, fresh: 100_000, written: 100_000 });
		const seconds = (performance.now() - started) / 1000;
		expect(await give(rows('2'), { take: 'all' })).toMatchObject({ same: 99_999, changed: 1, written: 1 });
		expect((await admin.query<{ n: string }>('select count(*) as n from sku_cost')).rows[0]?.n).toBe('100001');
		// A ceiling against a plan that goes wrong, not a measure.
		expect(seconds).toBeLessThan(60);
	}, 180_000);
});

import { Readable } from 'node:stream';
import { addMember } from '@pangea/db';
import { localDay, type Role } from '@pangea/domain';
import { parse } from 'csv-parse';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { exportNumbers, type SessionUser } from '../src/index.ts';
import { makePlaces } from './places.ts';
import { createTestApi, type TestApi } from './workbench.ts';

const DAY = 86_400_000;
const dayOf = (back: number): string => new Date(Date.now() - back * DAY).toISOString().slice(0, 10);
const PLACES = [
	{ id: 'us', platform: 'temu', site: 'US', currency: 'USD', zone: 'America/Los_Angeles' },
	{ id: 'mx', platform: 'mercado-libre', site: 'MLM', currency: 'MXN', zone: 'America/Mexico_City' },
	{ id: 'in', platform: 'amazon', site: 'A21TJRUUN4KGV', currency: 'INR', zone: 'Asia/Kolkata' },
] as const;

let api: TestApi;
let admin: pg.Client;
let workspaceId: string;
const people = {} as Record<Role, SessionUser>;
const stores: Record<string, string> = {};

beforeAll(async () => {
	api = await createTestApi();
	admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	for (const role of ['owner', 'manager', 'agent', 'analyst'] as const) people[role] = await api.user(role);
	({ workspaceId } = await api.as(people.owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'Asia/Shanghai' }));
	await api.database.inWorkspace(workspaceId, async (scope) => {
		for (const role of ['manager', 'agent', 'analyst'] as const)
			await addMember(scope, { userId: people[role].id, name: role, email: people[role].email, role, storeScope: null });
		Object.assign(stores, await makePlaces(scope, PLACES));
	});
});
afterAll(async () => {
	await admin.end();
	await api.close();
});
beforeEach(async () => {
	for (const table of ['orders', 'sales_day', 'sales_clock_day', 'sales_half_hour', 'fx_rate']) await admin.query(`delete from ${table}`);
});

let counter = 0;
interface Made {
	store?: (typeof PLACES)[number]['id'];
	at: string;
	total?: number;
	money?: Record<string, string>;
	state?: string;
	basis?: string;
	currency?: string;
}

async function order({ store = 'us', at, total = 1000, money = {}, state = 'shipped', basis = 'gross', currency }: Made): Promise<void> {
	const place = PLACES.find((p) => p.id === store)!;
	await admin.query(
		`insert into orders (workspace_id, order_id, store_id, platform, external_id, site_id, state, raw_status, fulfilment, placed_at, ext_updated_at,
				local_day, is_test, currency, tax_basis, total_minor, total_computed, money, line_count, unit_count, digest)
			values ($1, gen_random_uuid(), $2, $3, $4, $5, $6, 'x', 'seller', $7, $7, $8, false, $9, $10, $11, false, $12, 1, 1, '')`,
		[
			workspaceId,
			stores[store],
			place.platform,
			`o${counter++}`,
			place.site,
			state,
			at,
			localDay(new Date(at).toISOString(), place.zone),
			currency ?? place.currency,
			basis,
			total,
			JSON.stringify({ total: String(total), ...money }),
		],
	);
}

const as = (role: Role = 'analyst') => api.as(people[role], workspaceId).numbers;
const noon = (back: number): string => `${dayOf(back)}T18:00:00.000Z`;
const rate = (currency: string, back: number, text: string, against = 'EUR') => ({ currency, against, day: dayOf(back), rate: text });

describe('the numbers', () => {
	test('are converted at the rate of each order’s day, added exactly and rounded once', async () => {
		await as('owner').setRates({ rates: [rate('USD', 3, '1.1'), rate('USD', 2, '1.2'), rate('CNY', 3, '7.7'), rate('CNY', 2, '7.8')] });
		await order({ at: noon(3), total: 1001 });
		await order({ at: noon(2), total: 1001 });
		const view = await as().overview({ from: dayOf(3), until: dayOf(2), compare: 'none' });
		// 10.01 × 7.7 / 1.1 + 10.01 × 7.8 / 1.2 = 70.07 + 65.065: half to even.
		expect(view.total).toMatchObject({ gross: '13514', orders: '2', units: '2', averageOrder: '6757', returnRate: '0.0000' });
		expect(view.days.map((d) => d.figures.gross)).toEqual(['7007', '6506']);
		expect(view.basis).toMatchObject({
			currency: 'CNY',
			zone: null,
			rates: { sources: ['hand'], oldest: dayOf(3), newest: dayOf(2), carried: 0 },
			apart: [],
		});
	});
	test('in another base currency are another view of the same orders', async () => {
		await as('owner').setRates({ rates: [rate('USD', 5, '2'), rate('CNY', 5, '8')] });
		await order({ at: noon(2) });
		const view = await as().overview({ from: dayOf(2), until: dayOf(2), base: 'USD' });
		expect(view.total.gross).toBe('1000');
		expect((await as().overview({ from: dayOf(2), until: dayOf(2), base: 'EUR' })).total.gross).toBe('500');
		const carried = await as().overview({ from: dayOf(2), until: dayOf(2) });
		expect(carried.total.gross).toBe('4000');
		expect(carried.basis.rates).toMatchObject({ oldest: dayOf(5), newest: dayOf(5), carried: 1 });
	});
	test('show apart what has no rate, and count it as orders all the same', async () => {
		await as('owner').setRates({ rates: [rate('USD', 5, '2'), rate('CNY', 5, '8')] });
		await order({ at: noon(2) });
		await order({ store: 'in', at: noon(2), total: 5000 });
		await order({ store: 'in', at: noon(2), total: 7, currency: '' });
		const view = await as().overview({ from: dayOf(2), until: dayOf(2), compare: 'none', by: 'currency' });
		expect(view.total).toMatchObject({ gross: '4000', orders: '3' });
		expect(view.basis.apart.toSorted((a, b) => (a.currency < b.currency ? -1 : 1))).toEqual([
			{ currency: '', grossMinor: '7', orders: '1' },
			{ currency: 'INR', grossMinor: '5000', orders: '1' },
		]);
	});
	test('are told apart by company, group and who answers, with what belongs to none', async () => {
		await admin.query('update store set entity = $2, store_group = $3, owner_id = $4 where store_id = any($1)', [
			[stores['us'], stores['mx']],
			'Nube SA',
			'home',
			people.manager.id,
		]);
		try {
			await as('owner').setRates({ rates: [rate('USD', 5, '1'), rate('MXN', 5, '20'), rate('INR', 5, '100'), rate('CNY', 5, '8')] });
			await order({ at: noon(2), total: 100 });
			await order({ store: 'mx', at: noon(2), total: 2000 });
			await order({ store: 'in', at: noon(2), total: 5000 });
			for (const [by, key] of [
				['entity', 'Nube SA'],
				['group', 'home'],
				['owner', people.manager.id],
			] as const) {
				const { groups, total } = await as().overview({ from: dayOf(2), until: dayOf(2), compare: 'none', base: 'USD', by });
				expect(groups.map((g) => [g.key, g.figures.gross, g.figures.orders])).toEqual([
					[key, '200', '2'],
					['', '50', '1'],
				]);
				expect(total.gross).toBe('250');
			}
		} finally {
			await admin.query('update store set entity = null, store_group = null, owner_id = null');
		}
	});
	test('never add goods that are priced with tax to goods without, and say how much of the bills tells no tax', async () => {
		await order({ at: noon(2), basis: 'net', total: 1100, money: { items: '1000', tax: '100' } });
		await order({ at: noon(2), basis: 'gross', total: 500, money: { items: '500' } });
		await order({ at: noon(2), basis: 'unknown', total: 300, money: { items: '300' } });
		const { basis, total } = await as().overview({ from: dayOf(2), until: dayOf(2), base: 'USD', compare: 'none' });
		expect(basis.goods).toEqual({ gross: '500', net: '1000', unknown: '300' });
		expect({ untold: basis.taxUntoldMinor, tax: total.tax }).toEqual({ untold: '800', tax: '100' });
		expect(Object.keys(total)).not.toContain('goods');
	});
	test('tell what trade and what the rates did to the change, and both together are the change', async () => {
		await as('owner').setRates({ rates: [rate('USD', 30, '1'), rate('CNY', 30, '7'), rate('CNY', 1, '6')] });
		await order({ at: noon(2), total: 1000 });
		await order({ at: noon(1), total: 2000 });
		const view = await as().overview({ from: dayOf(1), until: dayOf(1) });
		expect(view.split?.gross).toEqual({ changeMinor: '5000', tradeMinor: '7000', exchangeMinor: '-2000' });
		expect(view.basis).toMatchObject({ comparedFrom: dayOf(2), comparedUntil: dayOf(2) });
		expect(view.days[0]).toMatchObject({ day: dayOf(1), comparedDay: dayOf(2), compared: { gross: '7000' } });
	});
	test('of a past evening come out again after a rate was corrected', async () => {
		await as('owner').setRates({ rates: [rate('USD', 5, '1'), rate('CNY', 5, '7')] });
		await order({ at: noon(2) });
		const then = new Date().toISOString();
		await new Promise((resolve) => setTimeout(resolve, 5));
		await as('owner').setRates({ rates: [rate('CNY', 5, '8')] });
		const ask = (asOf?: string) => as().overview({ from: dayOf(2), until: dayOf(2), ...(asOf === undefined ? {} : { asOf }) });
		expect((await ask()).total.gross).toBe('8000');
		expect((await ask(then)).total.gross).toBe('7000');
	});
	test('are told by platform, site, store and currency, and the parts are the whole', async () => {
		await as('owner').setRates({ rates: [rate('USD', 9, '1.07'), rate('MXN', 9, '21.3'), rate('INR', 9, '97.1'), rate('CNY', 9, '7.61')] });
		for (const place of PLACES) await order({ store: place.id, at: noon(2), total: 1234 });
		for (const [by, keys] of [
			['platform', ['temu', 'mercado-libre', 'amazon']],
			['site', ['temu/US', 'mercado-libre/MLM', 'amazon/A21TJRUUN4KGV']],
			['store', [stores['us'], stores['mx'], stores['in']]],
			['currency', ['USD', 'MXN', 'INR']],
		] as const) {
			const { groups, total } = await as().overview({ from: dayOf(2), until: dayOf(2), by });
			expect(groups.map((g) => g.key)).toEqual(keys);
			const sum = groups.reduce((all, g) => all + Number(g.figures.gross), 0);
			// Each figure is rounded once by itself.
			expect(Math.abs(sum - Number(total.gross))).toBeLessThanOrEqual(1);
		}
	});
	test('of some stores are those of these alone, and a member sees no other', async () => {
		for (const place of PLACES) await order({ store: place.id, at: noon(2) });
		const days = { from: dayOf(2), until: dayOf(2), base: 'USD' } as const;
		expect((await as().overview({ ...days, stores: [stores['us']!] })).total.orders).toBe('1');
		expect((await as().overview({ ...days, platforms: ['amazon', 'temu'] })).total.orders).toBe('2');
		await admin.query('update member set store_scope = $1 where user_id = $2', [[stores['mx']], people.analyst.id]);
		const mine = await as().overview({ ...days, by: 'store' });
		expect(mine.groups.map((g) => g.key)).toEqual([stores['mx']]);
		expect(mine.basis.stores.map((s) => s.storeId)).toEqual([stores['mx']]);
		expect((await as().overview({ ...days, stores: [stores['us']!] })).total.orders).toBe('0');
		await admin.query('update member set store_scope = null where user_id = $1', [people.analyst.id]);
	});
	test('are refused to a role without them, and so are today’s sales', async () => {
		await expect(as('agent').overview({ from: dayOf(2), until: dayOf(2) })).rejects.toThrow('notAllowed');
		await expect(as('analyst').setRates({ rates: [rate('USD', 1, '1')] })).rejects.toThrow('notAllowed');
		expect((await api.as(people.agent, workspaceId).today.summary()).sales).toBeNull();
		expect((await api.as(people.analyst, workspaceId).today.summary()).sales).toEqual([]);
	});
	test('refuse a period that ends before it begins, is longer than two years, or a currency that is none', async () => {
		await expect(as().overview({ from: dayOf(1), until: dayOf(2) })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
		await expect(as().overview({ from: dayOf(800), until: dayOf(2) })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
		await expect(as().overview({ from: dayOf(2), until: dayOf(2), base: 'XXX1' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
		await expect(as('owner').setRates({ rates: [rate('EUR', 1, '1', 'USD')] })).rejects.toThrow('inputWrong');
	});
});

test('sums are exact beyond what a number, and what eight bytes hold', async () => {
	await as('owner').setRates({ rates: [rate('USD', 9, '1')] });
	for (const total of [1, 2, 3]) await order({ at: noon(2), total, currency: 'USD' });
	await admin.query(`update orders set total_minor = 9223372036854775807 - total_minor`);
	for (const by of ['store', 'currency'] as const) {
		const view = await as().overview({ from: dayOf(3), until: dayOf(1), base: 'USD', by });
		const gross = String(3n * (2n ** 63n - 1n) - 6n);
		expect([view.total.gross, view.groups.map((g) => g.figures.gross), view.days[1]?.figures.gross]).toEqual([gross, [gross], gross]);
		expect(view.total.orders).toBe('3');
	}
});

const anyMoment = fc.integer({ min: 0, max: 6 * 24 * 12 }).map((n) => Date.now() - 9 * DAY + n * 300_000);
const anyOrder = fc.record({
	store: fc.constantFrom(...PLACES.map((p) => p.id)),
	at: anyMoment,
	total: fc.integer({ min: 0, max: 99_999 }),
	state: fc.constantFrom('shipped', 'cancelled', 'toShip', 'unpaid'),
});

describe('days', () => {
	// Half hours of UTC, quarter hours, and a zone whose clock was never whole.
	test.each(['Asia/Shanghai', 'Asia/Kolkata', 'Asia/Kathmandu', 'Pacific/Chatham', 'America/St_Johns'])(
		'of a workspace in %s are cut at its midnight',
		async (zone) => {
			await admin.query('update workspace set zone = $1 where workspace_id = $2', [zone, workspaceId]);
			await fc.assert(
				fc.asyncProperty(fc.array(anyOrder, { minLength: 1, maxLength: 12 }), async (orders) => {
					await admin.query('delete from orders');
					for (const o of orders) await order({ ...o, at: new Date(o.at).toISOString(), currency: 'USD' });
					const view = await as().overview({ from: dayOf(10), until: dayOf(0), base: 'USD', clock: 'workspace' });
					const truth = new Map<string, number>();
					for (const o of orders.filter((o) => o.state === 'shipped' || o.state === 'toShip')) {
						const day = localDay(new Date(o.at).toISOString(), zone);
						truth.set(day, (truth.get(day) ?? 0) + o.total);
					}
					const told = new Map(view.days.filter((d) => d.figures.orders !== '0').map((d) => [d.day, Number(d.figures.gross)]));
					expect(told).toEqual(new Map([...truth].toSorted(([a], [b]) => (a < b ? -1 : 1))));
					expect(view.basis.zone).toBe(zone);
				}),
				{ numRuns: 15 },
			);
		},
	);
	test('today’s sales and those of the same hours a week ago are those of the orders', async () => {
		const now = api.services.now();
		await fc.assert(
			fc.asyncProperty(fc.array(fc.tuple(anyOrder, fc.integer({ min: 0, max: 200 })), { minLength: 1, maxLength: 15 }), async (drawn) => {
				await admin.query('delete from orders');
				const orders = drawn.map(([o, n]) => ({ ...o, at: now.getTime() - (n % 2 === 0 ? 0 : 7 * DAY) - (n - 20) * 600_000 }));
				for (const o of orders) await order({ ...o, at: new Date(o.at).toISOString() });
				const truth = new Map<string, { today: number; before: number }>();
				for (const o of orders.filter((o) => o.state === 'shipped' || o.state === 'toShip')) {
					const { zone, currency } = PLACES.find((p) => p.id === o.store)!;
					const day = (at: number): string => localDay(new Date(at).toISOString(), zone);
					const isNow = day(o.at) === day(now.getTime());
					const weekAgo = new Date(Date.parse(day(now.getTime())) - 7 * DAY).toISOString().slice(0, 10);
					const isThen = day(o.at) === weekAgo && o.at <= now.getTime() - 7 * DAY;
					if (!isNow && !isThen) continue;
					const sum = truth.get(currency) ?? { today: 0, before: 0 };
					truth.set(currency, { today: sum.today + (isNow ? o.total : 0), before: sum.before + (isThen ? o.total : 0) });
				}
				api.services.now = () => now;
				const { sales } = await api.as(people.analyst, workspaceId).today.summary();
				const told = new Map(sales?.map((s) => [s.currency, { today: Number(s.totalMinor), before: Number(s.lastWeekMinor) }]));
				expect(told).toEqual(new Map(truth));
			}),
			{ numRuns: 60 },
		);
	});
});

describe('the file of the numbers', () => {
	const rowsOf = async (query: Record<string, string>, who: Role = 'analyst'): Promise<Record<string, string>[]> => {
		const { body } = await exportNumbers(api.services, people[who], workspaceId, query);
		const rows: Record<string, string>[] = [];
		for await (const row of Readable.from(body).pipe(parse({ bom: true, columns: true }))) rows.push(row as Record<string, string>);
		return rows;
	};
	test('says the same as the screen, and in every row on what it stands', async () => {
		await as('owner').setRates({ rates: [rate('USD', 9, '1.07'), rate('MXN', 9, '21.3'), rate('CNY', 9, '7.61')] });
		await order({ store: 'mx', at: noon(2), total: 1234, money: { refund: '-2000' } });
		await order({ at: noon(3), total: 99_999 });
		await order({ store: 'in', at: noon(3) });
		const asked = { from: dayOf(4), until: dayOf(2), by: 'store' as const };
		const view = await as().overview(asked);
		const rows = await rowsOf(asked);
		expect(rows.map((r) => r['part'])).toEqual(['total', 'day', 'day', 'day', 'store', 'store', 'store']);
		const minor = (text = ''): string => text.replace('.', '').replace(/^(-?)0+(?=\d)/, '$1');
		expect(minor(rows[0]?.['gross'])).toBe(view.total.gross);
		expect(rows[0]?.['orders']).toBe(view.total.orders);
		expect(rows.slice(1, 4).map((r) => minor(r['net']))).toEqual(view.days.map((d) => d.figures.net));
		expect(rows.slice(4).map((r) => r['key'])).toEqual(view.groups.map((g) => g.key));
		// A loss is a number, not a text.
		expect(rows.some((r) => r['net']?.startsWith('-'))).toBe(true);
		for (const row of rows)
			expect(row).toMatchObject({ base_currency: 'CNY', days_of: 'each store', rate_sources: 'hand', not_converted: 'INR: 1 orders' });
	});
	test('is refused like the screen', async () => {
		await expect(rowsOf({ from: dayOf(4), until: dayOf(2) }, 'agent')).rejects.toThrow('notAllowed');
		await expect(rowsOf({ from: 'x', until: dayOf(2) })).rejects.toThrow('inputWrong');
	});
});

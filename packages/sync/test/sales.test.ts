import { repairedSales, salesSpans, type Scope } from '@pangea/db';
import type { Fee, Order, OrderReturn } from '@pangea/domain';
import { CELL_COLUMNS, type CellColumn, localDay } from '@pangea/domain';
import type { Page } from '@pangea/platform-contract';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addUpProfit, checkSales, ingestPage, lookForNotices, type StoreTarget } from '../src/index.ts';
import { bindStore, type Home, openHome, WORKSPACE } from './home.ts';
import { scriptedAdapter, toOrder } from './scripted-platform.ts';

const ZONE = 'America/Mexico_City';
/** The workspace's: its midnight is no half hour of UTC. */
const CLOCK = 'Asia/Kathmandu';
const DAY = 86_400_000;
/** In the recent past, where half hours are kept as well. */
const T0 = Math.floor(Date.now() / DAY) * DAY - 5 * DAY;
let home: Home;
let target: StoreTarget;

beforeAll(async () => {
	home = await openHome();
	const { storeId } = await bindStore(home.engine);
	target = { workspaceId: WORKSPACE, storeId, platform: 'temu', zone: ZONE };
	await setZone(CLOCK);
});
afterAll(() => home.close());
beforeEach(() => home.database.inWorkspace(WORKSPACE, empty));

async function empty({ db }: Scope): Promise<void> {
	for (const table of [
		'orders',
		'raw_reply',
		'sales_day',
		'sales_told',
		'sales_clock_day',
		'sales_half_hour',
		'sales_check',
		'profit_day',
		'profit_clock_day',
		'profit_told',
		'profit_stale',
	] as const)
		await db.deleteFrom(table).execute();
}

const setZone = (zone: string) => home.database.inWorkspace(WORKSPACE, ({ db }) => db.updateTable('workspace').set({ zone }).execute());

interface Told {
	id: number;
	minute: number;
	placed: number;
	state: Order['state'];
	test: boolean;
	currency: string;
	basis: Order['money']['taxBasis'];
	total: bigint | null;
	tax: bigint | null;
	refund: bigint | null;
	quantity: number;
	dropped: number;
	fee: bigint | null;
	feeCurrency: string;
	back: OrderReturn['state'] | null;
	backKind: OrderReturn['kind'];
}

const minor = fc.bigInt({ min: 0n, max: 10n ** 12n });
const told: fc.Arbitrary<Told> = fc.record({
	id: fc.integer({ min: 0, max: 5 }),
	minute: fc.integer({ min: 0, max: 6 }),
	placed: fc.integer({ min: 0, max: 4 }),
	state: fc.constantFrom('unpaid', 'toShip', 'shipped', 'delivered', 'cancelled', 'unknown'),
	test: fc.boolean(),
	currency: fc.constantFrom('MXN', 'USD'),
	basis: fc.constantFrom('gross', 'net', 'unknown'),
	total: fc.option(minor),
	tax: fc.option(minor),
	refund: fc.option(minor),
	quantity: fc.integer({ min: 0, max: 5 }),
	dropped: fc.integer({ min: 0, max: 3 }),
	fee: fc.option(minor),
	feeCurrency: fc.constantFrom('MXN', 'USD'),
	back: fc.option(fc.constantFrom('requested', 'accepted', 'rejected', 'completed', 'cancelled')),
	backKind: fc.constantFrom('refund', 'return', 'cancellation'),
});

/** Some moments lie on either side of midnight in the store's zone, and of a half hour. */
const PLACED = [T0, T0 + 5.9 * 3_600_000, T0 + 6.1 * 3_600_000, T0 - 90 * DAY, T0 + 20 * 3_600_000];

function orderOf(t: Told): Order {
	const base = toOrder({ id: `o${t.id}`, updatedAt: T0 + t.minute * 60_000, status: t.state });
	const [line] = base.lines;
	const { currency } = t;
	const of = (amountMinor: bigint) => ({ amountMinor, currency });
	const fee: Fee | null =
		t.fee === null
			? null
			: {
					externalId: 'f',
					kind: 'commission',
					rawKind: 'c',
					amount: { amountMinor: t.fee, currency: t.feeCurrency },
					lineExternalId: null,
				};
	return {
		...base,
		placedAt: new Date(PLACED[t.placed]!).toISOString(),
		state: t.state,
		isTest: t.test,
		money: {
			currency,
			taxBasis: t.basis,
			totalComputed: false,
			parts: {
				items: of(500n),
				...(t.total === null ? {} : { total: of(t.total) }),
				...(t.tax === null ? {} : { tax: of(t.tax) }),
				...(t.refund === null ? {} : { refund: of(-t.refund) }),
			},
		},
		lines: [{ ...line!, quantity: t.quantity, quantityCancelled: t.dropped }],
		fees: fee ? [fee] : [],
		returns:
			t.back === null
				? []
				: [
						{
							externalId: 'r',
							kind: t.backKind,
							state: t.back,
							rawStatus: t.back,
							reason: null,
							requestedBy: 'buyer',
							refund: null,
							requestedAt: null,
							respondBy: null,
							updatedAt: base.updatedAt,
							lines: [],
						},
					],
	};
}

function pageOf(orders: Order[]): Page<Order> {
	const at = new Date(T0).toISOString();
	const body = Buffer.from(JSON.stringify(orders, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)));
	return {
		items: orders.map((value) => ({ ok: true as const, value, replies: [0] })),
		replies: [{ operation: 'orders', fetchedAt: at, body }],
		next: null,
		watermark: at,
		total: null,
	};
}

type Cells = Record<string, Partial<Record<CellColumn, bigint>>>;

/** Counted from the rows that hang on each order, by nothing that the rollups use. */
async function recounted(scope: Scope, keyOf: (order: { local_day: string; placed_at: string }) => string): Promise<Cells> {
	const cells: Cells = {};
	for (const order of await scope.db.selectFrom('orders').selectAll().execute()) {
		const id = order.order_id;
		const lines = await scope.db.selectFrom('order_line').selectAll().where('order_id', '=', id).execute();
		const allFees = await scope.db.selectFrom('fee').selectAll().where('order_id', '=', id).execute();
		const fees = allFees.filter((f) => f.currency === order.currency);
		const back = (await scope.db.selectFrom('order_return').selectAll().where('order_id', '=', id).execute()).some(
			(r) => ['refund', 'return', 'replacement', 'claim'].includes(r.kind) && !['rejected', 'cancelled'].includes(r.state),
		);
		const cell = (cells[`${order.store_id} ${keyOf(order)} ${order.currency} ${order.tax_basis}`] ??= {});
		const add = (column: CellColumn, value: bigint | number): void => {
			cell[column] = (cell[column] ?? 0n) + BigInt(value);
		};
		const refunded = -BigInt(order.money['refund'] ?? 0);
		// Temu's total is what is left after refunds.
		const bill = order.total_minor === null ? 0n : BigInt(order.total_minor) + refunded;
		if (order.is_test) add('test', 1);
		else if (order.state === 'unpaid') add('unpaid', 1);
		else if (order.state === 'cancelled') {
			add('cancelled', 1);
			add('cancelled_minor', bill);
		} else {
			add('orders', 1);
			const pieces = lines.reduce((sum, l) => sum + l.quantity, 0) - lines.reduce((sum, l) => sum + l.quantity_cancelled, 0);
			add('units', Math.max(0, pieces));
			add('gross_minor', bill);
			if (order.total_minor === null) add('untold', 1);
			add('goods_minor', BigInt(order.money['items'] ?? 0));
			add('tax_minor', BigInt(order.money['tax'] ?? 0));
			if (order.money['tax'] === undefined) add('tax_untold_minor', bill);
			add('refunded_minor', refunded);
			add(
				'fee_minor',
				fees.reduce((sum, f) => sum + BigInt(f.amount_minor), 0n),
			);
			if (allFees.length > 0) add('fee_orders', 1);
			if (back) add('returned', 1);
		}
	}
	return tidy(cells);
}

function tidy(cells: Cells): Cells {
	const kept: Cells = {};
	for (const [key, cell] of Object.entries(cells)) {
		const entries = Object.entries(cell).filter(([, value]) => value !== 0n);
		if (entries.length > 0) kept[key] = Object.fromEntries(entries);
	}
	return kept;
}

type Rollup = 'sales_day' | 'sales_clock_day' | 'sales_half_hour';

async function stored(scope: Scope, table: Rollup): Promise<Cells> {
	const rows = (await scope.db.selectFrom(table).selectAll().execute()) as (Record<
		CellColumn | 'store_id' | 'currency' | 'tax_basis',
		string
	> & {
		day?: string;
		slot?: string;
	})[];
	return tidy(
		Object.fromEntries(
			rows.map((r) => [
				`${r.store_id} ${r.day ?? r.slot} ${r.currency} ${r.tax_basis}`,
				Object.fromEntries(CELL_COLUMNS.map((c) => [c, BigInt(r[c])])),
			]),
		),
	);
}

const HALF_HOUR = 1_800_000;
const slotOf = (at: string): string => new Date(Math.floor(Date.parse(at) / HALF_HOUR) * HALF_HOUR).toISOString();

const inOurs = <T>(work: (scope: Scope) => Promise<T>): Promise<T> => home.database.inWorkspace(WORKSPACE, work);

/** All rollups. */
const kept = () =>
	inOurs(async (scope) => ({
		days: await stored(scope, 'sales_day'),
		clockDays: await stored(scope, 'sales_clock_day'),
		halves: await stored(scope, 'sales_half_hour'),
	}));

/** What the rollups have to hold. */
const counted = (clock = CLOCK) =>
	inOurs(async (scope) => {
		const halves = await recounted(scope, (o) => (Date.parse(o.placed_at) < Date.now() - 10 * DAY ? 'old' : slotOf(o.placed_at)));
		return {
			days: await recounted(scope, (o) => o.local_day),
			clockDays: await recounted(scope, (o) => localDay(o.placed_at, clock)),
			halves: Object.fromEntries(Object.entries(halves).filter(([key]) => !key.includes(' old '))),
		};
	});

const sample = (more: Partial<Told> = {}): Told => ({
	id: 0,
	minute: 0,
	placed: 0,
	state: 'toShip',
	test: false,
	currency: 'MXN',
	basis: 'gross',
	total: 1000n,
	tax: null,
	refund: null,
	quantity: 2,
	dropped: 0,
	fee: null,
	feeCurrency: 'MXN',
	back: null,
	backKind: 'refund',
	...more,
});
const ingest = (all: Told[]) => ingestPage(home.engine, target, pageOf(all.map(orderOf)), 'pull');

describe('the rollups', () => {
	test('hold what the orders hold after any news in any order, by COPY or statement', { timeout: 120_000 }, async () => {
		const tiny = home.another(scriptedAdapter({ url: home.platform.url }), { copyFromRows: 1 });
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.tuple(fc.array(told, { minLength: 1, maxLength: 6 }), fc.boolean()), { minLength: 1, maxLength: 6 }),
				async (pages) => {
					await home.database.inWorkspace(WORKSPACE, empty);
					for (const [page, byCopy] of pages) await ingestPage(byCopy ? tiny : home.engine, target, pageOf(page.map(orderOf)), 'pull');
					expect(await kept()).toEqual(await counted());
				},
			),
			{ numRuns: 120 },
		);
	});
	test('follow a late refund and a cancellation into the day on which the order was placed', async () => {
		await ingest([sample(), sample({ id: 1, placed: 2 })]);
		await ingest([
			sample({ minute: 5, refund: 300n, total: 700n, back: 'completed' }),
			sample({ id: 1, placed: 2, minute: 5, state: 'cancelled' }),
		]);
		expect(await kept()).toEqual(await counted());
		await home.database.inWorkspace(WORKSPACE, async (scope) => {
			const rows = await scope.db
				.selectFrom('sales_day')
				.select(['day', 'orders', 'gross_minor', 'refunded_minor', 'returned', 'cancelled'])
				.orderBy('day')
				.execute();
			expect(rows).toEqual([
				{
					day: localDay(new Date(PLACED[0]!).toISOString(), ZONE),
					orders: '1',
					gross_minor: '1000',
					refunded_minor: '300',
					returned: '1',
					cancelled: '0',
				},
				{
					day: localDay(new Date(PLACED[2]!).toISOString(), ZONE),
					orders: '0',
					gross_minor: '0',
					refunded_minor: '0',
					returned: '0',
					cancelled: '1',
				},
			]);
		});
	});
	test('leave out test orders and count them', async () => {
		await ingest([sample({ test: true }), sample({ id: 1 })]);
		expect(await kept()).toEqual(await counted());
		const cells = await home.database.inWorkspace(WORKSPACE, (scope) => stored(scope, 'sales_day'));
		expect(Object.values(cells)).toEqual([expect.objectContaining({ test: 1n, orders: 1n, gross_minor: 1000n })]);
	});
	test('hold sums beyond what eight bytes hold', async () => {
		const most = 2n ** 63n - 1n;
		await ingest([sample({ total: most, tax: null }), sample({ id: 1, total: most }), sample({ id: 2, total: most })]);
		expect(await kept()).toEqual(await counted());
	});
	test('are not written by news that move no figure', async () => {
		await ingest([sample()]);
		const version = () =>
			home.database.inWorkspace(WORKSPACE, ({ db }) =>
				db
					.selectFrom('sales_day')
					.select([sql<string>`xmin::text`.as('a'), sql<string>`ctid::text`.as('b')])
					.execute(),
			);
		const before = await version();
		expect(await ingest([sample({ minute: 1, state: 'shipped' })])).toMatchObject({ changed: 1 });
		expect(await version()).toEqual(before);
	});
	test('go down with orders that are deleted', async () => {
		await ingest([sample(), sample({ id: 1 })]);
		await home.database.inWorkspace(WORKSPACE, ({ db }) => db.deleteFrom('orders').where('external_id', '=', 'o1').execute());
		expect(await kept()).toEqual(await counted());
	});
	test('follow the workspace into another zone, and let orders in where the server does not know its zone', async () => {
		await ingest([sample(), sample({ id: 1, placed: 1 }), sample({ id: 2, placed: 2 })]);
		try {
			await setZone('America/Los_Angeles');
			expect(await kept()).toEqual(await counted('America/Los_Angeles'));
			await setZone('Mars/Olympus');
			expect(await ingest([sample({ id: 3, placed: 3 })])).toMatchObject({ added: 1 });
		} finally {
			await setZone(CLOCK);
		}
		expect(await kept()).toEqual(await counted());
	});
	test('stay right and without a deadlock when workers write the same days of the same stores at once', { timeout: 60_000 }, async () => {
		const second = home.another(scriptedAdapter({ url: home.platform.url }));
		const page = (from: number) =>
			pageOf(Array.from({ length: 30 }, (_, i) => orderOf(sample({ id: (from + i * 7) % 60, minute: from, placed: i % 3 }))));
		const engines = [home.engine, second];
		await Promise.all(Array.from({ length: 24 }, (_, i) => ingestPage(engines[i % 2]!, target, page(i), 'pull')));
		expect(await kept()).toEqual(await counted());
	});
});

describe('the nightly check', () => {
	const spoil = (table: Rollup) =>
		home.database.inWorkspace(WORKSPACE, ({ db }) => db.updateTable(table).set({ gross_minor: '1' }).execute());
	test('finds nothing where nothing is wrong', async () => {
		await ingest([sample(), sample({ id: 1, placed: 2 }), sample({ id: 2, placed: 3 })]);
		expect(await checkSales(home.engine, WORKSPACE)).toMatchObject({ wrong: 0 });
		expect((await checkSales(home.engine, WORKSPACE)).cells).toBeGreaterThan(0);
	});
	// Both orders lie on one day of the workspace.
	test.each([
		['sales_day', 2],
		['sales_clock_day', 1],
		['sales_half_hour', 2],
	] as const)('puts %s right and tells people', async (table, cells) => {
		await ingest([sample(), sample({ id: 1, placed: 2 })]);
		await spoil(table);
		expect(await checkSales(home.engine, WORKSPACE)).toMatchObject({ wrong: cells });
		expect(await kept()).toEqual(await counted());
		expect(await checkSales(home.engine, WORKSPACE)).toMatchObject({ wrong: 0 });
		await lookForNotices(home.engine, WORKSPACE);
		await home.database.inWorkspace(WORKSPACE, async (scope) => {
			expect(await repairedSales(scope, new Date(T0).toISOString())).toEqual(new Map([[target.storeId, cells]]));
			const open = await scope.db.selectFrom('notice').select(['kind', 'detail']).where('resolved_at', 'is', null).execute();
			expect(open).toContainEqual({ kind: 'salesRepaired', detail: { platform: 'temu', count: cells } });
		});
	});
	test('puts right cells that are missing, and takes away those that nothing stands behind', async () => {
		await ingest([sample(), sample({ id: 1, placed: 2, currency: 'USD' })]);
		await home.database.inWorkspace(WORKSPACE, async ({ db }) => {
			await db.deleteFrom('sales_day').where('currency', '=', 'USD').execute();
			await db.updateTable('sales_day').set({ currency: 'BRL' }).execute();
		});
		expect((await checkSales(home.engine, WORKSPACE)).wrong).toBe(3);
		expect(await kept()).toEqual(await counted());
	});
	test.each([
		['profit_day', 1],
		// Both days have a part of the same day by that clock, whose text is told with them.
		['profit_clock_day', 2],
	] as const)('notes a day of which something else is left than %s has, once', async (table, wrong) => {
		const addUp = () => addUpProfit(home.engine, { workspaceId: WORKSPACE }, new AbortController().signal);
		const left = () => inOurs(({ db }) => db.selectFrom(table).select(['day', 'told']).orderBy('day').execute());
		await ingest([sample(), sample({ id: 1, placed: 2 })]);
		expect(await checkSales(home.engine, WORKSPACE)).toMatchObject({ wrong: 0 });
		await addUp();
		const right = await left();
		expect(right).toHaveLength(2);
		expect(await checkSales(home.engine, WORKSPACE)).toMatchObject({ wrong: 0 });
		await inOurs(({ db }) => db.updateTable(table).set({ told: 'spoilt' }).where('day', '=', right[0]!.day).execute());
		expect(await checkSales(home.engine, WORKSPACE)).toMatchObject({ wrong });
		await addUp();
		expect(await left()).toEqual(right);
		await inOurs(({ db }) => db.deleteFrom('orders').execute());
		await addUp();
		expect(await left()).toEqual([]);
	});
	test.each([
		['sales_told', 'store', 1],
		['sales_told', 'workspace', 1],
		['profit_told', 'store', 1],
		['profit_told', 'workspace', 2],
	] as const)('notes a day that %s tells otherwise than it is, by the clock of the %s', async (table, clock, wrong) => {
		const addUp = () => addUpProfit(home.engine, { workspaceId: WORKSPACE }, new AbortController().signal);
		const told = () => inOurs(({ db }) => db.selectFrom(table).select(['clock', 'day', 'told']).orderBy('clock').orderBy('day').execute());
		await ingest([sample(), sample({ id: 1, placed: 2 })]);
		await addUp();
		const right = await told();
		expect(right.map((row) => row.clock).filter((one) => one === clock)).not.toEqual([]);
		const [first] = right.filter((row) => row.clock === clock);
		await inOurs(({ db }) =>
			db.updateTable(table).set({ told: 'spoilt' }).where('clock', '=', clock).where('day', '=', first!.day).execute(),
		);
		expect(await checkSales(home.engine, WORKSPACE)).toMatchObject({ wrong });
		await addUp();
		expect(await told()).toEqual(right);
		expect(await checkSales(home.engine, WORKSPACE)).toMatchObject({ wrong: 0 });
		await inOurs(({ db }) => db.deleteFrom('orders').execute());
		await inOurs(({ db }) => db.deleteFrom('sales_day').execute());
		await inOurs(({ db }) => db.deleteFrom('sales_clock_day').execute());
		await addUp();
		expect(await told()).toEqual([]);
	});
	test('reaches days of a workspace whose clock is ahead of the store’s', async () => {
		await ingest([sample({ placed: 4 })]);
		await spoil('sales_clock_day');
		expect(await checkSales(home.engine, WORKSPACE)).toMatchObject({ wrong: 1 });
		expect(await kept()).toEqual(await counted());
	});
	test('draws days from the whole time of a store', async () => {
		await ingest([sample(), sample({ id: 1, placed: 3 })]);
		const [span] = (await home.database.inWorkspace(WORKSPACE, salesSpans)).filter((s) => s.from !== null);
		expect(span).toEqual({
			storeId: target.storeId,
			from: localDay(new Date(PLACED[3]!).toISOString(), ZONE),
			until: localDay(new Date(T0).toISOString(), ZONE),
		});
		await spoil('sales_day');
		// The furthest day that can be drawn is the oldest order's.
		expect(await checkSales(home.engine, WORKSPACE, () => 0.9999)).toMatchObject({ wrong: 2 });
		expect(await kept()).toEqual(await counted());
	});
});

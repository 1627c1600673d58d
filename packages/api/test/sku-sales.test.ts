import { profitLock, recheckProfit, storeOrdersLock, tellSkuSpans } from '@pangea/db';
import { localDay } from '@pangea/domain';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { actions, DAY, dayOf, noon, openProfitHome, PLACES, type ProfitHome } from './profit-home.ts';

let home: ProfitHome;
beforeAll(async () => {
	home = await openProfitHome();
});
afterAll(() => home.close());
beforeEach(() => home.empty());

const { order, numbers } = actions(() => home);

/** As the night does. */
async function tellSpans(): Promise<void> {
	while (await home.api.database.inWorkspace(home.workspaceId, tellSkuSpans, { lock: profitLock(home.workspaceId) }));
}
const setZone = (zone: string) =>
	home.admin.query('update workspace set zone = $1 where workspace_id = $2 and zone <> $1', [zone, home.workspaceId]);
const tables = async () => {
	const { rows } = await home.admin.query<{ name: string; n: number }>(
		`select 'day' as name, count(*)::integer as n from sku_day union all select span, count(*)::integer from sku_span where told <> '' group by 1`,
	);
	return Object.fromEntries(rows.map(({ name, n }) => [name, n]));
};

const [THIS_YEAR, THIS_MONTH] = [new Date().getUTCFullYear(), new Date().getUTCMonth()];
const PLAIN = ['A', 'B', 'C'];
/** What a text of SKUs has to keep apart. */
const ODD = ['', 'a\tb', 'a\\tb', '\\0', '\\', 'Ä', '漢字', 'A '];
const ZONES = ['Asia/Shanghai', 'America/New_York', 'Pacific/Kiritimati', 'Pacific/Pago_Pago'];

const anyOrder = fc.record({
	store: fc.constantFrom(...PLACES.map((p) => p.id)),
	/** Of more than may be asked for at once. */
	monthsBack: fc.oneof(fc.integer({ min: 0, max: 25 }), fc.integer({ min: 0, max: 3 })),
	/** Minutes from the beginning of the month in UTC, before it as well: days of other clocks lie in another month. */
	minute: fc.oneof(fc.integer({ min: 0, max: 27 * 1440 }), fc.integer({ min: -1440, max: 1440 })),
	lines: fc.array(
		fc.record({
			sku: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...PLAIN, null) }, { weight: 1, arbitrary: fc.constantFrom(...ODD) }),
			quantity: fc.integer({ min: 1, max: 9 }),
			cancelled: fc.constantFrom(0, 0, 1),
		}),
		{ minLength: 1, maxLength: 3 },
	),
});
const anyNews = fc.oneof(
	{ weight: 3, arbitrary: fc.record({ kind: fc.constant('order' as const), order: anyOrder }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(20) }) },
);
const anyStep = fc.oneof(
	{ weight: 8, arbitrary: anyNews },
	{ weight: 2, arbitrary: fc.record({ kind: fc.constant('addUp' as const) }) },
	{ weight: 2, arbitrary: fc.record({ kind: fc.constant('tell' as const) }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant('zone' as const), zone: fc.constantFrom(...ZONES) }) },
);
type Made = typeof anyOrder extends fc.Arbitrary<infer T> ? T & { at: string; orderId: string } : never;

/** Counted line by line. */
function plainSums(orders: readonly Made[]) {
	const units = new Map<string, number>();
	let unnamed = 0;
	for (const { sku, quantity, cancelled } of orders.flatMap(({ lines }) => lines)) {
		if (sku === null) unnamed += quantity - cancelled;
		else units.set(sku, (units.get(sku) ?? 0) + quantity - cancelled);
	}
	const rows = [...units].toSorted(([a, m], [b, n]) => n - m || Buffer.compare(Buffer.from(a), Buffer.from(b)));
	return {
		rows: rows.map(([sellerSku, n]) => ({ sellerSku, units: String(n) })),
		skus: units.size,
		units: String(rows.reduce((sum, [, n]) => sum + n, 0)),
		unnamed: String(unnamed),
	};
}

describe('the pieces of SKUs', () => {
	test('are those of the orders, whatever of their days, months and years is kept', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(anyStep, { minLength: 1, maxLength: 10 }),
				fc.array(anyNews, { maxLength: 3 }),
				fc.array(fc.tuple(fc.integer({ min: 0, max: 730 }), fc.integer({ min: 0, max: 730 })), { minLength: 2, maxLength: 2 }),
				async (first, news, asked) => {
					await home.empty();
					await home.addUp();
					await setZone('Asia/Shanghai');
					let zone = 'Asia/Shanghai';
					const made: Made[] = [];
					// What comes last comes over what is kept.
					for (const step of [...first, { kind: 'addUp' as const }, { kind: 'tell' as const }, ...news]) {
						if (step.kind === 'addUp') await home.addUp();
						else if (step.kind === 'tell') await tellSpans();
						else if (step.kind === 'zone') await setZone((zone = step.zone));
						else if (step.kind === 'cancel') {
							const [one] = made.splice(step.which % Math.max(1, made.length), 1);
							if (one) await home.admin.query(`update orders set state = 'cancelled' where order_id = $1`, [one.orderId]);
						} else {
							const { monthsBack, minute } = step.order;
							const at = new Date(Date.UTC(THIS_YEAR, THIS_MONTH - monthsBack, 1, 0, minute)).toISOString();
							made.push({ ...step.order, at, orderId: await order({ ...step.order, at, total: 100 }) });
						}
					}
					const check = async (): Promise<void> => {
						for (const [a, b] of [[728, -2] as const, ...asked]) {
							const [from, until] = [dayOf(Math.max(a, b)), dayOf(Math.min(a, b))];
							for (const clock of ['store', 'workspace'] as const) {
								const counted = made.filter(({ at, store }) => {
									const day = localDay(at, clock === 'workspace' ? zone : PLACES.find((p) => p.id === store)!.zone);
									return day >= from && day <= until;
								});
								const view = await numbers().skus({ from, until, clock });
								const { rows, ...whole } = plainSums(counted);
								expect(view).toMatchObject(whole);
								expect(view.rows.map(({ sellerSku, units }) => ({ sellerSku, units }))).toEqual(rows);
								const ofOne = await numbers().skus({ from, until, clock, stores: [home.stores['mx']!] });
								expect(ofOne).toMatchObject({ units: plainSums(counted.filter(({ store }) => store === 'mx')).units });
							}
						}
					};
					await check();
					await home.addUp();
					await check();
					await tellSpans();
					await check();
				},
			),
			{ numRuns: 60 },
		);
	}, 180_000);

	test('are kept for months and years that are over, and a late change takes its own away', async () => {
		// In the middles of months; the year of the older ones is over.
		const back = (n: number): string => new Date(Date.parse(`${dayOf(0).slice(0, 7)}-15T18:00:00Z`) - n * 30.4 * DAY).toISOString();
		const lines = [{ sku: 'A', quantity: 1 }];
		const old = await order({ store: 'mx', at: back(23), total: 100, lines });
		await order({ store: 'mx', at: back(22), total: 100, lines });
		await order({ store: 'mx', at: back(2), total: 100, lines });
		await order({ store: 'mx', at: noon(0), total: 100, lines });
		await home.addUp();
		expect(await tables()).toEqual({ day: 8 });
		await tellSpans();
		const { month, year } = await tables();
		expect(month).toBe(6);
		expect(year).toBeGreaterThanOrEqual(2);
		await home.admin.query(`update orders set state = 'cancelled' where order_id = $1`, [old]);
		await home.addUp();
		expect((await tables())['month']).toBe(4);
		await tellSpans();
		const found = (await numbers().skus({ from: dayOf(730), until: dayOf(0) })).rows;
		expect(found).toMatchObject([{ sellerSku: 'A', units: '3', title: 'x' }]);
	});

	test('are compared with their orders and days at night, and what differs is told anew', async () => {
		const at = new Date(Date.parse(`${dayOf(0).slice(0, 7)}-15T18:00:00Z`) - 2 * 30.4 * DAY).toISOString();
		await order({ store: 'mx', at, total: 100, lines: [{ sku: 'A', quantity: 3 }] });
		await home.addUp();
		await tellSpans();
		const of = { storeId: home.stores['mx']!, day: at.slice(0, 10) };
		const recheck = () =>
			home.api.database.inWorkspace(home.workspaceId, (scope) => recheckProfit(scope, of), { lock: storeOrdersLock(of.storeId) });
		const pieces = async () => (await numbers().skus({ from: dayOf(200), until: dayOf(0), clock: 'workspace' })).units;
		expect(await recheck()).toBe(0);
		await home.admin.query(`update sku_span set told = replace(told, '3', '4'), version = gen_random_uuid() where span = 'month'`);
		expect(await pieces()).toBe('4');
		expect(await recheck()).toBe(2);
		expect(await pieces()).toBe('3');
		await home.admin.query(`update sku_day set told = replace(told, '3', '5'), version = gen_random_uuid() where clock = 'workspace'`);
		expect(await pieces()).toBe('5');
		expect(await recheck()).toBe(1);
		expect(await pieces()).toBe('3');
		await home.addUp();
		expect(await recheck()).toBe(0);
		expect(await pieces()).toBe('3');
	});
});

import { localDay } from '@pangea/domain';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { actions, DAY, dayOf, type Made, noon, openProfitHome, period, PLACES, type ProfitHome } from './profit-home.ts';
import { expectSkusToAddUp } from './sku-sums.ts';

let home: ProfitHome;
beforeAll(async () => {
	home = await openProfitHome();
});
afterAll(() => home.close());
beforeEach(() => home.empty());

const { order, cost, rates, numbers, settle } = actions(() => home);

describe('estimated profit', () => {
	test('is what the platform leaves less what the goods cost on the order’s day', async () => {
		await rates();
		await cost('LAMP', 30, '10', { inbound: '1' });
		await cost('LAMP', 3, '20');
		await order({ store: 'us', at: noon(4), total: 9000, payout: 7000, lines: [{ sku: 'LAMP', quantity: 3, cancelled: 1 }] });
		await order({ store: 'us', at: noon(2), total: 9000, payout: 7000, lines: [{ sku: 'LAMP', quantity: 1 }] });
		const { total, gaps } = await numbers().profit(period);
		expect(total).toEqual({
			orders: '2',
			settledOrders: '0',
			profitOrders: '2',
			units: '3',
			unitsWithoutCost: '0',
			gross: '72000',
			proceeds: '56000',
			costOfGoods: '4200',
			profitSettled: null,
			profitEstimated: '51800',
			unnamed: null,
			difference: null,
			margin: '0.7194',
		});
		expect(gaps).toEqual({ proceedsUntold: 0, costMissing: 0, rateMissing: 0 });
	});
	test('is missing with its reason, and never zero, where something is not told', async () => {
		await rates();
		await cost('LAMP', 30, '10');
		await cost('ROD', 30, '10', { currency: 'SEK' });
		await order({ store: 'in', at: noon(2), total: 9000, lines: [{ sku: 'LAMP', quantity: 2 }] });
		await order({ store: 'gb', at: noon(2), total: 9000, lines: [{ sku: 'LAMP', quantity: 1 }] });
		await order({ store: 'mx', at: noon(2), total: 9000, lines: [{ sku: 'LAMP', quantity: 1 }] });
		await order({
			store: 'us',
			at: noon(2),
			total: 9000,
			payout: 5000,
			lines: [
				{ sku: 'LAMP', quantity: 1 },
				{ sku: 'BAG', quantity: 4 },
			],
		});
		await order({ store: 'us', at: noon(2), total: 9000, payout: 5000, lines: [{ sku: null, quantity: 1 }] });
		await order({ store: 'us', at: noon(2), total: 9000, payout: 5000, lines: [] });
		await order({ store: 'us', at: noon(2), total: 9000, payout: 5000, lines: [{ sku: 'ROD', quantity: 1 }] });
		const view = await numbers().profit({ ...period, by: 'store' });
		expect(view.gaps).toEqual({ proceedsUntold: 3, costMissing: 3, rateMissing: 1 });
		expect(view.total).toMatchObject({
			profitOrders: '0',
			gross: null,
			proceeds: null,
			profitEstimated: null,
			margin: null,
			units: '11',
			unitsWithoutCost: '5',
			costOfGoods: '5000',
		});
		expect(view.apart).toEqual([{ currency: 'SEK', costMinor: '1000' }]);
		expect(view.groups).toHaveLength(4);
	});
	test('follows a corrected cost at once and leaves every cell of the sales as it was', async () => {
		await rates();
		await cost('LAMP', 30, '10');
		await order({ store: 'us', at: noon(4), total: 9000, payout: 7000, lines: [{ sku: 'LAMP', quantity: 1 }] });
		const cells = async () =>
			(await home.admin.query(`select *, xmin::text from sales_day union all select *, xmin::text from sales_day`)).rows;
		const before = await cells();
		expect((await numbers().profit(period)).total.profitEstimated).toBe('27000');
		await cost('LAMP', 30, '12.34');
		expect((await numbers().profit(period)).total.profitEstimated).toBe('26766');
		await home.asOwner().costs.takeBack({ sellerSku: 'LAMP', validFrom: dayOf(30) });
		expect((await numbers().profit(period)).total.profitEstimated).toBeNull();
		expect(await cells()).toEqual(before);
	});
	test('is lowered on the order’s day by a refund that comes late', async () => {
		await rates();
		await cost('LAMP', 30, '10');
		const id = await order({ store: 'mx', at: noon(8), total: 90_000, fees: 9000, lines: [{ sku: 'LAMP', quantity: 1 }] });
		const day = { from: dayOf(8), until: dayOf(8), base: 'MXN' };
		expect((await numbers().profit(day)).total.profitEstimated).toBe('78500');
		await home.admin.query(`update orders set money = money || '{"refund": "-50000"}' where order_id = $1`, [id]);
		expect((await numbers().profit(day)).total.profitEstimated).toBe('28500');
		expect((await numbers().profit({ from: dayOf(7), until: dayOf(1), base: 'MXN' })).total.orders).toBe('0');
	});
	test('is refused to who does not see costs', async () => {
		await expect(home.asBlind().numbers.profit(period)).rejects.toThrow('notAllowed');
	});
});

describe('the SKUs that sell most', () => {
	test('are told in pieces, whole and by site, and what has no SKU beside them', async () => {
		const made = { total: 900, at: noon(2) };
		await order({
			...made,
			store: 'us',
			lines: [
				{ sku: 'LAMP', quantity: 3, cancelled: 1 },
				{ sku: null, quantity: 4 },
			],
		});
		await order({
			...made,
			store: 'mx',
			lines: [
				{ sku: 'LAMP', quantity: 5 },
				{ sku: 'BAG', quantity: 9 },
			],
		});
		await order({ ...made, store: 'mx', state: 'cancelled', lines: [{ sku: 'LAMP', quantity: 50 }] });
		await order({ ...made, store: 'mx', at: noon(20), lines: [{ sku: 'LAMP', quantity: 50 }] });
		const view = await numbers().skus(period);
		expect(view.rows.map(({ sellerSku, units }) => [sellerSku, units])).toEqual([
			['BAG', '9'],
			['LAMP', '7'],
		]);
		const site = (id: string): string => {
			const place = PLACES.find((p) => p.id === id);
			return `${place?.platform}/${place?.site}`;
		};
		expect(view.rows[1]?.sites).toEqual({ [site('us')]: '2', [site('mx')]: '5' });
		expect(view).toMatchObject({ sites: [site('mx'), site('us')], skus: 2, units: '16', unnamed: '4' });
		const narrow = await numbers().skus({ ...period, stores: [home.stores['us']!], clock: 'workspace' });
		expect(narrow).toMatchObject({ sites: [site('us')], skus: 1, units: '2', unnamed: '4' });
	});
});

describe('the profit of one order', () => {
	test('tells each part, and what the platform keeps without a name', async () => {
		await rates();
		await cost('LAMP', 30, '10', { inbound: '2' });
		const id = await order({
			store: 'us',
			at: noon(2),
			total: 8000,
			refund: 1000,
			tax: 500,
			payout: 6000,
			lines: [{ sku: 'LAMP', quantity: 2 }],
		});
		const usd = (amountMinor: string) => ({ amountMinor, currency: 'USD' });
		const cny = (amountMinor: string) => ({ amountMinor, currency: 'CNY' });
		expect((await home.asOwner().orders.detail({ orderId: id })).profit).toEqual({
			gross: usd('9000'),
			refund: usd('-1000'),
			fees: null,
			proceeds: usd('6000'),
			remainder: usd('1500'),
			goods: [cny('2000')],
			inbound: [cny('400')],
			cost: usd('600'),
			rateDay: dayOf(40),
			units: 2,
			unitsWithoutCost: 0,
			profit: usd('5400'),
			settled: null,
			held: null,
			gap: null,
		});
		expect((await home.asBlind().orders.detail({ orderId: id })).profit).toBeNull();
	});
	test('says why there is none', async () => {
		await rates();
		const detail = async (made: Made) => (await home.asOwner().orders.detail({ orderId: await order(made) })).profit;
		const lines = [{ sku: 'BAG', quantity: 2 }];
		expect(await detail({ store: 'gb', at: noon(2), total: 9000, lines })).toMatchObject({
			gap: 'proceedsUntold',
			profit: null,
			unitsWithoutCost: 2,
		});
		expect(await detail({ store: 'mx', at: noon(2), total: 9000, fees: 900, lines })).toMatchObject({
			gap: 'costMissing',
			proceeds: { amountMinor: '8100' },
			cost: null,
			profit: null,
		});
		await cost('BAG', 30, '10', { currency: 'SEK' });
		expect(await detail({ store: 'mx', at: noon(2), total: 9000, fees: 900, lines })).toMatchObject({ gap: 'rateMissing', profit: null });
		expect(await detail({ store: 'mx', at: noon(2), total: 9000, fees: 900, state: 'cancelled', lines })).toBeNull();
	});
});

describe('settled profit', () => {
	const lines = [{ sku: 'LAMP', quantity: 1 }];
	beforeEach(async () => {
		await rates();
		await cost('LAMP', 30, '10');
	});
	test('takes the place of the estimate where statements cover an order, and is never one sum with it', async () => {
		const settled = await order({ store: 'us', at: noon(4), total: 9000, payout: 7000, lines });
		await order({ store: 'us', at: noon(4), total: 9000, payout: 7000, lines });
		const untold = await order({ store: 'gb', at: noon(4), total: 9000, lines });
		await settle(settled, { sale: 8000, commission: -1500, reserve: -300, payout: -6000 });
		await settle(untold, { sale: 9000, commission: -900, unknown: -100 });
		await settle(untold, { refund: -2000 });
		const view = await numbers().profit({ ...period, base: 'USD' });
		// 6500 and 6000 less two lamps at 250; beside them 7000 less one.
		expect(view.total).toMatchObject({
			settledOrders: '2',
			profitOrders: '1',
			profitSettled: '12000',
			profitEstimated: '6750',
			proceeds: '19500',
			unnamed: '-100',
			difference: '-500',
		});
		expect(view).toMatchObject({ compared: 1, gaps: { proceedsUntold: 0 } });
		const usd = (amountMinor: string) => ({ amountMinor, currency: 'USD' });
		expect((await home.asOwner().orders.detail({ orderId: settled })).profit).toMatchObject({
			proceeds: usd('6500'),
			profit: usd('6250'),
			settled: {
				parts: [
					{ kind: 'sale', amount: usd('8000') },
					{ kind: 'commission', amount: usd('-1500') },
				],
				estimate: usd('7000'),
				difference: usd('-500'),
			},
			held: null,
			gap: null,
		});
	});
	test('waits while something is held back, where only things beside the goods are booked, and for a statement in another currency', async () => {
		const made = { store: 'gb', at: noon(4), total: 9000, lines } as const;
		const [held, beside, foreign] = [await order(made), await order(made), await order(made)];
		await settle(held, { sale: 8000, commission: -800 });
		await settle(held, { sale: 500 }, { state: 'deferred' });
		await settle(beside, { adjustment: -550 });
		await settle(foreign, { sale: 8000 }, { currency: 'EUR' });
		expect((await numbers().profit(period)).gaps.proceedsUntold).toBe(3);
		const profitOf = async (orderId: string) => (await home.asOwner().orders.detail({ orderId })).profit;
		expect(await profitOf(held)).toMatchObject({ settled: null, held: { amountMinor: '500' }, gap: 'proceedsUntold' });
		expect(await profitOf(beside)).toMatchObject({ settled: null, held: null, gap: 'proceedsUntold' });
		expect(await profitOf(foreign)).toMatchObject({ settled: null, held: null, gap: 'proceedsUntold' });
	});
});

const SKUS = ['A', 'B', 'C', 'D'] as const;
const anyLine = fc.record({
	sku: fc.constantFrom(...SKUS, null),
	quantity: fc.integer({ min: 1, max: 9 }),
	cancelled: fc.constantFrom(0, 0, 0, 1),
	price: fc.option(fc.integer({ min: 0, max: 9999 }), { nil: null, freq: 4 }),
});
const maybe = (most: number) => fc.option(fc.integer({ min: 0, max: most }), { nil: null, freq: 4 });
const anyOrder = fc.record({
	store: fc.constantFrom(...PLACES.map((p) => p.id)),
	minutes: fc.integer({ min: 0, max: 9 * 1440 }),
	total: maybe(99_999),
	fees: maybe(9999),
	refund: fc.integer({ min: 0, max: 5000 }),
	payout: maybe(99_999),
	settled: fc.option(fc.record({ sale: fc.integer({ min: 1, max: 99_999 }), unknown: fc.integer({ min: -500, max: 0 }) }), { nil: null }),
	state: fc.constantFrom('shipped', 'shipped', 'toShip', 'cancelled', 'unpaid'),
	lines: fc.array(anyLine, { maxLength: 3 }),
});
const anyCost = fc.record({
	sku: fc.constantFrom('A', 'B', 'C'),
	back: fc.integer({ min: 0, max: 15 }),
	minor: fc.integer({ min: 0, max: 9999 }),
	inbound: fc.constantFrom(null, 7, 130),
	currency: fc.constantFrom('CNY', 'USD'),
});
/** Hundredths of a fen for one minor unit, at the rates above. */
const WORTH: Record<string, bigint> = { CNY: 100n, USD: 400n, MXN: 40n, INR: 8n };

/** Half to even, as sums are rounded everywhere. */
function toFen(hundredths: bigint): string {
	const negative = hundredths < 0n;
	const n = negative ? -hundredths : hundredths;
	const up = n % 100n > 50n || (n % 100n === 50n && (n / 100n) % 2n === 1n) ? 1n : 0n;
	const whole = n / 100n + up;
	return String(negative ? -whole : whole);
}

type MadeOrder = typeof anyOrder extends fc.Arbitrary<infer T> ? T : never;
type MadeCost = typeof anyCost extends fc.Arbitrary<infer T> ? T : never;

/** Counted order by order, in plain sums. A cost holds on the order's day in its store. */
function plainSums(orders: readonly (MadeOrder & { at: string })[], costs: readonly MadeCost[]) {
	let [gross, proceeds, spent, all] = [0n, 0n, 0n, 0n];
	let [settledProceeds, settledSpent, unnamed, settled] = [0n, 0n, 0n, 0];
	let [counted, estimated, units, without] = [0, 0, 0, 0];
	for (const o of orders) {
		if (o.state === 'cancelled' || o.state === 'unpaid') continue;
		const place = PLACES.find((p) => p.id === o.store)!;
		const day = localDay(o.at, place.zone);
		counted++;
		let price = 0n;
		let whole = o.lines.length > 0;
		for (const line of o.lines) {
			const pieces = line.quantity - line.cancelled;
			units += pieces;
			// The later word about a day wins, and the latest day up to the order's.
			const known = costs.filter((c) => c.sku === line.sku && dayOf(c.back) <= day).sort((a, b) => a.back - b.back);
			const said = known.filter((c) => c.back === known[0]?.back).at(-1);
			if (said) price += BigInt(pieces * (said.minor + (said.inbound ?? 0))) * WORTH[said.currency]!;
			else {
				without += pieces;
				if (pieces > 0) whole = false;
			}
		}
		all += price;
		const left =
			place.platform === 'temu'
				? o.payout
				: place.platform === 'mercado-libre' && o.total !== null && o.fees !== null
					? o.total - o.refund - o.fees
					: null;
		if ((left === null && o.settled === null) || !whole) continue;
		const bill = o.total === null ? 0 : place.platform === 'temu' ? o.total + o.refund : o.total;
		gross += BigInt(bill) * WORTH[place.currency]!;
		if (o.settled) {
			settled++;
			settledProceeds += BigInt(o.settled.sale + o.settled.unknown) * WORTH[place.currency]!;
			unnamed += BigInt(o.settled.unknown) * WORTH[place.currency]!;
			settledSpent += price;
			continue;
		}
		estimated++;
		proceeds += BigInt(left ?? 0) * WORTH[place.currency]!;
		spent += price;
	}
	return {
		orders: String(counted),
		settledOrders: String(settled),
		profitOrders: String(estimated),
		units: String(units),
		unitsWithoutCost: String(without),
		costOfGoods: units === without ? null : toFen(all),
		gross: estimated + settled === 0 ? null : toFen(gross),
		proceeds: estimated + settled === 0 ? null : toFen(proceeds + settledProceeds),
		profitSettled: settled === 0 ? null : toFen(settledProceeds - settledSpent),
		unnamed: settled === 0 ? null : toFen(unnamed),
		profitEstimated: estimated === 0 ? null : toFen(proceeds - spent),
	};
}

const anyZone = fc.constantFrom('Asia/Shanghai', 'America/New_York', 'Pacific/Kiritimati', 'Pacific/Pago_Pago');
const anyWorld = fc.record({
	orders: fc.array(anyOrder, { minLength: 1, maxLength: 10 }),
	costs: fc.array(anyCost, { maxLength: 8 }),
	/** So many costs are stated before the orders. */
	late: fc.nat({ max: 8 }),
	addUps: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
	/** The workspace's, first and then. */
	zone: anyZone,
	nextZone: anyZone,
});
const setZone = (zone: string) =>
	home.admin.query('update workspace set zone = $1 where workspace_id = $2 and zone <> $1', [zone, home.workspaceId]);
const sorted = <T extends { groups: { key: string }[] }>(view: T): T => ({
	...view,
	groups: view.groups.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
});

test('is refused by a clock whose zone the server does not know, as sales are: that is no time without sales', async () => {
	await home.addUp();
	await setZone('Mars/Olympus');
	await home.addUp();
	const asked = { ...period, clock: 'workspace' as const };
	await expect(numbers().profit(asked)).rejects.toThrow('not recognized');
	await expect(numbers().skus(asked)).rejects.toThrow('not recognized');
	await expect(numbers().overview({ ...asked, compare: 'none' })).rejects.toThrow('not recognized');
	await setZone('Asia/Shanghai');
	await numbers().profit(asked);
});

describe('any ledger', () => {
	test('gives the sums of a plain computation, to the cent', async () => {
		await rates();
		await fc.assert(
			fc.asyncProperty(anyWorld, async ({ orders, costs, late, addUps, zone, nextZone }) => {
				await home.admin.query('delete from orders');
				await home.admin.query('delete from sku_cost');
				await home.admin.query('delete from settlement');
				await home.admin.query('delete from settlement_line');
				const state = async (some: typeof costs): Promise<void> => {
					for (const c of some)
						await cost(c.sku, c.back, (c.minor / 100).toFixed(2), {
							currency: c.currency,
							inbound: c.inbound === null ? null : (c.inbound / 100).toFixed(2),
						});
				};
				// What is kept is added up in between, so that whatever comes later has to be noted.
				const moments = [...addUps];
				const moment = async (): Promise<void> => (moments.shift() ? await home.addUp() : undefined);
				await state(costs.slice(0, late));
				await setZone(zone);
				const made = orders.map((o) => ({ ...o, at: new Date(Date.now() - 10 * DAY + o.minutes * 60_000).toISOString() }));
				const come = async (o: (typeof made)[number]): Promise<void> => {
					const orderId = await order(o);
					await moment();
					if (o.settled) await settle(orderId, { ...o.settled, reserve: -77 });
				};
				for (const o of made.slice(0, -1)) await come(o);
				await setZone(nextZone);
				await moment();
				await state(costs.slice(late));
				await moment();
				const asked = { from: dayOf(12), until: dayOf(0), by: 'store' as const };
				// Days that another clock cuts.
				const zoned = { from: dayOf(7), until: dayOf(3), clock: 'workspace' as const };
				const isIn = ({ at }: { at: string }): boolean => localDay(at, nextZone) >= zoned.from && localDay(at, nextZone) <= zoned.until;
				const check = async (so: typeof made) => {
					const [whole, byClock] = [sorted(await numbers().profit(asked)), sorted(await numbers().profit(zoned))];
					const plain = plainSums(so, costs);
					expect(whole.total).toMatchObject(plain);
					expect(whole.groups.reduce((sum, g) => sum + Number(g.figures.profitOrders), 0)).toBe(Number(plain.profitOrders));
					expect(byClock.total).toMatchObject(plainSums(so.filter(isIn), costs));
					const [one] = whole.groups;
					const ofOne = one && (await numbers().profit({ ...asked, stores: [one.key] })).total;
					expect(ofOne).toEqual(one?.figures);
					return { whole, byClock, ofOne };
				};
				// Alike while days are noted and once they are added up, whether all of them were noted or the days of one store.
				const before = await check(made.slice(0, -1));
				await home.addUp();
				expect(await check(made.slice(0, -1))).toEqual(before);
				await come(made.at(-1)!);
				const after = await check(made);
				await home.addUp();
				expect(await check(made)).toEqual(after);
				await expectSkusToAddUp(home, { from: dayOf(12), until: dayOf(0) });
			}),
			{ numRuns: 60 },
		);
	}, 120_000);
});

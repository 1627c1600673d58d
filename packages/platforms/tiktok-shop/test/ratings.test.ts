import { addDays } from '@pangea/domain';
import type { LowRatedOrder, StoreContext } from '@pangea/platform-contract';
import { type Simulator, startSimulator } from '@pangea/simulator';
import { witness } from '@pangea/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tiktokShop } from '../src/index.ts';
import { WirePerformance, WireProblemOrder, WireProblemPage } from '../src/wire-ratings.ts';
import { simulatedShops } from './simulated-shops.ts';

const ratings = tiktokShop.ratings!;
const published = witness('tiktok-shop');

let simulator: Simulator;
let shops: Map<string, StoreContext>;
let product: string;

beforeAll(async () => {
	simulator = await startSimulator({ clock: { at: Date.parse('2026-11-22T08:00:00Z'), frozen: true }, size: 4_000 });
	shops = await simulatedShops(simulator);
	for await (const { items } of tiktokShop.listings!.pull(shop('GB'), null)) {
		const [first] = items.flatMap((item) => (item.ok ? [item.value] : []));
		product ??= first!.externalListingId;
	}
}, 60_000);
afterAll(() => simulator.stop());

const shop = (site: string): StoreContext => shops.get(site)!;
const sum = (stars: readonly number[]) => stars.reduce((total, count) => total + count, 0);

describe('stars of a product', () => {
	test('read day by day come to the same as read at once, and a day that is not told yet is left for later', async () => {
		const whole = await ratings.starsSince(shop('GB'), product, '2026-09-01');
		// The platform lags two days behind.
		expect(whole.until).toBe('2026-11-21');
		expect(sum(whole.stars)).toBeGreaterThan(5);
		const added = [0, 0, 0, 0, 0];
		let from = '2026-09-01';
		for (let day = 0; day < 200 && from < whole.until; day++) {
			const today = addDays(from, 3) > '2026-11-22' ? '2026-11-22' : addDays(from, 3);
			simulator.control.setClock({ set: Date.parse(`${today}T12:00:00Z`) });
			const { stars, until } = await ratings.starsSince(shop('GB'), product, from);
			for (const [place, count] of stars.entries()) added[place]! += count;
			from = until;
		}
		simulator.control.setClock({ set: Date.parse('2026-11-22T08:00:00Z') });
		expect(added).toEqual([...whole.stars]);
		expect(await ratings.starsSince(shop('GB'), product, whole.until)).toEqual({ stars: [0, 0, 0, 0, 0], until: whole.until });
	});

	test('reach back as far as the platform tells, and no further', async () => {
		const all = await ratings.starsSince(shop('GB'), product, null);
		const older = await ratings.starsSince(shop('GB'), product, '2020-01-01');
		expect(older).toEqual(all);
		expect(sum(all.stars)).toBeGreaterThan(sum((await ratings.starsSince(shop('GB'), product, '2026-09-01')).stars));
	});
});

describe('orders with few stars', () => {
	test('are named in the US, each once, with what was bought', async () => {
		const orders: LowRatedOrder[] = [];
		for await (const page of ratings.lowRated!.pull(shop('US'))) for (const item of page) if (item.ok) orders.push(item.value);
		expect(orders.length).toBeGreaterThan(0);
		expect(new Set(orders.map(({ externalOrderId }) => externalOrderId)).size).toBe(orders.length);
		for (const { rating, deliveredAt } of orders) {
			expect([1, 2]).toContain(rating);
			expect(Date.parse(deliveredAt!)).toBeLessThanOrEqual(Date.parse('2026-11-22T08:00:00Z'));
		}
		expect(ratings.lowRated!.serves({ siteId: 'US' })).toBe(true);
		expect(ratings.lowRated!.serves({ siteId: 'GB' })).toBe(false);
	});
});

describe.skipIf(!published)('the published answers', () => {
	const data = (name: string) => (published!.json(`samples/${name}.json`) as { data: unknown }).data;

	test('are read as they are meant', () => {
		for (const name of ['analytics-product-performance-202509', 'analytics-product-performance-202405.published'])
			expect(WirePerformance.parse(data(name))).toBeDefined();
		const stars = WirePerformance.parse(data('analytics-product-performance-202509')).performance!.ratings;
		expect(stars.map((row) => [row.stars, row.count])).toEqual([
			['1_STAR', 2],
			['2_STAR', 1],
			['3_STAR', 4],
			['4_STAR', 11],
			['5_STAR', 32],
		]);
		for (const name of ['sps-problem-details-202606', 'sps-problem-details-202606.published']) {
			const { items } = WireProblemPage.parse(data(name));
			expect(items.length).toBeGreaterThan(0);
			for (const item of items) expect(WireProblemOrder.parse(item).user_review_rating).toBeGreaterThan(0);
		}
	});
});

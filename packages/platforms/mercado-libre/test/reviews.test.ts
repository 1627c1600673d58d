import type { StoreContext } from '@pangea/platform-contract';
import { witness } from '@pangea/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mercadoLibre } from '../src/index.ts';
import { toReview } from '../src/reviews.ts';
import { wireReview, wireReviews } from '../src/wire-reviews.ts';
import { simulated } from './simulated-platform.ts';

const published = witness('mercado-libre');
const reviews = mercadoLibre.reviews!;

let s: Awaited<ReturnType<typeof simulated>>;
const stores: StoreContext[] = [];
beforeAll(async () => {
	s = await simulated();
	for (const { authorizationSite } of s.facts.accounts) {
		const grant = await s.bind(authorizationSite);
		for (const store of await mercadoLibre.stores.list(s.as(grant))) stores.push(s.at(grant, store));
	}
});
afterAll(() => s.simulator.stop());

async function products(store: StoreContext): Promise<string[]> {
	const ids = new Set<string>();
	for await (const { items } of mercadoLibre.listings!.pull(store, null))
		for (const item of items) if (item.ok) ids.add(item.value.externalListingId);
	return [...ids];
}

describe('reviews', () => {
	it('of each store’s products are read whole, and their stars add up', async () => {
		for (const store of stores) {
			let read = 0;
			for (const product of (await products(store)).slice(0, 12)) {
				const { items, stars } = (await reviews.ofProduct(store, product))!;
				expect(items.filter((item) => !item.ok)).toEqual([]);
				const counts = [1, 2, 3, 4, 5].map((rating) => items.filter((item) => item.ok && item.value.rating === rating).length);
				expect(stars).toEqual(counts);
				read += items.length;
			}
			expect(read).toBeGreaterThan(5);
		}
	}, 30_000);

	it('of a product that is not there are none', async () => {
		expect(await reviews.ofProduct(stores[0]!, `${stores[0]!.store.siteId}1`)).toBeNull();
	});
});

describe.skipIf(!published)('the published reviews', () => {
	it.each(['reviews-item', 'reviews-item-catalog'])('%s is understood', (name) => {
		const page = wireReviews.parse(published?.json(`samples/${name}.json`));
		expect(page.reviews.length).toBeGreaterThan(0);
		for (const row of page.reviews) expect(toReview(wireReview.parse(row))).toMatchObject({ rating: 5, rawStatus: 'published' });
	});
});

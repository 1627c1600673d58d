import type { Listing } from '@pangea/domain';
import type { HttpRequest, OfferChange, StoreContext } from '@pangea/platform-contract';
import { witness } from '@pangea/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mercadoLibre } from '../src/index.ts';
import { toListings } from '../src/listings.ts';
import { wireListing } from '../src/wire-listings.ts';
import { simulated } from './simulated-platform.ts';

const published = witness('mercado-libre');
const offers = mercadoLibre.offers!;

let s: Awaited<ReturnType<typeof simulated>>;
const TITLES = { least: 1, most: null, of: 'product', reviewed: false };

const stores = new Map<string, StoreContext>();
beforeAll(async () => {
	s = await simulated();
	for (const context of await s.openAll()) stores.set(`${context.store.siteId} ${context.store.mode}`, context);
});
afterAll(() => s.simulator.stop());

const brazil = () => stores.get('MLB crossBorder')!;
const argentina = () => stores.get('MLA local')!;

async function first(store: StoreContext, state: Listing['state']): Promise<Listing> {
	for await (const { items } of mercadoLibre.listings!.pull(store, null))
		for (const item of items) if (item.ok && item.value.state === state) return item.value;
	throw new Error(`nothing is ${state}`);
}
async function mirrored(store: StoreContext, { externalListingId }: Listing): Promise<Listing> {
	const { items } = await mercadoLibre.listings!.fetch(store, [externalListingId]);
	return items.flatMap((item) => (item.ok ? [item.value] : []))[0]!;
}
/** The store, noting what is written. */
function noting(store: StoreContext) {
	const written: { method: string; path: string; body: unknown }[] = [];
	const send = async (request: HttpRequest) => {
		if (request.writes)
			written.push({
				method: request.method,
				path: new URL(request.url).pathname.replace(/^.*\/api/, ''),
				body: JSON.parse(request.body ?? '{}'),
			});
		return await store.http.send(request);
	};
	return { written, context: { ...store, http: { ...store.http, send } } };
}
const priceOf = (amountMinor: bigint, currency: string): OfferChange => ({
	externalVariantId: '',
	sellerSku: null,
	field: 'price',
	price: { amountMinor, currency },
});
const titleOf = (title: string): OfferChange => ({ externalVariantId: '', sellerSku: null, field: 'title', title });
/** The first item on sale that has, or has not, been sold. */
async function soldOnce(store: StoreContext, wanted: boolean): Promise<Listing> {
	for await (const { items } of mercadoLibre.listings!.pull(store, null))
		for (const item of items) {
			if (!item.ok || item.value.state !== 'live') continue;
			const [outcome] = await offers.change(store, item.value.externalListingId, [titleOf(item.value.title)], 'k');
			if ((outcome?.state === 'refused') === wanted) return item.value;
		}
	throw new Error('there is none');
}
const stockOf = (stock: number, externalVariantId = ''): OfferChange => ({ externalVariantId, sellerSku: null, field: 'stock', stock });

describe('an item of a seller of one country', () => {
	test('takes another price and another stock, and is read back with both', async () => {
		const one = await first(argentina(), 'live');
		const { written, context } = noting(argentina());
		expect(await offers.change(context, one.externalListingId, [priceOf(1_234_500n, 'ARS'), stockOf(8)], 'k')).toEqual([
			{ state: 'accepted' },
			{ state: 'accepted' },
		]);
		expect(written).toEqual([
			{ method: 'PUT', path: `/items/${one.externalListingId}`, body: { price: 12_345 } },
			{ method: 'PUT', path: `/items/${one.externalListingId}`, body: { available_quantity: 8 } },
		]);
		expect(await mirrored(argentina(), one)).toMatchObject({ price: { amountMinor: 1_234_500n, currency: 'ARS' }, stock: 8 });
		expect(offers.terms(argentina().store, one)).toEqual({ title: null, titles: TITLES, price: null, stock: null, pricing: 'paid' });
	});

	test('that is refused says why in the platform’s words, each field by itself', async () => {
		const one = await first(argentina(), 'live');
		expect(await offers.change(argentina(), one.externalListingId, [priceOf(10n, 'ARS'), stockOf(9)], 'k')).toMatchObject([
			{ state: 'refused', code: 'offerRefused', reasons: [{ field: 'price', words: 'The price is invalid' }] },
			{ state: 'accepted' },
		]);
		const held = await first(argentina(), 'blocked');
		expect(await offers.change(argentina(), held.externalListingId, [stockOf(5)], 'k')).toMatchObject([
			{ state: 'refused', reasons: [{ words: expect.stringContaining('under review') }] },
		]);
	});

	test('whose stock is kept by its place of origin is accepted and stays what it was, which reading it shows', async () => {
		const one = await first(argentina(), 'live');
		s.control.configure('mercado-libre', { severalOrigins: true });
		expect(await offers.change(argentina(), one.externalListingId, [stockOf(4321)], 'k')).toEqual([{ state: 'accepted' }]);
		s.control.configure('mercado-libre', { severalOrigins: false });
		expect((await mirrored(argentina(), one)).stock).not.toBe(4321);
	});

	test('with variations is sent with all of them, and one in the platform’s warehouse not at all', async () => {
		const written: unknown[] = [];
		const answering = (item: object): StoreContext => ({
			...argentina(),
			http: {
				...argentina().http,
				send: async (request: HttpRequest) => {
					if (request.writes) written.push(JSON.parse(request.body ?? '{}'));
					return await Promise.resolve({ status: 200, headers: {}, body: Buffer.from(JSON.stringify(item)) });
				},
			},
		});
		const item = { id: 'MLA1', variations: [{ id: 181_000_000_001 }, { id: 181_000_000_002 }] };
		expect(await offers.change(answering(item), 'MLA1', [stockOf(3, '181000000002')], 'k')).toEqual([{ state: 'accepted' }]);
		expect(written).toEqual([{ variations: [{ id: 181_000_000_001 }, { id: 181_000_000_002, available_quantity: 3 }] }]);
		const full = { id: 'MLA1', shipping: { logistic_type: 'fulfillment' } };
		expect(await offers.change(answering(full), 'MLA1', [stockOf(3)], 'k')).toEqual([
			{ state: 'refused', code: 'offerNotOurs', reasons: [] },
		]);
		expect(written).toHaveLength(1);
		const facts = { state: 'live', rawStatus: 'active', price: null, stock: 3 } as const;
		expect(offers.terms(argentina().store, { ...facts, externalVariantId: '181000000002' }).price).toBe('onePriceForAll');
	});
});

describe('a title', () => {
	test('is changed at the item of the site while nothing has been sold of it', async () => {
		for (const [store, path] of [
			[argentina(), '/items'],
			[brazil(), '/global/items'],
		] as const) {
			const one = await soldOnce(store, false);
			const { written, context } = noting(store);
			expect(await offers.change(context, one.externalListingId, [titleOf('Lámpara de mesa')], 'k')).toEqual([{ state: 'accepted' }]);
			expect(written).toEqual([{ method: 'PUT', path: `${path}/${one.externalListingId}`, body: { title: 'Lámpara de mesa' } }]);
			expect(await mirrored(store, one)).toMatchObject({ title: 'Lámpara de mesa', price: one.price, stock: one.stock });
			expect(await offers.change(store, one.externalListingId, [titleOf('L'.repeat(61))], 'k')).toMatchObject([
				{ state: 'refused', code: 'offerRefused', reasons: [{ words: expect.stringContaining('60 characters') }] },
			]);
		}
	});

	test('of what has been sold is not sent, nor one that the platform makes itself', async () => {
		const one = await soldOnce(argentina(), true);
		const { written, context } = noting(argentina());
		expect(await offers.change(context, one.externalListingId, [titleOf('Otra')], 'k')).toEqual([
			{ state: 'refused', code: 'offerTitleFrozen', reasons: [] },
		]);
		expect(written).toEqual([]);
		expect(offers.terms(argentina().store, { ...one, sold: 3 }).title).toBe('titleAfterSales');
		expect(offers.terms(argentina().store, { ...one, externalVariantId: 'MLAU1' }).title).toBe('platformTitle');
		const family: StoreContext = {
			...argentina(),
			http: {
				...argentina().http,
				send: async (request: HttpRequest) => {
					if (request.writes) throw new Error('nothing may be written');
					return await Promise.resolve({ status: 200, headers: {}, body: Buffer.from('{"id":"MLA1","family_name":"Lamps"}') });
				},
			},
		};
		expect(await offers.change(family, 'MLA1', [titleOf('Otra')], 'k')).toEqual([
			{ state: 'refused', code: 'offerTitleMade', reasons: [] },
		]);
	});
});

describe('an item of Global Selling', () => {
	test('takes what is left to the seller as its price, and its stock is the account’s', async () => {
		const one = await first(brazil(), 'live');
		expect(one.received).toMatchObject({ currency: one.price!.currency });
		expect(one.received!.amountMinor).toBeLessThan(one.price!.amountMinor);
		expect(offers.terms(brazil().store, one)).toEqual({
			title: null,
			titles: TITLES,
			price: null,
			stock: 'sharedStock',
			pricing: 'received',
		});
		const { written, context } = noting(brazil());
		expect(await offers.change(context, one.externalListingId, [priceOf(3_105n, 'USD')], 'k')).toEqual([{ state: 'accepted' }]);
		expect(written).toEqual([{ method: 'PUT', path: `/global/items/${one.externalListingId}`, body: { net_proceeds: 31.05 } }]);
		const now = await mirrored(brazil(), one);
		expect(now.received).toEqual({ amountMinor: 3_105n, currency: 'USD' });
		expect(now.price!.amountMinor).toBeGreaterThan(3_105n);
		expect(await offers.change(context, one.externalListingId, [stockOf(5)], 'k')).toMatchObject([
			{ state: 'refused', code: 'offerShared' },
		]);
		expect(written).toHaveLength(1);
	});

	test.skipIf(!published)('has a published sample from which that is read', () => {
		const item = wireListing.parse(published!.json('samples/marketplace-item-site-child.json'));
		expect(toListings(item, 'USD', [])[0]).toMatchObject({
			price: { amountMinor: 6_599n, currency: 'USD' },
			received: { amountMinor: 3_862n, currency: 'USD' },
		});
	});
});

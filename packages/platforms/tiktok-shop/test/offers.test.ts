import type { Listing } from '@pangea/domain';
import type { HttpRequest, OfferChange, StoreContext } from '@pangea/platform-contract';
import { type Simulator, startSimulator } from '@pangea/simulator';
import { witness } from '@pangea/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tiktokShop } from '../src/index.ts';
import { InventoryErrors, WireStock } from '../src/wire-offers.ts';
import { simulatedShops } from './simulated-shops.ts';

const offers = tiktokShop.offers!;
const published = witness('tiktok-shop');

let simulator: Simulator;
let shops: Map<string, StoreContext>;
/** What Mexico's shop lists. */
let listed: Listing[];

beforeAll(async () => {
	simulator = await startSimulator({ clock: { at: Date.parse('2026-11-22T08:00:00Z'), frozen: true }, size: 400 });
	shops = await simulatedShops(simulator);
	listed = [];
	for await (const { items } of tiktokShop.listings!.pull(shop('MX'), null)) for (const item of items) if (item.ok) listed.push(item.value);
}, 60_000);
afterAll(() => simulator.stop());

const shop = (site: string): StoreContext => shops.get(site)!;
const key = 'k-1';
const ofProduct = (id: string) => listed.filter(({ externalListingId }) => externalListingId === id);
const mirrored = async (store: StoreContext, { externalListingId, externalVariantId }: Listing) => {
	const { items } = await tiktokShop.listings!.fetch(store, [externalListingId]);
	return items.flatMap((item) => (item.ok ? [item.value] : [])).find((one) => one.externalVariantId === externalVariantId)!;
};
const priceOf = ({ externalVariantId, sellerSku }: Listing, amountMinor: bigint, currency = 'MXN'): OfferChange => ({
	externalVariantId,
	sellerSku,
	field: 'price',
	price: { amountMinor, currency },
});
const stockOf = ({ externalVariantId, sellerSku }: Listing, stock: number): OfferChange => ({
	externalVariantId,
	sellerSku,
	field: 'stock',
	stock,
});
const titleOf = ({ externalVariantId, sellerSku }: Listing, title: string): OfferChange => ({
	externalVariantId,
	sellerSku,
	field: 'title',
	title,
});
/** A variant whose price no promotion holds, or one whose price it does. */
async function find(isLocked: boolean, store = shop('MX'), among = listed): Promise<Listing | null> {
	for (const one of among.filter(({ state }) => state === 'live')) {
		const same = priceOf(one, one.price!.amountMinor, one.price!.currency);
		const [outcome] = await offers.change(store, one.externalListingId, [same], key);
		if ((outcome?.state === 'refused') === isLocked) return one;
	}
	return null;
}

describe('changing a product of TikTok Shop', () => {
	test('sets price and stock of one variant and leaves its sisters alone', async () => {
		const one = (await find(false))!;
		const sent: { path: string; writes: unknown; body: unknown }[] = [];
		const send = async (request: HttpRequest) => {
			if (request.writes)
				sent.push({ path: new URL(request.url).pathname.replace(/.*\/product\//, ''), writes: true, body: JSON.parse(request.body ?? '') });
			return await shop('MX').http.send(request);
		};
		const store = { ...shop('MX'), http: { ...shop('MX').http, send } };
		const outcomes = await offers.change(store, one.externalListingId, [stockOf(one, 17), priceOf(one, 12_345n)], key);
		expect(outcomes).toEqual([{ state: 'accepted' }, { state: 'accepted' }]);
		expect(sent).toEqual([
			{
				path: `202309/products/${one.externalListingId}/prices/update`,
				writes: true,
				body: { skus: [{ id: one.externalVariantId, price: { currency: 'MXN', sale_price: '123.45' } }] },
			},
			{
				path: `202309/products/${one.externalListingId}/inventory/update`,
				writes: true,
				body: { skus: [{ id: one.externalVariantId, inventory: [{ warehouse_id: expect.any(String), quantity: 17 }] }] },
			},
		]);
		expect(await mirrored(shop('MX'), one)).toMatchObject({ price: { amountMinor: 12_345n, currency: 'MXN' }, stock: 17 });
		for (const sister of ofProduct(one.externalListingId).filter((other) => other !== one))
			expect(await mirrored(shop('MX'), sister)).toMatchObject({ price: sister.price, stock: sister.stock });
	});

	test('changes the title of all variants once the audit has passed it; until then the old one is shown', async () => {
		const live = listed.filter(({ state }) => state === 'live');
		const [one, other] = [...Map.groupBy(live, (each) => each.externalListingId).values()].find(({ length }) => length > 1)!;
		const wanted = 'Lámpara de noche con luz cálida';
		expect(
			await offers.change(
				shop('MX'),
				one!.externalListingId,
				[titleOf(one!, wanted), titleOf(other!, wanted), titleOf(other!, 'Otra')],
				key,
			),
		).toEqual([{ state: 'accepted' }, { state: 'accepted' }, { state: 'refused', code: 'offerSeveralTitles', reasons: [] }]);
		expect((await mirrored(shop('MX'), one!)).title).toBe(one!.title);
		expect(await offers.titleRefusal!(shop('MX'), one!.externalListingId)).toBeNull();
		simulator.control.setClock({ advance: 61_000 });
		for (const each of [one!, other!]) expect((await mirrored(shop('MX'), each)).title).toBe(wanted);
		expect(await offers.titleRefusal!(shop('MX'), one!.externalListingId)).toBeNull();
	});

	test('tells why the audit refuses a title, and leaves the old one', async () => {
		const one = listed.find(({ state }) => state === 'live')!;
		const before = await mirrored(shop('MX'), one);
		await offers.change(shop('MX'), one.externalListingId, [titleOf(one, 'Replica de una lámpara muy famosa')], key);
		simulator.control.setClock({ advance: 61_000 });
		expect(await offers.titleRefusal!(shop('MX'), one.externalListingId)).toEqual([
			{ field: 'title', code: 'Title', words: 'The product title contains prohibited content.' },
		]);
		expect((await mirrored(shop('MX'), one)).title).toBe(before.title);
		expect(await offers.change(shop('MX'), one.externalListingId, [titleOf(one, 'x'.repeat(301))], key)).toMatchObject([
			{ state: 'refused', reasons: [{ code: '36009004' }] },
		]);
	});

	test('sends a local seller’s price under its own name', async () => {
		const brazil: Listing[] = [];
		for await (const { items } of tiktokShop.listings!.pull(shop('BR'), null))
			for (const item of items) if (item.ok && item.value.state === 'live') brazil.push(item.value);
		const taken = [];
		for (const one of brazil.slice(0, 8))
			taken.push((await offers.change(shop('BR'), one.externalListingId, [priceOf(one, 9_990n, 'BRL')], key))[0]?.state);
		expect(taken).toContain('accepted');
	});

	test('says when a running promotion holds the price, and changes the stock all the same', async () => {
		let found = 0;
		for (const store of shops.values()) {
			const all: Listing[] = [];
			for await (const { items } of tiktokShop.listings!.pull(store, null)) for (const item of items) if (item.ok) all.push(item.value);
			const one = await find(true, store, all);
			if (!one) continue;
			found++;
			const other = priceOf(one, 5_000n, one.price!.currency);
			expect(await offers.change(store, one.externalListingId, [other, stockOf(one, 3)], key)).toMatchObject([
				{ state: 'refused', code: 'offerPromotion' },
				{ state: 'accepted' },
			]);
			expect(await mirrored(store, one)).toMatchObject({ price: one.price, stock: 3 });
		}
		expect(found).toBeGreaterThan(0);
	});

	test('tells each variant by itself why its stock was not taken', async () => {
		const live = listed.filter(({ state }) => state === 'live');
		const [one, other] = [...Map.groupBy(live, (each) => each.externalListingId).values()].find(({ length }) => length > 1)!;
		expect(await offers.change(shop('MX'), one!.externalListingId, [stockOf(one!, 1_000_000), stockOf(other!, 4)], key)).toMatchObject([
			{ state: 'refused', code: 'offerRefused', reasons: [{ field: 'stock', words: 'The quantity is invalid' }] },
			{ state: 'accepted' },
		]);
		expect((await mirrored(shop('MX'), other!)).stock).toBe(4);
	});

	test('does not touch stock that lies in several places or is shared over markets', async () => {
		const one = (await find(false))!;
		const answering = (sku: object): StoreContext => ({
			...shop('MX'),
			http: {
				...shop('MX').http,
				async send(request: HttpRequest) {
					if (request.writes) throw new Error('nothing may be written');
					const reply = await shop('MX').http.send(request);
					const body = JSON.parse(reply.body.toString()) as { data: { skus: object[] } };
					body.data.skus = body.data.skus.map((told) => ({ ...told, ...sku }));
					return { ...reply, body: Buffer.from(JSON.stringify(body)) };
				},
			},
		});
		const places = { inventory: [{ warehouse_id: '1' }, { warehouse_id: '2' }] };
		const shared = { global_listing_policy: { inventory_type: 'SHARED' } };
		for (const [sku, code] of [
			[places, 'offerWarehouses'],
			[shared, 'offerShared'],
		] as const)
			expect(await offers.change(answering(sku), one.externalListingId, [stockOf(one, 5)], key)).toEqual([
				{ state: 'refused', code, reasons: [] },
			]);
	});

	test('keeps what was taken though the next call is refused', async () => {
		const one = (await find(false))!;
		const send = async (request: HttpRequest) => {
			const refused = { code: 36009004, message: 'Invalid parameter.', data: null, request_id: 'r' };
			if (request.operation === 'products.inventory') return { status: 400, headers: {}, body: Buffer.from(JSON.stringify(refused)) };
			return await shop('MX').http.send(request);
		};
		const store = { ...shop('MX'), http: { ...shop('MX').http, send } };
		expect(await offers.change(store, one.externalListingId, [stockOf(one, 5), priceOf(one, 4_321n)], key)).toMatchObject([
			{ state: 'refused', code: 'platformRefused', reasons: [{ code: '36009004' }] },
			{ state: 'accepted' },
		]);
	});

	test('is offered for what is on sale only', () => {
		const facts = { externalVariantId: '1', price: { amountMinor: 1n, currency: 'MXN' }, stock: 3 } as const;
		const at = (rawStatus: string) => offers.terms(shop('MX').store, { ...facts, state: 'live', rawStatus });
		expect(at('ACTIVATE')).toMatchObject({
			title: null,
			titles: { least: 1, most: 300, of: 'product', reviewed: true },
			price: null,
			stock: null,
			pricing: 'paid',
		});
		expect(at('SELLER_DEACTIVATED')).toMatchObject({ title: 'notOnSale', price: 'notOnSale', stock: 'notOnSale' });
	});
});

describe.skipIf(!published)('the published answers', () => {
	test('are read as they are meant', () => {
		const data = (name: string) => (published!.json(`samples/${name}.json`) as { data: unknown }).data;
		for (const name of ['inventory-update', 'inventory-update.published'])
			expect(InventoryErrors.parse(data(name))).toMatchObject([
				{ code: '12052990', detail: { extra_errors: [{ code: '12052097', message: 'The warehouse does not exist' }] } },
			]);
		expect(WireStock.parse(data('product-detail.published')).skus[0]?.inventory[0]?.warehouse_id).toMatch(/^\d+$/);
	});
});

import type { Listing } from '@pangea/domain';
import type { HttpReply, HttpRequest, StoreContext } from '@pangea/platform-contract';
import { witness } from '@pangea/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mercadoLibre } from '../src/index.ts';
import { toListings } from '../src/listings.ts';
import { wireListing } from '../src/wire-listings.ts';
import { simulated } from './simulated-platform.ts';

const published = witness('mercado-libre');
const listings = mercadoLibre.listings!;

let s: Awaited<ReturnType<typeof simulated>>;
const stores: StoreContext[] = [];
beforeAll(async () => {
	s = await simulated();
	stores.push(...(await s.openAll()));
});
afterAll(() => s.simulator.stop());

const globalStore = (): StoreContext => stores.find((one) => one.store.attributes['apiFamily'] === 'globalSelling')!;

/** The store, with some answers of the platform replaced. */
function answering(store: StoreContext, change: (request: HttpRequest, reply: HttpReply) => HttpReply) {
	const asked: string[] = [];
	const send = async (request: HttpRequest): Promise<HttpReply> => {
		asked.push(new URL(request.url).pathname.replace(/^.*\/api/, ''));
		return change(request, await store.http.send(request));
	};
	return { asked, context: { ...store, http: { ...store.http, send } } };
}

async function read(context: StoreContext): Promise<{ all: Listing[]; bad: (string | null)[] }> {
	const all: Listing[] = [];
	const bad: (string | null)[] = [];
	for await (const { items } of listings.pull(context, null))
		for (const item of items) {
			if (item.ok) all.push(item.value);
			else bad.push(item.externalId);
		}
	return { all, bad };
}

const refused = (status: number): HttpReply => ({
	status,
	headers: {},
	body: Buffer.from('{"message":"no","error":"forbidden","status":403}'),
});

describe('listings', () => {
	it('of each store are its own, in both families', async () => {
		const ids = new Set<string>();
		for (const store of stores) {
			const { all, bad } = await read(store);
			expect(bad).toEqual([]);
			expect(all.length).toBeGreaterThan(20);
			for (const { externalListingId } of all) expect(externalListingId.startsWith(store.store.siteId)).toBe(true);
			for (const { externalListingId } of all) ids.add(externalListingId);
			const sold = all.filter(({ stock, state }) => stock === 0 && state !== 'inactive' && state !== 'blocked');
			for (const { state, rawStatus } of sold) expect([state, rawStatus]).toEqual(['live', 'paused / out_of_stock']);
		}
		expect(ids.size).toBeGreaterThan(stores.length * 20);
	}, 30_000);

	it('say why the platform keeps them from sale, and by which item of the account they are one', async () => {
		const all: Listing[] = [];
		for (const store of stores.filter((one) => one.store.attributes['apiFamily'] === 'globalSelling')) all.push(...(await read(store)).all);
		expect(all.find(({ state }) => state === 'blocked')).toMatchObject({
			rawStatus: 'under_review / forbidden',
			issues: ['Low quality cover image.'],
		});
		for (const { originKey } of all) expect(originKey).toMatch(/^CBT\d+$/);
	});

	it('are found through the items of the account where the marketplace user’s own are refused', async () => {
		const store = globalStore();
		const { all } = await read(store);
		const { asked, context } = answering(store, (request, reply) =>
			request.url.includes(`/users/${store.store.externalId}/items/search`) ? refused(403) : reply,
		);
		const through = await read(context);
		expect(through.all.map(({ externalListingId }) => externalListingId).sort()).toEqual(
			all.map(({ externalListingId }) => externalListingId).sort(),
		);
		expect(asked.some((path) => path.endsWith('/marketplace_items'))).toBe(true);
	});

	it('are asked for one by one where the multiget is refused, and one that is damaged costs only itself', async () => {
		const store = globalStore();
		let damaged = '';
		const { asked, context } = answering(store, (request, reply) => {
			if (new URL(request.url).pathname.endsWith('/api/items')) return refused(403);
			if (damaged !== '' || !/\/marketplace\/items\//.test(request.url)) return reply;
			const body = JSON.parse(reply.body.toString('utf8')) as Record<string, unknown>;
			damaged = String(body['id']);
			return { ...reply, body: Buffer.from(JSON.stringify({ ...body, title: 7 })) };
		});
		const { all, bad } = await read(context);
		expect(bad).toEqual([damaged]);
		expect(all.length).toBe((await read(store)).all.length - 1);
		expect(asked.filter((path) => path.startsWith('/marketplace/items/')).length).toBe(all.length + 1);
	});

	it('that a notification names are read where they belong: by the site’s item and by the account’s', async () => {
		const store = globalStore();
		const [one] = (await read(store)).all;
		for (const name of [one!.externalListingId, one!.originKey!])
			expect((await listings.fetch(store, [name])).items.map((item) => item.ok && item.value)).toEqual([one]);
		const other = stores.find(({ store: { siteId } }) => siteId !== store.store.siteId)!;
		expect((await listings.fetch(other, [one!.externalListingId])).items).toEqual([]);
	});
});

describe.skipIf(!published)('the published items', () => {
	const item = (name: string) => wireListing.parse(published?.json(`samples/${name}.json`));

	it('become one listing, known by the account’s item', () => {
		expect(toListings(item('marketplace-item-site-child'), 'BRL', [])).toEqual([
			{
				externalListingId: 'MLB6020770144',
				externalVariantId: '',
				originKey: 'CBT2796239245',
				sellerSku: 'SC-1520',
				gtins: [],
				title: 'Bola De Futebol Reflexiva Que Brilha',
				variant: null,
				state: 'live',
				rawStatus: 'active',
				issues: [],
				price: { amountMinor: 6599n, currency: 'USD' },
				received: { amountMinor: 3862n, currency: 'USD' },
				stock: 40,
				imageUrl: null,
				url: 'https://produto.mercadolivre.com.br/MLB-6020770144-bola-de-futebol-reflexiva-que-brilha-_JM',
				updatedAt: '2025-12-08T19:35:13.696Z',
			},
		]);
		expect(toListings(item('marketplace-item-cbt-parent'), 'USD', [])[0]?.gtins).toEqual(['8429412807090']);
	});

	it('are named as order lines name them where each variant is a product of its own', () => {
		const own = { ...item('marketplace-item-site-child'), user_product_id: 'MLBU3366891824' };
		expect(toListings(own, 'BRL', [])[0]).toMatchObject({ externalVariantId: 'MLBU3366891824', originKey: 'CBT2796239245' });
	});

	it('become one listing a variation, none of which stands for the family', () => {
		expect(toListings(item('marketplace-item-fulfillment'), 'MXN', [])).toMatchObject([
			{
				externalVariantId: '45339522560',
				originKey: null,
				variant: 'Verde oscuro',
				stock: 421,
				price: { amountMinor: 10_100n, currency: 'USD' },
			},
		]);
	});

	it('are blocked by what the platform adds to their status', () => {
		const blocked = { ...item('marketplace-item-site-child'), status: 'paused', sub_status: ['waiting_for_patch'] };
		expect(toListings(blocked, 'BRL', [])[0]).toMatchObject({ state: 'blocked', issues: ['waiting_for_patch'] });
		expect(toListings(blocked, 'BRL', ['Low quality cover image.'])[0]?.issues).toEqual(['Low quality cover image.']);
	});
});

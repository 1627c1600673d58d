import type { Listing } from '@pangea/domain';
import type { Page, StoreContext } from '@pangea/platform-contract';
import { fieldsRead } from '@pangea/platform-contract/testing';
import { type Simulator, startSimulator } from '@pangea/simulator';
import { AGREED, settle, witness } from '@pangea/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temu } from '../src/index.ts';
import { toListing } from '../src/listings.ts';
import { toListings } from '../src/managed-goods.ts';
import { productPageSchema, productSchema, skuOffersSchema, skuPageSchema, skuSchema } from '../src/wire-listings.ts';
import { grantOf, LOCAL_US, ok, type Seen, startGateway, storeContext } from './gateway.ts';
import { openShop } from './simulated-temu.ts';
import { apis, COMMON, filled, isListed, parametersOf, unlistedFields } from './skeletons.ts';

const NOW = Date.parse('2026-11-22T08:00:00Z');
const LIST = 'temu.local.sku.list.retrieve';
const OFFERS = 'bg.local.goods.sku.list.query';
const PRODUCTS = 'bg.glo.goods.list.get';

let simulator: Simulator;
const heard: { api: string; fields: string[]; result: unknown }[] = [];

beforeAll(async () => {
	simulator = await startSimulator({ clock: { at: NOW, frozen: true }, size: 3000 });
});
afterAll(async () => simulator.stop());

const open = (storeId: string, host: 'us' | 'eu' | 'global' | 'partner'): Promise<StoreContext> =>
	openShop(simulator, storeId, host, ({ api, body, result }) =>
		heard.push({ api, fields: Object.keys(body).filter((field) => field !== 'type'), result }),
	);

async function listed(store: StoreContext): Promise<{ pages: number; all: Listing[] }> {
	const pages: Page<Listing>[] = [];
	for await (const page of temu.listings!.pull(store, null)) pages.push(page);
	const items = pages.flatMap((page) => page.items);
	return {
		pages: pages.length,
		all: items.map((item) => {
			if (!item.ok) throw new Error(item.cause);
			return item.value;
		}),
	};
}

describe('Listings of a local shop', () => {
	it('are all read, with what they cost and how many there are where they were ever on sale', async () => {
		const store = await open('temu-de', 'eu');
		const { pages, all } = await listed(store);
		expect([pages, all.length > 20]).toEqual([1, true]);
		expect(new Set(all.map(({ externalVariantId }) => externalVariantId)).size).toBe(all.length);
		expect(all.every(({ price, stock }) => price?.currency === 'EUR' && price.amountMinor > 50n && stock !== null)).toBe(true);
		const [first, second] = all;
		const named = await temu.listings!.fetch(store, [first!.externalListingId, 'no such goods']);
		expect(named.items.map((item) => item.ok && item.value)).toEqual(
			all.filter(({ externalListingId }) => externalListingId === first!.externalListingId),
		);
		expect(second!.externalListingId).toMatch(/^\d{15}$/);
	});

	it('stand in a state that says who keeps them from sale', async () => {
		const shops = [await open('temu-de', 'eu'), await open('temu-mx', 'global'), await open('temu-jp', 'global')];
		const all = (await Promise.all(shops.map(listed))).flatMap((shop) => shop.all);
		expect([...new Set(all.map(({ state }) => state))].toSorted()).toEqual(['blocked', 'inactive', 'live']);
		const soldOut = all.filter(({ rawStatus }) => rawStatus === 'INACTIVE / 3003');
		expect([soldOut.length > 0, soldOut.every(({ state, stock }) => state === 'live' && stock === 0)]).toEqual([true, true]);
		expect(['High price', 'Penalty']).toEqual(expect.arrayContaining(all.flatMap(({ issues }) => issues)));
		expect(all.every(({ state, issues }) => (state === 'blocked') === issues.length > 0)).toBe(true);
	});

	it('are named as order lines name them', async () => {
		const store = await open('temu-mx', 'global');
		const names = new Set((await listed(store)).all.map((one) => `${one.externalListingId} ${one.externalVariantId}`));
		const window = {
			from: new Date(NOW - 20 * 86_400_000).toISOString(),
			until: new Date(NOW).toISOString(),
			order: 'newest' as const,
		};
		const lines: string[] = [];
		for await (const page of temu.orders.pull(store, window, null))
			for (const item of page.items)
				if (item.ok) lines.push(...item.value.lines.map((line) => `${line.externalListingId} ${line.externalVariantId}`));
		expect(lines.length).toBeGreaterThan(5);
		// The world also sells what a store lists no more.
		expect(lines.filter((line) => names.has(line)).length).toBeGreaterThan(lines.length / 2);
	});

	it('have prices of a currency without decimals as they are told', async () => {
		const { all } = await listed(await open('temu-jp', 'global'));
		expect(all.every(({ price }) => price?.currency === 'JPY' && price.amountMinor >= 10n)).toBe(true);
	});
});

describe('A shop that Temu manages', () => {
	it('serves no goods by the token of its orders, and nothing is asked of it', async () => {
		const store = await open('temu-us', 'us');
		expect(temu.listings!.serves!(store.store)).toBe(false);
		await expect(listed(store)).rejects.toMatchObject({ kind: 'forbidden', userMessage: { code: 'scopeMissing' } });
	});
});

describe('A shop that Temu manages, by its second token', () => {
	it.each(['temu-us', 'temu-managed'])('%s is read with its states, codes and variants, and without price and stock', async (id) => {
		const store = await open(id, 'partner');
		expect(temu.listings!.serves!(store.store)).toBe(true);
		expect(temu.publish!.serves!(store.store)).toBe(false);
		const { pages, all } = await listed(store);
		expect([pages, all.length > 20]).toEqual([3, true]);
		expect(new Set(all.map(({ externalVariantId }) => externalVariantId)).size).toBe(all.length);
		// By chance one of the two has nothing that is taken off.
		expect(['live', 'inactive']).toEqual(expect.arrayContaining(all.map(({ state }) => state)));
		expect(
			all.every(({ price, stock, variant, sellerSku }) => price === null && stock === null && variant !== null && sellerSku !== ''),
		).toBe(true);
		const [first] = all;
		const named = await temu.listings!.fetch(store, [first!.externalListingId]);
		expect(named.items.map((item) => item.ok && item.value)).toEqual(
			all.filter(({ externalListingId }) => externalListingId === first!.externalListingId),
		);
	});

	it('is walked page by page in each state, and names what cannot be read', async () => {
		const row = (productId: number) => ({
			productId,
			extCode: 'A',
			productName: 'Mug',
			productSkuSummaries: [{ productSkuId: productId + 1 }],
		});
		await using gateway = await startGateway({
			[PRODUCTS]: ({ fields }: Seen) => {
				const { page, skcTopStatus } = fields as { page: number; skcTopStatus: number };
				if (skcTopStatus !== 100) return ok({ totalCount: 0, data: [] });
				return ok({ totalCount: 101, data: page === 1 ? [row(10), { productId: 20, productSkuSummaries: [{}] }] : [row(30)] });
			},
		});
		const goods = { ...LOCAL_US, siteId: 'CN', attributes: { uniqueId: 'u', orders: 'none' } };
		const store = storeContext(gateway, { grant: grantOf({ host: 'partner' }), store: goods });
		const items: unknown[] = [];
		for await (const page of temu.listings!.pull(store, null)) items.push(...page.items);
		expect(items).toMatchObject([
			{ ok: true, value: { externalListingId: '10', externalVariantId: '11', state: 'live', sellerSku: 'A', variant: null } },
			{ ok: false, externalId: '20' },
			{ ok: true, value: { externalListingId: '30' } },
		]);
	});

	it('is asked for nothing by the token of the Chinese gateway', async () => {
		expect(temu.listings!.serves!({ attributes: { mallId: '1' } })).toBe(false);
	});
});

describe('What Temu tells', () => {
	const sku = { goodsId: '6', skuId: '7', outSkuSn: 'A-1', goodsName: 'Mug', specName: 'White', thumbUrl: null };
	const offer = { price: { amountMinor: 990n, currency: 'EUR' }, stock: 4 };

	it.each([
		['ACTIVE', '2001', 'live', []],
		['ACTIVE', null, 'live', []],
		['ACTIVE', '2101', 'live', []],
		['INACTIVE', '3001', 'blocked', ['Penalty']],
		['INACTIVE', '3002', 'inactive', []],
		['INACTIVE', '3003', 'live', []],
		['INCOMPLETE', '4002', 'draft', []],
		['INCOMPLETE', '4003', 'blocked', ['Price evaluation failed']],
		['DRAFT', '5001', 'draft', []],
		['PAUSED', '9001', 'unknown', []],
	] as const)('as %s, %s is %s', (skuStatus, skuSubStatus, state, issues) => {
		const listing = toListing({ ...sku, skuStatus, skuSubStatus }, offer);
		expect([listing.state, listing.issues]).toEqual([state, [...issues]]);
	});

	const rows = [
		{ ...sku, skuStatus: 'DELETED', skuSubStatus: '6001' },
		{ ...sku, skuId: '8', skuStatus: 'ACTIVE', skuSubStatus: '2001' },
		{ goodsId: '9', skuStatus: 'ACTIVE' },
	];
	const offers = { skuList: [{ skuId: 8, stock: 3, retailPrice: { amount: '0', currency: 'USD' } }] };

	it('leaves out what was deleted, names what cannot be read, and takes a price of nothing for none', async () => {
		await using gateway = await startGateway({ [LIST]: ok({ skuList: rows }), [OFFERS]: ok(offers) });
		const { items } = await temu.listings!.fetch(storeContext(gateway), ['6']);
		expect(items).toMatchObject([
			{ ok: true, value: { externalVariantId: '8', price: null, stock: 3 } },
			{ ok: false, externalId: '9', cause: 'skuId: Invalid input' },
		]);
	});

	it('goes without price and stock where the token may not ask for them', async () => {
		const refused = { success: false, errorCode: 3000032, errorMsg: 'no access', requestId: 'us-1' };
		await using gateway = await startGateway({ [LIST]: ok({ skuList: rows.slice(1, 2) }), [OFFERS]: refused });
		const { items } = await temu.listings!.fetch(storeContext(gateway), ['6']);
		expect(items).toMatchObject([{ ok: true, value: { state: 'live', price: null, stock: null } }]);
	});

	it('is walked page by page', async () => {
		await using gateway = await startGateway({
			[LIST]: ({ fields }: Seen) =>
				ok({
					skuList: [{ ...sku, skuId: fields['pageToken'] === undefined ? '1' : '2', skuStatus: 'DRAFT' }],
					pagination: { nextToken: fields['pageToken'] === undefined ? 'second' : null },
				}),
		});
		const { all } = await listed(storeContext(gateway));
		expect(all.map(({ externalVariantId }) => externalVariantId)).toEqual(['1', '2']);
		// Of what was never on sale nobody asks for a price.
		expect(gateway.of(OFFERS)).toEqual([]);
	});

	it('is not walked for ever', async () => {
		await using gateway = await startGateway({ [LIST]: ok({ skuList: [], pagination: { nextToken: 'again' } }) });
		await expect(listed(storeContext(gateway))).rejects.toMatchObject({ userMessage: { code: 'answerNotUnderstood' } });
	});
});

const contract = witness('temu');

describe.skipIf(!contract)('The referee', () => {
	it('knows every parameter and every answer above', () => {
		for (const api of [LIST, OFFERS, PRODUCTS]) {
			const calls = heard.filter((one) => one.api === api);
			expect(calls.length).toBeGreaterThan(3);
			const hearing = { platform: 'Temu', against: `field list of ${api}`, judged: calls.length } as const;
			const listedParameters = parametersOf(api);
			const unlisted = calls.flatMap(({ fields }) => fields.filter((name) => !COMMON.has(name) && !listedParameters.has(name)));
			expect(settle({ ...hearing, side: 'adapter', disagreements: unlisted })).toEqual(AGREED);
			const told = calls.flatMap(({ result }) => (result ? [result] : []));
			expect(settle({ ...hearing, side: 'simulator', disagreements: unlistedFields(api, told) })).toEqual(AGREED);
		}
	});

	it.each([
		[LIST, skuPageSchema, apis[LIST]?.result],
		['one SKU of the list', skuSchema, (apis[LIST]?.result as { skuList: unknown[] } | undefined)?.skuList[0]],
		[OFFERS, skuOffersSchema, apis[OFFERS]?.result],
	] as const)('has every field read from %s', (name, schema, skeleton) => {
		const read = fieldsRead(schema);
		const hearing = { platform: 'Temu', side: 'adapter', against: `fields read from ${name}`, judged: read.length } as const;
		expect(settle({ ...hearing, disagreements: read.filter((path) => !isListed(skeleton, path)) })).toEqual(AGREED);
		expect(schema.safeParse(filled(skeleton)).error).toBeUndefined();
	});

	it('has every field of the goods of managed shops that is read, and their sample is understood', () => {
		const listedFlat = new Set((apis[PRODUCTS]?.resultFlat ?? []).map((entry) => entry.split(':')[0]));
		const read = [...fieldsRead(productPageSchema), ...fieldsRead(productSchema)].map((path) => path.split('.').at(-1) ?? '');
		const hearing = { platform: 'Temu', side: 'adapter', against: `fields read from ${PRODUCTS}`, judged: read.length } as const;
		expect(settle({ ...hearing, disagreements: read.filter((name) => !listedFlat.has(name)) })).toEqual(AGREED);
		const { result } = contract!.json('samples/semi-goods-list.json') as { result: unknown };
		const [row] = productPageSchema.parse(result).data;
		expect(toListings(productSchema.parse(row), 'live', 'on sale')).toMatchObject([
			{ externalListingId: '10574000001', externalVariantId: '139696000001', sellerSku: 'MUG-350-WHT', variant: 'White' },
		]);
	});

	it('has samples that are read as they are meant', async () => {
		const list = contract!.json('samples/sku-list-retrieve.json');
		const older = contract!.json('samples/sku-list.json');
		await using gateway = await startGateway({ [LIST]: list, [OFFERS]: older });
		const { items } = await temu.listings!.fetch(storeContext(gateway), ['601099500000001']);
		expect(items).toMatchObject([
			{
				ok: true,
				value: {
					externalListingId: '601099500000001',
					externalVariantId: '17592300000001',
					sellerSku: 'MUG-350-WHT',
					title: 'Ceramic Coffee Mug 350 ml',
					variant: 'White',
					state: 'live',
					rawStatus: 'ACTIVE / 2001',
					price: { amountMinor: 990n, currency: 'USD' },
					stock: 25,
				},
			},
		]);
	});
});

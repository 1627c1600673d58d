import type { Listing } from '@pangea/domain';
import type { OfferChange, StoreContext } from '@pangea/platform-contract';
import { type Simulator, startSimulator } from '@pangea/simulator';
import { witness } from '@pangea/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temu } from '../src/index.ts';
import { goodsBasicSchema, stockEditSchema } from '../src/wire-listings.ts';
import { type Heard, openShop } from './simulated-temu.ts';

const offers = temu.offers!;
const contract = witness('temu');
const heard: Heard[] = [];
let simulator: Simulator;
let germany: StoreContext;
let listed: Listing[];

beforeAll(async () => {
	simulator = await startSimulator({ clock: { at: Date.parse('2026-11-22T08:00:00Z'), frozen: true }, size: 200 });
	germany = await openShop(simulator, 'temu-de', 'eu', (one) => heard.push(one));
	listed = [];
	for await (const { items } of temu.listings!.pull(germany, null)) for (const item of items) if (item.ok) listed.push(item.value);
}, 60_000);
afterAll(async () => simulator.stop());

const stockOf = ({ externalVariantId, sellerSku }: Listing, stock: number): OfferChange => ({
	externalVariantId,
	sellerSku,
	field: 'stock',
	stock,
});
const mirrored = async ({ externalListingId }: Listing) => {
	const { items } = await temu.listings!.fetch(germany, [externalListingId]);
	return new Map(items.flatMap((item) => (item.ok ? [[item.value.externalVariantId, item.value.stock]] : [])));
};

describe('stock of a local shop on Temu', () => {
	test('is set by targets, each SKU told by itself, and read back', async () => {
		const goods = Map.groupBy(
			listed.filter(({ state }) => state === 'live'),
			({ externalListingId }) => externalListingId,
		);
		// Of every product two SKUs: a promotion holds some of them.
		const seen = new Set<string>();
		for (const [id, skus] of goods) {
			const wanted = skus.slice(0, 2).map((sku, place) => stockOf(sku, 31 + place));
			const outcomes = await offers.change(germany, id, wanted, 'batch-1');
			const now = await mirrored(skus[0]!);
			for (const [place, outcome] of outcomes.entries()) {
				seen.add(outcome.state);
				expect(now.get(wanted[place]!.externalVariantId)).toBe(outcome.state === 'accepted' ? 31 + place : skus[place]!.stock);
				if (outcome.state === 'refused')
					expect(outcome).toEqual({
						state: 'refused',
						code: 'offerRefused',
						reasons: [{ field: 'stock', code: '150010099', words: 'sku locked by an ongoing promotion' }],
					});
			}
		}
		expect([...seen].sort()).toEqual(['accepted', 'refused']);
		expect(heard.findLast(({ api }) => api === 'bg.local.goods.stock.edit')?.body).toMatchObject({
			goodsId: expect.any(Number),
			requestUniqueKey: 'batch-1',
			skuStockTargetList: expect.arrayContaining([{ skuId: expect.any(Number), stockTarget: 31 }]),
		});
	});

	test('can be none, and is then sold out, not switched off', async () => {
		const one = listed.find(({ state, stock }) => state === 'live' && (stock ?? 0) > 0)!;
		const [outcome] = await offers.change(germany, one.externalListingId, [stockOf(one, 0)], 'batch-2');
		expect(outcome).toEqual({ state: 'accepted' });
		const { items } = await temu.listings!.fetch(germany, [one.externalListingId]);
		expect(
			items.map((item) => item.ok && item.value).find((value) => value && value.externalVariantId === one.externalVariantId),
		).toMatchObject({
			state: 'live',
			stock: 0,
		});
	});

	test('stands alone: what buyers pay is Temu’s word, and managed shops are told apart', async () => {
		const [one] = listed;
		expect(offers.terms(germany.store, one!)).toMatchObject({ price: 'platformPrice' });
		expect(offers.terms({ ...germany.store, attributes: { uniqueId: 'u' } }, { ...one!, stock: null })).toMatchObject({
			price: 'platformPrice',
			stock: 'severalWarehouses',
		});
		const price: OfferChange = { externalVariantId: '1', sellerSku: null, field: 'price', price: { amountMinor: 1n, currency: 'EUR' } };
		const before = heard.length;
		expect(await offers.change(germany, one!.externalListingId, [price], 'batch-3')).toMatchObject([{ state: 'refused' }]);
		expect(heard).toHaveLength(before);
	});
});

describe('the name of a product of a local shop', () => {
	const named = (one: Listing, title: string): OfferChange => ({
		externalVariantId: one.externalVariantId,
		sellerSku: null,
		field: 'title',
		title,
	});
	const titles = async ({ externalListingId }: Listing) => {
		const { items } = await temu.listings!.fetch(germany, [externalListingId]);
		return new Set(items.flatMap((item) => (item.ok ? [item.value.title] : [])));
	};

	test('is set for all its SKUs, with the pictures sent back as they are', async () => {
		const one = listed.find(({ state }) => state === 'live')!;
		const wanted = 'Night lamp, warm white';
		expect(await offers.change(germany, one.externalListingId, [named(one, wanted), named(one, 'Another')], 'batch-4')).toEqual([
			{ state: 'accepted' },
			{ state: 'refused', code: 'offerSeveralTitles', reasons: [] },
		]);
		expect(await titles(one)).toEqual(new Set([wanted]));
		const picture = expect.stringContaining('https://img.kwcdn.com/');
		expect(heard.findLast(({ api }) => api === 'bg.local.goods.partial.update')?.body).toMatchObject({
			goodsId: Number(one.externalListingId),
			goodsBasic: {
				goodsName: wanted,
				importDesignation: 'Imported',
				goodsGallery: { goodsCarouselImage: [picture], detailImage: [picture] },
			},
		});
	});

	test('that Temu refuses says why and stays, and the stock asked for with it is set', async () => {
		const goods = listed.filter(({ state }) => state === 'live').slice(0, 6);
		const outcomes = [];
		for (const one of goods) {
			const before = await titles(one);
			const [name, stock] = await offers.change(germany, one.externalListingId, [named(one, '夜灯'), stockOf(one, 12)], 'batch-5');
			expect(name).toMatchObject({ state: 'refused', reasons: [{ words: expect.stringContaining('Chinese characters') }] });
			expect(await titles(one)).toEqual(before);
			outcomes.push(stock?.state);
		}
		expect(outcomes).toContain('accepted');
		expect(offers.terms({ ...germany.store, attributes: { uniqueId: 'u' } }, goods[0]!).title).toBe('notServed');
	});
});

describe.skipIf(!contract)('the sample of the contract', () => {
	test('has the pictures that go back with a name, and the call’s published fields take them', () => {
		const { result } = contract!.json('samples/goods-detail.json') as { result: object };
		expect(goodsBasicSchema.parse(result)).toMatchObject({
			importDesignation: 'Imported',
			goodsGallery: { goodsCarouselImage: [expect.any(String)], carouselVideo: [] },
		});
		const fields = contract!.json('samples/_api-fields.json') as Record<string, { request: { goodsBasic: { goodsGallery: object } } }>;
		const { goodsBasic } = fields['bg.local.goods.partial.update']!.request;
		expect(Object.keys(goodsBasic).sort()).toEqual(['goodsGallery', 'goodsName', 'importDesignation']);
		expect(Object.keys(goodsBasic.goodsGallery).sort()).toEqual(['carouselVideo', 'detailImage', 'detailVideo', 'goodsCarouselImage']);
	});

	test('hides a failure inside a success, which is read as one', () => {
		const { _response: response } = contract!.json('samples/goods-stock-edit.json') as { _response: { result: unknown } };
		expect(stockEditSchema.parse(response.result)).toMatchObject({
			operateResult: true,
			skuStockEditStatusInfoList: [{ stockEditStatus: true }, { stockEditStatus: false, errorCode: '150010099' }],
		});
	});
});

import { type DraftRules, draftGaps, type ListingDraft } from '@pangea/domain';
import type { StoreContext } from '@pangea/platform-contract';
import { fieldsRead } from '@pangea/platform-contract/testing';
import { AGREED, settle } from '@pangea/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { amazon } from '../src/index.ts';
import * as wire from '../src/wire-catalogue.ts';
import { createReferee } from './referee.ts';
import { hearings, startWorld, stopWorlds, storeOf, w } from './world.ts';

afterEach(stopWorlds);

const publish = amazon.publish!;
const GERMANY = 'A1PA6795UKMFR9';
const origin = { copyId: '01a00000-0000-7000-8000-000000000001', writtenAt: '2026-11-20T12:00:00.000Z', sources: [] };
/** Of the goods of the simulated world, as a SKU holds them. */
const gtinOf = (number: number): string => {
	const twelve = `69${String(20_000 + number).padStart(10, '0')}`;
	const sum = Array.from(twelve).reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 1 : 3), 0);
	return `0${twelve}${(10 - (sum % 10)) % 10}`;
};

async function germany(): Promise<StoreContext> {
	const world = await startWorld(50);
	const { grant } = await world.connect('eu');
	return await storeOf(grant, GERMANY);
}

async function match(store: StoreContext, number = 0) {
	const found = await publish.suggest(store, 'Sunset projection lamp', [], [gtinOf(number)]);
	return found.find(({ offersOn }) => offersOn !== undefined);
}

function draftOf(rules: DraftRules, over: Partial<ListingDraft> = {}): ListingDraft {
	return {
		categoryId: rules.categoryId,
		texts: [],
		images: [],
		price: { amount: '24.90', currency: 'EUR' },
		stock: 9,
		sellerSku: 'OFFER 1',
		gtin: null,
		attributes: [{ id: 'condition_type', valueId: 'new_new', value: 'New' }],
		sameProduct: rules.offersOn?.id ?? null,
		...over,
	};
}

describe('An offer on a product of the catalogue', () => {
	test('is proposed first where the marketplace has the number, with picture and title, beside the categories', async () => {
		const store = await germany();
		const [first, second] = await publish.suggest(store, 'Sunset projection lamp', [], [gtinOf(0)]);
		expect(first).toMatchObject({
			id: expect.stringMatching(/^PRODUCT\/B0[A-Z0-9]{8}$/) as string,
			name: expect.stringContaining('Sunset Projection Lamp') as string,
			offersOn: { brand: 'Yunfan', imageUrl: 'https://m.media-amazon.com/images/I/sim-0.jpg' },
		});
		expect(second).toMatchObject({ id: 'HOME' });
		expect(await match(store, 900)).toBeUndefined();
		const plain = await publish.suggest(store, 'Sunset projection lamp', [], []);
		expect(plain.every(({ offersOn }) => offersOn === undefined)).toBe(true);
	});

	test('is asked for nothing of the product, and that a person has compared it', async () => {
		const store = await germany();
		const rules = await publish.rules(store, (await match(store))!.id, []);
		expect(rules).toMatchObject({ languages: [], images: { most: 0 }, gtin: 'none', stock: 'asked', currency: 'EUR' });
		expect(rules.attributes.filter(({ required }) => required).map(({ id }) => id)).toEqual(['condition_type']);
		expect(draftGaps(draftOf(rules), rules)).toEqual([]);
		expect(draftGaps(draftOf(rules, { sameProduct: null }), rules)).toEqual([{ field: 'product', reason: 'notCompared', source: 'ours' }]);
		expect(draftGaps(draftOf(rules, { sameProduct: 'B000000000' }), rules)).toHaveLength(1);
	});

	test('is checked and made on that very product', async () => {
		const store = await germany();
		const rules = await publish.rules(store, (await match(store))!.id, []);
		const draft = draftOf(rules);
		const sent: { url: string; body: unknown }[] = [];
		const send: typeof store.http.send = async (request) => {
			if (request.operation === 'putListingsItem') sent.push({ url: request.url, body: JSON.parse(request.body ?? '{}') });
			return await store.http.send(request);
		};
		const id = await publish.create({ ...store, http: { ...store.http, send } }, draft, origin);
		expect(id).toBe(rules.offersOn?.id);
		expect(sent.map(({ url }) => url.includes('VALIDATION_PREVIEW'))).toEqual([true, false]);
		const marketplace = { marketplace_id: GERMANY };
		expect(sent[1]?.body).toEqual({
			productType: 'PRODUCT',
			requirements: 'LISTING_OFFER_ONLY',
			attributes: {
				merchant_suggested_asin: [{ value: id, ...marketplace }],
				condition_type: [{ value: 'new_new', ...marketplace }],
				purchasable_offer: [{ currency: 'EUR', audience: 'ALL', our_price: [{ schedule: [{ value_with_tax: 24.9 }] }], ...marketplace }],
				fulfillment_availability: [{ fulfillment_channel_code: 'DEFAULT', quantity: 9 }],
			},
		});
		expect(await publish.find(store, draft, origin)).toBe(id);
		const { items } = await amazon.listings!.fetch(store, [id]);
		const mine = items.flatMap((item) => (item.ok ? [item.value] : [])).find(({ sellerSku }) => sellerSku === 'OFFER 1');
		expect(mine).toMatchObject({ externalListingId: id, state: 'live', stock: 9, price: { amountMinor: 2490n, currency: 'EUR' } });
	}, 60_000);

	test('that lacks what an offer needs, or is on a product that is not there, is refused in Amazon’s words', async () => {
		const store = await germany();
		const rules = await publish.rules(store, (await match(store))!.id, []);
		const refusal = async (draft: ListingDraft) => {
			const error: unknown = await publish.create(store, draft, origin).catch((thrown: unknown) => thrown);
			return (error as { reasons: { field: string | null; words: string }[] }).reasons.map(({ field }) => field);
		};
		expect(await refusal(draftOf(rules, { attributes: [] }))).toEqual(['attribute']);
		expect(await refusal(draftOf(rules, { categoryId: 'PRODUCT/B0ZZZZZZZZ' }))).toEqual(['product']);
		await expect(publish.rules(store, 'PRODUCT/B0ZZZZZZZZ', [])).rejects.toMatchObject({ kind: 'notFound' });
		expect(await publish.find(store, draftOf(rules), origin)).toBeNull();
	}, 60_000);

	test('is not proposed to an app without the catalogue’s role, which makes whole listings all the same', async () => {
		const store = await germany();
		const send: typeof store.http.send = async (request) =>
			request.operation === 'searchCatalogItems'
				? {
						status: 403,
						headers: {},
						body: Buffer.from(JSON.stringify({ errors: [{ code: 'Unauthorized', message: 'Access to requested resource is denied.' }] })),
					}
				: await store.http.send(request);
		const found = await publish.suggest({ ...store, http: { ...store.http, send } }, 'Sunset projection lamp', [], [gtinOf(0)]);
		expect(found[0]).toMatchObject({ id: 'HOME' });
	});
});

describe.skipIf(!w)('The official Swagger models', () => {
	test('have no objection to anything asked or answered above', () => {
		const judged = hearings.flatMap((hearing) => hearing.judged);
		expect(judged).toEqual(
			expect.arrayContaining(['searchCatalogItems', 'getCatalogItem', 'getDefinitionsProductType', 'putListingsItem']),
		);
		const hearing = { platform: 'Amazon', against: 'Swagger models, offering on products', judged: judged.length } as const;
		expect(settle({ ...hearing, side: 'adapter', disagreements: hearings.flatMap((one) => one.asked) })).toEqual(AGREED);
		expect(settle({ ...hearing, side: 'simulator', disagreements: hearings.flatMap((one) => one.answered) })).toEqual(AGREED);
	});

	test.each([
		['ItemSearchResults', wire.wireCatalogueItems],
		['Item', wire.wireCatalogueItem],
	] as const)('have every field of their %s that the adapter reads', (definition, schema) => {
		const known = createReferee(w!).fields('catalogItems_2022-04-01', definition);
		const read = fieldsRead(schema);
		const hearing = { platform: 'Amazon', side: 'adapter', against: `catalogItems ${definition}`, judged: read.length } as const;
		expect(settle({ ...hearing, disagreements: read.filter((path) => !known.has(path)) })).toEqual(AGREED);
	});

	test('have published pairs of products that are read as they are meant', () => {
		const pairs = createReferee(w!)
			.pairs('catalogItems_2022-04-01')
			.filter(({ status }) => status === 200);
		const [searched, got] = ['searchCatalogItems', 'getCatalogItem'].map(
			(id) => pairs.find(({ operationId }) => operationId === id)?.response,
		);
		expect(wire.wireCatalogueItems.parse(searched).items.map(({ asin }) => asin)).toEqual(['B07N4M94X4']);
		expect(wire.wireCatalogueItem.parse(got).summaries?.[0]?.itemName).toContain('QLED');
	});
});

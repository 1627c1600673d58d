import { type DraftRules, draftGaps, type ListingDraft } from '@pangea/domain';
import type { StoreContext } from '@pangea/platform-contract';
import { fieldsRead } from '@pangea/platform-contract/testing';
import { type Simulator, startSimulator } from '@pangea/simulator';
import { AGREED, settle, witness } from '@pangea/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temu } from '../src/index.ts';
import * as wire from '../src/wire-publish.ts';
import { type Heard, openShop } from './simulated-temu.ts';
import { apis, COMMON, filled, isListed, parametersOf, unlistedFields } from './skeletons.ts';

const publish = temu.publish!;
const NOW = Date.parse('2026-11-22T08:00:00Z');
const PICTURE = 'https://m.media-amazon.com/images/I/sim-1.jpg';
const ADD = 'temu.local.goods.v2.add';
const origin = { copyId: '01a00000-0000-7000-8000-000000000001', writtenAt: '2026-11-22T08:00:00.000Z', sources: [] };

let simulator: Simulator;
let germany: StoreContext;
const heard: Heard[] = [];

beforeAll(async () => {
	simulator = await startSimulator({ clock: { at: NOW, frozen: true }, size: 200 });
	germany = await open('temu-de', 'eu');
});
afterAll(async () => simulator.stop());

const open = (storeId: string, host: 'us' | 'eu' | 'global') => openShop(simulator, storeId, host, (one) => heard.push(one));

async function rulesFor(store: StoreContext, words: string): Promise<DraftRules> {
	const [best] = await publish.suggest(store, words, []);
	return await publish.rules(store, best?.id ?? '', []);
}

function draftOf(rules: DraftRules, sellerSku: string, over: Partial<ListingDraft> = {}): ListingDraft {
	const value = (id: string, text: string, valueId: string | null = null) => ({ id, value: text, valueId });
	const template = rules.attributes.find(({ id }) => id === 'SHIPPING_TEMPLATE')?.choices[0];
	return {
		categoryId: rules.categoryId,
		texts: [{ language: 'en', title: 'Sunset projection lamp', description: 'Warm light.' }],
		images: [PICTURE],
		price: { amount: '14.50', currency: rules.currency },
		stock: 20,
		sellerSku,
		gtin: null,
		attributes: [
			value('12', 'ABS', '26485'),
			value('VARIATION 1001', 'White', '16002'),
			value('SHIPPING_TEMPLATE', template?.name ?? '', template?.id ?? null),
			value('HANDLING_DAYS', '1'),
			value('TRADEMARK', 'No trademark', 'none'),
			value('PACKAGE_WEIGHT', '0.48 kg'),
			...['LENGTH', 'WIDTH', 'HEIGHT'].map((side) => value(`PACKAGE_${side}`, '12 cm')),
		],
		...over,
	};
}

function withAttributes(draft: ListingDraft, ...more: ListingDraft['attributes']): ListingDraft {
	return { ...draft, attributes: [...draft.attributes.filter(({ id }) => !more.some((one) => one.id === id)), ...more] };
}

async function mirrored(store: StoreContext, id: string) {
	const { items } = await temu.listings!.fetch(store, [id]);
	return items.map((item) => item.ok && item.value);
}

/** The one reason with which a creation is refused. */
async function refusal(draft: ListingDraft) {
	const error: unknown = await publish.create(germany, draft, origin).catch((thrown: unknown) => thrown);
	const { reasons, userMessage } = error as { reasons: { field: string | null; words: string }[]; userMessage: { code: string } };
	return [userMessage.code, ...reasons.map(({ field, words }) => [field, words])];
}

describe('Categories', () => {
	test('are recommended by number with something of the shop in them, and told by name level by level', async () => {
		const found = await publish.suggest(germany, 'Sunset projection lamp', []);
		const [best] = found;
		expect(best).toMatchObject({ id: '24300', name: '24300', example: expect.any(String) });
		const home = found.find(({ name }) => name === 'Home')!;
		expect(home).toMatchObject({ id: '20000', isGroup: true });
		// Nobody may list in it.
		expect(found.some(({ name }) => name === 'Books')).toBe(false);
		const below = await publish.browse!(germany, home.id);
		expect(below.every(({ isGroup, id }) => isGroup === undefined && id.startsWith('20000/'))).toBe(true);
		const rules = await publish.rules(germany, below[0]!.id, []);
		expect(rules.categoryName).toBe(`Home › ${below[0]!.name}`);
	});

	test('that are groups, closed or unknown take no listing', async () => {
		for (const id of ['20000', '29999', '1', '20001/24300', 'x', '20000/20001'])
			await expect(publish.rules(germany, id, [])).rejects.toMatchObject({ kind: 'notFound' });
	});
});

describe('New goods', () => {
	test('are asked for what the category and the shop ask, and nothing else', async () => {
		const rules = await rulesFor(germany, 'Sunset projection lamp');
		expect(rules).toMatchObject({ currency: 'EUR', price: 'proposed', leastPrice: '0.02', gtin: 'none', languages: ['en'] });
		const empty = { ...draftOf(rules, 'T-0'), attributes: [] };
		expect(draftGaps(empty, rules).map(({ attribute }) => attribute?.name)).toEqual([
			'Material',
			'Color',
			'Shipping template',
			'Handling time, days',
			'Trademark',
			'Package weight',
			'Package length',
			'Package width',
			'Package height',
		]);
		expect(draftGaps(draftOf(rules, 'T-0'), rules)).toEqual([]);
	});

	test('of wood are asked for the kind of wood, of which the choices hang on what was chosen before', async () => {
		const rules = await rulesFor(germany, 'Sunset projection lamp');
		const wood = withAttributes(draftOf(rules, 'T-1'), { id: '12', value: 'Wood', valueId: '410' });
		expect(draftGaps(wood, rules).map(({ attribute, reason }) => [attribute?.id, reason])).toEqual([['7317', 'missing']]);
		const log = withAttributes(wood, { id: '7317', value: 'Log', valueId: '213321' });
		expect(draftGaps(log, rules)).toEqual([]);
		const odd = withAttributes(log, { id: '7317', value: 'Pine', valueId: '1' });
		expect(draftGaps(odd, rules).map(({ reason }) => reason)).toEqual(['noChoice']);
		const padauk = withAttributes(log, { id: '7318', value: 'Padauk', valueId: '213324' });
		const id = await publish.create(germany, padauk, origin);
		expect(await mirrored(germany, id)).toMatchObject([{ rawStatus: 'INCOMPLETE / 4002' }]);
		// What a former choice had brought about is not sent any more, nor what that had brought about.
		const back = withAttributes(padauk, { id: '12', value: 'ABS', valueId: '26485' });
		expect(draftGaps(back, rules)).toEqual([]);
		await publish.create(germany, { ...back, sellerSku: 'T-1b' }, origin);
		expect(heard.findLast(({ api }) => api === ADD)?.body['goodsProperty']).toEqual([{ refPid: 12, vid: 26485 }]);
	});

	test('are made with pictures that Temu fetches, wait for its look, and are live after it', async () => {
		const rules = await rulesFor(germany, 'Sunset projection lamp');
		const draft = withAttributes(
			draftOf(rules, 'T-2', { images: [PICTURE, 'https://http2.mlstatic.com/D_1-O.jpg'] }),
			{ id: '15', value: 'Cotton', valueId: '121' },
			{ id: '15 NUMBER', value: '60 %', valueId: null },
			{ id: '6934', value: '12 g', valueId: null },
			{ id: '6940', value: '2026-01-31', valueId: null },
			{ id: 'TRADEMARK', value: 'YUNFAN', valueId: '4400' },
		);
		expect(draftGaps(draft, rules)).toEqual([]);
		expect(await publish.find(germany, draft, origin)).toBeNull();
		const id = await publish.create(germany, draft, origin);
		expect(await publish.find(germany, draft, origin)).toBe(id);
		expect(await mirrored(germany, id)).toMatchObject([{ state: 'draft', sellerSku: 'T-2', variant: 'White', price: null }]);
		simulator.control.setClock({ advance: 61_000 });
		expect(await mirrored(germany, id)).toMatchObject([
			{ state: 'live', title: 'Sunset projection lamp', stock: 20, price: { amountMinor: 1450n, currency: 'EUR' } },
		]);
		const { body } = heard.findLast(({ api }) => api === ADD)!;
		expect(body).toMatchObject({
			language: 'en',
			goodsBasic: { catId: 24300, externalGoodsId: 'T-2', brand: { trademarkId: 4400, noTrademark: false } },
			goodsProperty: [
				{ refPid: 12, vid: 26485 },
				{ refPid: 15, vid: 121, numberInputValue: '60', valueUnitId: 57 },
				{ refPid: 6934, value: '12', valueUnitId: 240 },
				{ refPid: 6940, value: '2026-01-31' },
			],
			skuList: [
				{
					images: [expect.stringContaining('kwcdn.com'), expect.stringContaining('kwcdn.com')],
					specDetails: [{ parentSpecId: 1001, specId: 16002 }],
					packageInfo: { weight: '480', length: '12', width: '12', height: '12' },
				},
			],
		});
		// The same code once more is refused by Temu itself.
		expect(await refusal(draft)).toEqual(['listingRefused', ['sellerSku', 'SKU duplicated']]);
	});

	test.each([
		['a title with signs', { texts: [{ language: 'en', title: 'Lamp *new*', description: '' }] }, 'title', /Special characters/],
		['a title that is not English', { texts: [{ language: 'en', title: '台灯', description: '' }] }, 'title', /Chinese/],
		['a word that is forbidden', { texts: [{ language: 'en', title: 'Miracle lamp', description: '' }] }, 'title', /not allowed/],
		['a code in other letters', { sellerSku: 'ЛАМПА' }, 'sellerSku', /contribution SKU/],
		['a price of too many places', { price: { amount: '1.005', currency: 'EUR' } }, 'price', /decimal points/],
	] as const)('with %s are refused with the field named', async (_, over, field, words) => {
		const rules = await rulesFor(germany, 'Sunset projection lamp');
		const found = await refusal(draftOf(rules, 'T-3', over as Partial<ListingDraft>));
		expect(found).toEqual(['listingRefused', [field, expect.stringMatching(words)]]);
	});

	test('with a picture that Temu cannot have are refused with its address', async () => {
		const rules = await rulesFor(germany, 'Sunset projection lamp');
		const images = ['https://example.com/none.jpg'];
		expect(await refusal(draftOf(rules, 'T-4', { images }))).toEqual(['pictureUnreadable', ['images', images[0]]]);
		expect(await publish.find(germany, draftOf(rules, 'T-4'), origin)).toBeNull();
	});

	test('whose answer was lost are found by their code', async () => {
		const draft = draftOf(await rulesFor(germany, 'Sunset projection lamp'), 'T-5');
		simulator.control.arm({ kind: 'reset', platform: 'temu', operation: ADD, count: 1 });
		await expect(publish.create(germany, draft, origin)).rejects.toMatchObject({ kind: 'unavailable' });
		expect(await publish.find(germany, draft, origin)).toMatch(/^6010997\d{8}$/);
	});

	test('of clothes name the group of their size', async () => {
		const fashion = (await publish.suggest(germany, ' ', [])).find(({ name }) => name === 'Fashion')!;
		const [leaf] = await publish.browse!(germany, fashion.id);
		const rules = await publish.rules(germany, leaf!.id, []);
		const size = { id: 'VARIATION 3001', value: 'M', valueId: '10003' };
		await publish.create(germany, withAttributes(draftOf(rules, 'T-6'), size), origin);
		expect(heard.findLast(({ api }) => api === ADD)?.body['goodsSize']).toEqual({ groupId: 2 });
	});

	test('in Japan have whole prices, and a least one', async () => {
		const japan = await open('temu-jp', 'global');
		const rules = await rulesFor(japan, 'Sunset projection lamp');
		expect(rules).toMatchObject({ currency: 'JPY', leastPrice: '2' });
		const cheap = draftOf(rules, 'T-7', { price: { amount: '1', currency: 'JPY' } });
		expect(draftGaps(cheap, rules).map(({ field, reason }) => [field, reason])).toEqual([['price', 'belowLeast']]);
		const id = await publish.create(japan, { ...cheap, price: { amount: '1980', currency: 'JPY' } }, origin);
		expect(id).toMatch(/^\d+$/);
	});

	test('are not made where Temu manages the shop', () => {
		expect(publish.serves!({ attributes: { mallType: '1' } })).toBe(false);
		expect(publish.serves!(germany.store)).toBe(true);
	});
});

const contract = witness('temu');

describe.skipIf(!contract)('The referee', () => {
	const MAKING = [
		'bg.local.goods.cats.get',
		'bg.local.goods.category.recommend',
		'temu.local.product.attributes.get',
		'temu.local.product.variation.get',
		'bg.freight.template.list.query',
		'temu.local.goods.brand.trademark.V2.get',
		'temu.local.goods.image.v2.upload',
		'temu.local.goods.illegal.vocabulary.check',
		ADD,
	];

	test.each(MAKING)('knows every field that was sent to %s and that it answered', (api) => {
		const calls = heard.filter((one) => one.api === api);
		expect(calls.length).toBeGreaterThan(0);
		const hearing = { platform: 'Temu', against: `field list of ${api}, making goods`, judged: calls.length } as const;
		const listed = parametersOf(api);
		const skeleton = apis[api]?.request;
		const unlisted = calls.flatMap(({ body }) =>
			names(Object.fromEntries(Object.entries(body).filter(([name]) => !COMMON.has(name)))).filter(
				(name) => !(name.includes('.') ? isListed(skeleton, name) : listed.has(name)),
			),
		);
		expect(settle({ ...hearing, side: 'adapter', disagreements: [...new Set(unlisted)] })).toEqual(AGREED);
		const told = calls.flatMap(({ result }) => (result ? [result] : []));
		expect(settle({ ...hearing, side: 'simulator', disagreements: unlistedFields(api, told) })).toEqual(AGREED);
	});

	test.each([
		['bg.local.goods.cats.get', wire.categoriesSchema],
		['bg.local.goods.category.recommend', wire.recommendedSchema],
		['temu.local.product.attributes.get', wire.attributesSchema],
		['temu.local.product.variation.get', wire.variationsSchema],
		['bg.freight.template.list.query', wire.templatesSchema],
		['temu.local.goods.brand.trademark.V2.get', wire.trademarksSchema],
		['temu.local.goods.image.v2.upload', wire.imageSchema],
		['temu.local.goods.illegal.vocabulary.check', wire.vocabularySchema],
		[ADD, wire.addedSchema],
	] as const)('has every field read from %s', (api, schema) => {
		const read = fieldsRead(schema);
		const hearing = { platform: 'Temu', side: 'adapter', against: `fields read from ${api}, making goods`, judged: read.length } as const;
		expect(settle({ ...hearing, disagreements: read.filter((path) => !isListed(apis[api]?.result, path)) })).toEqual(AGREED);
		expect(schema.safeParse(filled(apis[api]?.result)).error).toBeUndefined();
	});

	test('has samples and published attributes that are read as they are meant', () => {
		const result = (name: string) => (contract!.json(`samples/${name}.json`) as { result: unknown }).result;
		expect(wire.categoriesSchema.parse(result('goods-cats')).goodsCatsList).toMatchObject([
			{ catId: '24318', catName: 'Mugs', leaf: true },
			{ catId: '24319' },
		]);
		expect(wire.recommendedSchema.parse(result('goods-category-recommend')).catIdList).toHaveLength(5);
		expect(wire.templatesSchema.parse(result('freight-template-list')).templateList).toHaveLength(1);
		expect(wire.trademarksSchema.parse(result('goods-brand-trademark')).trademarkList.length).toBeGreaterThan(0);
		const published = contract!.json('samples/product-attribute-child.published.json');
		expect(wire.attributesSchema.parse({ attributeList: [published] }).attributeList).toMatchObject([
			{ refPid: '7317', attributeName: 'Wood Type', attributeValueDetail: [{ groupId: '12-7317-0' }] },
		]);
		const added = contract!.json('samples/goods-add-v2-apparel.published.json') as { _response: { result: unknown } };
		expect(wire.addedSchema.parse(added._response.result).goodsId).toBe('604318707083482');
	});
});

/** Dotted names; lists add no step. */
function names(document: unknown): string[] {
	if (Array.isArray(document)) return document.flatMap(names);
	if (typeof document !== 'object' || document === null) return [];
	return Object.entries(document).flatMap(([name, value]) => [name, ...names(value).map((rest) => `${name}.${rest}`)]);
}

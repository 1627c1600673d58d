import { type DraftRules, draftGaps, type ListingDraft } from '@pangea/domain';
import type { StoreContext } from '@pangea/platform-contract';
import { fieldsRead } from '@pangea/platform-contract/testing';
import { AGREED, settle } from '@pangea/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { amazon } from '../src/index.ts';
import { attributeRulesOf } from '../src/type-schema.ts';
import * as wire from '../src/wire-publish.ts';
import { createReferee } from './referee.ts';
import { hearings, startWorld, stopWorlds, storeOf, w, type World } from './world.ts';

afterEach(stopWorlds);

const publish = amazon.publish!;
const PICTURE = 'https://m.media-amazon.com/images/I/sim-1.jpg';
const origin = { copyId: '01a00000-0000-7000-8000-000000000001', writtenAt: '2026-11-20T12:00:00.000Z', sources: [] };

async function germany(faithful = true): Promise<{ world: World; store: StoreContext }> {
	const world = await startWorld(50, faithful);
	const { grant } = await world.connect('eu');
	return { world, store: await storeOf(grant, 'A1PA6795UKMFR9') };
}

async function rulesFor(store: StoreContext, words: string): Promise<DraftRules> {
	const [best] = await publish.suggest(store, words, []);
	return await publish.rules(store, best!.id, []);
}

const value = (id: string, text: string, valueId: string | null = null) => ({ id, value: text, valueId });

function draftOf(rules: DraftRules, sellerSku: string, over: Partial<ListingDraft> = {}): ListingDraft {
	return {
		categoryId: rules.categoryId,
		texts: rules.languages.map((language) => ({ language, title: 'Projektionslampe', description: 'Warmes Licht.' })),
		images: [PICTURE, `${PICTURE}?2`],
		price: { amount: '24.90', currency: rules.currency },
		stock: 9,
		sellerSku,
		gtin: '4006381333931',
		attributes: [
			value('brand', 'Yunfan'),
			value('bullet_point', 'Leicht'),
			value('country_of_origin', 'China', 'CN'),
			value('condition_type', 'New', 'new_new'),
			value('item_weight', '480 grams'),
			value('batteries_required', 'false', 'false'),
		],
		...over,
	};
}

function withAttributes(draft: ListingDraft, ...more: ListingDraft['attributes']): ListingDraft {
	return { ...draft, attributes: [...draft.attributes.filter(({ id }) => !more.some((one) => one.id === id)), ...more] };
}

async function mirrored(store: StoreContext, id: string) {
	const { items } = await amazon.listings!.fetch(store, [id]);
	return items.map((item) => item.ok && item.value);
}

async function refusal(store: StoreContext, draft: ListingDraft) {
	const error: unknown = await publish.create(store, draft, origin).catch((thrown: unknown) => thrown);
	return (error as { reasons: { field: string | null; words: string }[] }).reasons.map(({ field, words }) => [field, words]);
}

describe('A new listing on Amazon', () => {
	test('is asked for what the schema of its product type asks', async () => {
		const { store } = await germany();
		const rules = await rulesFor(store, 'Sunset projection lamp');
		expect(rules).toMatchObject({
			categoryId: 'HOME',
			languages: ['de-DE'],
			title: { least: 1, most: 200 },
			description: { required: true, most: 2000 },
			images: { least: 1, most: 3 },
			currency: 'EUR',
			price: 'paid',
			gtin: 'optional',
		});
		const empty = { ...draftOf(rules, 'A-0'), attributes: [] };
		expect(draftGaps(empty, rules).map(({ attribute }) => attribute?.name)).toEqual([
			'Brand Name',
			'Bullet Point',
			'Country of Origin',
			'Item Condition',
			'Item Weight',
			'Are batteries required?',
		]);
		expect(draftGaps(draftOf(rules, 'A-0'), rules)).toEqual([]);
		const ruleOf = (id: string) => rules.attributes.find((one) => one.id === id);
		expect(ruleOf('color')).toMatchObject({ kind: 'choice', open: true, required: false });
		expect(ruleOf('item_weight')).toMatchObject({ kind: 'measure', units: ['grams', 'kilograms', 'pounds'] });
		expect(ruleOf('item_dimensions.length')).toMatchObject({ name: 'Item Dimensions: Length', kind: 'measure' });
		// Which currency leaves no choice.
		expect(rules.attributes.filter(({ id }) => id.startsWith('list_price')).map(({ id }) => id)).toEqual(['list_price.value_with_tax']);
	});

	test('is checked, sent, found by its code and mirrored, and once though it is sent again', async () => {
		const { store } = await germany();
		const rules = await rulesFor(store, 'Sunset projection lamp');
		const draft = withAttributes(
			draftOf(rules, 'A 1/+'),
			value('color', 'Sonnengelb'),
			value('list_price.value_with_tax', '29.90'),
			...['length', 'width', 'height'].map((side) => value(`item_dimensions.${side}`, '12 centimeters')),
			value('batteries_required', 'true', 'true'),
			value('battery.cell_composition', 'Alkaline', 'alkaline'),
		);
		expect(draftGaps(draft, rules)).toEqual([]);
		expect(await publish.find(store, draft, origin)).toBeNull();
		const sent: Record<string, unknown>[] = [];
		const send: typeof store.http.send = async (request) => {
			if (request.operation === 'putListingsItem')
				sent.push({ url: request.url, writes: request.writes, ...JSON.parse(request.body ?? '{}') });
			return await store.http.send(request);
		};
		const id = await publish.create({ ...store, http: { ...store.http, send } }, draft, origin);
		expect(sent.map(({ url, writes }) => [String(url).includes('VALIDATION_PREVIEW'), writes])).toEqual([
			[true, undefined],
			[false, true],
		]);
		const marketplace = { marketplace_id: 'A1PA6795UKMFR9' };
		const language = { ...marketplace, language_tag: 'de_DE' };
		expect(sent[1]).toMatchObject({
			productType: 'HOME',
			requirements: 'LISTING',
			attributes: {
				item_name: [{ value: 'Projektionslampe', ...language }],
				main_product_image_locator: [{ media_location: PICTURE, ...marketplace }],
				other_product_image_locator_1: [{ media_location: `${PICTURE}?2`, ...marketplace }],
				purchasable_offer: [{ currency: 'EUR', our_price: [{ schedule: [{ value_with_tax: 24.9 }] }], ...marketplace }],
				fulfillment_availability: [{ fulfillment_channel_code: 'DEFAULT', quantity: 9 }],
				externally_assigned_product_identifier: [{ type: 'ean', value: '4006381333931', ...marketplace }],
				item_weight: [{ value: 480, unit: 'grams', ...marketplace }],
				item_dimensions: [{ length: { value: 12, unit: 'centimeters' }, ...marketplace }],
				list_price: [{ currency: 'EUR', value_with_tax: 29.9, ...marketplace }],
				batteries_required: [{ value: true, ...marketplace }],
				battery: [{ cell_composition: [{ value: 'alkaline' }], ...marketplace }],
			},
		});
		expect(await publish.find(store, draft, origin)).toBe(id);
		const found = await mirrored(store, id);
		expect(found).toMatchObject([
			{ externalListingId: id, externalVariantId: 'A 1/+', state: 'live', stock: 9, price: { amountMinor: 2490n, currency: 'EUR' } },
		]);
		expect(await publish.create(store, { ...draft, stock: 11 }, origin)).toBe(id);
		expect(await mirrored(store, id)).toMatchObject([{ stock: 11 }]);
	}, 60_000);

	test('that Amazon does not take says why, by field, and nothing is made', async () => {
		const { store } = await germany();
		const rules = await rulesFor(store, 'Sunset projection lamp');
		const draft = draftOf(rules, 'A-2');
		const without = (id: string): ListingDraft => ({ ...draft, attributes: draft.attributes.filter((one) => one.id !== id) });
		expect(await refusal(store, without('brand'))).toEqual([['attribute', "'brand' is required but not supplied."]]);
		// A condition that stands in the schema and not in the rules: Amazon's own check tells it.
		const powered = withAttributes(draft, value('batteries_required', 'true', 'true'));
		expect(draftGaps(powered, rules)).toEqual([]);
		expect(await refusal(store, powered)).toEqual([['attribute', "'battery' is required but not supplied."]]);
		const long = { ...draft, texts: [{ language: 'de-DE', title: 'ä'.repeat(201), description: 'x' }] };
		expect((await refusal(store, long)).map(([field]) => field)).toEqual(['title']);
		expect((await refusal(store, { ...draft, images: ['ftp://a/b.jpg'] })).map(([field]) => field)).toEqual(['images']);
		expect((await refusal(store, { ...draft, price: { amount: '0', currency: 'EUR' } })).map(([field]) => field)).toEqual(['price']);
		expect(await publish.find(store, draft, origin)).toBeNull();
	}, 60_000);

	test('is found after its answer was lost', async () => {
		const { world, store } = await germany(false);
		const draft = draftOf(await rulesFor(store, 'Sunset projection lamp'), 'A-3');
		const send: typeof store.http.send = async (request) => {
			// The check passes, and the submission's answer is lost.
			if (request.writes) world.simulator.control.arm({ kind: 'reset', platform: 'amazon', operation: 'putListingsItem', count: 5 });
			return await store.http.send(request);
		};
		await expect(publish.create({ ...store, http: { ...store.http, send } }, draft, origin)).rejects.toMatchObject({ kind: 'unavailable' });
		expect(await publish.find(store, draft, origin)).toMatch(/^B0/);
	}, 60_000);

	test('of a type that the marketplace does not have is refused', async () => {
		const { store } = await germany();
		await expect(publish.rules(store, 'NO_SUCH_TYPE', [])).rejects.toMatchObject({ kind: 'notFound' });
	});
});

describe('A schema', () => {
	test('that leads round in a circle or far down ends', () => {
		const node = { type: 'object', properties: { next: { $ref: '#/$defs/node' }, value: { type: 'string' } } };
		const schema = { $defs: { node }, properties: { deep: { type: 'array', items: { $ref: '#/$defs/node' } } } };
		expect(attributeRulesOf(schema).length).toBeLessThan(10);
	});
});

describe.skipIf(!w)('The official Swagger models', () => {
	test('have no objection to anything asked or answered above', () => {
		const judged = hearings.flatMap((hearing) => hearing.judged);
		expect(judged).toEqual(
			expect.arrayContaining(['searchDefinitionsProductTypes', 'getDefinitionsProductType', 'putListingsItem', 'getListingsItem']),
		);
		const hearing = { platform: 'Amazon', against: 'Swagger models, making listings', judged: judged.length } as const;
		expect(settle({ ...hearing, side: 'adapter', disagreements: hearings.flatMap((one) => one.asked) })).toEqual(AGREED);
		expect(settle({ ...hearing, side: 'simulator', disagreements: hearings.flatMap((one) => one.answered) })).toEqual(AGREED);
	});

	test.each([
		['definitionsProductTypes_2020-09-01', 'ProductTypeList', wire.wireProductTypes],
		['definitionsProductTypes_2020-09-01', 'ProductTypeDefinition', wire.wireDefinition],
		['listingsItems_2021-08-01', 'ListingsItemSubmissionResponse', wire.wireSubmission],
	] as const)('%s has every field of its %s that the adapter reads', (model, definition, schema) => {
		const known = createReferee(w!).fields(model, definition);
		const read = fieldsRead(schema);
		const hearing = {
			platform: 'Amazon',
			side: 'adapter',
			against: `${model} ${definition}, making listings`,
			judged: read.length,
		} as const;
		expect(settle({ ...hearing, disagreements: read.filter((path) => !known.has(path)) })).toEqual(AGREED);
	});

	test('have published pairs of a check that are read as they are meant', () => {
		const pairs = createReferee(w!)
			.pairs('listingsItems_2021-08-01')
			.filter(({ operationId, status }) => operationId === 'putListingsItem' && status === 200)
			.map(({ response }) => wire.wireSubmission.parse(response));
		expect(pairs.map(({ status }) => status)).toEqual(['ACCEPTED', 'VALID', 'INVALID']);
		expect(pairs[2]?.issues?.map(({ attributeNames }) => attributeNames)).toEqual([['condition_type'], ['fake_attribute']]);
	});
});

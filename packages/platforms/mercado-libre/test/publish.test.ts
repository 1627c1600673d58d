import { type DraftRules, draftGaps, type ListingDraft } from '@pangea/domain';
import { DraftRefusedError, type HttpRequest, type StoreContext } from '@pangea/platform-contract';
import { AGREED, settle, witness } from '@pangea/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mercadoLibre } from '../src/index.ts';
import { refusalReasons } from '../src/refusal.ts';
import { wireAttributes, wireCategory, wireDiscovery, wireGlobalItem } from '../src/wire-publish.ts';
import { simulated } from './simulated-platform.ts';
import { compare } from './skeleton.ts';

const published = witness('mercado-libre');
const publish = mercadoLibre.publish!;

let s: Awaited<ReturnType<typeof simulated>>;
const stores = new Map<string, StoreContext>();
beforeAll(async () => {
	s = await simulated();
	for (const context of await s.openAll()) stores.set(`${context.store.siteId} ${context.store.mode}`, context);
});
afterAll(() => s.simulator.stop());

const brazil = () => stores.get('MLB crossBorder')!;
const mexico = () => stores.get('MLM crossBorder')!;
const argentina = () => stores.get('MLA local')!;

/** Everything that rules ask, filled. */
function filled(rules: DraftRules, change: Partial<ListingDraft> = {}): ListingDraft {
	return {
		categoryId: rules.categoryId,
		texts: rules.languages.map((language) => ({ language, title: `Lamp ${language}`, description: `A lamp, ${language}` })),
		images: ['https://example.com/lamp.jpg'],
		price: { amount: '12.50', currency: rules.currency },
		stock: 7,
		sellerSku: 'NEW-LAMP-1',
		gtin: null,
		attributes: rules.attributes
			.filter(({ required }) => required)
			.map(({ id, kind, choices: [choice], units: [unit] }) => ({
				id,
				valueId: kind === 'choice' ? (choice?.id ?? null) : null,
				value: kind === 'choice' ? (choice?.name ?? '') : kind === 'measure' ? `60 ${unit}` : 'Generic',
			})),
		...change,
	};
}

const origin = { copyId: 'c1', writtenAt: '2026-11-22T08:00:00.000Z', sources: [] };

async function rulesIn(store: StoreContext, words: string): Promise<DraftRules> {
	const [first] = await publish.suggest(store, words, []);
	return await publish.rules(store, first!.id, []);
}

/** The store, noting what is written. */
function noting(store: StoreContext) {
	const written: { path: string; body: Record<string, unknown> }[] = [];
	const send = async (request: HttpRequest) => {
		if (request.writes)
			written.push({ path: new URL(request.url).pathname.replace(/^.*\/api/, ''), body: JSON.parse(request.body ?? '{}') as never });
		return await store.http.send(request);
	};
	return { written, context: { ...store, http: { ...store.http, send } } };
}

describe('what a store asks of a listing', () => {
	test('begins with what the platform reads out of the words', async () => {
		expect((await publish.suggest(brazil(), 'Sunset Projection Lamp', []))[0]).toMatchObject({
			id: 'CBT71792',
			path: ['Home'],
			attributes: [{ id: 'BRAND', valueId: '276243', value: 'Generic' }],
		});
	});

	test('is read from the category that fits the words, in dollars and two languages for an account of Global Selling', async () => {
		const rules = await rulesIn(brazil(), 'Sunset Projection Lamp');
		expect(rules).toMatchObject({
			categoryName: 'Home › Sunset Projection Lamp',
			languages: ['pt-BR', 'en'],
			title: { least: 1, most: 60 },
			currency: 'USD',
			price: 'received',
			gtin: 'optional',
		});
		expect(rules.attributes.filter(({ required }) => required).map(({ id }) => id)).toEqual([
			'BRAND',
			'MODEL',
			'ITEM_CONDITION',
			'PACKAGE_HEIGHT',
			'PACKAGE_LENGTH',
			'PACKAGE_WIDTH',
			'PACKAGE_WEIGHT',
		]);
		expect(draftGaps(filled(rules), rules)).toEqual([]);
	});

	test('is what the buyer pays, in the site’s own currency and language, for a seller of one country', async () => {
		const rules = await rulesIn(argentina(), 'Lámpara de proyección atardecer');
		expect(rules).toMatchObject({ languages: ['es-AR'], currency: 'ARS', price: 'paid' });
		expect(publish.searchLanguage(brazil().store)).toBe('en');
		expect(publish.searchLanguage(argentina().store)).toBe('es-AR');
	});

	test('is not told of a category in which nothing can be listed, or of another site', async () => {
		for (const id of ['CBT1000', 'MLM71792']) await expect(publish.rules(brazil(), id, [])).rejects.toMatchObject({ kind: 'notFound' });
	});
});

describe('a listing', () => {
	test('is made for one site of an account, found by its code, described, and read as live', async () => {
		const rules = await rulesIn(brazil(), 'Sunset Projection Lamp');
		const draft = filled(rules);
		expect(await publish.find(brazil(), draft, origin)).toBeNull();
		const id = await publish.create(brazil(), draft, origin);
		expect(id).toMatch(/^MLB\d+$/);
		expect(await publish.find(brazil(), draft, origin)).toBe(id);
		expect(await publish.find(mexico(), draft, origin)).toBeNull();
		await publish.complete?.(brazil(), id, draft);
		await publish.complete?.(brazil(), id, draft);
		const { items } = await mercadoLibre.listings!.fetch(brazil(), [id]);
		expect(items).toMatchObject([
			{ ok: true, value: { title: 'Lamp pt-BR', sellerSku: 'NEW-LAMP-1', state: 'live', stock: 7, price: { amountMinor: 1506n } } },
		]);
	});

	test('of an account that has the item gets one more site and no second item', async () => {
		const rules = await rulesIn(mexico(), 'Sunset Projection Lamp');
		const { written, context } = noting(mexico());
		const id = await publish.create(context, filled(rules), origin);
		expect(id).toMatch(/^MLM\d+$/);
		expect(written.map(({ path }) => path)).toEqual([expect.stringMatching(/^\/global\/items\/CBT\d+$/)]);
		expect(written[0]?.body).toEqual({
			sites_to_sell: [{ site_id: 'MLM', logistic_type: 'remote', title: 'Lamp es-MX', net_proceeds: 12.5 }],
		});
		await expect(publish.create(mexico(), filled(rules), origin)).rejects.toThrow(DraftRefusedError);
	});

	test('of a local seller is made on the site', async () => {
		const rules = await rulesIn(argentina(), 'Lámpara de proyección atardecer');
		const draft = filled(rules, { price: { amount: '25999', currency: 'ARS' } });
		const type = rules.attributes.find(({ id }) => id === 'LISTING_TYPE')!;
		expect(type.required).toBe(true);
		const id = await publish.create(argentina(), draft, origin);
		expect(await publish.find(argentina(), draft, origin)).toBe(id);
		await publish.complete?.(argentina(), id, draft);
	});

	test('that the platform does not take is told with its reasons, by field, and nothing is made', async () => {
		const rules = await rulesIn(brazil(), 'Sunset Projection Lamp');
		const bad = filled(rules, {
			sellerSku: 'NEW-LAMP-2',
			texts: [
				{ language: 'pt-BR', title: 'Lamp', description: '' },
				{ language: 'en', title: 'x'.repeat(61), description: '' },
			],
			images: [],
			gtin: '036000291453',
			attributes: filled(rules).attributes.filter(({ id }) => id !== 'BRAND'),
		});
		const refusal = await publish.create(brazil(), bad, origin).catch((error: unknown) => error);
		expect(refusal).toBeInstanceOf(DraftRefusedError);
		expect((refusal as DraftRefusedError).reasons.map(({ field }) => field)).toEqual(['title', 'images', 'attribute', 'gtin']);
		expect((refusal as DraftRefusedError).reasons[2]?.words).toBe('The attributes [BRAND] are required for category');
		expect(await publish.find(brazil(), bad, origin)).toBeNull();
	});

	test('whose site says no, while the account has its item, is refused for the site', async () => {
		const rules = await rulesIn(brazil(), 'Sunset Projection Lamp');
		const bad = filled(rules, { sellerSku: 'NEW-LAMP-3' });
		bad.texts[0]!.title = 'y'.repeat(61);
		await expect(publish.create(brazil(), bad, origin)).rejects.toMatchObject({ reasons: [{ field: 'title' }] });
		expect(await publish.create(brazil(), filled(rules, { sellerSku: 'NEW-LAMP-3' }), origin)).toMatch(/^MLB/);
	});

	test('whose answer is lost is found by its code', async () => {
		const rules = await rulesIn(brazil(), 'Sunset Projection Lamp');
		const draft = filled(rules, { sellerSku: 'NEW-LAMP-4' });
		s.control.arm({ kind: 'reset', platform: 'mercado-libre', operation: 'items.make', count: 1 });
		await expect(publish.create(brazil(), draft, origin)).rejects.toMatchObject({ kind: 'unavailable' });
		expect(await publish.find(brazil(), draft, origin)).toMatch(/^MLB/);
	});
});

describe.skipIf(!published)('the published documents', () => {
	const sample = (name: string) => published!.json(`samples/${name}.json`);
	const hear = (name: string, side: 'adapter' | 'simulator', replies: unknown[], reasons: Record<string, string> = {}) =>
		settle({
			platform: 'Mercado Libre',
			side,
			against: `sample ${name}`,
			judged: replies.length,
			disagreements: compare([sample(name)], replies),
			reasons,
		});
	const get = async (path: string): Promise<unknown> => {
		const token = brazil().grant().secrets['accessToken'];
		return await (await fetch(s.facts.apiBase + path, { headers: { authorization: `Bearer ${token}` } })).json();
	};

	test('are understood', () => {
		expect(wireDiscovery.parse(sample('domain-discovery'))[0]?.category_id).toBe('CBT9561');
		expect(wireCategory.parse(sample('category')).settings).toMatchObject({ max_title_length: 60, minimum_price: '1' });
		expect(wireAttributes.parse(sample('category-attributes')).map(({ id }) => id)).toContain('BRAND');
		expect(wireGlobalItem.parse(sample('global-item-create-response')).site_items).toHaveLength(2);
		expect(refusalReasons(sample('global-item-validation-error'))).toEqual([
			{ field: 'attribute', code: 'moderations.seller.not_authorized', words: 'Seller is not authorized for this brand and category' },
		]);
	});

	test('have the shape of what we write', async () => {
		const rules = await rulesIn(brazil(), 'Sunset Projection Lamp');
		const { written, context } = noting(brazil());
		await publish.create(context, filled(rules, { sellerSku: 'NEW-LAMP-5', gtin: '036000291452' }), origin);
		const choice = 'goes with the terms that a person chose, and nobody chose any here';
		const address = 'a picture is an id or, as here, the address from which the platform fetches it (contract §6.2)';
		expect(
			hear('global-item-create-request', 'adapter', [written[0]?.body], {
				'- sites_to_sell[].listing_type_id': choice,
				'- sale_terms': 'a warranty is not among what the page calls necessary; none is promised in the seller’s name',
				...Object.fromEntries(['id', 'value_id', 'value_name'].map((f) => [`- sale_terms[].${f}`, 'see sale_terms'])),
				'- pictures[].id': address,
				'+ pictures[].source': address,
			}),
		).toEqual(AGREED);
	});

	test('are how the simulator speaks', async () => {
		const rules = await rulesIn(brazil(), 'Sunset Projection Lamp');
		expect(hear('domain-discovery', 'simulator', [await get('/marketplace/domain_discovery/search?q=sunset+lamp')])).toEqual(AGREED);
		expect(hear('category', 'simulator', [await get(`/categories/${rules.categoryId}`), await get('/categories/CBT1000')])).toEqual(AGREED);
		const unit = 'of measures, which the sample has none of; the attributes of other categories show it';
		const tag = 'among the tags of the page (§6.5); the attributes of the sample have others';
		expect(
			hear('category-attributes', 'simulator', [await get(`/categories/${rules.categoryId}/attributes`)], {
				'+ ].allowed_units': unit,
				'+ ].allowed_units[].id': unit,
				'+ ].allowed_units[].name': unit,
				'+ ].default_unit': unit,
				'+ ].tags.allow_variations': tag,
				'+ ].tags.required': tag,
			}),
		).toEqual(AGREED);
	});
});

import { type DraftRules, draftGaps, emptyDraft, type ListingDraft } from '@pangea/domain';
import { type DraftOrigin, DraftRefusedError, type StoreContext } from '@pangea/platform-contract';
import { type Simulator, startSimulator } from '@pangea/simulator';
import { witness } from '@pangea/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tiktokShop } from '../src/index.ts';
import { htmlOf } from '../src/new-product.ts';
import {
	WireAttributes,
	WireCategories,
	WireCategoryRules,
	WireCheck,
	WireCreated,
	WireUpload,
	WireWarehouses,
} from '../src/wire-publish.ts';
import { simulatedShops } from './simulated-shops.ts';

const publish = tiktokShop.publish!;
const published = witness('tiktok-shop');
const PICTURE = 'https://m.media-amazon.com/images/I/sim-1.jpg';

let simulator: Simulator;
let shops: Map<string, StoreContext>;

beforeAll(async () => {
	simulator = await startSimulator({ clock: { at: Date.parse('2026-11-22T08:00:00Z'), frozen: true }, size: 400 });
	shops = await simulatedShops(simulator);
}, 60_000);
afterAll(() => simulator.stop());

const shop = (site: string): StoreContext => shops.get(site)!;

async function rulesIn(site: string, words = 'Sunset Projection Lamp, 180° Rotation'): Promise<DraftRules> {
	const [best] = await publish.suggest(shop(site), words, []);
	return await publish.rules(shop(site), best!.id, []);
}

function filled(rules: DraftRules, sellerSku: string, change: Partial<ListingDraft> = {}): ListingDraft {
	const measure = (id: string, value: string) => ({ id: `PACKAGE_${id}`, valueId: null, value });
	return {
		...emptyDraft(sellerSku),
		categoryId: rules.categoryId,
		texts: [
			{ language: rules.languages[0]!, title: 'Sunset Projection Lamp, 180 degrees', description: 'Warm light.\nFor <any> room & desk.' },
		],
		images: [PICTURE],
		price: { amount: '19.99', currency: rules.currency },
		stock: 12,
		attributes: [
			{ id: '100392', valueId: '1001534', value: 'Metal' },
			measure('WEIGHT', '480 g'),
			...['LENGTH', 'WIDTH', 'HEIGHT'].map((side) => measure(side, '12.4 cm')),
		],
		...change,
	};
}

const origin = (copyId: string): DraftOrigin => ({ copyId, writtenAt: '2026-11-22T08:00:00.000Z', sources: [] });

async function made(site: string, sellerSku: string) {
	// The simulated second's calls are used up by reading everything.
	simulator.control.setClock({ advance: 2000 });
	let count = 0;
	for await (const { items } of tiktokShop.listings!.pull(shop(site), null))
		count += items.filter((item) => item.ok && item.value.sellerSku === sellerSku).length;
	return count;
}

describe('a product that no shop of the account has', () => {
	test('gets the category that the platform recommends, and every gap by the platform’s rules of now', async () => {
		const found = await publish.suggest(shop('GB'), 'Sunset Projection Lamp, 180° Rotation', []);
		expect(found[0]).toEqual({ id: '610000', name: 'Sunset Projection Lamp', path: ['Home'], attributes: [] });
		expect((await publish.suggest(shop('GB'), 'lamp', [])).map(({ id }) => id)).toContain('610000');
		const rules = await publish.rules(shop('GB'), '610000', []);
		expect(rules).toMatchObject({
			categoryName: 'Home › Sunset Projection Lamp',
			languages: ['en-GB'],
			currency: 'GBP',
			images: { most: 9 },
		});
		const gaps = draftGaps({ ...emptyDraft('LMP SUNSET'), categoryId: '610000' }, rules);
		expect(gaps.map(({ field, reason, attribute }) => `${attribute?.name ?? field} ${reason}`)).toEqual([
			'title missing',
			'description missing',
			'images missing',
			'price missing',
			'stock missing',
			'sellerSku noSpaces',
			'Material missing',
			'Package weight missing',
			'Package length missing',
			'Package width missing',
			'Package height missing',
		]);
		const good = filled(rules, 'NEW-0');
		expect(draftGaps(good, rules)).toEqual([]);
		const battery = { ...good, attributes: [...good.attributes, { id: '100701', valueId: '1024359', value: 'Battery' }] };
		expect(draftGaps(battery, rules).map(({ attribute }) => attribute?.name)).toEqual(['Battery type']);
		await expect(publish.rules(shop('GB'), '600000', [])).rejects.toMatchObject({ kind: 'notFound' });
	});

	test('is checked by the platform before, with its words for each field, and nothing is made', async () => {
		const rules = await rulesIn('GB');
		const refusal = publish.create(shop('GB'), filled(rules, 'NEW-1', { stock: 100_000, attributes: [] }), origin('one'));
		await expect(refusal).rejects.toBeInstanceOf(DraftRefusedError);
		await expect(refusal).rejects.toMatchObject({
			userMessage: { code: 'listingRefused' },
			reasons: [
				{ field: 'attribute', code: '12052040' },
				{ field: 'attribute', words: 'The package dimensions are required.' },
				{ field: 'attribute', words: 'The attribute is required: Material.' },
				{ field: 'stock', words: 'The quantity must be 1 to 99999 in a warehouse of the shop.' },
			],
		});
		expect(await publish.find(shop('GB'), filled(rules, 'NEW-1'), origin('one'))).toBeNull();
	});

	test('is made with its picture, found by its code, and live after its audit', async () => {
		const rules = await rulesIn('GB');
		const draft = filled(rules, 'NEW-2', { gtin: '036000291452' });
		const id = await publish.create(shop('GB'), draft, origin('two'));
		expect(await publish.find(shop('GB'), draft, origin('two'))).toBe(id);
		const read = async () => {
			const { items } = await tiktokShop.listings!.fetch(shop('GB'), [id]);
			return items.map((item) => item.ok && item.value);
		};
		expect(await read()).toMatchObject([
			{ state: 'draft', sellerSku: 'NEW-2', gtins: ['036000291452'], stock: 12, imageUrl: expect.any(String) },
		]);
		simulator.control.setClock({ advance: 61_000 });
		expect(await read()).toMatchObject([{ state: 'live', price: { amountMinor: 1999n, currency: 'GBP' }, title: draft.texts[0]!.title }]);
	});

	test('is made once though answers are lost, by the same key and by its code', async () => {
		const rules = await rulesIn('GB');
		const draft = filled(rules, 'NEW-3');
		simulator.control.arm({ kind: 'reset', platform: 'tiktok-shop', operation: 'products.create', count: 1 });
		await publish.create(shop('GB'), draft, origin('three'));
		expect(await made('GB', 'NEW-3')).toBe(1);
		const other = filled(rules, 'NEW-4');
		simulator.control.arm({ kind: 'reset', platform: 'tiktok-shop', operation: 'products.create', count: 3 });
		await expect(publish.create(shop('GB'), other, origin('four'))).rejects.toMatchObject({ kind: 'unavailable' });
		const found = await publish.find(shop('GB'), other, origin('four'));
		expect(found).not.toBeNull();
		expect(await publish.create(shop('GB'), other, origin('four'))).toBe(found);
		expect(await made('GB', 'NEW-4')).toBe(1);
	});

	test('of a US shop stands in the tree of its own, and a local seller’s price in its own field', async () => {
		const us = await rulesIn('US');
		expect(us.categoryId).toBe('810000');
		await publish.create(shop('US'), filled(us, 'NEW-5'), origin('five'));
		const br = await rulesIn('BR');
		expect(br).toMatchObject({ languages: ['pt-BR'], title: { least: 1, most: 300 } });
		await publish.create(shop('BR'), filled(br, 'NEW-5'), origin('six'));
		expect([await made('US', 'NEW-5'), await made('BR', 'NEW-5')]).toEqual([1, 1]);
	});

	test('names a picture that nobody can have, and never looks inside the own network', async () => {
		const rules = await rulesIn('GB');
		const inner = simulator.url.replace('http:', 'https:');
		for (const url of [
			'https://example.com/none.jpg',
			`${inner}/pictures`,
			'https://169.254.169.254/latest',
			'http://m.media-amazon.com/a.jpg',
		]) {
			const refusal = publish.create(shop('GB'), filled(rules, 'NEW-6', { images: [PICTURE, url] }), origin('seven'));
			await expect(refusal).rejects.toMatchObject({
				userMessage: { code: 'pictureUnreadable' },
				reasons: [{ field: 'images', words: url }],
			});
		}
		expect(await made('GB', 'NEW-6')).toBe(0);
	});

	test('says that a certificate is asked for, and shows its picture', async () => {
		const found = await publish.suggest(shop('GB'), 'Magnetic Tiles Building Set', []);
		const all = await Promise.all(found.map(({ id }) => publish.rules(shop('GB'), id, [])));
		const rules = all.find(({ attributes }) => attributes.some(({ id }) => id === 'CERTIFICATE 602362'));
		expect(rules).toBeDefined();
		const draft = filled(rules!, 'NEW-7');
		expect(draftGaps(draft, rules!).map(({ attribute }) => attribute?.id)).toEqual(['CERTIFICATE 602362']);
		const shown = { ...draft, attributes: [...draft.attributes, { id: 'CERTIFICATE 602362', valueId: null, value: PICTURE }] };
		await publish.create(shop('GB'), shown, origin('eight'));
		expect(await made('GB', 'NEW-7')).toBe(1);
	});

	test('has its words as HTML and nothing else', () => {
		expect(htmlOf('One <b>\n"two"\n\n\n  Three & four ')).toBe('<p>One &lt;b&gt;<br>&quot;two&quot;</p><p>Three &amp; four</p>');
	});
});

describe.skipIf(!published)('the published answers', () => {
	test('are understood', () => {
		const data = (name: string) => (published!.json(`samples/${name}.json`) as { data: unknown }).data;
		expect(WireCategories.parse(data('categories.published')).categories).toMatchObject([
			{ id: '600002', permission_statuses: ['INVITE_ONLY', 'NON_MAIN_CATEGORY'] },
		]);
		expect(WireAttributes.parse(data('category-attributes.published')).attributes).toMatchObject([{ id: '100392', name: 'Occasion' }]);
		expect(WireCategoryRules.parse(data('category-rules.published'))).toMatchObject({ size_chart: { is_required: true } });
		expect(WireWarehouses.parse(data('warehouses')).warehouses).toHaveLength(2);
		expect(WireUpload.parse(data('image-upload.published')).uri).toMatch(/^tos-/);
		expect(WireCheck.parse(data('listing-check.published'))).toMatchObject({
			check_result: 'FAILED',
			fail_reasons: [{ code: '12052700' }],
		});
		expect(WireCreated.parse(data('product-create.published')).product_id).toBe('1729592969712207008');
	});
});

import { type DraftRules, draftGaps, emptyDraft, type ListingDraft } from '@pangea/domain';
import { type CopySource, DraftRefusedError, memoryBudgets, type StoreContext } from '@pangea/platform-contract';
import { testContext, testGrantContext, testStoreContext } from '@pangea/platform-contract/testing';
import { type Simulator, startSimulator } from '@pangea/simulator';
import { witness } from '@pangea/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tiktokShop } from '../src/index.ts';
import { ReplicatedProducts, ReplicateErrors } from '../src/wire-publish.ts';

const publish = tiktokShop.publish!;
const published = witness('tiktok-shop');

let simulator: Simulator;
let source: CopySource;
let target: StoreContext;
let rules: DraftRules;

beforeAll(async () => {
	simulator = await startSimulator({ clock: { at: Date.parse('2026-11-22T08:00:00Z'), frozen: true }, size: 4000 });
	const facts = simulator.platforms['tiktok-shop'] as unknown as {
		apiUrl: string;
		authUrl: string;
		appKey: string;
		appSecret: string;
		serviceId: string;
		accounts: { access_token: string; refresh_token: string; open_id: string }[];
	};
	const quick = tiktokShop.manifest.budgets.map((budget) => ({ ...budget, rate: 10_000, burst: 10_000 }));
	const base = testContext(tiktokShop.manifest, {
		app: { appKey: facts.appKey, appSecret: facts.appSecret, serviceId: facts.serviceId },
		hosts: { global: facts.apiUrl, us: facts.apiUrl, token: facts.authUrl },
		now: () => new Date(simulator.control.clock.now()),
		http: { budgets: memoryBudgets({ id: tiktokShop.id, budgets: quick }), sleep: async () => {} },
	});
	const [account] = facts.accounts;
	const grant = testGrantContext(tiktokShop, base, {
		secrets: { accessToken: account?.access_token ?? '', refreshToken: account?.refresh_token ?? '' },
		accessExpiresAt: null,
		grantExpiresAt: null,
		externalAccountId: account?.open_id ?? '',
		accountName: null,
		scopes: [],
		host: 'global',
	});
	const shops = (await tiktokShop.stores.list(grant)).map((store) => testStoreContext(tiktokShop, grant, store));
	const goodsOf = new Map<StoreContext, Map<string, CopySource[]>>();
	for (const shop of shops) {
		const goods = new Map<string, CopySource[]>();
		for await (const { items } of tiktokShop.listings!.pull(shop, null))
			for (const item of items)
				if (item.ok && item.value.state === 'live') {
					const { externalListingId, externalVariantId } = item.value;
					const { externalId: storeExternalId, siteId, attributes } = shop.store;
					goods.set(externalListingId, [
						...(goods.get(externalListingId) ?? []),
						{ storeExternalId, siteId, attributes, externalListingId, externalVariantId },
					]);
				}
		goodsOf.set(shop, goods);
	}
	// A product of several variants that some other shop does not have is found by trying: what it has already is refused.
	for (const [from, goods] of goodsOf)
		for (const [id, [first]] of goods)
			for (const shop of shops) {
				if (source || shop === from || !first) continue;
				const told = await publish.rules(shop, id, [first]).catch(() => null);
				if (!told || told.attributes.length === 0) continue;
				const bad = { ...draftOf(told), price: { amount: '12', currency: 'XXX' } };
				const refusal: unknown = await publish
					.create({ ...shop, currency: 'XXX' }, bad, { copyId: 'c', writtenAt: '2026-11-22T08:00:00.000Z', sources: [first] })
					.catch((error: unknown) => error);
				if (!(refusal instanceof DraftRefusedError) || !/currency/.test(refusal.reasons[0]?.words ?? '')) continue;
				[source, target, rules] = [first, shop, told];
			}
}, 60_000);
afterAll(() => simulator.stop());

function draftOf(of: DraftRules): ListingDraft {
	return {
		...emptyDraft('ANY'),
		categoryId: of.categoryId,
		price: { amount: '12', currency: of.currency },
		attributes: of.attributes.map(({ id }) => ({ id, valueId: null, value: '13' })),
	};
}

const origin = () => ({ copyId: 'c', writtenAt: '2026-11-22T08:00:00.000Z', sources: [source] });

describe('a product of another shop of the seller', () => {
	test('stands in the place of the category, and asks a price for each variant and nothing else', async () => {
		expect(await publish.suggest(target, '', [source])).toEqual([
			{ id: source.externalListingId, name: expect.any(String), path: [source.siteId], attributes: [], isProduct: true },
		]);
		expect(rules).toMatchObject({ languages: [], images: { most: 0 }, stock: 'shared', currency: target.currency, price: 'paid' });
		expect(draftGaps({ ...emptyDraft('ANY'), categoryId: rules.categoryId }, rules).map(({ field }) => field)).toEqual([
			'price',
			...rules.attributes.map(() => 'attribute'),
		]);
		const long = 'x'.repeat(301);
		expect((await publish.suggest(target, long, [source])).map(({ id }) => id)).toEqual([source.externalListingId]);
		await expect(publish.rules(target, 'another', [source])).rejects.toMatchObject({ kind: 'notFound' });
	});

	test('is refused with the platform’s words where a variant has no price', async () => {
		const refusal = publish.create(target, { ...draftOf(rules), attributes: [] }, origin());
		await expect(refusal).rejects.toMatchObject({ reasons: [{ field: 'price', words: 'the sale_price is invalid.' }] });
		expect(await publish.find(target, draftOf(rules), origin())).toBeNull();
	});

	test('is replicated once, found again, and live after its audit', async () => {
		const id = await publish.create(target, draftOf(rules), origin());
		expect(await publish.find(target, draftOf(rules), origin())).toBe(id);
		// A draft that has changed its way since is the same SKU in the same shop.
		expect(await publish.find(target, { ...draftOf(rules), categoryId: '610000' }, origin())).toBe(id);
		const state = async () => {
			const { items } = await tiktokShop.listings!.fetch(target, [id]);
			return items.map((item) => item.ok && [item.value.state, item.value.price?.currency]);
		};
		const each = (word: string) => Array.from({ length: rules.attributes.length + 1 }, () => [word, target.currency]);
		expect(await state()).toEqual(each('draft'));
		simulator.control.setClock({ advance: 61_000 });
		expect(await state()).toEqual(each('live'));
		await expect(publish.create(target, draftOf(rules), origin())).rejects.toMatchObject({
			reasons: [{ words: 'the product is replicated to the region already.' }],
		});
	});
});

describe.skipIf(!published)('the published answers', () => {
	test('are understood', () => {
		const data = (name: string) => (published!.json(`samples/${name}.json`) as { data: unknown }).data;
		expect(ReplicatedProducts.parse(data('replicated-products')).map(({ region }) => region)).toEqual(['DE', 'MY']);
		expect(ReplicateErrors.parse(data('product-replicate'))).toMatchObject([
			{ code: '12052223', message: 'the category is unauthorized.' },
		]);
	});
});

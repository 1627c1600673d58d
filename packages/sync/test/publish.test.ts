import { copiesOfSku, queueCopy, saveCopy, setWrites } from '@pangea/db';
import type { Listing, ListingDraft } from '@pangea/domain';
import { DraftRefusedError, type Listings, type PlatformAdapter, PlatformError, type Publish } from '@pangea/platform-contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createOperations, type Engine } from '../src/index.ts';
import { publishCopy } from '../src/listings/publish.ts';
import { lookAtPublished, nextLook } from '../src/listings/published.ts';
import { bindStore, type Home, openHome, WORKSPACE } from './home.ts';
import { scriptedAdapter } from './scripted-platform.ts';

const COPY = '33333333-3333-7333-8333-333333333333';
const SKU = '44444444-4444-7444-8444-444444444444';
const DRAFT: ListingDraft = {
	categoryId: 'C1',
	texts: [{ language: 'en', title: 'Lamp', description: 'Bright' }],
	images: [],
	price: { amount: '12.50', currency: 'USD' },
	stock: 4,
	sellerSku: 'LMP-1',
	gtin: null,
	attributes: [],
};

let home: Home;
let engine: Engine;
let ids: { workspaceId: string; storeId: string };
/** What the platform has, by seller code. */
let listed: Map<string, string>;
let created: number;
let described: number;
/** What happens to the next creation, before or after it is done. */
let trouble: { when: 'before' | 'after'; error: Error } | null;
let isReadable: boolean;
/** What the platform says of what was made. */
let state: Listing['state'];
let silent: boolean;
/** The platform makes a second variant along. */
let sisters: boolean;
/** With what categories were asked for last. */
let soughtBy: string[];

const unavailable = () => new PlatformError({ kind: 'unavailable', userMessage: { code: 'platformDown' }, detail: 'gone' });

/** A platform that makes listings as it is told. */
function withPublish(adapter: PlatformAdapter): PlatformAdapter {
	const publish: Publish = {
		searchLanguage: () => 'en',
		suggest: async (_context, words, _sources, gtins = []) => {
			soughtBy = [words, ...gtins];
			return await Promise.resolve([]);
		},
		rules: async () => await Promise.reject(unavailable()),
		async find(_, draft) {
			if (silent) throw new PlatformError({ kind: 'rateLimited', userMessage: { code: 'rateLimited' }, detail: 'slow', retryAfter: 5000 });
			return await Promise.resolve(listed.get(draft.sellerSku) ?? null);
		},
		async create(context, draft) {
			const now = trouble;
			trouble = null;
			if (now?.when === 'before') throw now.error;
			await context.http.send({
				operation: 'call',
				method: 'POST',
				url: `${context.hosts['api']}/write`,
				headers: { authorization: context.grant().secrets['access'] ?? '' },
				body: '{}',
				idempotent: false,
				writes: true,
			});
			created++;
			listed.set(draft.sellerSku, `P${created}`);
			if (now) throw now.error;
			return `P${created}`;
		},
		complete: async () => {
			described++;
			await Promise.resolve();
		},
	};
	const listings: Listings = {
		async *pull() {
			yield await Promise.reject(unavailable());
		},
		fetch: async (_, wanted) => {
			if (!isReadable) throw unavailable();
			const items = wanted.flatMap((externalListingId) => {
				const one = listingOf(externalListingId);
				const black = { ...one, externalVariantId: 'B', sellerSku: 'LMP-1-BLACK', variant: 'Black', title: 'Lamp' };
				const values = sisters ? [black, { ...one, externalVariantId: 'W', variant: 'White' }] : [one];
				return values.map((value) => ({ ok: true as const, value, replies: [] }));
			});
			return await Promise.resolve({ items, replies: [], next: null, watermark: '2026-11-20T10:00:00.000Z', total: null });
		},
	};
	return { ...adapter, publish, listings };
}

function listingOf(externalListingId: string): Listing {
	return {
		externalListingId,
		externalVariantId: '',
		originKey: null,
		sellerSku: 'LMP-1',
		gtins: [],
		title: 'Lamp',
		variant: null,
		state,
		rawStatus: 'active',
		issues: [],
		price: { amountMinor: 1250n, currency: 'USD' },
		stock: 4,
		imageUrl: null,
		url: null,
		updatedAt: null,
	};
}

beforeAll(async () => {
	home = await openHome();
	engine = home.another(withPublish(scriptedAdapter({ url: home.platform.url })));
	ids = await bindStore(engine);
	await home.database.inWorkspace(WORKSPACE, ({ db }) =>
		db
			.insertInto('sku')
			.values({ workspace_id: WORKSPACE, sku_id: SKU, code: 'LMP-1', title: 'Lamp', variant: null, image_url: null })
			.execute(),
	);
});
afterAll(() => home.close());

beforeEach(async () => {
	[listed, created, described, trouble, isReadable, silent, sisters, state] = [new Map(), 0, 0, null, true, false, false, 'live'];
	await home.database.inWorkspace(WORKSPACE, async (scope) => {
		for (const table of ['listing_copy', 'pairing', 'listing_key', 'listing'] as const) await scope.db.deleteFrom(table).execute();
		await setWrites(scope, null, { allowed: true, at: new Date().toISOString() });
	});
});

const queue = (draft: ListingDraft = DRAFT) =>
	home.database.inWorkspace(WORKSPACE, async (scope) => {
		const at = new Date().toISOString();
		const copyId = await saveCopy(scope, { copyId: COPY, skuId: SKU, storeId: ids.storeId, draft, gaps: null, by: 'anna', at });
		await queueCopy(scope, copyId!, 'anna');
	});
const run = () => publishCopy(engine, { workspaceId: WORKSPACE, copyId: COPY }, new AbortController().signal);
const copy = () => home.database.inWorkspace(WORKSPACE, async (scope) => (await copiesOfSku(scope, null, SKU))[0]!);
const paired = () =>
	home.database.inWorkspace(WORKSPACE, ({ db }) =>
		db.selectFrom('listing').select(['external_listing_id', 'sku_id', 'pairing_state', 'state']).execute(),
	);
/** Time goes by since the last attempt. */
const later = () =>
	home.database.inWorkspace(WORKSPACE, ({ db }) =>
		db.updateTable('listing_copy').set({ attempted_at: '2026-01-01T00:00:00.000Z' }).execute(),
	);

describe('publishing a draft', () => {
	test('makes the listing, takes it into the mirror at once and pairs it with its SKU', async () => {
		await queue();
		expect(await run()).toMatchObject({ state: 'done' });
		expect(await copy()).toMatchObject({ state: 'published', externalListingId: 'P1', code: null });
		expect(await paired()).toEqual([{ external_listing_id: 'P1', sku_id: SKU, pairing_state: 'paired', state: 'live' }]);
		// The job once more, as after a worker that died before it said so.
		await run();
		expect([created, described]).toEqual([1, 1]);
	});

	test('whose answer is lost is looked for and not made again, and not looked for too early', async () => {
		await queue();
		trouble = { when: 'after', error: unavailable() };
		await expect(run()).rejects.toMatchObject({ kind: 'unavailable' });
		expect(await run()).toEqual({ state: 'wait', seconds: 60 });
		await later();
		expect(await run()).toMatchObject({ state: 'done' });
		expect(await copy()).toMatchObject({ state: 'published', externalListingId: 'P1' });
		expect(created).toBe(1);
	});

	test('that never reached the platform is made by the next try, once', async () => {
		await queue();
		trouble = { when: 'before', error: unavailable() };
		await expect(run()).rejects.toMatchObject({ kind: 'unavailable' });
		await later();
		await run();
		expect([(await copy()).state, created]).toEqual(['published', 1]);
	});

	test('of which a former try may have made it stays so while the platform asks for silence', async () => {
		await queue();
		trouble = { when: 'after', error: unavailable() };
		await expect(run()).rejects.toMatchObject({ kind: 'unavailable' });
		await later();
		silent = true;
		expect(await run()).toMatchObject({ state: 'wait' });
		silent = false;
		await later();
		await run();
		expect([(await copy()).state, created]).toEqual(['published', 1]);
	});

	test('that is refused tells the platform’s reasons, and can be changed and sent again', async () => {
		await queue();
		trouble = { when: 'before', error: new DraftRefusedError('no', [{ field: 'title', code: 'title.length', words: 'Too long' }]) };
		await run();
		expect(await copy()).toMatchObject({
			state: 'refused',
			code: 'listingRefused',
			reasons: [{ field: 'title', code: 'title.length', words: 'Too long' }],
		});
		await queue({ ...DRAFT, sellerSku: 'LMP-2' });
		await run();
		expect([(await copy()).state, created]).toEqual(['published', 1]);
	});

	test('never takes somebody else’s listing for its own', async () => {
		listed.set('LMP-1', 'OTHER');
		await queue();
		await run();
		expect(await copy()).toMatchObject({ state: 'refused', code: 'sellerSkuTaken' });
		expect([created, await paired()]).toEqual([0, []]);
	});

	test('does nothing while writes are stopped, and is told so', async () => {
		await queue();
		await home.database.inWorkspace(WORKSPACE, (scope) => setWrites(scope, null, { allowed: false, at: new Date().toISOString() }));
		await run();
		expect(await copy()).toMatchObject({ state: 'failed', code: 'writesStopped' });
		expect(created).toBe(0);
	});

	test('is given back after too many tries, and the next one looks under the code of the last', async () => {
		await queue();
		trouble = { when: 'after', error: unavailable() };
		await expect(run()).rejects.toMatchObject({ kind: 'unavailable' });
		await home.database.inWorkspace(WORKSPACE, ({ db }) =>
			db.updateTable('listing_copy').set({ attempts: 5, attempted_at: '2026-01-01T00:00:00.000Z' }).execute(),
		);
		const found = listed.get('LMP-1')!;
		listed.clear();
		trouble = { when: 'before', error: unavailable() };
		await run();
		expect(await copy()).toMatchObject({ state: 'failed', code: 'platformDown' });
		listed.set('LMP-1', found);
		await queue({ ...DRAFT, sellerSku: 'LMP-9' });
		await later();
		await run();
		expect([await copy(), created]).toMatchObject([{ state: 'published', externalListingId: found }, 1]);
	});

	test('leaves a variant that the platform made along to be a SKU of its own', async () => {
		sisters = true;
		await queue();
		await run();
		const skus = await home.database.inWorkspace(WORKSPACE, ({ db }) =>
			db.selectFrom('listing').select(['external_variant_id', 'sku_id']).orderBy('external_variant_id').execute(),
		);
		expect(skus[1]).toEqual({ external_variant_id: 'W', sku_id: SKU });
		expect(skus[0]?.sku_id).not.toBe(SKU);
	});

	test('that cannot be read yet is published all the same', async () => {
		isReadable = false;
		await queue();
		await run();
		expect([(await copy()).state, await paired()]).toEqual(['published', []]);
	});
});

describe('what was published', () => {
	const look = () => lookAtPublished(engine, { ...ids, copyId: COPY }, new AbortController().signal);
	const told = async () =>
		(
			await home.database.inWorkspace(WORKSPACE, ({ db }) =>
				db
					.selectFrom('event')
					.select(({ fn }) => fn.countAll<string>().as('n'))
					.executeTakeFirstOrThrow(),
			)
		).n;

	test('is looked at until its platform lets it come on sale, and then told', async () => {
		state = 'draft';
		await queue();
		await run();
		const before = await told();
		expect(await look()).toEqual({ state: 'done', value: 'again' });
		expect(await told()).toBe(before);
		state = 'live';
		expect(await look()).toEqual({ state: 'done', value: 'over' });
		expect(await paired()).toMatchObject([{ state: 'live', sku_id: SKU }]);
		expect(Number(await told())).toBeGreaterThan(Number(before));
	});

	test('is not looked at where nothing waits, and not for ever', async () => {
		expect(await look()).toEqual({ state: 'done', value: 'over' });
		const waits = Array.from({ length: 10 }, (_, asked) => nextLook(asked)).filter((seconds) => seconds !== null);
		expect(waits).toEqual(waits.toSorted((a, b) => a - b));
		expect(waits.length).toBeLessThan(10);
	});
});

test('the platform is asked with every valid number of the SKU and of its listings', async () => {
	await home.database.inWorkspace(WORKSPACE, async ({ db }) => {
		await db
			.updateTable('sku')
			.set({ gtins: ['00036000291452'] })
			.where('sku_id', '=', SKU)
			.execute();
		const { price, updatedAt, originKey, imageUrl, ...listing } = listingOf('P-GTIN');
		await db
			.insertInto('listing')
			.values({
				workspace_id: WORKSPACE,
				listing_id: crypto.randomUUID(),
				store_id: ids.storeId,
				external_listing_id: listing.externalListingId,
				external_variant_id: '',
				origin_key: originKey,
				seller_sku: listing.sellerSku,
				// One typed in otherwise, one mistyped, the SKU's own once more.
				gtins: ['4006381333931', '4006381333930', '036000291452'],
				title: listing.title,
				variant: null,
				state: 'live',
				raw_status: 'active',
				issues: [],
				price_minor: price ? String(price.amountMinor) : null,
				currency: 'USD',
				stock: 4,
				image_url: imageUrl,
				url: null,
				ext_updated_at: updatedAt,
				digest: Buffer.from('d'),
				gone_at: null,
				sku_id: SKU,
				pairing_state: 'paired',
			})
			.execute();
	});
	await createOperations(engine).suggestCategories(WORKSPACE, { storeId: ids.storeId, skuId: SKU }, { words: 'lamp' });
	expect(soughtBy.toSorted()).toEqual(['00036000291452', '04006381333931', 'lamp']);
});

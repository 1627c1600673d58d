import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { addListingChanges, listingChangesOf, type NewListingChange, setWrites } from '@pangea/db';
import type { Listing } from '@pangea/domain';
import { type Listings, type Offers, type PlatformAdapter, PlatformError, type RefusalReason } from '@pangea/platform-contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Engine } from '../src/index.ts';
import { sendOffers } from '../src/listings/offers.ts';
import { bindStore, type Home, MASTER, openHome, WORKSPACE } from './home.ts';
import { publishingAdapter } from './publishing-adapter.ts';
import { scriptedAdapter } from './scripted-platform.ts';

const BATCH = '33333333-3333-7333-8333-333333333331';
const UNDO = '33333333-3333-7333-8333-333333333332';
const LISTINGS = ['44444444-4444-7444-8444-444444444441', '44444444-4444-7444-8444-444444444442'] as const;
const CHANGES = ['55555555-5555-7555-8555-555555555551', '55555555-5555-7555-8555-555555555552'] as const;
const AGAIN = '55555555-5555-7555-8555-555555555559';

interface Shown {
	title: string;
	price: bigint;
	stock: number;
}

let home: Home;
let engine: Engine;
let ids: { workspaceId: string; storeId: string };
/** What the platform shows, by product. */
let shown: Map<string, Shown>;
/** What was taken, in order. */
let taken: string[];
/** Takes changes and never shows them. */
let isDeaf: boolean;
let trouble: { when: 'before' | 'after'; error: PlatformError } | null;
/** Why it refuses a title that it took. */
let audit: RefusalReason[] | null;
/** Products of which it refuses changes. */
let refusing: Set<string>;

const failing = (kind: PlatformError['kind'], retryAfter?: number) =>
	new PlatformError({
		kind,
		userMessage: { code: 'platformDown' },
		detail: 'scripted',
		...(retryAfter === undefined ? {} : { retryAfter }),
	});

function withOffers(adapter: PlatformAdapter): PlatformAdapter {
	const listings: Listings = {
		async *pull() {},
		fetch: async (context, wanted) =>
			await Promise.resolve({
				items: wanted.flatMap((id) => {
					const one = shown.get(id);
					return one ? [{ ok: true as const, value: listingOf(id, one), replies: [] }] : [];
				}),
				replies: [],
				next: null,
				watermark: context.now().toISOString(),
				total: null,
			}),
	};
	const offers: Offers = {
		terms: () => ({
			title: null,
			titles: { least: 1, most: 60, of: 'product', reviewed: false },
			price: null,
			stock: null,
			pricing: 'paid',
		}),
		titleRefusal: async () => await Promise.resolve(audit),
		async change(context, product, changes) {
			const now = trouble;
			trouble = null;
			if (now?.when === 'before') throw now.error;
			if (refusing.has(product))
				return changes.map(() => ({
					state: 'refused' as const,
					code: 'offerRefused' as const,
					reasons: [{ field: null, code: '7', words: 'Not now' }],
				}));
			await context.http.send({
				operation: 'call',
				method: 'POST',
				url: `${context.hosts['api']}/write`,
				headers: { authorization: context.grant().secrets['access'] ?? '' },
				body: '{}',
				idempotent: true,
				writes: true,
			});
			for (const change of changes) {
				taken.push(`${product} ${change.field}`);
				const one = shown.get(product);
				if (!one || isDeaf) continue;
				if (change.field === 'price') one.price = change.price.amountMinor;
				else if (change.field === 'stock') one.stock = change.stock;
				else one.title = change.title;
			}
			if (now) throw now.error;
			return changes.map(() => ({ state: 'accepted' as const }));
		},
	};
	return { ...adapter, listings, offers };
}

function listingOf(externalListingId: string, { title, price, stock }: Shown): Listing {
	return {
		externalListingId,
		externalVariantId: '',
		originKey: null,
		sellerSku: externalListingId,
		gtins: [],
		title,
		variant: null,
		state: 'live',
		rawStatus: 'active',
		issues: [],
		price: { amountMinor: price, currency: 'MXN' },
		stock,
		imageUrl: null,
		url: null,
		updatedAt: null,
	};
}

async function listed(store: string): Promise<void> {
	await home.database.inWorkspace(WORKSPACE, ({ db }) =>
		db
			.insertInto('listing')
			.values(
				LISTINGS.map((listing_id, place) => ({
					workspace_id: WORKSPACE,
					listing_id,
					store_id: store,
					external_listing_id: `P${place + 1}`,
					external_variant_id: '',
					origin_key: null,
					seller_sku: `P${place + 1}`,
					gtins: [],
					title: 'Lamp',
					variant: null,
					state: 'live',
					raw_status: 'active',
					issues: [],
					price_minor: '1000',
					currency: 'MXN',
					stock: 4,
					image_url: null,
					url: null,
					ext_updated_at: null,
					digest: Buffer.from('d'),
					gone_at: null,
					sku_id: null,
				})),
			)
			.execute(),
	);
}

const priceTo = (place: 0 | 1, shall: string, was = '1000'): NewListingChange => ({
	changeId: CHANGES[place],
	listingId: LISTINGS[place],
	storeId: ids.storeId,
	field: 'price',
	currency: 'MXN',
	was,
	shall,
	undoes: null,
});
const titleTo = (place: 0 | 1, shall: string, was = 'Lamp'): NewListingChange => ({
	...priceTo(place, shall, was),
	field: 'title',
	currency: null,
});
const stockTo = (place: 0 | 1, shall: string, was = '4'): NewListingChange => ({
	...priceTo(place, shall, was),
	field: 'stock',
	currency: null,
});
const ask = (changes: NewListingChange[], batchId = BATCH) =>
	home.database.inWorkspace(WORKSPACE, (scope) => addListingChanges(scope, { batchId, by: 'anna', at: new Date().toISOString() }, changes));
const run = (batchId = BATCH) => sendOffers(engine, { ...ids, batchId }, new AbortController().signal);
const states = (batchId = BATCH) =>
	home.database.inWorkspace(WORKSPACE, async (scope) =>
		(await listingChangesOf(scope, null, batchId)).map(({ state, code }) => (code === null ? state : `${state} ${code}`)),
	);
const mirrored = () =>
	home.database.inWorkspace(WORKSPACE, async ({ db }) =>
		(await db.selectFrom('listing').select(['price_minor', 'stock']).orderBy('external_listing_id').execute()).map(
			({ price_minor, stock }) => [price_minor, stock],
		),
	);

describe('changing prices and stocks', () => {
	beforeAll(async () => {
		home = await openHome();
		engine = home.another(withOffers(scriptedAdapter({ url: home.platform.url })));
		ids = await bindStore(engine);
	});
	afterAll(() => home.close());
	beforeEach(async () => {
		shown = new Map([1, 2].map((number) => [`P${number}`, { title: 'Lamp', price: 1000n, stock: 4 }]));
		[taken, isDeaf, trouble, refusing, audit] = [[], false, null, new Set(), null];
		await home.database.inWorkspace(WORKSPACE, async (scope) => {
			for (const table of ['listing_change', 'listing'] as const) await scope.db.deleteFrom(table).execute();
			await setWrites(scope, null, { allowed: true, at: new Date().toISOString() });
		});
		await listed(ids.storeId);
	});

	test('is applied once the platform shows it, and the mirror shows it at once', async () => {
		await ask([priceTo(0, '1250'), { ...stockTo(1, '9'), changeId: CHANGES[1] }]);
		expect(await run()).toEqual({ state: 'done', value: { lookIn: null } });
		expect([await states(), await mirrored()]).toEqual([
			['applied', 'applied'],
			[
				['1250', 4],
				['1000', 9],
			],
		]);
		// The job once more, as after a worker that died before it said so.
		await run();
		expect(taken).toEqual(['P1 price', 'P2 stock']);
	});

	test('stands for itself: what is refused says why and keeps nothing else from being applied', async () => {
		refusing.add('P1');
		await ask([priceTo(0, '1250'), priceTo(1, '1250')]);
		await run();
		expect(await states()).toEqual(['refused offerRefused', 'applied']);
		const [first] = await home.database.inWorkspace(WORKSPACE, (scope) => listingChangesOf(scope, null, BATCH));
		expect(first?.reasons).toEqual([{ field: null, code: '7', words: 'Not now' }]);
		expect((await mirrored())[0]).toEqual(['1000', 4]);
	});

	test('whose answer is lost is looked at first by the next try and not sent again', async () => {
		await ask([priceTo(0, '1250')]);
		trouble = { when: 'after', error: failing('unavailable') };
		await expect(run()).rejects.toMatchObject({ kind: 'unavailable' });
		await run();
		expect([await states(), taken]).toEqual([['applied'], ['P1 price']]);
	});

	test('never overwrites a price that somebody else has set meanwhile; a stock moves with every sale', async () => {
		await ask([priceTo(0, '1250'), { ...stockTo(1, '9'), changeId: CHANGES[1] }]);
		shown.get('P1')!.price = 1100n;
		shown.get('P2')!.stock = 3;
		await run();
		expect(await states()).toEqual(['refused offerChangedSince', 'applied']);
		expect([taken, (await mirrored())[0]]).toEqual([['P2 stock'], ['1100', 4]]);
	});

	test('is taken back where it still stands, and then counts as undone', async () => {
		await ask([priceTo(0, '1250'), priceTo(1, '1250')]);
		await run();
		shown.get('P2')!.price = 1300n;
		const back = (place: 0 | 1) => ({ ...priceTo(place, '1000', '1250'), undoes: CHANGES[place] });
		await ask(
			[
				{ ...back(0), changeId: AGAIN },
				{ ...back(1), changeId: AGAIN.replace('9', '8') },
			],
			UNDO,
		);
		await run(UNDO);
		expect([await states(UNDO), await states()]).toEqual([
			['applied', 'refused offerChangedSince'],
			['undone', 'applied'],
		]);
		expect(await mirrored()).toEqual([
			['1000', 4],
			['1300', 4],
		]);
	});

	test('of a stock that was sold from since is not taken back', async () => {
		await ask([stockTo(0, '9')]);
		await run();
		shown.get('P1')!.stock = 8;
		await ask([{ ...stockTo(0, '4', '9'), undoes: CHANGES[0], changeId: AGAIN }], UNDO);
		await run(UNDO);
		expect([await states(UNDO), shown.get('P1')?.stock]).toEqual([['refused offerChangedSince'], 8]);
	});

	test('does nothing while writes are stopped, and is told so', async () => {
		await ask([priceTo(0, '1250')]);
		await home.database.inWorkspace(WORKSPACE, (scope) => setWrites(scope, null, { allowed: false, at: new Date().toISOString() }));
		await run();
		expect([await states(), taken]).toEqual([['failed writesStopped'], []]);
	});

	test('that is taken and not shown is looked for, and in the end counts as not come about', async () => {
		isDeaf = true;
		await ask([stockTo(0, '9')]);
		expect(await run()).toEqual({ state: 'done', value: { lookIn: 15 } });
		expect(await states()).toEqual(['accepted']);
		for (const lookIn of [60, 300, 900]) expect(await run()).toEqual({ state: 'done', value: { lookIn } });
		expect(await run()).toEqual({ state: 'done', value: { lookIn: null } });
		expect([await states(), taken]).toEqual([['failed offerNotShown'], ['P1 stock']]);
	});

	test('that is shown late is applied by the look that sees it', async () => {
		isDeaf = true;
		await ask([stockTo(0, '9')]);
		await run();
		shown.get('P1')!.stock = 9;
		await run();
		expect([await states(), taken]).toEqual([['applied'], ['P1 stock']]);
	});

	test('of a stock from which pieces are sold before anybody looks has come about', async () => {
		isDeaf = true;
		await ask([stockTo(0, '90'), { ...stockTo(1, '90'), changeId: CHANGES[1] }]);
		await run();
		shown.get('P1')!.stock = 87;
		// What was never taken is still near to what it was.
		shown.get('P2')!.stock = 3;
		await run();
		expect(await states()).toEqual(['applied', 'accepted']);
	});

	test('waits while the platform asks for silence, and is given back after too many tries', async () => {
		await ask([priceTo(0, '1250')]);
		trouble = { when: 'before', error: failing('rateLimited', 5000) };
		expect(await run()).toEqual({ state: 'wait', seconds: 5 });
		expect(await states()).toEqual(['queued']);
		await home.database.inWorkspace(WORKSPACE, ({ db }) => db.updateTable('listing_change').set({ attempts: 5 }).execute());
		trouble = { when: 'before', error: failing('unavailable') };
		await run();
		expect([await states(), taken]).toEqual([['failed platformDown'], []]);
	});

	test('of a title is applied as it is shown, and not over a title that somebody else has given', async () => {
		await ask([titleTo(0, 'Lamp, red'), titleTo(1, 'Lamp, blue')]);
		shown.get('P2')!.title = 'Lantern';
		await run();
		expect([await states(), taken]).toEqual([['applied', 'refused offerChangedSince'], ['P1 title']]);
		const { rows } = await home.database.inWorkspace(WORKSPACE, async ({ db }) => ({
			rows: await db.selectFrom('listing').select('title').orderBy('external_listing_id').execute(),
		}));
		expect(rows).toEqual([{ title: 'Lamp, red' }, { title: 'Lantern' }]);
	});

	test('of a title that is audited is looked for over days, and told when the audit refuses it', async () => {
		isDeaf = true;
		await ask([titleTo(0, 'Lamp, red'), titleTo(1, 'Lamp, blue')]);
		expect(await run()).toEqual({ state: 'done', value: { lookIn: 15 } });
		for (const lookIn of [60, 300, 900, 3_600, 21_600]) expect(await run()).toEqual({ state: 'done', value: { lookIn } });
		shown.get('P1')!.title = 'Lamp, red';
		audit = [{ field: 'title', code: 'Title', words: 'Not this word' }];
		await run();
		expect(await states()).toEqual(['applied', 'refused offerRefused']);
		const [, second] = await home.database.inWorkspace(WORKSPACE, (scope) => listingChangesOf(scope, null, BATCH));
		expect([second?.reasons, taken]).toEqual([audit, ['P1 title', 'P2 title']]);
	});

	test('of one listing and field is under way once at a time', async () => {
		expect(await ask([priceTo(0, '1250')])).toHaveLength(1);
		expect(await ask([{ ...priceTo(0, '1300'), changeId: AGAIN }], UNDO)).toEqual([]);
		await run();
		expect(await ask([{ ...priceTo(0, '1300', '1250'), changeId: AGAIN }], UNDO)).toHaveLength(1);
	});
});

describe('a worker that is killed between its request and the answer', () => {
	beforeEach(async () => {
		home = await openHome();
	});
	afterEach(() => home.close());

	test('leaves a change that the next one finds applied, and sends nothing twice', async () => {
		engine = home.another(publishingAdapter(home.platform.url));
		ids = await bindStore(engine);
		await listed(ids.storeId);
		await ask([stockTo(0, '9')]);
		home.platform.makeDelay = 60_000;
		const facts = JSON.stringify({
			ids: { ...ids, batchId: BATCH },
			url: home.url,
			platformUrl: home.platform.url,
			master: MASTER,
			times: 0,
		});
		const child = fork(fileURLToPath(new URL('./child.ts', import.meta.url)), ['offers', facts], { execArgv: [] });
		await once(child, 'message');
		child.send('go');
		while (home.platform.stocksWritten.length === 0) await sleep(5);
		child.kill('SIGKILL');
		await once(child, 'exit');
		home.platform.makeDelay = 0;
		expect(await states()).toEqual(['sending']);
		await run();
		expect([await states(), home.platform.stocksWritten]).toEqual([['applied'], [9]]);
	}, 60_000);
});

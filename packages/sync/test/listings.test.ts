import {
	listingsOfSku,
	listingToDecide,
	pairListings,
	problemGroups,
	problemListings,
	saveMaster,
	skuMasters,
	skuPage,
	unpairListing,
	waitingListings,
} from '@pangea/db';
import type { Listing } from '@pangea/domain';
import type { Listings, Outcome, Page, PlatformAdapter } from '@pangea/platform-contract';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { backfillStore, type Engine, pullStore, runRound } from '../src/index.ts';
import { fetchListings, pullListings } from '../src/listings/pull.ts';
import { countSoldPieces } from '../src/listings/sold.ts';
import { withStore } from '../src/trouble.ts';
import { bindStore, type Home, openHome, OTHER_WORKSPACE, WORKSPACE } from './home.ts';
import { scriptedAdapter } from './scripted-platform.ts';

const WHITE: Listing = {
	externalListingId: 'P1',
	externalVariantId: 'V1',
	originKey: null,
	sellerSku: 'LMP-SUNSET-WH',
	gtins: ['0036000291452'],
	title: 'Sunset Projection Lamp',
	variant: 'White',
	state: 'live',
	rawStatus: 'ON',
	issues: [],
	price: { amountMinor: 1999n, currency: 'USD' },
	stock: 5,
	imageUrl: null,
	url: null,
	updatedAt: '2026-11-20T10:00:00.000Z',
};
const BLACK: Listing = { ...WHITE, externalVariantId: 'V2', sellerSku: 'LMP-SUNSET-BK', gtins: [], variant: 'Black' };
/** The white lamp as somebody listed it a second time, with nothing but words to know it by. */
const AGAIN: Listing = { ...WHITE, externalListingId: 'P2', externalVariantId: 'V9', sellerSku: null, gtins: [] };

let home: Home;
let engine: Engine;
let ids: { workspaceId: string; storeId: string };
let offered: Outcome<Listing>[];
let asked: (string | null)[];

const ok = (...listings: Listing[]): Outcome<Listing>[] => listings.map((value) => ({ ok: true, value, replies: [0] }));

/** A platform that offers what `offered` says. */
function withListings(adapter: PlatformAdapter): PlatformAdapter {
	const page = (): Page<Listing> => ({ items: offered, replies: [], next: null, watermark: '2026-11-20T10:00:00.000Z', total: null });
	const listings: Listings = {
		async *pull(_, since) {
			asked.push(since);
			yield await Promise.resolve(page());
		},
		fetch: async () => await Promise.resolve(page()),
	};
	const rules = { pollSeconds: 3600, overlapSeconds: 300, wholeSeconds: 86_400 };
	return { ...adapter, listings, manifest: { ...adapter.manifest, listings: rules } };
}

beforeEach(async () => {
	home = await openHome();
	engine = home.another(withListings(scriptedAdapter({ url: home.platform.url })));
	ids = await bindStore(engine);
	asked = [];
	offered = ok(WHITE, BLACK);
});
afterEach(async () => {
	await home.close();
});

const read = async () => {
	const run = await pullListings(engine, ids, new AbortController().signal);
	if (run.state !== 'done') throw new Error(run.state);
	return run.value;
};
const rows = () =>
	home.database.inWorkspace(WORKSPACE, ({ db }) =>
		db
			.selectFrom('listing')
			.select(['listing_id', 'external_variant_id', 'title', 'sku_id', 'pairing_state', 'gone_at', 'changed_at', 'state', 'refused'])
			.orderBy('external_variant_id')
			.execute(),
	);
const row = async (variant: string) => (await rows()).find((listing) => listing.external_variant_id === variant)!;

describe('reading listings', () => {
	test('keeps what the store offers; the same again writes no row', async () => {
		expect(await read()).toMatchObject({ read: 2, written: 2 });
		const before = await rows();
		expect(await read()).toMatchObject({ read: 2, written: 0 });
		expect(await rows()).toEqual(before);
	});

	test('leaves what people say of a SKU as it is, whatever the platform tells from then on', async () => {
		await read();
		const skuId = (await row('V1')).sku_id ?? '';
		const master = () => home.database.inWorkspace(WORKSPACE, (scope) => skuMasters(scope, [skuId]));
		const [founded] = await master();
		expect(founded).toMatchObject({ version: 1, data: { title: 'Sunset Projection Lamp', code: 'LMP-SUNSET-WH' } });
		const data = { ...founded!.data, code: 'LAMP', title: 'Our lamp', image: 'https://own.example/1.jpg', gtins: [] };
		await home.database.inWorkspace(WORKSPACE, (scope) =>
			saveMaster(scope, skuId, data, { userId: 'somebody', at: '2026-11-20T12:00:00.000Z' }),
		);
		const news = { title: 'Another title', imageUrl: 'https://img.example/2.jpg', sellerSku: 'OTHER', gtins: ['4006381333931'] };
		offered = ok({ ...WHITE, ...news, updatedAt: '2026-11-21T10:00:00.000Z' }, BLACK, AGAIN);
		expect(await read()).toMatchObject({ written: 2 });
		expect((await row('V1')).title).toBe('Another title');
		expect(await master()).toMatchObject([{ version: 2, data }]);
	});

	test('asks for everything first and then for what changed since', async () => {
		await read();
		await read();
		expect(asked[0]).toBeNull();
		expect(Date.parse(asked[1] ?? '')).toBeLessThan(Date.now() - 200_000);
	});

	test('never lets older news win', async () => {
		await read();
		offered = ok({ ...WHITE, title: 'Old words', updatedAt: '2026-11-19T10:00:00.000Z' }, BLACK);
		await read();
		expect((await row('V1')).title).toBe('Sunset Projection Lamp');
	});

	test('marks as gone what a walk over everything does not find, unless its product could not be read', async () => {
		await read();
		await home.database.inWorkspace(WORKSPACE, ({ db }) =>
			db.updateTable('listing_read').set({ whole_at: '2026-01-01T00:00:00.000Z' }).execute(),
		);
		offered = [{ ok: false, externalId: 'P1', cause: 'odd', raw: '{}', replies: [0] }];
		expect(await read()).toMatchObject({ gone: 0, unreadable: 1 });
		await home.database.inWorkspace(WORKSPACE, ({ db }) =>
			db.updateTable('listing_read').set({ whole_at: '2026-01-01T00:00:00.000Z' }).execute(),
		);
		offered = ok(BLACK);
		expect(await read()).toMatchObject({ gone: 1 });
		expect((await row('V1')).gone_at).not.toBeNull();
		offered = ok(WHITE, BLACK);
		await read();
		expect((await row('V1')).gone_at).toBeNull();
	});

	test('shows nothing of it to another workspace', async () => {
		await read();
		const seen = await home.database.inWorkspace(OTHER_WORKSPACE, ({ db }) => db.selectFrom('listing').select('listing_id').execute());
		expect(seen).toEqual([]);
	});
});

describe('pairing', () => {
	test('makes variants SKUs of their own and leaves the doubtful to a person, with reasons', async () => {
		offered = ok(WHITE, BLACK, AGAIN);
		await read();
		const [white, black, again] = [await row('V1'), await row('V2'), await row('V9')];
		expect([white.pairing_state, black.pairing_state, again.pairing_state]).toEqual(['paired', 'paired', 'waiting']);
		expect(white.sku_id).not.toBe(black.sku_id);
		const queue = await home.database.inWorkspace(WORKSPACE, (scope) =>
			waitingListings(scope, { stores: null, after: undefined, limit: 10 }),
		);
		expect(queue.rows.map(({ proposals }) => proposals[0])).toEqual([
			{ skuId: white.sku_id, confidence: expect.any(Number), reasons: ['titleSame', 'variantSame'] },
		]);
	});

	test('pairs the same number by itself', async () => {
		offered = ok(WHITE, BLACK, { ...AGAIN, gtins: ['036000291452'] });
		await read();
		expect((await row('V9')).sku_id).toBe((await row('V1')).sku_id);
	});

	test('that a person ends stays in the past, and does not come back by itself', async () => {
		offered = ok(WHITE, { ...AGAIN, gtins: ['036000291452'] });
		await read();
		const { listing_id: listingId, sku_id: skuId } = await row('V9');
		await home.database.inWorkspace(WORKSPACE, (scope) => unpairListing(scope, listingId, 'ana'));
		offered = ok(WHITE, { ...AGAIN, gtins: ['036000291452'], stock: 1, updatedAt: '2026-11-21T10:00:00.000Z' });
		await read();
		expect(await row('V9')).toMatchObject({ refused: [skuId] });
		expect((await row('V9')).sku_id).not.toBe(skuId);
		const past = await home.database.inWorkspace(WORKSPACE, ({ db }) =>
			db
				.selectFrom('pairing')
				.select(['sku_id', 'ended_by', 'ended_at'])
				.where('listing_id', '=', listingId)
				.where('ended_at', 'is not', null)
				.execute(),
		);
		expect(past).toEqual([{ sku_id: skuId, ended_by: 'ana', ended_at: expect.any(String) }]);
	});

	test('by a person is one at a time', async () => {
		offered = ok(WHITE, BLACK, AGAIN);
		await read();
		const [white, black, again] = [await row('V1'), await row('V2'), await row('V9')];
		for (const skuId of [black.sku_id!, white.sku_id!]) {
			await home.database.inWorkspace(WORKSPACE, async (scope) => {
				await pairListings(scope, [
					{ pairingId: crypto.randomUUID(), listingId: again.listing_id, skuId, by: 'ana', confidence: null, reasons: [] },
				]);
			});
		}
		const of = await home.database.inWorkspace(WORKSPACE, (scope) => listingsOfSku(scope, null, white.sku_id!));
		expect(of.map(({ title, pairedBy }) => [title, pairedBy])).toEqual(
			expect.arrayContaining([
				['Sunset Projection Lamp', null],
				['Sunset Projection Lamp', 'ana'],
			]),
		);
		expect(await home.database.inWorkspace(WORKSPACE, (scope) => listingToDecide(scope, [], again.listing_id))).toBeNull();
	});
});

test('SKUs stand by what is at stake, page by page', async () => {
	offered = ok(WHITE, BLACK, { ...BLACK, externalListingId: 'P3', title: 'Neck Fan', sellerSku: 'FAN-NECK-PK', variant: 'Pink', stock: 0 });
	await read();
	await home.database.inWorkspace(WORKSPACE, async ({ db }) => {
		await db.updateTable('listing').set({ sold_units: 9 }).where('title', '=', 'Neck Fan').execute();
		await db.updateTable('listing').set({ sold_units: 4 }).where('variant', '=', 'Black').execute();
	});
	const page = (view: 'gaps' | 'all', after?: string, search?: string) =>
		home.database.inWorkspace(WORKSPACE, (scope) => skuPage(scope, { view, search, stores: null, after, limit: 2 }));
	expect((await page('gaps')).rows.map(({ code, atStake }) => [code, atStake])).toEqual([['FAN-NECK-PK', 9]]);
	const first = await page('all');
	expect(first.rows.map(({ code }) => code)).toEqual(['FAN-NECK-PK', 'LMP-SUNSET-BK']);
	expect((await page('all', first.next ?? '')).rows.map(({ code }) => code)).toEqual(['LMP-SUNSET-WH']);
	// By words of a title, a part of a code, the platform's number; no sign stands for any other.
	const found = async (search: string) => (await page('all', undefined, search)).rows.map(({ code }) => code);
	expect(await found('neck fan')).toEqual(['FAN-NECK-PK']);
	expect(await found('sunset-')).toEqual(['LMP-SUNSET-BK', 'LMP-SUNSET-WH']);
	expect(await found('p3')).toEqual(['FAN-NECK-PK']);
	expect(await found('36000291452')).toEqual(['LMP-SUNSET-WH']);
	expect(await found('%')).toEqual([]);
});

test('problems stand by cause and by what the SKUs behind them sell', async () => {
	const blocked = { state: 'blocked' as const, rawStatus: 'OFF', issues: ['No brand', 'Bad picture'] };
	offered = ok(
		{ ...WHITE, ...blocked },
		{ ...AGAIN, ...blocked, issues: ['No brand'], gtins: ['036000291452'] },
		{ ...BLACK, ...blocked, issues: [] },
	);
	await read();
	await home.database.inWorkspace(WORKSPACE, ({ db }) =>
		db.updateTable('listing').set({ sold_units: 5 }).where('variant', '=', 'White').execute(),
	);
	const groups = await home.database.inWorkspace(WORKSPACE, (scope) => problemGroups(scope, null, 10));
	expect(groups.map(({ cause, listings, stores, atStake }) => [cause, listings, stores, atStake])).toEqual([
		// Both white lamps are one SKU, whose ten pieces count once.
		['No brand', 2, 1, 10],
		['Bad picture', 1, 1, 10],
		['OFF', 1, 1, 0],
	]);
	const [first] = groups;
	const behind = await home.database.inWorkspace(WORKSPACE, (scope) => problemListings(scope, null, first!, 10));
	expect(behind.map(({ atStake }) => atStake)).toEqual([10, 10]);
	expect(await home.database.inWorkspace(WORKSPACE, (scope) => problemGroups(scope, [], 10))).toEqual([]);
	expect(await home.database.inWorkspace(OTHER_WORKSPACE, (scope) => problemGroups(scope, null, 10))).toEqual([]);
});

test('a product that a push names is read at once, and its news told', async () => {
	await read();
	offered = ok({ ...WHITE, state: 'blocked', issues: ['No brand'], updatedAt: '2026-11-22T10:00:00.000Z' });
	const run = await withStore(engine, ids, { signal: new AbortController().signal, urgent: true }, (store) =>
		fetchListings(engine, store, ['P1']),
	);
	expect(run).toMatchObject({ state: 'done', value: true });
	expect(await row('V1')).toMatchObject({ state: 'blocked', gone_at: null });
	// It was named alone: nothing is said of the others.
	expect(await row('V2')).toMatchObject({ state: 'live', gone_at: null });
});

describe('pieces sold', () => {
	const SIGNAL = new AbortController().signal;
	const ago = (hours: number): number => Date.now() - hours * 3_600_000;
	const buy = (id: string, hours: number, listing: [string, string]): void =>
		void home.platform.orders.set(id, { id, updatedAt: ago(hours), placedAt: ago(hours), status: 'PAID', quantity: 2, listing });
	const sold = async () =>
		await home.database.inWorkspace(WORKSPACE, ({ db }) =>
			db.selectFrom('listing').select(['external_variant_id', 'sold_units']).orderBy('external_variant_id').execute(),
		);
	/** Whether a round sends a count, of which the last came some minutes ago. */
	const isDue = async (minutes: number): Promise<boolean> => {
		await home.database.inWorkspace(WORKSPACE, async ({ db }) => {
			await db
				.updateTable('listing_read')
				.set({ sold_at: new Date(ago(minutes / 60)).toISOString() })
				.execute();
		});
		await runRound(engine);
		const { rows } = await home.database.inWorkspace(WORKSPACE, ({ db }) =>
			sql<{ n: number }>`select count(*)::integer as n from jobs.job where name = 'listings.count'`.execute(db),
		);
		return (rows[0]?.n ?? 0) > 0;
	};

	test('are counted as soon as the history of their days is read, though listings were read before', async () => {
		await read();
		buy('o1', 5, ['P1', 'V1']);
		buy('o2', 24 * 20, ['P1', 'V1']);
		buy('o3', 24 * 40, ['P1', 'V2']);
		for (let i = 0; i < 20 && (await backfillStore(engine, ids, SIGNAL)).state === 'done'; i++);
		expect(await sold()).toEqual([
			{ external_variant_id: 'V1', sold_units: 4 },
			{ external_variant_id: 'V2', sold_units: 0 },
		]);
	});

	test('are counted again when orders have come since, and not sooner than a count may come', async () => {
		await read();
		await home.database.inWorkspace(WORKSPACE, ({ db }) =>
			db
				.updateTable('pull_cursor')
				.set({ watermark: new Date(ago(2)).toISOString() })
				.execute(),
		);
		expect(await isDue(90)).toBe(false);
		buy('o1', 0.4, ['P1', 'V2']);
		await pullStore(engine, ids, SIGNAL);
		expect(await isDue(0.5)).toBe(false);
		expect(await isDue(1.5)).toBe(true);
		await countSoldPieces(engine, ids);
		expect((await sold())[1]).toMatchObject({ sold_units: 2 });
		await home.database.inWorkspace(WORKSPACE, ({ db }) => sql`delete from jobs.job`.execute(db));
		expect(await isDue(90)).toBe(false);
	});
});

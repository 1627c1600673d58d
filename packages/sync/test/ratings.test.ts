import {
	addStars,
	alarmingReviews,
	dueLowRatedReads,
	dueReviewReads,
	listReviews,
	reviewReads,
	type Scope,
	setReviewAlarm,
} from '@pangea/db';
import type { Listing } from '@pangea/domain';
import {
	type FeedbackAnswer,
	type Listings,
	type LowRatedOrder,
	type Outcome,
	type PlatformAdapter,
	PlatformError,
	type Ratings,
	type StoreFeedback,
} from '@pangea/platform-contract';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Engine } from '../src/index.ts';
import { pullListings } from '../src/listings/pull.ts';
import { pullReviews } from '../src/reviews/pull.ts';
import { bindStore, type Home, openHome, WORKSPACE } from './home.ts';
import { scriptedAdapter } from './scripted-platform.ts';

const LAMP: Listing = {
	externalListingId: 'P1',
	externalVariantId: 'a',
	originKey: null,
	sellerSku: 'LMP-WH',
	gtins: [],
	title: 'Sunset Projection Lamp',
	variant: 'white',
	state: 'live',
	rawStatus: 'ON',
	issues: [],
	price: null,
	stock: 5,
	imageUrl: null,
	url: null,
	updatedAt: null,
};
const BLACK: Listing = { ...LAMP, externalVariantId: 'b', sellerSku: 'LMP-BK', variant: 'black' };
const ORDER: LowRatedOrder = {
	externalOrderId: 'O-1',
	externalListingId: 'P1',
	externalVariantId: 'a',
	rating: 2,
	deliveredAt: '2026-11-01T10:00:00.000Z',
};

let home: Home;
let engine: Engine;
let ids: { workspaceId: string; storeId: string };
let listed: Listing[];
/** Stars by day, and the first day that is not told. */
let given: Record<string, [number, number, number, number, number]>;
let toldUntil: string;
let orders: Outcome<LowRatedOrder>[];
let trouble: PlatformError | null;
let asked: (string | null)[];
/** What the platform says of its file of feedback, one after the other. */
let answers: FeedbackAnswer[];
let tickets: (string | null)[];

function withRatings(adapter: PlatformAdapter, isFile = false): PlatformAdapter {
	const page = () => ({
		items: listed.map((value) => ({ ok: true as const, value, replies: [0] })),
		replies: [],
		next: null,
		watermark: '2026-11-20T10:00:00.000Z',
		total: null,
	});
	const listings: Listings = {
		async *pull() {
			yield await Promise.resolve(page());
		},
		fetch: async () => await Promise.resolve(page()),
	};
	const ratings: Ratings = {
		source: 'test',
		async starsSince(_, __, from) {
			asked.push(from);
			if (trouble) throw trouble;
			const stars: [number, number, number, number, number] = [0, 0, 0, 0, 0];
			for (const [day, counts] of Object.entries(given))
				if (day >= (from ?? '') && day < toldUntil) for (const [place, count] of counts.entries()) stars[place]! += count;
			return await Promise.resolve({ stars, until: toldUntil });
		},
		lowRated: {
			serves: () => true,
			async *pull() {
				yield await Promise.resolve(orders);
			},
		},
	};
	const rules = {
		listings: { pollSeconds: 3600, overlapSeconds: 300, wholeSeconds: 86_400 },
		reviews: { pollSeconds: 0, lowRatedSeconds: 0, source: 'test' },
	};
	const feedback: StoreFeedback = {
		source: 'test',
		async ask(_, ticket) {
			tickets.push(ticket);
			return await Promise.resolve(answers.shift() ?? { state: 'nothing' });
		},
	};
	return { ...adapter, listings, ...(isFile ? { feedback } : { ratings }), manifest: { ...adapter.manifest, ...rules } };
}

beforeEach(async () => {
	home = await openHome();
	engine = home.another(withRatings(scriptedAdapter({ url: home.platform.url })));
	ids = await bindStore(engine);
	[listed, orders, trouble, asked, answers, tickets] = [[LAMP], [], null, [], [], []];
	given = { '2026-11-01': [1, 0, 0, 0, 2], '2026-11-02': [0, 0, 1, 0, 3] };
	toldUntil = '2026-11-02';
	await pullListings(engine, ids, new AbortController().signal);
});
afterEach(() => home.close());

const read = async () => {
	const run = await pullReviews(engine, ids, new AbortController().signal);
	if (run.state !== 'done') throw new Error(run.state);
	return run.value;
};
const inScope = <T>(work: (scope: Scope) => Promise<T>): Promise<T> => home.database.inWorkspace(WORKSPACE, work);
const stars = () =>
	inScope(async ({ db }) =>
		(await db.selectFrom('listing').select(['stars', 'stars_until']).orderBy('external_variant_id').execute()).map((row) => [
			row.stars,
			row.stars_until,
		]),
	);

test('Stars told by day are added up, each day once', async () => {
	await read();
	expect(await stars()).toEqual([[[1, 0, 0, 0, 2], '2026-11-02']]);
	// Nothing more is told yet.
	await read();
	expect(await stars()).toEqual([[[1, 0, 0, 0, 2], '2026-11-02']]);
	toldUntil = '2026-11-03';
	await read();
	expect(await stars()).toEqual([[[1, 0, 1, 0, 5], '2026-11-03']]);
	expect(asked).toEqual([null, '2026-11-02', '2026-11-02']);
});

test('Stars read by two at once are added once', async () => {
	await read();
	const told = { stars: [0, 0, 1, 0, 3], until: '2026-11-03' };
	const add = () =>
		inScope(async (scope) =>
			addStars(scope, { storeId: ids.storeId, externalListingId: 'P1' }, { at: '2026-11-20T10:00:00.000Z', from: '2026-11-02', told }),
		);
	await add();
	await add();
	expect(await stars()).toEqual([[[1, 0, 1, 0, 5], '2026-11-03']]);
});

test('A variant that is listed later has the stars of its product', async () => {
	await read();
	listed = [LAMP, BLACK];
	await inScope(async ({ db }) => db.updateTable('listing_read').set({ whole_at: null, tried_at: null }).execute());
	await pullListings(engine, ids, new AbortController().signal);
	toldUntil = '2026-11-03';
	await read();
	expect(await stars()).toEqual([
		[[1, 0, 1, 0, 5], '2026-11-03'],
		[[1, 0, 1, 0, 5], '2026-11-03'],
	]);
});

test('A product that the platform knows no more keeps its stars and is not asked for in a circle', async () => {
	await read();
	trouble = new PlatformError({ kind: 'notFound', userMessage: { code: 'notFoundAtPlatform' }, detail: 'scripted' });
	expect(await read()).toMatchObject({ products: 1 });
	expect(await stars()).toEqual([[[1, 0, 0, 0, 2], '2026-11-02']]);
});

test('A grant without the right is noted and left alone for a day', async () => {
	trouble = new PlatformError({ kind: 'forbidden', userMessage: { code: 'scopeMissing' }, detail: 'scripted' });
	await read();
	const platform = engine.registry.keys().next().value!;
	const due = () => inScope(async (scope) => dueReviewReads(scope, new Map([[platform, 0]])));
	const sites = [...engine.registry].flatMap(([id, { manifest }]) =>
		manifest.sites.map((site) => ({ platform: id, siteId: site.id, seconds: 0 })),
	);
	expect([await due(), await inScope(async (scope) => dueLowRatedReads(scope, sites))]).toEqual([[], []]);
	expect((await inScope(async (scope) => reviewReads(scope, null)))[0]?.refused).toBe(true);
	await inScope(async ({ db }) => db.updateTable('listing_read').set({ reviews_refused_at: '2026-01-01T00:00:00Z' }).execute());
	expect([await due(), await inScope(async (scope) => dueLowRatedReads(scope, sites))]).toEqual([[ids.storeId], [ids.storeId]]);
	trouble = null;
	await read();
	expect((await inScope(async (scope) => reviewReads(scope, null)))[0]?.refused).toBe(false);
});

test('An order with few stars is a review without words that names its order, and tells the alarm once it is new', async () => {
	await inScope(async (scope) => setReviewAlarm(scope, 2, new Date(Date.now() - 60_000).toISOString()));
	orders = [
		{ ok: true, value: ORDER, replies: [] },
		{ ok: false, externalId: null, cause: 'scripted', raw: '{}', replies: [] },
	];
	expect(await read()).toMatchObject({ written: 1, unreadable: 1 });
	const pool = () => inScope(async (scope) => listReviews(scope, { stores: null, ratings: null, theme: null, skuId: null }, null, 10));
	const [old] = (await pool()).rows;
	expect(old).toMatchObject({ rating: 2, externalOrderId: 'O-1', orderId: null, product: LAMP.title, imported: false });
	expect(old?.writtenAt.slice(0, 10)).toBe('2026-11-01');
	// What was so when it was read first alarms nobody.
	expect(await inScope(async (scope) => alarmingReviews(scope, 10))).toEqual([]);
	orders.push({ ok: true, value: { ...ORDER, externalOrderId: 'O-2', rating: 1 }, replies: [] });
	expect(await read()).toMatchObject({ written: 1 });
	expect(await inScope(async (scope) => alarmingReviews(scope, 10))).toMatchObject([{ rating: 1 }]);
	expect(await read()).toMatchObject({ written: 0 });
	expect((await pool()).rows).toHaveLength(2);
});

test('Feedback on the store is asked for, waited for and kept once, with its order and without a product', async () => {
	engine = home.another(withRatings(scriptedAdapter({ url: home.platform.url }), true));
	await inScope(async (scope) => setReviewAlarm(scope, 2, new Date(Date.now() - 60_000).toISOString()));
	// Within the month that undated rows of a first file count as old.
	const lately = new Date(Date.now() - 10 * 86_400_000).toISOString().slice(0, 10);
	answers = [
		{ state: 'waiting', ticket: 't-1', seconds: 60 },
		{ state: 'waiting', ticket: 't-1', seconds: 60 },
		{
			state: 'told',
			rows: [
				{ ok: true, value: { externalOrderId: 'O-1', rating: 1, comment: 'Llegó roto.', day: lately }, replies: [] },
				{ ok: true, value: { externalOrderId: 'O-2', rating: 2, comment: null, day: null }, replies: [] },
				{ ok: false, externalId: null, cause: 'scripted', raw: '{}', replies: [] },
			],
		},
	];
	expect(await read()).toMatchObject({ lookIn: 60, written: 0 });
	expect(await read()).toMatchObject({ lookIn: 60 });
	expect(await read()).toMatchObject({ lookIn: null, written: 2, unreadable: 1 });
	expect(tickets).toEqual([null, 't-1', 't-1']);
	const { rows } = await inScope(async (scope) => listReviews(scope, { stores: null, ratings: null, theme: null, skuId: null }, null, 10));
	expect(rows).toMatchObject([
		{ externalOrderId: 'O-1', rating: 1, themes: ['damaged'] },
		{ externalOrderId: 'O-2', externalListingId: '', product: null, skuId: null },
	]);
	// What is a month old at most by its file is no news.
	expect(await inScope(async (scope) => alarmingReviews(scope, 10))).toEqual([]);
	// Another is asked for when it is due again; the same words are written once.
	answers = [{ state: 'waiting', ticket: 't-2', seconds: 60 }];
	expect(await read()).toMatchObject({ lookIn: 60 });
	const same = { externalOrderId: 'O-1', rating: 1, comment: 'Llegó roto.', day: lately };
	const fresh = { externalOrderId: 'O-3', rating: 1, comment: null, day: null };
	answers = [{ state: 'told', rows: [same, fresh].map((value) => ({ ok: true as const, value, replies: [] })) }];
	expect(await read()).toMatchObject({ written: 1, lookIn: null });
	expect(await inScope(async (scope) => alarmingReviews(scope, 10))).toMatchObject([{ rating: 1 }]);
});

import { listReviews } from '@pangea/db';
import type { Listing, Review, ReviewBody } from '@pangea/domain';
import type { Listings, Outcome, PlatformAdapter, ProductReviews } from '@pangea/platform-contract';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Engine, PLACES } from '../src/index.ts';
import { pullListings } from '../src/listings/pull.ts';
import { pullReviews } from '../src/reviews/pull.ts';
import { bindStore, type Home, openHome, OTHER_WORKSPACE, WORKSPACE } from './home.ts';
import { scriptedAdapter } from './scripted-platform.ts';

const LAMP: Listing = {
	externalListingId: 'P1',
	externalVariantId: '',
	originKey: null,
	sellerSku: 'LMP-WH',
	gtins: [],
	title: 'Sunset Projection Lamp',
	variant: null,
	state: 'live',
	rawStatus: 'ON',
	issues: [],
	price: null,
	stock: 5,
	imageUrl: null,
	url: null,
	updatedAt: null,
};
const BAD: Review = {
	externalId: 'R1',
	rating: 1,
	title: 'Broken',
	text: 'It came damaged.',
	writtenAt: '2026-11-01T10:00:00.000Z',
	rawStatus: 'published',
};
const GOOD: Review = { ...BAD, externalId: 'R2', rating: 5, title: null, text: null };

let home: Home;
let engine: Engine;
let ids: { workspaceId: string; storeId: string };
let said: Outcome<Review>[];
let asked: string[];

const ok = (...reviews: Review[]): Outcome<Review>[] => reviews.map((value) => ({ ok: true, value, replies: [] }));

function withReviews(adapter: PlatformAdapter): PlatformAdapter {
	const items: Outcome<Listing>[] = [{ ok: true, value: LAMP, replies: [0] }];
	const page = { items, replies: [], next: null, watermark: '2026-11-20T10:00:00.000Z', total: null };
	const listings: Listings = {
		async *pull() {
			yield await Promise.resolve(page);
		},
		fetch: async () => await Promise.resolve(page),
	};
	const ofProduct = async (_: unknown, product: string): Promise<ProductReviews> => {
		asked.push(product);
		return await Promise.resolve({ items: said, stars: [1, 0, 0, 0, 4] });
	};
	const rules = { listings: { pollSeconds: 3600, overlapSeconds: 300, wholeSeconds: 86_400 }, reviews: { pollSeconds: 0, source: 'test' } };
	return { ...adapter, listings, reviews: { ofProduct }, manifest: { ...adapter.manifest, ...rules } };
}

beforeEach(async () => {
	home = await openHome();
	engine = home.another(withReviews(scriptedAdapter({ url: home.platform.url })));
	ids = await bindStore(engine);
	asked = [];
	said = ok(BAD, GOOD);
	await pullListings(engine, ids, new AbortController().signal);
});
afterEach(async () => {
	await home.close();
});

const read = async () => {
	const run = await pullReviews(engine, ids, new AbortController().signal);
	if (run.state !== 'done') throw new Error(run.state);
	return run.value;
};
const rows = () => home.database.inWorkspace(WORKSPACE, ({ db }) => db.selectFrom('review').selectAll().orderBy('external_id').execute());
const bodyOf = async (at: number): Promise<ReviewBody> => {
	const row = (await rows())[at]!;
	const box = await engine.keys.box(WORKSPACE);
	return JSON.parse(box.open(row.sealed!, PLACES.review(row.review_id)).toString('utf8')) as ReviewBody;
};

test('reviews are kept once with their themes, sealed; the same again writes no row', async () => {
	expect(await read()).toMatchObject({ products: 1, written: 2, unreadable: 0 });
	const before = await rows();
	expect(before.map(({ rating, edited }) => [rating, edited])).toEqual([
		[1, false],
		[5, false],
	]);
	expect(before[0]?.sealed?.toString('latin1')).not.toContain('damaged');
	expect(await bodyOf(0)).toEqual({ title: 'Broken', text: 'It came damaged.', former: [] });
	expect(await read()).toMatchObject({ products: 1, written: 0, unreadable: 0 });
	expect(await rows()).toEqual(before);
	expect(asked).toEqual(['P1', 'P1']);
});

test('what a buyer changes is taken, and what it was stays beside it', async () => {
	await read();
	said = ok({ ...BAD, rating: 4, text: 'They sent a new one.' }, GOOD);
	expect((await read()).written).toBe(1);
	expect((await rows())[0]).toMatchObject({ rating: 4, edited: true });
	expect(await bodyOf(0)).toMatchObject({
		text: 'They sent a new one.',
		former: [{ rating: 1, title: 'Broken', text: 'It came damaged.' }],
	});
});

test('a review has the SKU of its listing, and no other workspace sees it', async () => {
	await read();
	const filter = { stores: null, ratings: null, theme: null, skuId: null };
	const own = await home.database.inWorkspace(WORKSPACE, (scope) => listReviews(scope, filter, null, 1));
	expect(own.rows).toMatchObject([{ product: 'Sunset Projection Lamp', skuCode: 'LMP-WH' }]);
	const rest = await home.database.inWorkspace(WORKSPACE, (scope) => listReviews(scope, filter, own.next, 10));
	expect(rest.rows).toHaveLength(1);
	const others = await home.database.inWorkspace(OTHER_WORKSPACE, (scope) => listReviews(scope, filter, null, 10));
	expect(others.rows).toEqual([]);
});

test('a review that cannot be read costs only itself', async () => {
	said = [...ok(GOOD), { ok: false, externalId: 'R9', cause: 'rate', raw: '{}', replies: [] }];
	expect(await read()).toMatchObject({ products: 1, written: 1, unreadable: 1 });
});

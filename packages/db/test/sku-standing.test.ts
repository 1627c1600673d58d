import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addUpStaleSkus, hasStaleSkus, reviewedSkus, type Scope, skuPage, standingsLock } from '../src/index.ts';
import { type ListHome, openListHome, WORKSPACE } from './list-home.ts';

const STORES = 3;
const SKUS = Array.from({ length: 3 }, (_, n) => `00000000-0000-7000-8000-00000000000${n}`);
const LISTINGS = 8;
const REVIEWS = 5;
const IMPORT = '00000000-0000-7000-8000-0000000000ff';

let home: ListHome;

beforeAll(async () => {
	home = await openListHome(STORES);
	await inScope(({ client }) =>
		client.query(`insert into listing_read (workspace_id, store_id, state) select $1, unnest($2::uuid[]), 'read'`, [
			WORKSPACE,
			home.storeIds,
		]),
	);
});
afterAll(() => home?.close());

const inScope = <T>(work: (scope: Scope) => Promise<T>): Promise<T> => home.database.inWorkspace(WORKSPACE, work);
const addUp = (): Promise<number> => home.database.inWorkspace(WORKSPACE, addUpStaleSkus, { lock: standingsLock(WORKSPACE) });

const listing = fc.nat(LISTINGS - 1);
const sku = fc.option(fc.constantFrom(...SKUS));
const word = fc.constantFrom('Red lamp', 'Ventilador', '台灯', 'lamp');
const stars = fc.option(fc.array(fc.nat(3), { minLength: 5, maxLength: 5 }));
const reviewAt = fc.nat(REVIEWS - 1);
/** What happens to listings, SKUs and reviews. */
const deed = fc.oneof(
	fc.record({
		kind: fc.constant('list' as const),
		at: fc.uniqueArray(listing, { minLength: 1, maxLength: 4 }),
		sku,
		state: fc.constantFrom('live', 'blocked'),
		stock: fc.constantFrom(null, 0, 3),
		sold: fc.nat(9),
		title: word,
		stars,
		gone: fc.boolean(),
	}),
	fc.record({ kind: fc.constant('unlist' as const), at: listing }),
	fc.record({ kind: fc.constant('sell' as const), store: fc.nat(STORES - 1), sold: fc.nat(9) }),
	{
		weight: 4,
		arbitrary: fc.record({
			kind: fc.constant('change' as const),
			at: listing,
			to: fc.oneof(
				fc.record({ sku_id: sku }),
				fc.record({ stars }),
				fc.record({ title: word }),
				fc.record({ seller_sku: fc.constantFrom('SP3', 'SP4', null) }),
				fc.record({ stock: fc.constantFrom(null, 0, 3) }),
				fc.record({ state: fc.constantFrom('live', 'blocked') }),
				fc.record({ gone_at: fc.constantFrom(null, '2026-01-01') }),
			),
		}),
	},
	fc.record({ kind: fc.constant('rename' as const), sku: fc.constantFrom(...SKUS), title: word }),
	fc.record({
		kind: fc.constant('review' as const),
		at: reviewAt,
		listing,
		sku,
		rating: fc.integer({ min: 1, max: 5 }),
		imported: fc.boolean(),
	}),
	{
		weight: 2,
		arbitrary: fc.record({
			kind: fc.constant('judge' as const),
			at: reviewAt,
			to: fc.oneof(
				fc.record({ rating: fc.integer({ min: 1, max: 5 }) }),
				fc.record({ sku_id: sku }),
				fc.record({ import_id: fc.constantFrom(null, IMPORT) }),
			),
		}),
	},
	fc.record({ kind: fc.constant('unreview' as const), at: reviewAt }),
);
type Deed = typeof deed extends fc.Arbitrary<infer D> ? D : never;

const LISTED: Extract<Deed, { kind: 'list' }> = {
	kind: 'list',
	at: [0],
	sku: SKUS[0] ?? '',
	state: 'live',
	stock: 3,
	sold: 1,
	title: 'Red lamp',
	stars: null,
	gone: false,
};

/** Each SKU listed in some stores, products of one SKU and of two, stars told and stars from files. */
async function populate(scope: Scope): Promise<void> {
	for (let n = 0; n < LISTINGS; n++) {
		const told = n % 3 === 0 ? [0, 0, n, 1, 0] : null;
		await happen(scope, { ...LISTED, at: [n], sku: SKUS[Math.floor(n / 3)] ?? '', stars: told });
	}
	for (let n = 0; n < REVIEWS; n++)
		await happen(scope, { kind: 'review', at: n, listing: n + 2, sku: null, rating: n + 1, imported: true });
}

async function beginAnew(): Promise<void> {
	await inScope(async ({ client }) => {
		for (const table of ['listing', 'review', 'sku']) await client.query(`delete from ${table} where workspace_id = $1`, [WORKSPACE]);
		await client.query(
			`insert into sku (workspace_id, sku_id, code, title) select $1, x, 'SKU-' || n, 'Thing' from unnest($2::uuid[]) with ordinality as y(x, n)`,
			[WORKSPACE, SKUS],
		);
	});
	while ((await addUp()) > 0);
}

const id = (kind: 'a' | 'b', n: number): string => `00000000-0000-7000-8000-${kind}${String(n).padStart(11, '0')}`;
/** Two listings are variants of one product. */
const product = (n: number): string => `P${Math.floor(n / 2)}`;
const storeOf = (n: number): string => home.storeIds[Math.floor(n / 2) % STORES] ?? '';

async function happen({ client }: Scope, one: Deed): Promise<void> {
	const ask = async (text: string, values: unknown[]): Promise<void> => void (await client.query(text, [WORKSPACE, ...values]));
	if (one.kind === 'list')
		await ask(
			`insert into listing as l (workspace_id, listing_id, store_id, external_listing_id, external_variant_id, seller_sku, gtins, title, state,
					raw_status, issues, digest, sku_id, stock, sold_units, stars, gone_at)
				select $1, x.id, x.store, x.product, x.id::text, 'S' || x.product, '{}', $6, $7, 'X', '{}', '\\x00', $8, $9, $10, $11, case when $12 then now() end
				from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[]) as x(id, store, product, variant)
				on conflict (workspace_id, listing_id) do update set title = excluded.title, state = excluded.state, stock = excluded.stock,
					sku_id = excluded.sku_id, sold_units = excluded.sold_units, stars = excluded.stars, gone_at = excluded.gone_at`,
			[
				one.at.map((n) => id('a', n)),
				one.at.map(storeOf),
				one.at.map(product),
				one.at.map(String),
				one.title,
				one.state,
				one.sku,
				one.stock,
				one.sold,
				one.stars,
				one.gone,
			],
		);
	if (one.kind === 'unlist') await ask('delete from listing where workspace_id = $1 and listing_id = $2', [id('a', one.at)]);
	if (one.kind === 'change' || one.kind === 'judge') {
		const [table, key, of] = one.kind === 'change' ? ['listing', 'listing_id', 'a' as const] : ['review', 'review_id', 'b' as const];
		for (const [field, value] of Object.entries(one.to))
			await ask(`update ${table} set ${field} = $3 where workspace_id = $1 and ${key} = $2`, [id(of, one.at), value]);
	}
	if (one.kind === 'sell')
		await ask('update listing set sold_units = $3 where workspace_id = $1 and store_id = $2', [home.storeIds[one.store], one.sold]);
	if (one.kind === 'rename') await ask('update sku set title = $3 where workspace_id = $1 and sku_id = $2', [one.sku, one.title]);
	if (one.kind === 'review')
		await ask(
			`insert into review as r (workspace_id, review_id, store_id, external_listing_id, external_id, rating, written_at, themes, digest, dies_at,
					sku_id, import_id)
				values ($1, $2::uuid, $3, $4, $2::uuid::text, $5, now(), '{}', '\\x00', now() + interval '1 year', $6, $7)
				on conflict (workspace_id, review_id) do update set rating = excluded.rating, sku_id = excluded.sku_id, import_id = excluded.import_id`,
			[id('b', one.at), storeOf(one.listing), product(one.listing), one.rating, one.sku, one.imported ? IMPORT : null],
		);
	if (one.kind === 'unreview') await ask('delete from review where workspace_id = $1 and review_id = $2', [id('b', one.at)]);
}

async function pages(scope: Scope, asked: Pick<Parameters<typeof skuPage>[1], 'view' | 'stores' | 'search'>): Promise<unknown[]> {
	const all: unknown[] = [];
	let after: string | undefined;
	do {
		const page = await skuPage(scope, { ...asked, after, limit: 2 });
		all.push(...page.rows);
		after = page.next ?? undefined;
	} while (after !== undefined);
	return all;
}

/** What is done at once, what is searched then and in which stores, and whether the worker comes by. */
const transaction = fc.record({
	deeds: fc.array(deed, { minLength: 1, maxLength: 3 }),
	search: fc.constantFrom(undefined, undefined, 'lamp', '台', 'SP3', 'SKU-2', 'nothing'),
	stores: fc.subarray([...Array(STORES).keys()], { minLength: 1 }),
	addedUp: fc.boolean(),
});

/** What is kept, with nothing left to add up. */
async function standings(): Promise<unknown[]> {
	while ((await addUp()) > 0);
	return await inScope(async ({ client }) => [
		...(await client.query('select * from sku_standing order by sku_id')).rows,
		...(await client.query('select * from sku_store_standing order by sku_id, store_id')).rows,
	]);
}

/** All rated SKUs, two a page. */
async function rated(scope: Scope, stores: string[] | null): Promise<string[]> {
	const found: string[] = [];
	for (let after: string | undefined; ; ) {
		const { rows, next } = await reviewedSkus(scope, stores, { after, limit: 2 });
		found.push(...rows.map(({ skuId }) => skuId));
		if (next === null) return found;
		after = next;
	}
}

const look = (stores: string[] | null, search: string | undefined): Promise<object> =>
	inScope(async (scope) => ({
		rated: await rated(scope, stores),
		gaps: await pages(scope, { view: 'gaps', stores, search }),
		all: await pages(scope, { view: 'all', stores, search }),
	}));

interface Held {
	skus: { sku_id: string; code: string; title: string; variant: string | null; gtins: string[] }[];
	listings: {
		store_id: string;
		external_listing_id: string;
		sku_id: string | null;
		seller_sku: string | null;
		title: string;
		state: string;
		stock: number | null;
		sold_units: number | null;
		stars: number[] | null;
		gone_at: string | null;
	}[];
	reviews: { store_id: string; external_listing_id: string; sku_id: string | null; rating: number }[];
}

const holdings = (): Promise<Held> =>
	inScope(async ({ client }) => ({
		skus: (await client.query<Held['skus'][number]>('select * from sku')).rows,
		listings: (await client.query<Held['listings'][number]>('select * from listing')).rows,
		reviews: (await client.query<Held['reviews'][number]>('select * from review where import_id is not null')).rows,
	}));

const total = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0);
const says = (words: (string | null)[], search: string): boolean =>
	words.some((word) => word?.toLowerCase().includes(search.toLowerCase()));

/** What {@link look} has to find, added up from all that is held without the database. */
function added({ skus, listings, reviews }: Held, stores: readonly string[] | null, search: string | undefined): object {
	const seen = stores ?? home.storeIds;
	const ofProduct = new Map<string, Set<string>>();
	for (const { store_id, external_listing_id, sku_id } of listings)
		if (sku_id !== null)
			ofProduct.set(`${store_id} ${external_listing_id}`, (ofProduct.get(`${store_id} ${external_listing_id}`) ?? new Set()).add(sku_id));
	const whose = (review: Held['reviews'][number]): string | null => {
		const ids = ofProduct.get(`${review.store_id} ${review.external_listing_id}`);
		return review.sku_id ?? (ids?.size === 1 ? ([...ids][0] ?? null) : null);
	};
	const rows = skus.map((one) => {
		const here = listings.filter(({ sku_id, store_id }) => sku_id === one.sku_id && seen.includes(store_id));
		const told = [
			...new Set(here.filter(({ stars }) => stars !== null).map((l) => JSON.stringify([l.store_id, l.external_listing_id, l.stars]))),
		].map((text): number[] => JSON.parse(text)[2]);
		const filed = reviews.filter((review) => seen.includes(review.store_id) && whose(review) === one.sku_id).map(({ rating }) => rating);
		const given = total(told.flat());
		const open = new Set(
			here.filter(({ state, stock, gone_at }) => state === 'live' && stock !== 0 && gone_at === null).map(({ store_id }) => store_id),
		).size;
		const sold = total(here.map(({ sold_units }) => sold_units ?? 0));
		return {
			skuId: one.sku_id,
			sold,
			atStake: sold > 0 && open < seen.length ? sold : 0,
			average: given > 0 ? total(told.map((stars) => total(stars.map((n, at) => n * (at + 1))))) / given : total(filed) / filed.length,
			shown:
				here.length > 0 &&
				(search === undefined ||
					says([one.code, one.title, one.variant, ...one.gtins], search) ||
					here.some((l) => says([l.seller_sku, l.external_listing_id, l.title], search))),
		};
	});
	const shown = rows
		.filter((row) => row.shown)
		.sort((a, b) => b.atStake - a.atStake || b.sold - a.sold || (a.skuId < b.skuId ? 1 : -1))
		.map(({ skuId, sold, atStake }) => expect.objectContaining({ skuId, sold, atStake }));
	return {
		rated: rows
			.filter((row) => !Number.isNaN(row.average))
			.sort((a, b) => a.average - b.average || (a.skuId < b.skuId ? -1 : 1))
			.map((row) => row.skuId),
		gaps: shown.filter((_, at) => rows.filter((row) => row.shown && row.atStake > 0).length > at),
		all: shown,
	};
}

describe('what SKUs come to', () => {
	test('is what listings and reviews say, kept or not yet, whatever has happened since, page by page', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(transaction, { minLength: 1, maxLength: 15 }), async (transactions) => {
				await beginAnew();
				await inScope(populate);
				while ((await addUp()) > 0);
				for (const { deeds, search, stores, addedUp } of transactions) {
					await inScope(async (scope) => {
						for (const one of deeds) await happen(scope, one);
					});
					const held = await holdings();
					const all = async (): Promise<void> => {
						for (const some of [null, stores.map((n) => home.storeIds[n] ?? '')])
							expect(await look(some, search)).toEqual(added(held, some, search));
					};
					await all();
					if (!addedUp) continue;
					const kept = await standings();
					await all();
					await inScope(({ client }) => client.query('insert into sku_stale (workspace_id, sku_id) select workspace_id, sku_id from sku'));
					expect(await standings()).toEqual(kept);
				}
			}),
			{ numRuns: 40 },
		);
	}, 120_000);

	test('is not noted where nothing has changed that it hangs on', async () => {
		await beginAnew();
		await inScope((scope) => happen(scope, LISTED));
		while ((await addUp()) > 0);
		await inScope(({ client }) => client.query(`update listing set stock = 2, price_minor = 5, changed_at = now(), digest = '\\x01'`));
		expect(await inScope(hasStaleSkus)).toBe(false);
		await inScope(({ client }) => client.query(`update listing set stock = 0`));
		expect(await inScope(hasStaleSkus)).toBe(true);
	});

	test('is added up by two walks at once without one waiting for the other', async () => {
		await beginAnew();
		await inScope((scope) => happen(scope, { ...LISTED, at: [0, 2, 4] }));
		while ((await addUp()) > 0);
		const deeds = (store: number): Deed => ({ kind: 'sell', store, sold: 7 });
		await inScope(async (first) => {
			await happen(first, deeds(0));
			await inScope((second) => happen(second, deeds(1)));
			await happen(first, deeds(2));
		});
		expect(await inScope(hasStaleSkus)).toBe(true);
	});
});

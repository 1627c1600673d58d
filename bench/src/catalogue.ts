import {
	addUpStaleSkus,
	createEmptyWorkspace,
	Database,
	dueReviewReads,
	listingCells,
	listReviews,
	problemGroups,
	reviewCells,
	reviewReads,
	reviewedSkus,
	type ReviewFilter,
	type Scope,
	skuPage,
	standingsLock,
} from '@pangea/db';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { openBenchDatabase } from './database.ts';
import { round, timed, type Times } from './figures.ts';
import { createListStores } from './lists-world.ts';

const LISTINGS = 1_000_000;
const STORES = 40;
/** Stores that list a SKU. */
const A_SKU = 25;
const TIMES = 40;
const PAGE = 60;

/**
 * A catalogue of a million listings (or N) and as many reviews: pages of the coverage matrix, searches, the matrix of reviews and pages of their pool, in
 * milliseconds through the product's own queries, scope and driver. Limit: raw SQL that reads a page of the SKUs' own index.
 */
export async function benchCatalogue(rows: number | null, step: (text: string) => void): Promise<object> {
	const listings = rows ?? LISTINGS;
	const home = await openBenchDatabase();
	const database = new Database({ url: home.url, name: 'bench catalogue', onIdleError: () => {} });
	try {
		const workspaceId = uuidv7();
		await database.inWorkspace(workspaceId, (scope) => createEmptyWorkspace(scope, { name: 'Goods', baseCurrency: 'USD', zone: 'UTC' }));
		const stores = (await createListStores(database, workspaceId, STORES)).map(({ storeId }) => storeId);
		await fill(home.url, workspaceId, stores, listings);
		step(`${listings} listings and as many reviews are in`);
		const began = performance.now();
		while ((await database.inWorkspace(workspaceId, addUpStaleSkus, { lock: standingsLock(workspaceId) })) > 0);
		step(`what their SKUs come to is added up after ${Math.round(performance.now() - began)} ms`);
		await settle(home.url);
		const ask = async (question: (scope: Scope) => Promise<unknown>): Promise<Times> =>
			await timed(TIMES, () => database.inWorkspace(workspaceId, question));
		const three = stores.slice(0, 3);
		const some = await chosenSkus(home.url);
		let at = 0;
		const figures: Record<string, Times> = {
			'coverage, gaps': await ask((scope) => coverage(scope, { view: 'gaps' })),
			'coverage, all': await ask((scope) => coverage(scope, { view: 'all' })),
			'coverage, far down': await ask((scope) => coverage(scope, { view: 'all', after: `10.10.${some[0] ?? ''}` })),
			'coverage, three stores': await ask((scope) => coverage(scope, { view: 'gaps', stores: three })),
			'coverage, a code': await ask((scope) => coverage(scope, { view: 'all', search: 'sku-777' })),
			'coverage, a common word': await ask((scope) => coverage(scope, { view: 'all', search: 'lamp' })),
			'matrix of reviews': await ask((scope) => matrix(scope, null)),
			'matrix of reviews, three stores': await ask((scope) => matrix(scope, three)),
			problems: await ask((scope) => problemGroups(scope, null, 100)),
			'whose reviews are due, each round': await ask((scope) => dueReviewReads(scope, new Map([['temu', 86_400]]))),
			'how far reviews are read': await ask((scope) => reviewReads(scope, null)),
			'pool, newest': await ask((scope) => pool(scope, {})),
			'pool, one star': await ask((scope) => pool(scope, { ratings: [1] })),
			'pool, a theme': await ask((scope) => pool(scope, { theme: 'damaged' })),
			'pool, three stores': await ask((scope) => pool(scope, { stores: three })),
			'pool, a SKU': await ask((scope) => pool(scope, { skuId: some[at++ % some.length] ?? null })),
		};
		const limit = await rawPage(home.url, workspaceId);
		for (const [name, times] of Object.entries(figures)) step(`${name}: p50 ${times.p50} ms, p95 ${times.p95} ms`);
		const slowest = Math.max(...Object.values(figures).map(({ p95 }) => p95));
		return {
			value: figures['coverage, gaps']?.p50,
			limit: limit.p50,
			ratio: round((figures['coverage, gaps']?.p50 ?? 0) / limit.p50),
			unit: 'ms to the first page of gaps (value), to read a page of the index of SKUs (limit)',
			p50: figures['coverage, gaps']?.p50,
			p95: slowest,
			rows: listings,
			figures,
		};
	} finally {
		await database.close();
		await home.close();
	}
}

async function coverage(
	scope: Scope,
	asked: { view: 'gaps' | 'all'; stores?: string[]; search?: string; after?: string },
): Promise<unknown> {
	const { rows } = await skuPage(scope, { stores: null, after: undefined, ...asked, limit: PAGE });
	return await listingCells(
		scope,
		asked.stores ?? null,
		rows.map(({ skuId }) => skuId),
	);
}

async function matrix(scope: Scope, stores: string[] | null): Promise<unknown> {
	const ids = (await reviewedSkus(scope, stores, { limit: PAGE })).rows.map(({ skuId }) => skuId);
	return await reviewCells(scope, stores, ids);
}

async function pool(scope: Scope, filter: Partial<ReviewFilter>): Promise<unknown> {
	return await listReviews(scope, { stores: null, ratings: null, theme: null, skuId: null, ...filter }, null, PAGE);
}

/** Each SKU stands in most stores; one listing in nine is blocked, one in eleven sold out. Reviews are of every star, one in five tells of damage. */
async function fill(url: string, workspaceId: string, stores: readonly string[], listings: number): Promise<void> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		await client.query(`set session_replication_role = replica; set synchronous_commit = off`);
		await client.query(
			`insert into sku (workspace_id, sku_id, code, title)
				select $1::uuid, gen_random_uuid(), 'SKU-' || n, (array['Lamp', 'Fan', 'Bottle', 'Chair', 'Bag'])[n % 5 + 1] || ' number ' || n
				from generate_series(1, $2::int) as n`,
			[workspaceId, Math.ceil(listings / A_SKU)],
		);
		await client.query(
			`insert into listing (workspace_id, listing_id, store_id, external_listing_id, external_variant_id, seller_sku, gtins, title, state, raw_status,
					issues, price_minor, currency, stock, digest, sold_units, sku_id, pairing_state, reviews_at, stars)
				select $1::uuid, gen_random_uuid(), ($2::uuid[])[(s.n + i) % cardinality($2::uuid[]) + 1], 'L' || s.n || '-' || i, '', s.code, '{}', s.title,
					case when (s.n + i) % 9 = 0 then 'blocked' else 'live' end, 'X', '{}', 1999, 'USD', case when (s.n + i) % 11 = 0 then 0 else 7 end, '\\x00',
					case when (s.n * 7 + i) % 5 = 0 then (s.n * 31 + i * 17) % 60 else 0 end, s.sku_id, 'paired', now(),
					case when i % 3 = 0 then array[s.n % 4, s.n % 5, s.n % 7, s.n % 11, s.n % 13] end
				from (select sku_id, code, title, substr(code, 5)::int as n from sku where workspace_id = $1::uuid) s
				cross join generate_series(1, $3::int) as i`,
			[workspaceId, stores, A_SKU],
		);
		await client.query(
			`insert into listing_read (workspace_id, store_id, read_until, whole_at, tried_at, state)
				select $1::uuid, unnest($2::uuid[]), now(), now(), now(), 'read'`,
			[workspaceId, stores],
		);
		await client.query(
			`insert into review (workspace_id, review_id, store_id, external_listing_id, external_id, rating, written_at, themes, sealed, digest, dies_at, import_id)
				select workspace_id, gen_random_uuid(), store_id, external_listing_id, 'R' || n, n % 5 + 1, now() - n * interval '40 seconds',
					case when n % 5 = 0 then '{damaged}'::text[] else '{}' end, decode(repeat('5a', 160), 'hex'), '\\x00', now() + interval '180 days',
					case when n % 6 = 0 then '00000000-0000-7000-8000-000000000000'::uuid end
				from (select workspace_id, store_id, external_listing_id, (row_number() over (order by md5(external_listing_id)))::int as n from listing) l`,
		);
		// The triggers slept.
		await client.query('insert into sku_stale (workspace_id, sku_id) select workspace_id, sku_id from sku');
		for (const table of ['sku', 'listing', 'listing_read', 'review', 'sku_stale']) await client.query(`vacuum analyze ${table}`);
	} finally {
		await client.end();
	}
}

async function settle(url: string): Promise<void> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		for (const table of ['sku_standing', 'sku_store_standing', 'sku_stale']) await client.query(`vacuum analyze ${table}`);
	} finally {
		await client.end();
	}
}

async function chosenSkus(url: string): Promise<string[]> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		const { rows } = await client.query<{ id: string }>('select sku_id as id from sku order by md5(code) limit 100');
		return rows.map((row) => row.id);
	} finally {
		await client.end();
	}
}

async function rawPage(url: string, workspaceId: string): Promise<Times> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		const values = [workspaceId];
		return await timed(TIMES, () =>
			client.query({
				name: 'raw',
				text: `select sku_id, code, title from sku where workspace_id = $1 order by sku_id limit ${PAGE}`,
				values,
			}),
		);
	} finally {
		await client.end();
	}
}

import { LOW_RATING } from '@pangea/domain';
import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { CursorError, packCursor, unpackCursor } from '../keyset.ts';
import { refusedLately } from './rating.ts';
import { ALARMS } from './review-alarm.ts';
import { HOLDS, inStoresOf, MAY_BE_OF, SKU_OF, STANDINGS, STAR_SUM, STAR_SUMS, STARS } from './sku-standing.ts';
import { inStores, type StoreScope } from './store-scope.ts';

/** How many of rows with `rating` and `imported` came in files and gave one star to five. */
const FILE_STARS = `array[${[1, 2, 3, 4, 5].map((n) => `count(*) filter (where imported and rating = ${n})`).join(', ')}]::integer[]`;

export interface ReviewRow {
	reviewId: string;
	storeId: string;
	externalListingId: string;
	/** The listing's title; null when it is gone from the mirror. */
	product: string | null;
	url: string | null;
	skuId: string | null;
	skuCode: string | null;
	rating: number;
	writtenAt: string;
	themes: string[];
	themesCorrected: boolean;
	edited: boolean;
	/** Whether it comes from a file. */
	imported: boolean;
	/** The order, where the platform names it, and ours where we have it. */
	externalOrderId: string | null;
	orderId: string | null;
	/** Whether people have to know of it. */
	alarming: boolean;
	sealed: Buffer | null;
}

export interface ReviewFilter {
	stores: StoreScope;
	/** Stars; null: all. */
	ratings: readonly number[] | null;
	theme: string | null;
	skuId: string | null;
}

/** Reviews, newest first. @throws CursorError when `after` is no cursor of this list */
export async function listReviews(
	scope: Scope,
	{ stores, ratings, theme, skuId }: ReviewFilter,
	after: string | null,
	limit: number,
): Promise<{ rows: ReviewRow[]; next: string | null }> {
	const last = after === null ? null : unpackCursor(after, 2);
	const { rows } = await sql<ReviewRow>`
		with page as materialized (
			select * from review r where r.workspace_id = ${scope.workspaceId} and ${inStores('r.store_id', stores)}
				and (${ratings === null ? null : [...ratings]}::integer[] is null or r.rating = any(${ratings === null ? null : [...ratings]}::integer[]))
				and (${theme}::text is null or ${theme}::text = any(r.themes))
				and ${skuId === null ? sql`true` : ofSku(scope, skuId)}
				and (${last?.[0] ?? null}::timestamptz is null or (r.written_at, r.review_id) < (${last?.[0] ?? null}::timestamptz, ${last?.[1] ?? null}::uuid))
			order by r.written_at desc, r.review_id desc limit ${limit + 1}
		)
		select r.review_id as "reviewId", r.store_id as "storeId", r.external_listing_id as "externalListingId", p.title as product, p.url,
			k.sku_id as "skuId", k.code as "skuCode", r.rating, r.written_at as "writtenAt", r.themes, r.themes_by is not null as "themesCorrected",
			r.edited, r.external_order_id as "externalOrderId", o.order_id as "orderId", r.import_id is not null as imported, ${sql.raw(ALARMS)} as alarming, r.sealed
		from page r
		left join sku k on k.workspace_id = r.workspace_id and k.sku_id = ${sql.raw(SKU_OF)}
		left join orders o on o.workspace_id = r.workspace_id and o.store_id = r.store_id and o.external_id = r.external_order_id
		left join lateral (select l.title, l.url from listing l where l.workspace_id = r.workspace_id and l.store_id = r.store_id
			and l.external_listing_id = r.external_listing_id limit 1) p on true
		order by r.written_at desc, r.review_id desc`.execute(scope.db);
	const shown = rows.slice(0, limit);
	const end = shown.at(-1);
	return { rows: shown, next: rows.length > limit && end ? packCursor([end.writtenAt, end.reviewId]) : null };
}

/** A review `r` that is of a SKU: found from the SKU's side, and then judged as all others are. */
export function ofSku({ workspaceId }: Scope, skuId: string) {
	return sql`r.review_id = any((select ${sql.raw(MAY_BE_OF)} from (select ${workspaceId}::uuid as workspace_id, ${skuId}::uuid as sku_id) k)::uuid[])
		and ${sql.raw(SKU_OF)} = ${skuId}::uuid`;
}

export interface ReviewCell {
	skuId: string;
	platform: string;
	siteId: string;
	/** How many buyers gave one star to five as the platforms count; null where none tells. */
	stars: number[] | null;
	/** Reviews whose words we hold or held. */
	reviews: number;
	/** How many of those that came in files gave one star to five. */
	fileStars: number[];
	/** The most frequent theme of low ratings; null where there is none. */
	complaint: string | null;
	complaints: number;
	/** Pieces that the mirror says were sold in thirty days. */
	sold: number;
}

/** What buyers say of SKUs and how many they bought, one cell a SKU and site where it is listed or spoken of. */
export async function reviewCells(scope: Scope, stores: StoreScope, skuIds: readonly string[]): Promise<ReviewCell[]> {
	const { rows } = await sql<ReviewCell>`
		with wanted as materialized (
			select l.sku_id, l.store_id, l.external_listing_id, l.stars, l.sold_units, l.gone_at is null as there from unnest(${[...skuIds]}::uuid[]) as x(sku_id)
			join listing l on l.workspace_id = ${scope.workspaceId} and l.sku_id = x.sku_id where ${inStores('l.store_id', stores)}
		), told as (
			select w.sku_id, s.platform, s.site_id, array[sum(stars[1]), sum(stars[2]), sum(stars[3]), sum(stars[4]), sum(stars[5])]::integer[] as stars
			from (select distinct sku_id, store_id, external_listing_id, stars from wanted where stars is not null) w
			join store s on s.workspace_id = ${scope.workspaceId} and s.store_id = w.store_id group by 1, 2, 3
		), sales as (
			select w.sku_id, s.platform, s.site_id, sum(w.sold_units)::integer as sold from wanted w
			join store s on s.workspace_id = ${scope.workspaceId} and s.store_id = w.store_id where w.there group by 1, 2, 3
		), products as materialized (
			-- As SKU_OF says, of each product once.
			select w.store_id, w.external_listing_id, min(l.sku_id::text)::uuid as sku_id from (select distinct store_id, external_listing_id from wanted) w
			join listing l on l.workspace_id = ${scope.workspaceId} and l.store_id = w.store_id and l.external_listing_id = w.external_listing_id
			group by 1, 2 having min(l.sku_id::text) = max(l.sku_id::text)
		), known as materialized (
			select r.sku_id, r.store_id, r.rating, r.themes, r.import_id from review r
			where r.workspace_id = ${scope.workspaceId} and r.sku_id = any(${[...skuIds]}::uuid[]) and ${inStores('r.store_id', stores)}
			union all
			select p.sku_id, r.store_id, r.rating, r.themes, r.import_id from products p
			join review r on r.workspace_id = ${scope.workspaceId} and r.store_id = p.store_id and r.external_listing_id = p.external_listing_id
			where r.sku_id is null
		), said as materialized (
			select k.sku_id, s.platform, s.site_id, k.rating, k.themes, k.import_id is not null as imported from known k
			join store s on s.workspace_id = ${scope.workspaceId} and s.store_id = k.store_id
		), counted as (
			select sku_id, platform, site_id, count(*)::integer as reviews, ${sql.raw(FILE_STARS)} as file_stars from said group by 1, 2, 3
		), worst as (
			select distinct on (sku_id, platform, site_id) sku_id, platform, site_id, theme, n from (
				select sku_id, platform, site_id, theme, count(*)::integer as n from said cross join unnest(themes) as theme
				where rating <= ${LOW_RATING} group by 1, 2, 3, 4
			) themes order by sku_id, platform, site_id, n desc, theme
		)
		-- Put together without a join: of what these come from, no planner knows how much it is.
		select sku_id as "skuId", platform, site_id as "siteId", (array_agg(stars) filter (where stars is not null))[1] as stars,
			sum(reviews)::integer as reviews, coalesce((array_agg(file_stars) filter (where file_stars is not null))[1], '[0,0,0,0,0]') as "fileStars",
			max(theme) as complaint, sum(n)::integer as complaints, sum(sold)::integer as sold
		from (
			select sku_id, platform, site_id, to_json(stars) as stars, 0 as reviews, null::json as file_stars, null as theme, 0 as n, 0 as sold from told
			union all select sku_id, platform, site_id, null, reviews, to_json(file_stars), null, 0, 0 from counted
			union all select sku_id, platform, site_id, null, 0, null, theme, n, 0 from worst
			union all select sku_id, platform, site_id, null, 0, null, null, 0, sold from sales
		) cells group by 1, 2, 3 order by 1, 2, 3`.execute(scope.db);
	return rows;
}

export interface RatedSku {
	skuId: string;
	code: string;
	title: string;
	imageUrl: string | null;
}

/** Before all SKUs. */
const FIRST_RATED = ['-1', '00000000-0000-0000-0000-000000000000'];
/** An average as a double is written, and an id. */
const PLACE = /^-?\d(\.\d{1,20})? [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface Rated extends RatedSku {
	/** Decimal text. */
	average: string;
}

/**
 * SKUs that buyers gave stars to, worst average first: the platforms' count where one tells, else that of files.
 * @throws CursorError when `after` is no cursor of this list
 */
export async function reviewedSkus(
	scope: Scope,
	stores: StoreScope,
	{ after, limit }: { after?: string | undefined; limit: number },
): Promise<{ rows: RatedSku[]; next: string | null }> {
	const [average = '', beyond = ''] = after === undefined ? FIRST_RATED : unpackCursor(after, 2);
	// That of another list has two parts as well.
	if (!PLACE.test(`${average} ${beyond}`)) throw new CursorError('Not a page cursor of this list');
	const asked = { average, beyond, limit: limit + 1 };
	const { rows } = await (stores === null ? ratedAnywhere(scope, asked) : ratedIn(scope, stores, asked));
	const page = rows.slice(0, limit);
	const last = page.at(-1);
	return {
		rows: page.map(({ skuId, code, title, imageUrl }) => ({ skuId, code, title, imageUrl })),
		next: rows.length > limit && last ? packCursor([last.average, last.skuId]) : null,
	};
}

/** As many as the limit, of those behind an average and, among equals, an id. */
interface RatedAsked {
	average: string;
	beyond: string;
	limit: number;
}

async function ratedAnywhere(scope: Scope, { average, beyond, limit }: RatedAsked): Promise<{ rows: Rated[] }> {
	return await scope.client.query<Rated>(
		`with ${STANDINGS}, rated as (
			(select sku_id, average from sku_standing t where workspace_id = $1 and average is not null and (average, sku_id) > ($3::float8, $4::uuid)
				and ${HOLDS} order by average, sku_id limit $2)
			union all select sku_id, star_sum::float8 / stars from fresh where stars > 0 and (star_sum::float8 / stars, sku_id) > ($3::float8, $4::uuid)
			order by average, sku_id limit $2
		)
		select k.sku_id as "skuId", k.code, k.title, k.image_url as "imageUrl", average::text
		from rated join sku k on k.workspace_id = $1 and k.sku_id = rated.sku_id order by rated.average, k.sku_id`,
		[scope.workspaceId, limit, average, beyond],
	);
}

/** The same of some stores alone. */
async function ratedIn(scope: Scope, stores: readonly string[], { average, beyond, limit }: RatedAsked): Promise<{ rows: Rated[] }> {
	return await scope.client.query<Rated>(
		`with ${STANDINGS}, rated as (
			select sku_id, (${STAR_SUM})::float8 / (${STARS}) as average from (
				select sku_id, ${STAR_SUMS} from (${inStoresOf('sku_id, stars, star_sum, file_stars, file_sum', '(stars > 0 or file_stars > 0)')}) t group by sku_id
			) f
		), page as (
			select sku_id, average from rated where (average, sku_id) > ($4::float8, $5::uuid) order by average, sku_id limit $3
		)
		select k.sku_id as "skuId", k.code, k.title, k.image_url as "imageUrl", page.average::text
		from page join sku k on k.workspace_id = $1 and k.sku_id = page.sku_id order by page.average, k.sku_id`,
		[scope.workspaceId, [...stores], limit, average, beyond],
	);
}

export interface StoreReviews {
	storeId: string;
	platform: string;
	siteId: string;
	products: number;
	/** Of these so many were asked for at least once. */
	asked: number;
	readAt: string | null;
	/** Whether the grant lacked the right to them within the last day. */
	refused: boolean;
	/** Reviews that came in files. */
	imported: number;
}

/** How far each store's reviews are read. */
export async function reviewReads(scope: Scope, storeScope: StoreScope): Promise<StoreReviews[]> {
	const { rows } = await sql<StoreReviews>`
		select s.store_id as "storeId", s.platform, s.site_id as "siteId", coalesce(l.products, 0) as products, coalesce(l.products_asked, 0) as asked,
			l.reviews_read_at as "readAt", ${refusedLately('l')} as refused, coalesce(f.imported, 0) as imported
		from store s left join listing_read l on l.workspace_id = s.workspace_id and l.store_id = s.store_id
		left join (
			select store_id, count(*)::integer as imported from review where workspace_id = ${scope.workspaceId} and import_id is not null group by 1
		) f on f.store_id = s.store_id
		where s.workspace_id = ${scope.workspaceId} and ${inStores('s.store_id', storeScope)} order by s.platform, s.store_id`.execute(
		scope.db,
	);
	return rows;
}

/** A review that a member may see, locked for a decision. */
export async function reviewToDecide(
	scope: Scope,
	storeScope: StoreScope,
	reviewId: string,
): Promise<{ storeId: string; externalId: string; themes: string[] } | null> {
	const { rows } = await sql<{ storeId: string; externalId: string; themes: string[] }>`
		select store_id as "storeId", external_id as "externalId", themes from review r
		where workspace_id = ${scope.workspaceId} and review_id = ${reviewId} and ${inStores('r.store_id', storeScope)} for update`.execute(
		scope.db,
	);
	return rows[0] ?? null;
}

/** Says which SKU a review is about; null: again that of its listing. */
export async function linkReview(scope: Scope, reviewId: string, skuId: string | null, userId: string): Promise<void> {
	await scope.db
		.updateTable('review')
		.set({ sku_id: skuId, linked_by: skuId === null ? null : userId })
		.where('workspace_id', '=', scope.workspaceId)
		.where('review_id', '=', reviewId)
		.execute();
}

/** Says what a review is about, whatever its words. */
export async function correctThemes(scope: Scope, reviewId: string, themes: readonly string[], userId: string): Promise<void> {
	await scope.db
		.updateTable('review')
		.set({ themes: [...themes], themes_by: userId })
		.where('workspace_id', '=', scope.workspaceId)
		.where('review_id', '=', reviewId)
		.execute();
}

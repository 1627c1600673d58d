import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { prepared } from '../prepared.ts';

/** The SKU of a review `r`: the one a person named, or that of its listing where all its variants are one. */
export const SKU_OF = `coalesce(r.sku_id, (select min(l.sku_id::text)::uuid from listing l where l.workspace_id = r.workspace_id and l.store_id = r.store_id
	and l.external_listing_id = r.external_listing_id having min(l.sku_id::text) = max(l.sku_id::text)))`;

/** Reviews that may be of a SKU `k`: found from the SKU's side, which has few listings, to be judged by {@link SKU_OF}. */
export const MAY_BE_OF = `array(
	select review_id from review where workspace_id = k.workspace_id and sku_id = k.sku_id
	union select n.review_id from listing l join review n on n.workspace_id = l.workspace_id and n.store_id = l.store_id
		and n.external_listing_id = l.external_listing_id where l.workspace_id = k.workspace_id and l.sku_id = k.sku_id
)`;

/** What is searched of a listing `l`. */
export const LISTING_WORDS = `lower(concat_ws(' ', l.seller_sku, l.external_listing_id, l.title))`;
/** What is searched of a SKU `k`. */
export const SKU_WORDS = `lower(concat_ws(' ', k.code, k.title, k.variant, array_to_string(k.gtins, ' ')))`;

/**
 * What each SKU of a relation with `sku_id` comes to in each store of workspace $1: listings, pieces sold, whether it can be bought, stars that the platform counts, of
 * each product once, and those of reviews that came in files. Whose a review is, {@link SKU_OF} says; here it is asked from the SKU's side.
 */
function byStore(skus: string): string {
	return `select x.sku_id, s.store_id, sum(listings)::integer as listings, sum(sold)::integer as sold, bool_or(open) as open, sum(stars)::bigint as stars,
			sum(star_sum)::bigint as star_sum, sum(file_stars)::bigint as file_stars, sum(file_sum)::bigint as file_sum
		from ${skus} x join sku k on k.workspace_id = $1 and k.sku_id = x.sku_id
		cross join lateral (
			select store_id, 1 as listings, coalesce(sold_units, 0) as sold, state = 'live' and coalesce(stock, 1) > 0 and gone_at is null as open,
				0 as stars, 0 as star_sum, 0 as file_stars, 0 as file_sum
			from listing where workspace_id = $1 and sku_id = x.sku_id
			union all
			select store_id, 0, 0, false, stars[1] + stars[2] + stars[3] + stars[4] + stars[5], stars[1] + 2 * stars[2] + 3 * stars[3] + 4 * stars[4] + 5 * stars[5], 0, 0
			from (select distinct store_id, external_listing_id, stars from listing where workspace_id = $1 and sku_id = x.sku_id and stars is not null) l
			union all
			select store_id, 0, 0, false, 0, 0, 1, rating from review where workspace_id = $1 and sku_id = x.sku_id and import_id is not null
			union all
			select l.store_id, 0, 0, false, 0, 0, 1, r.rating
			from (select distinct store_id, external_listing_id from listing where workspace_id = $1 and sku_id = x.sku_id) l
			join review r on r.workspace_id = $1 and r.store_id = l.store_id and r.external_listing_id = l.external_listing_id and r.sku_id is null and r.import_id is not null
			where not exists (select from listing o where o.workspace_id = $1 and o.store_id = l.store_id and o.external_listing_id = l.external_listing_id and o.sku_id <> x.sku_id)
		) s group by x.sku_id, s.store_id`;
}

/**
 * What the SKUs of a relation with `sku_id` come to in workspace $1: `fresh_in` in each store, `fresh` in all together. Stars are those that platforms count;
 * where none tells, those of reviews that came in files.
 */
function addedUp(skus: string): string {
	return `fresh_in as materialized (${byStore(skus)}),
	fresh as materialized (
		select f.sku_id, f.listings, f.sold, f.open_stores, ${STARS} as stars, ${STAR_SUM} as star_sum, concat_ws(E'\n', ${SKU_WORDS}, l.words) as words
		from (
			select sku_id, sum(listings)::integer as listings, sum(sold)::integer as sold, (count(*) filter (where open))::integer as open_stores, ${STAR_SUMS}
			from fresh_in group by sku_id
		) f join sku k on k.workspace_id = $1 and k.sku_id = f.sku_id
		cross join lateral (select string_agg(distinct ${LISTING_WORDS}, E'\n') as words from listing l where l.workspace_id = $1 and l.sku_id = f.sku_id) l
	)`;
}

/** Of rows of what SKUs come to in a store: all that {@link STARS} and {@link STAR_SUM} choose from. */
export const STAR_SUMS =
	'sum(stars)::bigint as stars, sum(star_sum)::bigint as star_sum, sum(file_stars)::bigint as file_stars, sum(file_sum)::bigint as file_sum';
/** Of such sums `f`: how many stars were given, 0 where none was. */
export const STARS = 'case when f.stars > 0 then f.stars else f.file_stars end';
/** How many stars these are together. */
export const STAR_SUM = 'case when f.stars > 0 then f.star_sum else f.file_sum end';

/**
 * What is to stand before a question about `sku_standing` or `sku_store_standing`: the SKUs noted since these were added up, `stale`, and what they come to now, `fresh`
 * and `fresh_in`; of workspace $1. What of it is not asked is not run.
 */
export const STANDINGS = `stale as materialized (select distinct sku_id from sku_stale where workspace_id = $1), ${addedUp('stale')}`;

/** Of a row `t` of what is kept, behind {@link STANDINGS}: whether it still holds. */
export const HOLDS = 'not exists (select from stale s where s.sku_id = t.sku_id)';

/** What SKUs come to in the stores of $2, a row `t` a SKU and store, as far as `where` wants it; behind {@link STANDINGS}. */
export function inStoresOf(columns: string, where: string): string {
	return `select ${columns} from sku_store_standing t where t.workspace_id = $1 and t.store_id = any($2::uuid[]) and ${where} and ${HOLDS}
		union all select ${columns} from fresh_in t where t.store_id = any($2::uuid[]) and ${where}`;
}

/** The lock whose holder is the only one to write what SKUs of a workspace come to. */
export function standingsLock(workspaceId: string): string {
	return `standings ${workspaceId}`;
}

/** How many notes are worked off in a transaction. */
const NOTES_AT_ONCE = 5_000;

export async function hasStaleSkus(scope: Scope): Promise<boolean> {
	const rows = await prepared(scope, 'has_stale_skus', sql`select from sku_stale where workspace_id = ${scope.workspaceId} limit 1`);
	return rows.length > 0;
}

/** Adds up again what noted SKUs come to, under {@link standingsLock}. @returns how many notes were worked off; 0: none is left */
export async function addUpStaleSkus(scope: Scope): Promise<number> {
	// One statement sees the notes and what they are of alike: who writes notes them in the same transaction.
	const { rows } = await scope.client.query<{ notes: number }>(
		`with notes as (
			delete from sku_stale where workspace_id = $1 and note_id in (select note_id from sku_stale where workspace_id = $1 order by note_id limit ${NOTES_AT_ONCE})
			returning sku_id
		),
		stale as materialized (select distinct sku_id from notes),
		${addedUp('stale')},
		kept as (
			insert into sku_standing as t (workspace_id, sku_id, listings, sold, open_stores, stars, star_sum, words)
				select $1, sku_id, listings, sold, open_stores, stars, star_sum, words from fresh
			on conflict (workspace_id, sku_id) do update set listings = excluded.listings, sold = excluded.sold, open_stores = excluded.open_stores, stars = excluded.stars,
				star_sum = excluded.star_sum, words = excluded.words
			where (t.listings, t.sold, t.open_stores, t.stars, t.star_sum, t.words)
				is distinct from (excluded.listings, excluded.sold, excluded.open_stores, excluded.stars, excluded.star_sum, excluded.words)
		), kept_in as (
			insert into sku_store_standing as t (workspace_id, sku_id, store_id, listings, sold, open, stars, star_sum, file_stars, file_sum)
				select $1, sku_id, store_id, listings, sold, open, stars, star_sum, file_stars, file_sum from fresh_in
			on conflict (workspace_id, sku_id, store_id) do update set listings = excluded.listings, sold = excluded.sold, open = excluded.open, stars = excluded.stars,
				star_sum = excluded.star_sum, file_stars = excluded.file_stars, file_sum = excluded.file_sum
			where (t.listings, t.sold, t.open, t.stars, t.star_sum, t.file_stars, t.file_sum)
				is distinct from (excluded.listings, excluded.sold, excluded.open, excluded.stars, excluded.star_sum, excluded.file_stars, excluded.file_sum)
		), without as (
			delete from sku_standing where workspace_id = $1 and sku_id in (select sku_id from stale) and sku_id not in (select sku_id from fresh)
		), without_in as (
			delete from sku_store_standing t where workspace_id = $1 and sku_id in (select sku_id from stale)
				and not exists (select from fresh_in f where f.sku_id = t.sku_id and f.store_id = t.store_id)
		)
		select count(*)::integer as notes from notes`,
		[scope.workspaceId],
	);
	return rows[0]?.notes ?? 0;
}

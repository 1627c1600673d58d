import type { Scope } from '../database.ts';

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

/** In how many stores listings `l` can be bought. */
export const OPEN_STORES = `(count(distinct l.store_id) filter (where l.state = 'live' and coalesce(l.stock, 1) > 0 and l.gone_at is null))::integer`;

/**
 * What the SKUs of a relation with `sku_id` come to, added up from their listings in all stores of workspace $1. Stars are those that platforms count;
 * where none tells, those of reviews that came in files.
 */
export function addedUp(skus: string): string {
	return `select k.workspace_id, k.sku_id, l.listings, l.sold, l.open_stores, coalesce(told.stars, filed.stars, 0) as stars,
			coalesce(told.star_sum, filed.star_sum, 0) as star_sum, concat_ws(E'\\n', ${SKU_WORDS}, l.words) as words
		from ${skus} x join sku k on k.workspace_id = $1 and k.sku_id = x.sku_id
		cross join lateral (
			select count(*)::integer as listings, coalesce(sum(l.sold_units), 0)::integer as sold, string_agg(distinct ${LISTING_WORDS}, E'\\n') as words,
				${OPEN_STORES} as open_stores
			from listing l where l.workspace_id = k.workspace_id and l.sku_id = k.sku_id
		) l
		cross join lateral (
			select nullif(sum(n), 0)::bigint as stars, sum(total)::bigint as star_sum from (
				select distinct l.store_id, l.external_listing_id, l.stars[1] + l.stars[2] + l.stars[3] + l.stars[4] + l.stars[5] as n,
					l.stars[1] + 2 * l.stars[2] + 3 * l.stars[3] + 4 * l.stars[4] + 5 * l.stars[5] as total
				from listing l where l.workspace_id = k.workspace_id and l.sku_id = k.sku_id and l.stars is not null
			) products where n > 0
		) told
		left join lateral (
			select nullif(count(*), 0) as stars, sum(r.rating)::bigint as star_sum from review r
			where told.stars is null and r.workspace_id = k.workspace_id and r.import_id is not null and r.review_id = any(${MAY_BE_OF}) and ${SKU_OF} = k.sku_id
		) filed on true
		where l.listings > 0 or filed.stars > 0`;
}

/** What is to stand before a question about `sku_standing`: the SKUs noted since it was added up, `stale`, and what they come to now, `fresh`; of workspace $1. */
export const STANDINGS = `stale as materialized (select distinct sku_id from sku_stale where workspace_id = $1),
	fresh as materialized (${addedUp('stale')})`;

/** Of a row `t` of `sku_standing` behind {@link STANDINGS}: whether it still holds. */
export const HOLDS = 'not exists (select from stale s where s.sku_id = t.sku_id)';

/** The lock whose holder is the only one to write what SKUs of a workspace come to. */
export function standingsLock(workspaceId: string): string {
	return `standings ${workspaceId}`;
}

/** How many notes are worked off in a transaction. */
const NOTES_AT_ONCE = 5_000;

export async function hasStaleSkus(scope: Scope): Promise<boolean> {
	const { rows } = await scope.client.query('select from sku_stale where workspace_id = $1 limit 1', [scope.workspaceId]);
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
		fresh as materialized (${addedUp('stale')}),
		kept as (
			insert into sku_standing as t (workspace_id, sku_id, listings, sold, open_stores, stars, star_sum, words)
				select workspace_id, sku_id, listings, sold, open_stores, stars, star_sum, words from fresh
			on conflict (workspace_id, sku_id) do update set listings = excluded.listings, sold = excluded.sold, open_stores = excluded.open_stores, stars = excluded.stars,
				star_sum = excluded.star_sum, words = excluded.words
			where (t.listings, t.sold, t.open_stores, t.stars, t.star_sum, t.words)
				is distinct from (excluded.listings, excluded.sold, excluded.open_stores, excluded.stars, excluded.star_sum, excluded.words)
		), without as (
			delete from sku_standing where workspace_id = $1 and sku_id in (select sku_id from stale) and sku_id not in (select sku_id from fresh)
		)
		select count(*)::integer as notes from notes`,
		[scope.workspaceId],
	);
	return rows[0]?.notes ?? 0;
}

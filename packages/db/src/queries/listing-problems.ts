import type { Scope } from '../database.ts';
import { HOLDS, inStoresOf, STANDINGS } from './sku-standing.ts';
import type { StoreScope } from './store-scope.ts';

/** What one platform keeps from sale for one reason. */
export interface ProblemGroup {
	platform: string;
	/** In the platform's own words: its reason, or its status where it gives none. */
	cause: string;
	listings: number;
	stores: number;
	/** Pieces that the SKUs of these listings sold in thirty days, all stores of the scope together. */
	atStake: number;
}

export interface ProblemListing {
	listingId: string;
	storeId: string;
	skuId: string | null;
	title: string;
	variant: string | null;
	sellerSku: string | null;
	imageUrl: string | null;
	url: string | null;
	state: string;
	rawStatus: string;
	atStake: number;
}

/**
 * A listing with several reasons stands under each; one that is blocked without a reason under its status. A SKU that several of them are counts once.
 */
function troubled(stores: StoreScope): string {
	const sold =
		stores === null
			? `select sku_id, sold as units from sku_standing t where workspace_id = $1 and ${HOLDS}
				union all select sku_id, sold from fresh`
			: `select sku_id, sum(sold)::integer as units from (${inStoresOf('sku_id, sold', 'listings > 0 and t.sku_id in (select sku_id from troubled)')}) t group by sku_id`;
	return `with ${STANDINGS}, troubled as materialized (
		select l.listing_id, l.store_id, s.platform, l.sku_id, l.sold_units, c.cause
		from listing l join store s on s.workspace_id = l.workspace_id and s.store_id = l.store_id
		cross join lateral unnest(case when cardinality(l.issues) > 0 then l.issues else array[l.raw_status] end) as c(cause)
		where l.workspace_id = $1 and l.gone_at is null and (l.state = 'blocked' or cardinality(l.issues) > 0)
			and ($2::uuid[] is null or l.store_id = any($2))
	), sold as (${sold})`;
}

/** Causes by what is at stake. @param limit of groups */
export async function problemGroups(scope: Scope, stores: StoreScope, limit: number): Promise<ProblemGroup[]> {
	const { rows } = await scope.client.query<ProblemGroup>(
		`${troubled(stores)}, per as (
			select t.platform, t.cause, count(*) as listings, max(coalesce(sold.units, t.sold_units)) as units
			from troubled t left join sold on sold.sku_id = t.sku_id group by t.platform, t.cause, coalesce(t.sku_id, t.listing_id)
		), shops as (select platform, cause, count(distinct store_id)::integer as stores from troubled group by platform, cause)
		select p.platform, p.cause, sum(p.listings)::integer as listings, s.stores, sum(p.units)::integer as "atStake"
		from per p join shops s on s.platform = p.platform and s.cause = p.cause group by p.platform, p.cause, s.stores
		order by sum(p.units) desc, sum(p.listings) desc, p.platform, p.cause limit $3`,
		[scope.workspaceId, stores === null ? null : [...stores], limit],
	);
	return rows;
}

/** The listings of one cause, what sells most first. */
export async function problemListings(
	scope: Scope,
	stores: StoreScope,
	of: Pick<ProblemGroup, 'platform' | 'cause'>,
	limit: number,
): Promise<ProblemListing[]> {
	const { rows } = await scope.client.query<ProblemListing>(
		`${troubled(stores)}
		select l.listing_id as "listingId", l.store_id as "storeId", l.sku_id as "skuId", l.title, l.variant, l.seller_sku as "sellerSku",
			l.image_url as "imageUrl", l.url, l.state, l.raw_status as "rawStatus", t.stake as "atStake"
		from (
			select t.listing_id, coalesce(sold.units, t.sold_units) as stake from troubled t left join sold on sold.sku_id = t.sku_id
			where t.platform = $3 and t.cause = $4 order by 2 desc, t.listing_id limit $5
		) t join listing l on l.workspace_id = $1 and l.listing_id = t.listing_id order by t.stake desc, l.listing_id`,
		[scope.workspaceId, stores === null ? null : [...stores], of.platform, of.cause, limit],
	);
	return rows;
}

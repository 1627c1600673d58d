import { sql } from 'kysely';
import type { Scope } from '../database.ts';

/** The first day of which a product's platform has not told stars yet; null: none were told. */
export async function starsUntil(scope: Scope, storeId: string, externalListingId: string): Promise<string | null> {
	const { rows } = await sql<{ until: string | null }>`
		select max(stars_until)::text as until from listing
		where workspace_id = ${scope.workspaceId} and store_id = ${storeId} and external_listing_id = ${externalListingId}`.execute(scope.db);
	return rows[0]?.until ?? null;
}

/**
 * Adds stars of days to those that are known, once: where somebody else has come up to another day meanwhile, nothing is added.
 * @param from the day from which was asked, as {@link starsUntil} told it
 * @param told one to five, and the first day that is not in; null: nothing was told
 */
export async function addStars(
	scope: Scope,
	of: { storeId: string; externalListingId: string },
	{ at, from, told }: { at: string; from: string | null; told: { stars: readonly number[]; until: string } | null },
): Promise<void> {
	const { storeId, externalListingId } = of;
	await sql`
		with known as (
			select stars, stars_until from listing where workspace_id = ${scope.workspaceId} and store_id = ${storeId}
				and external_listing_id = ${externalListingId} order by stars_until desc nulls last limit 1
		), summed as (
			select ${told?.until ?? null}::date as until, array(
				select coalesce(k.stars[place], 0) + (${told === null ? null : [...told.stars]}::integer[])[place] from generate_series(1, 5) as place order by place
			) as stars from known k where k.stars_until is not distinct from ${from}::date and ${told !== null}
		)
		update listing l set reviews_at = ${at}, stars = coalesce(s.stars, l.stars), stars_until = coalesce(s.until, l.stars_until)
		from (select 1) x left join summed s on true
		where l.workspace_id = ${scope.workspaceId} and l.store_id = ${storeId} and l.external_listing_id = ${externalListingId}`.execute(
		scope.db,
	);
}

/** A platform's site whose orders with few stars are named, and the seconds between two looks. */
export interface LowRatedSite {
	platform: string;
	siteId: string;
	seconds: number;
}

/** Whether it is a store's turn, and when its orders with few stars were read last. */
export async function lowRatedReadAt(scope: Scope, storeId: string): Promise<string | null> {
	const row = await scope.db
		.selectFrom('listing_read')
		.select('low_rated_at')
		.where('workspace_id', '=', scope.workspaceId)
		.where('store_id', '=', storeId)
		.executeTakeFirst();
	return row?.low_rated_at ?? null;
}

/** Stores of active grants whose orders with few stars are to be read. */
export async function dueLowRatedReads(scope: Scope, sites: readonly LowRatedSite[]): Promise<string[]> {
	const { rows } = await sql<{ store_id: string }>`
		select s.store_id from store s
		join connection c on c.workspace_id = s.workspace_id and c.connection_id = s.connection_id and c.state = 'active'
		join listing_read r on r.workspace_id = s.workspace_id and r.store_id = s.store_id
		join unnest(${sites.map(({ platform }) => platform)}::text[], ${sites.map(({ siteId }) => siteId)}::text[],
			${sites.map(({ seconds }) => seconds)}::integer[]) as p(platform, site_id, seconds) on p.platform = s.platform and p.site_id = s.site_id
		where s.workspace_id = ${scope.workspaceId} and s.enabled and s.active and not ${refusedLately()}
			and coalesce(r.low_rated_at <= now() - make_interval(secs => p.seconds), true)
		order by s.store_id`.execute(scope.db);
	return rows.map((row) => row.store_id);
}

/** Of a `listing_read` `r`: whether its grant lacked the right to reviews within the last day, after which it is tried again. */
export function refusedLately() {
	return sql`coalesce(r.reviews_refused_at > now() - interval '1 day', false)`;
}

export async function noteLowRatedRead(scope: Scope, storeId: string, at: string): Promise<void> {
	await scope.db
		.updateTable('listing_read')
		.set({ low_rated_at: at })
		.where('workspace_id', '=', scope.workspaceId)
		.where('store_id', '=', storeId)
		.execute();
}

/** Notes that the store's grant lacks the right to reviews or stars; null: that it has it. */
export async function noteReviewsRefused(scope: Scope, storeId: string, at: string | null): Promise<void> {
	await sql`update listing_read set reviews_refused_at = ${at}
		where workspace_id = ${scope.workspaceId} and store_id = ${storeId} and reviews_refused_at is distinct from ${at}::timestamptz`.execute(
		scope.db,
	);
}

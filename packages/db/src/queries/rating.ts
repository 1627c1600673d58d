import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { prepared } from '../prepared.ts';

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

/** Whether a store has reviews that name their order. */
export async function hasOrderReviews(scope: Scope, storeId: string): Promise<boolean> {
	const { rows } = await scope.client.query(
		'select from review where workspace_id = $1 and store_id = $2 and external_order_id is not null limit 1',
		[scope.workspaceId, storeId],
	);
	return rows.length > 0;
}

/** A platform's site whose orders with few stars are named, and the seconds between two looks. */
export interface LowRatedSite {
	platform: string;
	siteId: string;
	seconds: number;
}

/** When a store's orders with few stars, or its feedback, were read or asked for last, and the file of feedback that is being made. */
export async function lowRatedRead(scope: Scope, storeId: string): Promise<{ readAt: string | null; ticket: string | null }> {
	const row = await scope.db
		.selectFrom('listing_read')
		.select(['low_rated_at', 'feedback_ticket'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('store_id', '=', storeId)
		.executeTakeFirst();
	return { readAt: row?.low_rated_at ?? null, ticket: row?.feedback_ticket ?? null };
}

/** Stores of active grants whose orders with few stars, or whose feedback, are to be read. */
export async function dueLowRatedReads(scope: Scope, sites: readonly LowRatedSite[]): Promise<string[]> {
	const rows = await prepared(
		scope,
		'due_low_rated_reads',
		sql<{ store_id: string }>`
		select s.store_id from store s
		join connection c on c.workspace_id = s.workspace_id and c.connection_id = s.connection_id and c.state = 'active'
		join listing_read r on r.workspace_id = s.workspace_id and r.store_id = s.store_id
		join unnest(${sites.map(({ platform }) => platform)}::text[], ${sites.map(({ siteId }) => siteId)}::text[],
			${sites.map(({ seconds }) => seconds)}::integer[]) as p(platform, site_id, seconds) on p.platform = s.platform and p.site_id = s.site_id
		where s.workspace_id = ${scope.workspaceId} and s.enabled and s.active and not ${refusedLately('r')}
			and (coalesce(r.low_rated_at <= now() - make_interval(secs => p.seconds), true)
				-- Whoever waited for the file is gone.
				or r.feedback_ticket is not null and r.low_rated_at <= now() - interval '10 minutes')
		order by s.store_id`,
	);
	return rows.map((row) => row.store_id);
}

/** Of a row of `listing_read`: whether its grant lacked the right to reviews within the last day, after which it is tried again. */
export function refusedLately(row: 'l' | 'r') {
	return sql`coalesce(${sql.ref(`${row}.reviews_refused_at`)} > now() - interval '1 day', false)`;
}

/** @param ticket of a file of feedback that is being made */
export async function noteLowRatedRead(scope: Scope, storeId: string, at: string, ticket: string | null): Promise<void> {
	await scope.db
		.updateTable('listing_read')
		.set({ low_rated_at: at, feedback_ticket: ticket })
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

import { type RawBuilder, sql } from 'kysely';
import type { Scope } from '../database.ts';
import { prepared } from '../prepared.ts';
import { refusedLately } from './rating.ts';

export interface KnownReview {
	reviewId: string;
	digest: Buffer;
	rating: number;
	sealed: Buffer | null;
	diesAt: string;
}

export interface ReviewWrite {
	reviewId: string;
	externalListingId: string;
	externalId: string;
	rating: number;
	writtenAt: string;
	rawStatus: string | null;
	/** Found by words; what a person said stays. */
	themes: string[];
	sealed: Buffer;
	digest: Buffer;
	diesAt: string;
	/** Where the platform names it. */
	externalOrderId: string | null;
}

/** What is known of reviews, by the platform's id. */
export async function probeReviews(scope: Scope, storeId: string, externalIds: readonly string[]): Promise<Map<string, KnownReview>> {
	if (externalIds.length === 0) return new Map();
	const rows = await scope.db
		.selectFrom('review')
		.select(['external_id', 'review_id', 'digest', 'rating', 'sealed', 'dies_at'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('store_id', '=', storeId)
		.where('external_id', 'in', externalIds)
		.execute();
	return new Map(
		rows.map((row) => [
			row.external_id,
			{ reviewId: row.review_id, digest: row.digest, rating: row.rating, sealed: row.sealed, diesAt: row.dies_at },
		]),
	);
}

/** Writes reviews that are new or changed; what a file said of them before counts no more. A review stays with the product under which it came first: several products may show it. */
export async function writeReviews(scope: Scope, storeId: string, writes: readonly ReviewWrite[]): Promise<void> {
	if (writes.length === 0) return;
	const rows = writes.map((write) => ({
		review_id: write.reviewId,
		listing: write.externalListingId,
		external_id: write.externalId,
		rating: write.rating,
		written_at: write.writtenAt,
		raw_status: write.rawStatus,
		themes: write.themes,
		sealed: `\\x${write.sealed.toString('hex')}`,
		digest: `\\x${write.digest.toString('hex')}`,
		dies_at: write.diesAt,
		order_id: write.externalOrderId,
	}));
	await scope.client.query(
		`insert into review as r (workspace_id, store_id, review_id, external_listing_id, external_id, rating, written_at, raw_status, themes, sealed,
				digest, dies_at, external_order_id)
			select $1, $2, x.review_id, x.listing, x.external_id, x.rating, x.written_at, x.raw_status, x.themes, x.sealed, x.digest, x.dies_at, x.order_id
			from jsonb_to_recordset($3::jsonb) as x(review_id uuid, listing text, external_id text, rating integer, written_at timestamptz,
				raw_status text, themes text[], sealed bytea, digest bytea, dies_at timestamptz, order_id text)
			on conflict (workspace_id, store_id, external_id) do update set rating = excluded.rating, written_at = excluded.written_at,
				raw_status = excluded.raw_status, themes = case when r.themes_by is null then excluded.themes else r.themes end,
				sealed = excluded.sealed, digest = excluded.digest, edited = true, changed_at = now(), dies_at = excluded.dies_at, import_id = null,
				import_ids = '{}', settled_at = null, settled_by = null`,
		[scope.workspaceId, storeId, JSON.stringify(rows)],
	);
}

/** Notes that the platform still shows reviews. */
export async function keepReviewsAlive(scope: Scope, reviewIds: readonly string[], diesAt: string): Promise<void> {
	if (reviewIds.length === 0) return;
	await scope.db
		.updateTable('review')
		.set({ dies_at: diesAt })
		.where('workspace_id', '=', scope.workspaceId)
		.where('review_id', 'in', reviewIds)
		.execute();
}

/** Notes that a product was asked for. @param stars null: not told, what was told before stays */
export async function noteReviewsRead(
	scope: Scope,
	storeId: string,
	externalListingId: string,
	at: string,
	stars: readonly number[] | null,
): Promise<void> {
	await sql`update listing set reviews_at = ${at}, stars = coalesce(${stars === null ? null : [...stars]}::integer[], stars)
		where workspace_id = ${scope.workspaceId} and store_id = ${storeId} and external_listing_id = ${externalListingId}`.execute(scope.db);
}

/** Counts how far the reviews of a store's products are read; nothing where its listings never were. */
export async function countReviewProducts(scope: Scope, storeId: string): Promise<void> {
	await sql`
		update listing_read r set products = c.products, products_asked = c.asked, reviews_read_at = c.at from (
			select count(distinct external_listing_id)::integer as products,
				(count(distinct external_listing_id) filter (where reviews_at is not null))::integer as asked, max(reviews_at) as at
			from listing where workspace_id = ${scope.workspaceId} and store_id = ${storeId} and gone_at is null and state in ('live', 'blocked')
		) c where r.workspace_id = ${scope.workspaceId} and r.store_id = ${storeId}`.execute(scope.db);
}

/** Products of a store whose turn it is, best sold first. @param before those asked for until then */
export async function dueReviewProducts(scope: Scope, storeId: string, before: string, limit: number): Promise<string[]> {
	const { rows } = await sql<{ id: string }>`
		select external_listing_id as id from listing
		where workspace_id = ${scope.workspaceId} and store_id = ${storeId} and gone_at is null and state in ('live', 'blocked')
		group by external_listing_id having coalesce(min(reviews_at), '-infinity') <= ${before}::timestamptz
		order by min(reviews_at) nulls first, sum(sold_units) desc, external_listing_id limit ${limit}`.execute(scope.db);
	return rows.map((row) => row.id);
}

/** Stores of active grants with a product whose turn it is. @param seconds the rhythm of each platform that shows reviews */
export async function dueReviewReads(scope: Scope, seconds: ReadonlyMap<string, number>): Promise<string[]> {
	const rows = await prepared(
		scope,
		'due_review_reads',
		sql<{ store_id: string }>`
		select s.store_id from store s
		join connection c on c.workspace_id = s.workspace_id and c.connection_id = s.connection_id and c.state = 'active'
		join unnest(${[...seconds.keys()]}::text[], ${[...seconds.values()]}::integer[]) as p(platform, seconds) on p.platform = s.platform
		left join listing_read r on r.workspace_id = s.workspace_id and r.store_id = s.store_id
		where s.workspace_id = ${scope.workspaceId} and s.enabled and s.active and not ${refusedLately('r')}
			and (exists (${offered(scope)} and l.reviews_at is null)
				or exists (${offered(scope)} and l.reviews_at <= now() - make_interval(secs => p.seconds)))
		order by s.store_id`,
	);
	return rows.map((row) => row.store_id);
}

/** Listings of a store `s` that buyers can see or could; asked twice by their time, for an index knows what is null and what is early, and not either. */
function offered({ workspaceId }: Scope) {
	return sql`select from listing l where l.workspace_id = ${workspaceId} and l.store_id = s.store_id and l.gone_at is null
		and l.state in ('live', 'blocked')`;
}

/** Empties reviews that the platform has not shown for as long as their words may be kept; the stars stay. */
export async function forgetReviewTexts(scope: Scope, now: string): Promise<void> {
	await sql`update review set sealed = null where workspace_id = ${scope.workspaceId} and dies_at <= ${now} and sealed is not null`.execute(
		scope.db,
	);
}

/** Deletes all reviews of some stores, and what is known of their imports. @param stores a query for their ids */
export async function eraseReviews(scope: Scope, stores: RawBuilder<unknown>): Promise<void> {
	await sql`delete from review where workspace_id = ${scope.workspaceId} and store_id in ${stores}`.execute(scope.db);
	await sql`delete from review_import where workspace_id = ${scope.workspaceId} and store_id in ${stores}`.execute(scope.db);
	await sql`update listing set reviews_at = null where workspace_id = ${scope.workspaceId} and store_id in ${stores}`.execute(scope.db);
	await sql`update listing_read set products_asked = 0, reviews_read_at = null, low_rated_at = null
		where workspace_id = ${scope.workspaceId} and store_id in ${stores}`.execute(scope.db);
}

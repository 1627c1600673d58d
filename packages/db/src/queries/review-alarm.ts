import { sql } from 'kysely';
import type { Scope } from '../database.ts';

/**
 * Whether a review `r` is one that people have to know of: as few stars as the workspace chose or fewer, written since it chose, news of the last
 * seven days, and dealt with by nobody. What a file brings that is older than a week alarms nobody.
 */
export const ALARMS = `(r.rating <= 3 and r.settled_at is null and r.changed_at >= now() - interval '7 days'
	and (r.import_id is null or r.written_at >= r.changed_at - interval '7 days')
	and exists (select from workspace w where w.workspace_id = r.workspace_id and r.rating <= w.low_review_rating
		and r.written_at >= w.low_review_since))`;

export interface ReviewAlarm {
	/** So many stars or fewer, 1 to 3; null: off. */
	rating: number | null;
	since: string | null;
}

export async function reviewAlarm(scope: Scope): Promise<ReviewAlarm> {
	return await scope.db
		.selectFrom('workspace')
		.select(['low_review_rating as rating', 'low_review_since as since'])
		.where('workspace_id', '=', scope.workspaceId)
		.executeTakeFirstOrThrow();
}

/** Chooses the stars; since when they count stays while the alarm is on. */
export async function setReviewAlarm(scope: Scope, rating: number | null, now: string): Promise<void> {
	await sql`update workspace set low_review_rating = ${rating}::integer, low_review_since = case when ${rating}::integer is null then null
		else coalesce(low_review_since, ${now}::timestamptz) end where workspace_id = ${scope.workspaceId}`.execute(scope.db);
}

/** Reviews that people have to know of by now, newest first. */
export async function alarmingReviews(
	scope: Scope,
	limit: number,
): Promise<{ reviewId: string; storeId: string; rating: number; writtenAt: string }[]> {
	const { rows } = await sql<{ reviewId: string; storeId: string; rating: number; writtenAt: string }>`
		select r.review_id as "reviewId", r.store_id as "storeId", r.rating, r.written_at as "writtenAt" from review r
		where r.workspace_id = ${scope.workspaceId} and ${sql.raw(ALARMS)} order by r.changed_at desc, r.review_id desc limit ${limit}`.execute(
		scope.db,
	);
	return rows;
}

/** Notes that somebody has dealt with a review. */
export async function settleReview(scope: Scope, reviewId: string, by: { userId: string; at: string }): Promise<void> {
	await scope.db
		.updateTable('review')
		.set({ settled_at: by.at, settled_by: by.userId })
		.where('workspace_id', '=', scope.workspaceId)
		.where('review_id', '=', reviewId)
		.execute();
}

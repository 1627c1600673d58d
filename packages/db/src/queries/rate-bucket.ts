import { sql } from 'kysely';
import type { Database, Scope } from '../database.ts';

export interface Bucket {
	/** `<platform>:<connection, store or app>:<operation>`. */
	key: string;
	/** Requests a second, and how many may come at once. */
	rate: number;
	burst: number;
}

/** Spends one token, which need not survive the database server's death; the milliseconds to wait when there is none. Work that is not urgent steps back while urgent work waits. */
export async function takeToken(database: Database, workspaceId: string, bucket: Bucket, urgent: boolean): Promise<number> {
	const [row] = await database.statement<{ wait: number }>(workspaceId, {
		name: 'take_token',
		text: 'select pangea_take_token($1::uuid, $2, $3, $4, $5) as wait from scope_',
		values: [bucket.key, bucket.rate, bucket.burst, urgent],
		volatile: true,
	});
	return row?.wait ?? 0;
}

/** Corrects a bucket by what the platform announced. */
export async function correctBucket(scope: Scope, bucket: Bucket, seen: { rate?: number; waitMillis?: number }): Promise<void> {
	const rate = seen.rate !== undefined && seen.rate > 0 ? seen.rate : null;
	const wait = seen.waitMillis !== undefined && seen.waitMillis > 0 ? seen.waitMillis : null;
	await sql`
		insert into rate_bucket (workspace_id, bucket_key, rate, burst, tokens, blocked_until, updated_at, base_rate, base_burst)
		values (${scope.workspaceId}, ${bucket.key}, coalesce(${rate}::float8, ${bucket.rate}), ${bucket.burst}, ${bucket.burst},
			clock_timestamp() + make_interval(secs => ${wait}::float8 / 1000), clock_timestamp(), ${bucket.rate}, ${bucket.burst})
		on conflict (workspace_id, bucket_key) do update set
			rate = coalesce(${rate}::float8, rate_bucket.rate),
			blocked_until = greatest(rate_bucket.blocked_until, excluded.blocked_until)`.execute(scope.db);
}

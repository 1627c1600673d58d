import { type Kysely, sql } from 'kysely';

/** Which trace sent a job, as W3C's `traceparent`: what a push sets going is one story from its coming in to its last call. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`alter table jobs.job add column trace text`.execute(db);
}

import { type Kysely, sql } from 'kysely';

/** Buyers and evidence of a store that was disconnected come back only when its orders are written again, though nothing in them changed. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql.raw(`alter table store add column forgotten_at timestamptz`).execute(db);
}

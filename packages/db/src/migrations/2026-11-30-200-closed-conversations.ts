import { type Kysely, sql } from 'kysely';

/** Why nobody may write in a conversation, and the listing that one before a sale is about. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`alter table conversation add column closed_by text, add column external_listing_id text`.execute(db);
}

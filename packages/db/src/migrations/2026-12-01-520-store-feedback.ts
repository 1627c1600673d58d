import { type Kysely, sql } from 'kysely';

/** The file of buyers' feedback that a store's platform is making; null: none was asked for. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql.raw('alter table listing_read add column feedback_ticket text').execute(db);
}

import { type Kysely, sql } from 'kysely';

/**
 * A release names what was deferred before, so that the same money is in one sum; and each booking remembers what was said of it, so that the same
 * word again writes nothing.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`alter table settlement add column replaces text, add column said text`.execute(db);
	await sql`create index settlement_release on settlement (workspace_id, store_id, replaces) where replaces is not null`.execute(db);
}

import { type Kysely, sql } from 'kysely';

/** When a message was written down here. Those that there are came all at once: as before, their dates alone say what answers them. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`alter table message add column came_at timestamptz not null default now()`.execute(db);
	// Of its moment and not of its transaction's: the row of a conversation is waited for in between.
	await sql`alter table message alter column came_at set default clock_timestamp()`.execute(db);
}

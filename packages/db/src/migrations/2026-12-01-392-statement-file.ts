import { type Kysely, sql } from 'kysely';

/** Bookings also come in files that people give, of platforms that tell none to programs. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`alter table finance_read drop constraint finance_read_state_check`.execute(db);
	await sql`alter table finance_read add constraint finance_read_state_check check (state in ('waiting', 'read', 'scopeMissing', 'given'))`.execute(
		db,
	);
}

import { type Kysely, sql } from 'kysely';

/** Since when nothing may be changed at the platforms: for one store, or for the whole workspace. Null: it may. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`alter table workspace add column writes_stopped_at timestamptz`.execute(db);
	await sql`alter table store add column writes_stopped_at timestamptz`.execute(db);
}

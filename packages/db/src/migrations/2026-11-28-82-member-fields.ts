import { type Kysely, sql } from 'kysely';

/** Where a member sees more or less than the role: field to yes or no. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql.raw(`alter table member add column fields jsonb not null default '{}'`).execute(db);
}

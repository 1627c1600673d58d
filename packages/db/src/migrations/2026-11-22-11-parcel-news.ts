import { type Kysely, sql } from 'kysely';

/** When a parcel was last told of, in the platform's time: versions that arrive out of order then end in the same state. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql.raw(`alter table parcel add column ext_updated_at timestamptz`).execute(db);
}

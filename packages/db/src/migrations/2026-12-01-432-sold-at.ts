import { type Kysely, sql } from 'kysely';

/** Pieces sold are counted more often than listings are read, which at some platforms is every six hours. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql
		.raw(
			`alter table listing_read add column sold_at timestamptz, add column sold_ms integer not null default 0, add column sold_until timestamptz`,
		)
		.execute(db);
}

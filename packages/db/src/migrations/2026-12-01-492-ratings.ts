import { type Kysely, sql } from 'kysely';

/** Stars that a platform tells by day and not altogether, and orders that it names for few of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	// The first day of which the platform has not told yet; null where it tells the stars altogether, or has told none.
	`alter table listing add column stars_until date`,
	`alter table review add column external_order_id text`,
	`alter table listing_read add column low_rated_at timestamptz, add column reviews_refused_at timestamptz`,
];

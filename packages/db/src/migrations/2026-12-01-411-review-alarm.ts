import { type Kysely, sql } from 'kysely';

/** From how few stars on a new review is told as a notice, since when, and which reviews somebody has dealt with. */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`alter table workspace add column low_review_rating integer check (low_review_rating between 1 and 3), add column low_review_since timestamptz`,
	`alter table review add column settled_at timestamptz, add column settled_by text`,
	`create index review_low on review (workspace_id, changed_at) where rating <= 3 and settled_at is null`,
];

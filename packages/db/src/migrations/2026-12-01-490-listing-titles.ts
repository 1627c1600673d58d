import { type Kysely, sql } from 'kysely';

/** Titles are changed like prices and stocks: what was and what shall be are words then, so both columns hold text. */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`alter table listing_change alter column was type text using was::text, alter column shall type text using shall::text,
		drop constraint listing_change_field_check, add constraint listing_change_field_check check (field in ('title', 'price', 'stock'))`,
];

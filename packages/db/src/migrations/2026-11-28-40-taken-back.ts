import { type Kysely, sql } from 'kysely';

/**
 * How often a platform said something else about an order of the store at the same time of change. A pack counts as known only while this
 * number is what it was when its page was last read: otherwise saying the former again would change nothing.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`alter table store add column taken_back integer not null default 0`,
	`alter table raw_reply add column taken_back integer not null default 0`,
];

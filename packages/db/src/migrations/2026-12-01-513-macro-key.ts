import { type Kysely, sql } from 'kysely';

/** The key that puts a macro into an answer once the macros are open; one key one macro. */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`alter table inbox_macro add column quick_key text check (quick_key ~ '^[1-9]$')`,
	`create unique index inbox_macro_key on inbox_macro (workspace_id, quick_key) where quick_key is not null`,
];

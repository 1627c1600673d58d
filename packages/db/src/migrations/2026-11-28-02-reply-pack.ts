import { type Kysely, sql } from 'kysely';

/**
 * The replies behind one page lie in one row, compressed and sealed together: a platform that answers every order by itself would otherwise
 * cost a row, a cipher and a compressor an answer. Rows from before hold one reply and no list of parts.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`alter table raw_reply add column operations text[] not null default '{}', add column parts integer[] not null default '{}'`,
	// Short numbers gain nothing by the server's compression, and it costs more than all else in the row.
	`alter table raw_reply alter column parts set storage external`,
];

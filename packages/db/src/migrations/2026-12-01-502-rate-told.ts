import { type Kysely, sql } from 'kysely';

/** Each rate in one text: two years of twelve currencies are read for nearly every figure. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql.raw(`alter table fx_rate add column told text generated always as (${TOLD}) stored`).execute(db);
}

// How a date is written hangs on the session, so that it cannot be asked for here.
const DAY = `extract(year from day)::text || '-' || lpad(extract(month from day)::text, 2, '0') || '-' || lpad(extract(day from day)::text, 2, '0')`;
const TOLD = `${DAY} || ' ' || source || ' ' || against || ' ' || rate::text`;

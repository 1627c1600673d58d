import { type Kysely, sql } from 'kysely';
import { remakeClockDays } from '../sales-cells.ts';
import { remakeToldDays } from '../sales-told.ts';

/**
 * What each order moves, for less. Cells without a text of their own: it was written out with each change of a cell, and days of all stores have theirs, so that
 * cells are only written out where a day is told anew or is noted. And ids of notes in the order in which they are made: one that has its place anywhere in the
 * index costs as much as to move a cell.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	'alter table sales_day drop column told',
	'alter table sales_clock_day drop column told',
	// Older servers do not have them.
	`do $$ begin
		if current_setting('server_version_num')::integer >= 180000 then
			execute 'alter table profit_stale alter column note_id set default uuidv7()';
		end if;
	end $$`,
	`create or replace function pangea_follow_clock() returns trigger language plpgsql as $$ begin
		${remakeClockDays('new.workspace_id', 'new.clock').join(';\n')};
		${remakeToldDays('new.workspace_id').join(';\n')};
		insert into profit_stale (workspace_id, day)
			select new.workspace_id, min(day) from sales_day where workspace_id = new.workspace_id having min(day) is not null;
		return null;
	end $$`,
];

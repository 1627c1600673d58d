import { type Kysely, sql } from 'kysely';
import { remakeClockDays } from '../sales-cells.ts';
import { DAY_TOLD, remakeToldDays } from '../sales-told.ts';

/**
 * The texts of a day's cells as one, of all stores: two years of forty stores are then seven hundred rows instead of thirty thousand. Whoever moves a cell
 * notes its day in the same transaction already, for the sake of what is left; the job that works these notes off writes the day anew.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`create table sales_told (
		workspace_id uuid not null,
		clock text not null check (clock in ('store', 'workspace')),
		day date not null,
		told text not null,
		primary key (workspace_id, clock, day)
	) with (toast_tuple_target = 8160, fillfactor = 50)`,
	// To unpack a text of forty stores would take longer than to read it.
	'alter table sales_told alter column told set storage external',
	'grant select, insert, update, delete on sales_told to pangea_app',
	'alter table sales_told enable row level security',
	`create policy workspace_scope on sales_told to pangea_app
		using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,
	`insert into sales_told (workspace_id, clock, day, told)
		select workspace_id, 'store', day, ${DAY_TOLD} from sales_day group by workspace_id, day
		union all select workspace_id, 'workspace', day, ${DAY_TOLD} from sales_clock_day group by workspace_id, day`,
	`create or replace function pangea_follow_clock() returns trigger language plpgsql as $$ begin
		${remakeClockDays('new.workspace_id', 'new.clock').join(';\n')};
		${remakeToldDays('new.workspace_id').join(';\n')};
		return null;
	end $$`,
];

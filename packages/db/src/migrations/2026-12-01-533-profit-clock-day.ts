import { type Kysely, sql } from 'kysely';
import { remakeClockDays } from '../sales-cells.ts';
import { remakeToldDays } from '../sales-told.ts';

/**
 * What is left of orders by days that the workspace's clock cuts, in parts of the stores' own days: it is these that are noted and added up anew. All days
 * are noted once; until they are worked off figures are added up from orders.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`create table profit_clock_day (
		workspace_id uuid not null,
		clock_day date not null,
		store_id uuid not null,
		day date not null,
		told text not null,
		primary key (workspace_id, clock_day, store_id, day)
	)`,
	'grant select, insert, update, delete on profit_clock_day to pangea_app',
	'alter table profit_clock_day enable row level security',
	`create policy workspace_scope on profit_clock_day to pangea_app
		using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,
	`create or replace function pangea_follow_clock() returns trigger language plpgsql as $$ begin
		${remakeClockDays('new.workspace_id', 'new.clock').join(';\n')};
		${remakeToldDays('new.workspace_id').join(';\n')};
		insert into profit_stale (workspace_id, day)
			select new.workspace_id, min(day) from sales_day where workspace_id = new.workspace_id having min(day) is not null;
		return null;
	end $$`,
	`insert into profit_stale (workspace_id, day) select workspace_id, day from (select workspace_id, min(day) as day from sales_day group by workspace_id) first
		where not exists (
			select from profit_stale n where n.workspace_id = first.workspace_id and n.store_id is null and n.day <= first.day)`,
];

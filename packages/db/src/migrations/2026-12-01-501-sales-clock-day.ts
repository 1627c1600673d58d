import { CELL_COLUMNS } from '@pangea/domain';
import { type Kysely, sql } from 'kysely';
import { FOLLOW_SALES, remakeClockDays, TOLD } from '../sales-cells.ts';

/**
 * Sales by days that the workspace's clock cuts. `clock` of a workspace is its zone, or null where the server has no such zone: the figures cannot
 * be had then, and orders have to come in all the same.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const SUMS = CELL_COLUMNS.map((name) => `${name} numeric not null default 0`).join(',\n\t\t');
const remake = (workspace: string, clock: string): string => remakeClockDays(workspace, clock).join(';\n');

const STATEMENTS = [
	`create table sales_clock_day (
		workspace_id uuid not null,
		day date not null,
		told text not null generated always as (${TOLD}) stored,
		store_id uuid not null,
		currency text not null,
		tax_basis text not null,
		${SUMS},
		primary key (workspace_id, day, store_id, currency, tax_basis)
	) with (fillfactor = 65)`,
	'grant select, insert, update, delete on sales_clock_day to pangea_app',
	'alter table sales_clock_day enable row level security',
	`create policy workspace_scope on sales_clock_day to pangea_app
		using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,

	'alter table workspace add column clock text',
	`create function pangea_set_clock() returns trigger language plpgsql as $$ begin
		perform now() at time zone new.zone;
		new.clock := new.zone;
		return new;
	exception when invalid_parameter_value then
		new.clock := null;
		return new;
	end $$`,
	'create trigger set_clock before insert or update of zone on workspace for each row execute function pangea_set_clock()',
	'update workspace set zone = zone',

	`create function pangea_follow_clock() returns trigger language plpgsql as $$ begin
		${remake('new.workspace_id', 'new.clock')};
		return null;
	end $$`,
	// No action of the product changes a zone. One that will has to take the locks of the workspace's stores first: pages that are on their way know the former zone.
	`create trigger follow_clock after update of zone on workspace for each row
		when (old.clock is distinct from new.clock and new.clock is not null) execute function pangea_follow_clock()`,
	...FOLLOW_SALES,
	`do $$ declare one record; begin
		for one in select workspace_id, clock from workspace where clock is not null loop
			${remake('one.workspace_id', 'one.clock')};
		end loop;
	end $$`,
];

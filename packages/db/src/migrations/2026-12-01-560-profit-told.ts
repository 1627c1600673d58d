import { type Kysely, sql } from 'kysely';
import { STORES_TOLD } from '../sales-told.ts';

/**
 * What is left of a day in one text, of all stores, as sales have it; and versions of texts, by which a reader knows again what it has read.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`create table profit_told (
		workspace_id uuid not null,
		clock text not null check (clock in ('store', 'workspace')),
		day date not null,
		version uuid not null default gen_random_uuid(),
		told text not null,
		primary key (workspace_id, clock, day)
	)`,
	// To unpack a text of forty stores would take longer than to read it.
	'alter table profit_told alter column told set storage external',
	'grant select, insert, update, delete on profit_told to pangea_app',
	'alter table profit_told enable row level security',
	`create policy workspace_scope on profit_told to pangea_app
		using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,
	`insert into profit_told (workspace_id, clock, day, told)
		select workspace_id, 'store', day, ${STORES_TOLD} from profit_day group by workspace_id, day
		union all select workspace_id, 'workspace', clock_day, ${STORES_TOLD} from profit_clock_day group by workspace_id, clock_day`,
	'alter table sales_told add column version uuid not null default gen_random_uuid()',
	'alter table sku_day add column version uuid not null default gen_random_uuid()',
	'alter table sku_span add column version uuid not null default gen_random_uuid()',
	// A day of a large store is little more than what is left in the row by default, and to fetch it from elsewhere takes longer than to read it.
	'alter table sku_day set (toast_tuple_target = 8160)',
];

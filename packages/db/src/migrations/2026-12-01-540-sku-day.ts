import { type Kysely, sql } from 'kysely';

/**
 * Numbers of SKUs, and their pieces by each store's day, in parts of days by the workspace's clock as well, and by its months and years. All days are noted once; until they are
 * worked off pieces are counted from orders.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const scoped = (table: string): readonly string[] => [
	`grant select, insert, update, delete on ${table} to pangea_app`,
	`alter table ${table} enable row level security`,
	`create policy workspace_scope on ${table} to pangea_app
		using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,
];

const STATEMENTS = [
	`create table sku_number (
		workspace_id uuid not null,
		seller_sku text not null,
		number integer not null,
		primary key (workspace_id, seller_sku),
		unique (workspace_id, number)
	)`,
	...scoped('sku_number'),
	`create table sku_day (
		workspace_id uuid not null,
		clock text not null,
		since date not null,
		store_id uuid not null,
		day date not null,
		told text not null,
		primary key (workspace_id, clock, since, store_id, day)
	)`,
	...scoped('sku_day'),
	// They are read to be added up and in great numbers: to unpack them would take longer than to read them.
	'alter table sku_day alter column told set storage external',
	`create table sku_span (
		workspace_id uuid not null,
		clock text not null,
		span text not null,
		since date not null,
		store_id uuid not null,
		told text,
		primary key (workspace_id, clock, span, since, store_id)
	)`,
	...scoped('sku_span'),
	'alter table sku_span alter column told set storage external',
	`insert into profit_stale (workspace_id, day) select workspace_id, day from (select workspace_id, min(day) as day from sales_day group by workspace_id) first
		where not exists (
			select from profit_stale n where n.workspace_id = first.workspace_id and n.store_id is null and n.day <= first.day)`,
];

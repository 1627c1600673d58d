import { type Kysely, sql } from 'kysely';
import { FOLLOW_SALES } from '../sales-cells.ts';

/**
 * What is left of the orders of each store's day, as it was added up last, and which days are to be added up anew. Whoever changes something of
 * which it is made only notes the days, in a table to which rows are but added. A note without a store is of all stores' days from its day on.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
	for (const table of TABLES) {
		await sql.raw(`alter table ${table} enable row level security`).execute(db);
		await sql
			.raw(
				`create policy workspace_scope on ${table} to pangea_app
					using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,
			)
			.execute(db);
	}
}

const TABLES = ['profit_day', 'profit_stale'];

const BOOKED = { insert: 'new table as fresh', update: 'old table as gone new table as fresh', delete: 'old table as gone' };
const ROWS = { insert: 'fresh', update: '(select * from gone union all select * from fresh)', delete: 'gone' };

const STATEMENTS = [
	`create table profit_day (
		workspace_id uuid not null,
		day date not null,
		store_id uuid not null,
		told text not null,
		primary key (workspace_id, day, store_id)
	)`,
	`create table profit_stale (
		workspace_id uuid not null,
		note_id uuid not null default gen_random_uuid(),
		store_id uuid,
		day date not null,
		primary key (workspace_id, note_id)
	)`,
	`grant select, insert, update, delete on ${TABLES.join(', ')} to pangea_app`,
	...FOLLOW_SALES,
	// Bookings come before and after their orders: one that comes first is read with its order.
	...(['insert', 'update', 'delete'] as const).flatMap((event) => [
		`create function pangea_note_bookings_on_${event}() returns trigger language plpgsql as $$ begin
			insert into profit_stale (workspace_id, store_id, day) select distinct o.workspace_id, o.store_id, o.local_day
				from ${ROWS[event]} b join orders o
					on o.workspace_id = b.workspace_id and o.store_id = b.store_id and o.external_id = b.external_order_id;
			return null;
		end $$`,
		`create trigger note_bookings_on_${event} after ${event} on settlement referencing ${BOOKED[event]}
			for each statement execute function pangea_note_bookings_on_${event}()`,
	]),
	// Words about costs are only added.
	`create function pangea_note_costs() returns trigger language plpgsql as $$ begin
		insert into profit_stale (workspace_id, day) select workspace_id, min(valid_from) from fresh group by workspace_id;
		return null;
	end $$`,
	`create trigger note_costs after insert on sku_cost referencing new table as fresh for each statement execute function pangea_note_costs()`,
	`insert into profit_stale (workspace_id, day) select workspace_id, min(day) from sales_day group by workspace_id`,
];

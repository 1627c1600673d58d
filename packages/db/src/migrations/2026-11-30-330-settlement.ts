import { type Kysely, sql } from 'kysely';

/**
 * What platforms booked and paid out. Nothing here refers to an order or a store by a foreign key: bookings come before and after their orders,
 * and plans of such checks would be made while the tables are empty.
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

const TABLES = ['statement', 'settlement', 'settlement_line', 'finance_read'];

const STATEMENTS = [
	`create table statement (
		workspace_id uuid not null references workspace on delete cascade,
		store_id uuid not null,
		external_id text not null,
		currency text not null,
		total_minor bigint not null,
		closed_at timestamptz not null,
		raw_status text not null,
		payout_id text,
		known_at timestamptz not null,
		raw_reply_id uuid,
		stored_at timestamptz not null default now(),
		primary key (workspace_id, store_id, external_id)
	)`,
	`create index statement_newest on statement (workspace_id, store_id, closed_at desc)`,
	`create table settlement (
		workspace_id uuid not null references workspace on delete cascade,
		store_id uuid not null,
		external_id text not null,
		statement_id text,
		-- As in orders: another collation would leave the index out of their join.
		external_order_id text collate "C",
		raw_type text not null,
		state text not null check (state in ('deferred', 'released', 'replaced')),
		currency text,
		proceeds_minor bigint not null,
		unnamed_minor bigint not null,
		is_sale boolean not null,
		posted_at timestamptz not null,
		known_at timestamptz not null,
		raw_reply_id uuid,
		stored_at timestamptz not null default now(),
		primary key (workspace_id, store_id, external_id)
	)`,
	`create index settlement_of_order on settlement (workspace_id, store_id, external_order_id) where external_order_id is not null`,
	`create index settlement_of_statement on settlement (workspace_id, store_id, statement_id) where statement_id is not null`,
	`create index settlement_held on settlement (workspace_id, store_id) where state = 'deferred'`,
	`create table settlement_line (
		workspace_id uuid not null references workspace on delete cascade,
		store_id uuid not null,
		external_id text not null,
		position integer not null,
		kind text not null,
		raw_kind text not null,
		external_line_id text,
		seller_sku text,
		currency text not null,
		amount_minor bigint not null,
		primary key (workspace_id, store_id, external_id, position)
	)`,
	`create table finance_read (
		workspace_id uuid not null references workspace on delete cascade,
		store_id uuid not null,
		read_from timestamptz,
		read_until timestamptz,
		tried_at timestamptz,
		unreadable integer not null default 0,
		state text not null default 'waiting' check (state in ('waiting', 'read', 'scopeMissing')),
		primary key (workspace_id, store_id)
	)`,
	`grant select, insert, update, delete on ${TABLES.join(', ')} to pangea_app`,
];

import { type Kysely, sql } from 'kysely';

/** Orders of which the platform would not tell all yet, each with the time from which it is asked again. */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`create table order_lack (
		workspace_id uuid not null references workspace on delete cascade,
		store_id uuid not null,
		order_id uuid not null,
		asked integer not null default 0,
		ask_at timestamptz not null,
		primary key (workspace_id, order_id)
	)`,
	`create index order_lack_due on order_lack (workspace_id, store_id, ask_at)`,
	`alter table order_lack enable row level security`,
	`create policy workspace_scope on order_lack to pangea_app
		using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,
	`grant select, insert, update, delete on order_lack to pangea_app`,
];

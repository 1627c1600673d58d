import { type Kysely, sql } from 'kysely';

/** Replies that a workspace keeps ready. They name variables and hold no buyer's data, so they are not sealed. */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`create table inbox_macro (
		workspace_id uuid not null references workspace on delete cascade,
		macro_id uuid not null,
		name text not null,
		texts jsonb not null,
		created_at timestamptz not null default now(),
		primary key (workspace_id, macro_id)
	)`,
	`create unique index inbox_macro_name on inbox_macro (workspace_id, lower(name))`,
	`alter table inbox_macro enable row level security`,
	`create policy workspace_scope on inbox_macro to pangea_app
		using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,
	`grant select, insert, update, delete on inbox_macro to pangea_app`,
];

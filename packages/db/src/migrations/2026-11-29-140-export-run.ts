import { type Kysely, sql } from 'kysely';

/** Files that members asked for: what, how far, and until when they are kept. The file itself lies in the file store under the run's id. */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`create table export_run (
		workspace_id uuid not null references workspace on delete cascade,
		run_id uuid not null,
		user_id text not null,
		report text not null,
		format text not null,
		columns text[] not null,
		question jsonb not null,
		store_ids uuid[] not null,
		entity text,
		fields text[] not null,
		state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed', 'cancelled', 'expired')),
		row_count bigint not null default 0,
		row_total bigint,
		file_name text,
		file_size bigint,
		sha256 text,
		as_of_seq bigint,
		error_code text,
		asked_at timestamptz not null default now(),
		ended_at timestamptz,
		expires_at timestamptz,
		primary key (workspace_id, run_id),
		foreign key (workspace_id, user_id) references member on delete cascade
	)`,
	`create index export_run_by_member on export_run (workspace_id, user_id, run_id desc)`,
	`create index export_run_ending on export_run (workspace_id, expires_at) where state = 'done'`,
	`alter table export_run enable row level security`,
	`create policy workspace_scope on export_run to pangea_app
		using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,
	`grant select, insert, update, delete on export_run to pangea_app`,
];

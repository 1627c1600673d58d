import { type Kysely, sql } from 'kysely';

/**
 * How long a workspace keeps buyers' data where it chose otherwise than the platform's rule, what each run deleted and what it found left, and
 * when a reply dies because of the orders it is about.
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

const TABLES = ['buyer_data_choice', 'purge_run'];

const STATEMENTS = [
	`create table buyer_data_choice (
		workspace_id uuid not null references workspace on delete cascade,
		platform text not null,
		days integer not null check (days between 1 and 365),
		chosen_by text not null,
		chosen_at timestamptz not null default now(),
		primary key (workspace_id, platform)
	)`,
	`create table purge_run (
		workspace_id uuid not null references workspace on delete cascade,
		run_id uuid not null,
		at timestamptz not null,
		cause text not null check (cause in ('rule', 'disconnect')),
		stores jsonb not null,
		deliveries integer not null,
		overdue integer not null,
		next_at timestamptz,
		primary key (workspace_id, run_id)
	)`,
	`create index purge_run_by_time on purge_run (workspace_id, at desc)`,
	`grant select, insert, update, delete on buyer_data_choice, purge_run to pangea_app`,
	// Replies from before die with their age.
	`alter table raw_reply add column dies_at timestamptz`,
];

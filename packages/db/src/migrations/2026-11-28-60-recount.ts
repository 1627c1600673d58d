import { type Kysely, sql } from 'kysely';

/**
 * What became of the last comparison of a store's orders with the platform's second source: one row a store that says where it stands, one
 * row a compared window. A gap keeps how many orders lacked when it was found, and their numbers where the source names them.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
	for (const table of ['recount', 'recount_window']) {
		await sql.raw(`alter table ${table} enable row level security`).execute(db);
		await sql
			.raw(
				`create policy workspace_scope on ${table} to pangea_app
					using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,
			)
			.execute(db);
	}
}

const STATEMENTS = [
	`create table recount (
		workspace_id uuid not null,
		store_id uuid not null,
		state text not null check (state in ('waiting', 'compared', 'nothing', 'refused')),
		source text not null check (source in ('report', 'total', 'none')),
		window_from timestamptz,
		window_until timestamptz,
		ticket text,
		error_code text,
		begun_at timestamptz not null default now(),
		ended_at timestamptz,
		primary key (workspace_id, store_id),
		foreign key (workspace_id, store_id) references store on delete cascade
	)`,
	`create table recount_window (
		workspace_id uuid not null,
		store_id uuid not null,
		window_from timestamptz not null,
		window_until timestamptz not null,
		ours integer not null,
		theirs integer not null,
		source text not null,
		checked_at timestamptz not null default now(),
		primary key (workspace_id, store_id, window_from),
		foreign key (workspace_id, store_id) references store on delete cascade
	)`,
	`grant select, insert, update, delete on recount, recount_window to pangea_app`,
	`alter table gap
		add column source text not null default 'total',
		add column lacked integer not null default 0,
		add column missing text[] not null default '{}',
		add column page_cursor text`,
	`update gap set lacked = greatest(0, theirs - ours)`,
	// Dead jobs belong to no workspace; a person sees those of their own.
	`create index dead_by_workspace on jobs.dead ((payload ->> 'workspaceId'), died_at desc)`,
];

import { type Kysely, sql } from 'kysely';

/**
 * Servers to which files of schedules are brought, and how far each file has come. What it takes to get there is sealed, the address with it. A destination that a
 * schedule names cannot go: its files would be missed without a word.
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

const TABLES = ['export_destination', 'export_sending'];

const STATEMENTS = [
	`create table export_destination (
		workspace_id uuid not null references workspace on delete cascade,
		destination_id uuid not null,
		name text not null,
		sealed bytea not null,
		saved_by text not null,
		saved_at timestamptz not null default now(),
		primary key (workspace_id, destination_id),
		unique (workspace_id, name)
	)`,
	`alter table export_schedule add column destination_id uuid,
		add foreign key (workspace_id, destination_id) references export_destination`,
	`create index export_schedule_destination on export_schedule (workspace_id, destination_id) where destination_id is not null`,
	`create table export_sending (
		workspace_id uuid not null references workspace on delete cascade,
		run_id uuid not null,
		destination_id uuid not null,
		state text not null default 'waiting' check (state in ('waiting', 'sent', 'failed')),
		error_code text,
		tried_at timestamptz,
		sent_at timestamptz,
		primary key (workspace_id, run_id),
		foreign key (workspace_id, run_id) references export_run on delete cascade,
		foreign key (workspace_id, destination_id) references export_destination on delete cascade
	)`,
	`create index export_sending_destination on export_sending (workspace_id, destination_id)`,
	`grant select, insert, update, delete on ${TABLES.join(', ')} to pangea_app`,
];

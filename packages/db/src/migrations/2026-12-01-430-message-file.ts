import { type Kysely, sql } from 'kysely';

/**
 * Files of messages. What they are called and where their platform has them is sealed beside what is found out about them; their bytes are sealed
 * in rows of their own, so that a list of files never reads them. They go with their message. One without a message was chosen for an answer
 * that is not sent yet.
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

const TABLES = ['message_file', 'message_file_content'];

const STATEMENTS = [
	`create table message_file (
		workspace_id uuid not null references workspace on delete cascade,
		message_file_id uuid not null,
		message_id uuid,
		conversation_id uuid not null,
		store_id uuid not null,
		place integer not null,
		state text not null check (state in ('waiting', 'kept', 'failed')),
		error_code text,
		attempts integer not null default 0,
		type text,
		size integer,
		width integer,
		height integer,
		standing text check (standing in ('shown', 'download', 'risky')),
		risk text,
		sealed bytea not null,
		user_id text,
		created_at timestamptz not null default now(),
		dies_at timestamptz not null,
		primary key (workspace_id, message_file_id),
		foreign key (workspace_id, message_id) references message on delete cascade
	)`,
	`create index message_file_of on message_file (workspace_id, message_id)`,
	`create index message_file_conversation on message_file (workspace_id, conversation_id)`,
	`create index message_file_waiting on message_file (workspace_id, created_at) where state = 'waiting'`,
	`create index message_file_unsent on message_file (workspace_id, dies_at) where message_id is null`,
	`create table message_file_content (
		workspace_id uuid not null references workspace on delete cascade,
		message_file_id uuid not null,
		sealed bytea not null,
		primary key (workspace_id, message_file_id),
		foreign key (workspace_id, message_file_id) references message_file on delete cascade
	)`,
	// Sealed bytes do not shrink.
	`alter table message_file_content alter column sealed set storage external`,
	`grant select, insert, update, delete on ${TABLES.join(', ')} to pangea_app`,
];

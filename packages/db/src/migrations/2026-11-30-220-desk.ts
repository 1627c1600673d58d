import { type Kysely, sql } from 'kysely';

/**
 * What operators keep beside a conversation: until when it sleeps, its tags and notes that no buyer sees. Notes may tell of buyers, so they are
 * sealed and die with the newest message they could speak of. Nothing here refers to a conversation by a foreign key: its plans would be made
 * while the table is empty; what is left of a conversation goes where the conversation goes.
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

const TABLES = ['inbox_tag', 'conversation_tag', 'conversation_note'];

const STATEMENTS = [
	`alter table conversation add column snoozed_until timestamptz`,
	`create index conversation_snoozed on conversation (workspace_id, snoozed_until) where snoozed_until is not null`,
	`create table inbox_tag (
		workspace_id uuid not null references workspace on delete cascade,
		tag_id uuid not null,
		name text not null,
		created_at timestamptz not null default now(),
		primary key (workspace_id, tag_id)
	)`,
	`create unique index inbox_tag_name on inbox_tag (workspace_id, lower(name))`,
	`create table conversation_tag (
		workspace_id uuid not null references workspace on delete cascade,
		conversation_id uuid not null,
		tag_id uuid not null,
		primary key (workspace_id, conversation_id, tag_id)
	)`,
	`create index conversation_tag_by_tag on conversation_tag (workspace_id, tag_id, conversation_id)`,
	`create table conversation_note (
		workspace_id uuid not null references workspace on delete cascade,
		note_id uuid not null,
		conversation_id uuid not null,
		user_id text not null,
		sealed bytea not null,
		mentions text[] not null default '{}',
		unread_by text[] not null default '{}',
		created_at timestamptz not null default now(),
		dies_at timestamptz not null,
		primary key (workspace_id, note_id)
	)`,
	`create index conversation_note_of on conversation_note (workspace_id, conversation_id, created_at desc)`,
	`create index conversation_note_dies on conversation_note (workspace_id, dies_at)`,
	`create index conversation_note_unread on conversation_note (workspace_id, note_id) where unread_by <> '{}'`,
	`alter table notice add column user_id text`,
	`grant select, insert, update, delete on ${TABLES.join(', ')} to pangea_app`,
];

import { type Kysely, sql } from 'kysely';

/**
 * Two languages in the inbox: where the workspace's model is asked, what messages say in a reader's language, whether a member reads with that, and
 * beside a draft its writer's own words. A translation is what a buyer said: it is sealed, and dies with its message, whose date it carries.
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

const TABLES = ['translator', 'message_translation', 'conversation_reading'];

const STATEMENTS = [
	`create table translator (
		workspace_id uuid not null references workspace on delete cascade,
		translator_id uuid not null,
		sealed bytea not null,
		saved_by text not null,
		saved_at timestamptz not null default now(),
		primary key (workspace_id, translator_id),
		unique (workspace_id)
	)`,
	`create table message_translation (
		workspace_id uuid not null references workspace on delete cascade,
		translation_id uuid not null,
		message_id uuid not null,
		target text not null,
		state text not null check (state in ('asked', 'done')),
		asked_at timestamptz not null default now(),
		sealed bytea not null,
		dies_at timestamptz not null,
		primary key (workspace_id, translation_id),
		unique (workspace_id, message_id, target)
	)`,
	`create index message_translation_dies on message_translation (workspace_id, dies_at)`,
	`create table conversation_reading (
		workspace_id uuid not null references workspace on delete cascade,
		conversation_id uuid not null,
		user_id text not null,
		translated boolean not null,
		primary key (workspace_id, conversation_id, user_id)
	)`,
	`alter table member add column reads_translated boolean not null default false`,
	`alter table message_draft add column part text not null default 'answer' check (part in ('answer', 'own'))`,
	`alter table message_draft drop constraint message_draft_workspace_id_conversation_id_user_id_key`,
	`alter table message_draft add unique (workspace_id, conversation_id, user_id, part)`,
	`grant select, insert, update, delete on ${TABLES.join(', ')} to pangea_app`,
];

import { type Kysely, sql } from 'kysely';

/**
 * Conversations with buyers and their messages. What buyers and sellers say is sealed and has a date of death; what views sort and count by stands
 * beside it in the conversation, so that a list is one walk through an index and an open conversation another.
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

const TABLES = ['conversation', 'message', 'message_draft', 'message_pull'];

const STATEMENTS = [
	`create table conversation (
		workspace_id uuid not null references workspace on delete cascade,
		conversation_id uuid not null,
		store_id uuid not null,
		platform text not null,
		kind text not null check (kind in ('chat', 'question', 'purchase', 'claim')),
		external_id text not null,
		external_buyer_id text,
		external_order_id text,
		sealed bytea not null,
		can_send boolean,
		last_at timestamptz not null,
		last_sender text not null,
		waiting_since timestamptz,
		unread integer not null default 0,
		seen_at timestamptz,
		done_at timestamptz,
		assignee_id text,
		created_at timestamptz not null default now(),
		primary key (workspace_id, conversation_id),
		unique (workspace_id, store_id, external_id)
	)`,
	`create index conversation_all on conversation (workspace_id, last_at desc, conversation_id desc)`,
	`create index conversation_open on conversation (workspace_id, last_at desc, conversation_id desc) where done_at is null`,
	`create index conversation_waiting on conversation (workspace_id, waiting_since, conversation_id)
		where done_at is null and waiting_since is not null`,
	`create index conversation_mine on conversation (workspace_id, assignee_id, last_at desc, conversation_id desc) where done_at is null`,
	`create table message (
		workspace_id uuid not null references workspace on delete cascade,
		message_id uuid not null,
		conversation_id uuid not null,
		external_id text,
		position text not null,
		kind text not null,
		sender text not null,
		state text not null check (state in ('received', 'queued', 'sending', 'accepted', 'rejected', 'failed')),
		sent_at timestamptz not null,
		sealed bytea not null,
		external_order_id text,
		external_listing_id text,
		user_id text,
		error_code text,
		attempts integer not null default 0,
		attempted_at timestamptz,
		dies_at timestamptz not null,
		primary key (workspace_id, message_id),
		unique (workspace_id, conversation_id, external_id)
	)`,
	`create index message_of on message (workspace_id, conversation_id, sent_at desc, position desc)`,
	`create index message_dies on message (workspace_id, dies_at)`,
	`create table message_draft (
		workspace_id uuid not null references workspace on delete cascade,
		draft_id uuid not null,
		conversation_id uuid not null,
		user_id text not null,
		sealed bytea not null,
		updated_at timestamptz not null default now(),
		primary key (workspace_id, draft_id),
		unique (workspace_id, conversation_id, user_id)
	)`,
	`create table message_pull (
		workspace_id uuid not null references workspace on delete cascade,
		store_id uuid not null,
		read_until timestamptz,
		tried_at timestamptz,
		state text not null default 'waiting' check (state in ('waiting', 'read', 'scopeMissing')),
		primary key (workspace_id, store_id)
	)`,
	`grant select, insert, update, delete on ${TABLES.join(', ')} to pangea_app`,
];

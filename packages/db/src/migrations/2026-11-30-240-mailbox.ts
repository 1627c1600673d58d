import { type Kysely, sql } from 'kysely';

/**
 * The mailbox through which a platform relays buyers' messages, one a grant: all that it takes to sign in is sealed as grants are. How far each store has
 * read each of its folders stands beside it, and why a store's messages cannot be read.
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

const TABLES = ['mailbox', 'mailbox_cursor'];

const STATEMENTS = [
	`create table mailbox (
		workspace_id uuid not null references workspace on delete cascade,
		connection_id uuid not null,
		sealed bytea not null,
		saved_at timestamptz not null default now(),
		primary key (workspace_id, connection_id)
	)`,
	`create table mailbox_cursor (
		workspace_id uuid not null references workspace on delete cascade,
		store_id uuid not null,
		folder text not null,
		uid_validity bigint not null,
		last_uid bigint not null,
		primary key (workspace_id, store_id, folder)
	)`,
	`alter table message_pull add column error_code text`,
	`alter table message_pull drop constraint message_pull_state_check`,
	`alter table message_pull add constraint message_pull_state_check check (state in ('waiting', 'read', 'scopeMissing', 'mailbox'))`,
	`grant select, insert, update, delete on ${TABLES.join(', ')} to pangea_app`,
];

import { type Kysely, sql } from 'kysely';

/** That a buyer's message needs no reply: a member said so here. As with tags nothing refers to a conversation by a foreign key. */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`create table no_reply_mark (
		workspace_id uuid not null references workspace on delete cascade,
		conversation_id uuid not null,
		at timestamptz not null,
		user_id text not null,
		primary key (workspace_id, conversation_id, at)
	)`,
	`alter table no_reply_mark enable row level security`,
	`create policy workspace_scope on no_reply_mark to pangea_app
		using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,
	`grant select, insert, update, delete on no_reply_mark to pangea_app`,
];

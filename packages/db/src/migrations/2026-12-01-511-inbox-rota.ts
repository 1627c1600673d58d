import { type Kysely, sql } from 'kysely';

/** Who is given conversations that nobody holds, one after the other. The order of rotas is that in which they are asked. */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`create table inbox_rota (
		workspace_id uuid not null references workspace on delete cascade,
		rota_id uuid not null,
		name text not null,
		place integer not null default 0,
		is_on boolean not null default true,
		store_ids uuid[] not null default '{}',
		languages text[] not null default '{}',
		user_ids text[] not null default '{}',
		capacity integer,
		shift jsonb,
		last_user_id text,
		created_at timestamptz not null default now(),
		primary key (workspace_id, rota_id)
	)`,
	`create unique index inbox_rota_name on inbox_rota (workspace_id, lower(name))`,
	`alter table inbox_rota enable row level security`,
	`create policy workspace_scope on inbox_rota to pangea_app
		using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,
	`grant select, insert, update, delete on inbox_rota to pangea_app`,
	`create index conversation_unheld on conversation (workspace_id, waiting_since, conversation_id)
		where done_at is null and waiting_since is not null and assignee_id is null`,
];

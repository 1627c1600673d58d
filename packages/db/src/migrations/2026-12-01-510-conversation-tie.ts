import { type Kysely, sql } from 'kysely';

/**
 * What people say about conversations that the platforms' ids do not: that two are with one buyer, or that they are not; of the two the smaller id stands first. Beside it the paths on which
 * the conversations and orders of one buyer are found. As with tags nothing refers to a conversation by a foreign key.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`create table conversation_tie (
		workspace_id uuid not null references workspace on delete cascade,
		first_id uuid not null,
		second_id uuid not null,
		stand text not null check (stand in ('together', 'apart')),
		user_id text not null,
		created_at timestamptz not null default now(),
		primary key (workspace_id, first_id, second_id)
	)`,
	`create index conversation_tie_second on conversation_tie (workspace_id, second_id)`,
	`alter table conversation_tie enable row level security`,
	`create policy workspace_scope on conversation_tie to pangea_app
		using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,
	`grant select, insert, update, delete on conversation_tie to pangea_app`,
	`create index conversation_of_buyer on conversation (workspace_id, external_buyer_id) where external_buyer_id is not null`,
	`create index conversation_of_order on conversation (workspace_id, external_order_id) where external_order_id is not null`,
	`create index orders_of_buyer on orders (workspace_id, external_buyer_id) where external_buyer_id is not null`,
];

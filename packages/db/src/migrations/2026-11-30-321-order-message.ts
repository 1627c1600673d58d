import { type Kysely, sql } from 'kysely';

/**
 * Messages of fixed kinds about one order. Their words are sealed and die as those of conversations do. At most one of a kind is under way for an
 * order, and a review is asked for once.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`create table order_message (
		workspace_id uuid not null references workspace on delete cascade,
		message_id uuid not null,
		order_id uuid not null,
		store_id uuid not null,
		external_order_id text not null,
		kind text not null,
		state text not null check (state in ('queued', 'sending', 'accepted', 'rejected', 'failed', 'unknown')),
		sealed bytea not null,
		user_id text not null,
		asked_at timestamptz not null,
		attempts integer not null default 0,
		attempted_at timestamptz,
		error_code text,
		dies_at timestamptz not null,
		primary key (workspace_id, message_id)
	)`,
	`create unique index order_message_once on order_message (workspace_id, order_id, kind)
		where state in ('queued', 'sending') or (kind = 'reviewRequest' and state in ('accepted', 'unknown'))`,
	`create index order_message_of on order_message (workspace_id, order_id, asked_at desc)`,
	`create index order_message_open on order_message (workspace_id, asked_at) where state in ('queued', 'sending')`,
	`create index order_message_dies on order_message (workspace_id, dies_at)`,
	`alter table order_message enable row level security`,
	`create policy workspace_scope on order_message to pangea_app
		using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,
	`grant select, insert, update, delete on order_message to pangea_app`,
];

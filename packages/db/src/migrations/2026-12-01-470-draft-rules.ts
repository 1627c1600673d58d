import { type Kysely, sql } from 'kysely';

/**
 * What a store asks of a SKU in a category, as it was read last, and what a draft lacked by it: so that a list can tell how ready many SKUs are without
 * asking a platform.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`create table draft_rules (
		workspace_id uuid not null references workspace on delete cascade,
		sku_id uuid not null,
		store_id uuid not null,
		category_id text not null,
		rules jsonb not null,
		read_at timestamptz not null default now(),
		primary key (workspace_id, sku_id, store_id)
	)`,
	`alter table draft_rules enable row level security`,
	`create policy workspace_scope on draft_rules to pangea_app
		using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,
	`grant select, insert, update, delete on draft_rules to pangea_app`,
	`alter table listing_copy add column gaps jsonb`,
];

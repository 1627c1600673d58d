import { type Kysely, sql } from 'kysely';

/**
 * What a SKU is to be in a store that does not list it, and what became of it there. One a SKU and store; `attempted_at` says that a request may have
 * reached the platform and nobody knows what came of it, `attempted_sku` under which code to look.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`create table listing_copy (
		workspace_id uuid not null references workspace on delete cascade,
		copy_id uuid not null,
		sku_id uuid not null,
		store_id uuid not null,
		state text not null default 'draft' check (state in ('draft', 'queued', 'sending', 'published', 'refused', 'failed')),
		draft jsonb not null,
		code text,
		reasons jsonb not null default '[]',
		attempts integer not null default 0,
		attempted_at timestamptz,
		attempted_sku text,
		external_listing_id text,
		written_by text not null,
		written_at timestamptz not null default now(),
		published_by text,
		published_at timestamptz,
		primary key (workspace_id, copy_id),
		unique (workspace_id, sku_id, store_id)
	)`,
	`alter table listing_copy enable row level security`,
	`create policy workspace_scope on listing_copy to pangea_app
		using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,
	`grant select, insert, update, delete on listing_copy to pangea_app`,
];

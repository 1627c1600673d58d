import { type Kysely, sql } from 'kysely';

/**
 * What buyers say in public of what stores list. The words are sealed, since buyers write what they like, and die when the platform has not shown
 * them for a while; the stars stay. A product is asked for by its listing, whose rows remember when.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`create table review (
		workspace_id uuid not null references workspace on delete cascade,
		review_id uuid not null,
		store_id uuid not null,
		external_listing_id text not null,
		external_id text not null,
		rating integer not null check (rating between 1 and 5),
		written_at timestamptz not null,
		raw_status text,
		themes text[] not null,
		themes_by text,
		sku_id uuid,
		linked_by text,
		sealed bytea,
		digest bytea not null,
		edited boolean not null default false,
		first_seen_at timestamptz not null default now(),
		changed_at timestamptz not null default now(),
		dies_at timestamptz not null,
		primary key (workspace_id, review_id),
		unique (workspace_id, store_id, external_id)
	)`,
	`create index review_newest on review (workspace_id, written_at desc, review_id desc)`,
	`create index review_of_listing on review (workspace_id, store_id, external_listing_id)`,
	`create index review_dies on review (workspace_id, dies_at) where sealed is not null`,
	`alter table review enable row level security`,
	`create policy workspace_scope on review to pangea_app
		using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,
	`grant select, insert, update, delete on review to pangea_app`,
	`alter table listing add column reviews_at timestamptz, add column stars integer[]`,
];

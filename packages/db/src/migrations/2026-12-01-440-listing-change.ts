import { type Kysely, sql } from 'kysely';

/**
 * Prices and stocks of listings that somebody changes: one row a listing, field and change, under the batch it was asked for with. At most one of a
 * listing's field is under way, so that no two people overwrite each other unseen.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`alter table listing add column received_minor bigint, add column received_currency text`,
	`create index listing_by_sales on listing (workspace_id, sold_units desc, listing_id) where gone_at is null`,
	`create table listing_change (
		workspace_id uuid not null references workspace on delete cascade,
		change_id uuid not null,
		batch_id uuid not null,
		listing_id uuid not null,
		store_id uuid not null,
		field text not null check (field in ('price', 'stock')),
		currency text,
		was bigint not null,
		shall bigint not null,
		state text not null default 'queued'
			check (state in ('queued', 'sending', 'accepted', 'applied', 'refused', 'failed', 'undone')),
		code text,
		reasons jsonb not null default '[]',
		attempts integer not null default 0,
		looks integer not null default 0,
		undoes uuid,
		made_by text not null,
		made_at timestamptz not null default now(),
		settled_at timestamptz,
		primary key (workspace_id, change_id),
		unique (workspace_id, batch_id, listing_id, field)
	)`,
	`create unique index listing_change_open on listing_change (workspace_id, listing_id, field)
		where state in ('queued', 'sending', 'accepted')`,
	`create index listing_change_recent on listing_change (workspace_id, made_at desc)`,
	`alter table listing_change enable row level security`,
	`create policy workspace_scope on listing_change to pangea_app
		using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,
	`grant select, insert, update, delete on listing_change to pangea_app`,
];

import { type Kysely, sql } from 'kysely';

/**
 * What is sold: our SKUs, the mirror of what stores list, and which listing is which SKU. A pairing is never overwritten: it ends, and who asks
 * what was sold finds the one that held at the time.
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

const TABLES = ['sku', 'listing', 'listing_key', 'pairing', 'listing_read'];

const STATEMENTS = [
	`create table sku (
		workspace_id uuid not null references workspace on delete cascade,
		sku_id uuid not null,
		code text not null,
		title text not null,
		variant text,
		gtins text[] not null default '{}',
		image_url text,
		weight_grams integer check (weight_grams > 0),
		hs_code text,
		origin_country text,
		created_at timestamptz not null default now(),
		primary key (workspace_id, sku_id)
	)`,
	`create table listing (
		workspace_id uuid not null references workspace on delete cascade,
		listing_id uuid not null,
		store_id uuid not null,
		external_listing_id text not null,
		external_variant_id text not null,
		origin_key text,
		seller_sku text,
		gtins text[] not null,
		title text not null,
		variant text,
		state text not null check (state in ('live', 'blocked', 'inactive', 'draft', 'unknown')),
		raw_status text not null,
		issues text[] not null,
		price_minor bigint,
		currency text,
		stock integer,
		image_url text,
		url text,
		ext_updated_at timestamptz,
		digest bytea not null,
		first_seen_at timestamptz not null default now(),
		changed_at timestamptz not null default now(),
		gone_at timestamptz,
		sold_units integer not null default 0,
		sku_id uuid,
		pairing_state text not null default 'new' check (pairing_state in ('new', 'waiting', 'paired')),
		proposals jsonb not null default '[]',
		refused uuid[] not null default '{}',
		primary key (workspace_id, listing_id),
		unique (workspace_id, store_id, external_listing_id, external_variant_id)
	)`,
	`create index listing_of_sku on listing (workspace_id, sku_id, store_id) where sku_id is not null`,
	`create index listing_unpaired on listing (workspace_id, pairing_state, sold_units desc, listing_id) where pairing_state <> 'paired'`,
	`create table listing_key (
		workspace_id uuid not null references workspace on delete cascade,
		key text not null,
		listing_id uuid not null,
		primary key (workspace_id, key, listing_id)
	)`,
	`create index listing_key_of on listing_key (workspace_id, listing_id)`,
	`create table pairing (
		workspace_id uuid not null references workspace on delete cascade,
		pairing_id uuid not null,
		listing_id uuid not null,
		sku_id uuid not null,
		decided_by text,
		decided_at timestamptz not null default now(),
		confidence double precision,
		reasons text[] not null,
		ended_at timestamptz,
		ended_by text,
		primary key (workspace_id, pairing_id)
	)`,
	`create unique index pairing_now on pairing (workspace_id, listing_id) where ended_at is null`,
	`create index pairing_of on pairing (workspace_id, listing_id, decided_at)`,
	`create table listing_read (
		workspace_id uuid not null references workspace on delete cascade,
		store_id uuid not null,
		read_until timestamptz,
		whole_at timestamptz,
		tried_at timestamptz,
		unreadable integer not null default 0,
		state text not null default 'waiting' check (state in ('waiting', 'read', 'scopeMissing')),
		primary key (workspace_id, store_id)
	)`,
	`grant select, insert, update, delete on ${TABLES.join(', ')} to pangea_app`,
];

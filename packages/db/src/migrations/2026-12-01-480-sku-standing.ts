import { type Kysely, sql } from 'kysely';

/**
 * What the listings of a SKU come to, all stores together: pieces, stores where it can be bought, stars, and the words by which it is found. Whoever
 * changes a listing or a review only notes which SKUs are concerned, in a table to which rows are but added: a row a SKU that is changed in place would
 * make the walks of two stores that sell the same goods wait for each other, or lock each other out. Readers add up those that are noted themselves.
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

/** The rows of a statement, as its trigger names them. */
const REFERENCED = { insert: 'new table as fresh', update: 'new table as fresh old table as gone', delete: 'old table as gone' };
const EVENTS = ['insert', 'update', 'delete'] as const;

const TABLES = ['sku_standing', 'sku_stale'];

const STATEMENTS = [
	`create table sku_standing (
		workspace_id uuid not null references workspace on delete cascade,
		sku_id uuid not null,
		listings integer not null,
		sold integer not null,
		open_stores integer not null,
		stars bigint not null,
		star_sum bigint not null,
		average numeric generated always as (case when stars > 0 then star_sum::numeric / stars end) stored,
		words text not null,
		primary key (workspace_id, sku_id),
		foreign key (workspace_id, sku_id) references sku on delete cascade
	) with (toast_tuple_target = 8160)`,
	// Searched through from first to last: to unpack them would cost more than to read them.
	`alter table sku_standing alter column words set storage main`,
	`create index sku_standing_by_sales on sku_standing (workspace_id, sold desc, sku_id desc) include (open_stores) where listings > 0`,
	`create index sku_standing_by_stars on sku_standing (workspace_id, average, sku_id) where average is not null`,
	`create table sku_stale (
		workspace_id uuid not null references workspace on delete cascade,
		note_id uuid not null default gen_random_uuid(),
		sku_id uuid not null,
		primary key (workspace_id, note_id)
	)`,
	`grant select, insert, update, delete on ${TABLES.join(', ')} to pangea_app`,

	`create function pangea_note_listings() returns trigger language plpgsql as $$ begin
		if tg_op = 'UPDATE' then
			insert into sku_stale (workspace_id, sku_id) select distinct n.workspace_id, k.sku_id from fresh n
				join gone o on o.workspace_id = n.workspace_id and o.listing_id = n.listing_id
				cross join lateral (
					select n.sku_id union select o.sku_id
					-- Whose the reviews of a product are hangs on whether all its variants are one SKU.
					union select s.sku_id from listing s where n.sku_id is distinct from o.sku_id
						and s.workspace_id = n.workspace_id and s.store_id = n.store_id and s.external_listing_id = n.external_listing_id
				) k
				where k.sku_id is not null and (n.sku_id, n.sold_units, n.state, coalesce(n.stock, 1) > 0, n.gone_at is null, n.stars, n.seller_sku, n.title)
					is distinct from (o.sku_id, o.sold_units, o.state, coalesce(o.stock, 1) > 0, o.gone_at is null, o.stars, o.seller_sku, o.title);
		elsif tg_op = 'INSERT' then
			insert into sku_stale (workspace_id, sku_id) select distinct n.workspace_id, s.sku_id from fresh n join listing s
				on s.workspace_id = n.workspace_id and s.store_id = n.store_id and s.external_listing_id = n.external_listing_id
				where n.sku_id is not null and s.sku_id is not null;
		else
			-- Those of a workspace that goes altogether go with it.
			insert into sku_stale (workspace_id, sku_id) select distinct o.workspace_id, o.sku_id from gone o
				join workspace w on w.workspace_id = o.workspace_id where o.sku_id is not null;
		end if;
		return null;
	end $$`,
	...EVENTS.map(
		(event) =>
			`create trigger note_listings_${event} after ${event} on listing referencing ${REFERENCED[event]}
				for each statement execute function pangea_note_listings()`,
	),

	`create function pangea_note_skus() returns trigger language plpgsql as $$ begin
		insert into sku_stale (workspace_id, sku_id) select n.workspace_id, n.sku_id from fresh n join gone o on o.workspace_id = n.workspace_id and o.sku_id = n.sku_id
			where (n.code, n.title, n.variant, n.gtins) is distinct from (o.code, o.title, o.variant, o.gtins);
		return null;
	end $$`,
	`create trigger note_skus_update after update on sku referencing ${REFERENCED.update} for each statement execute function pangea_note_skus()`,

	// Stars of reviews that platforms show are in the platforms' own count.
	`create function pangea_note_reviews() returns trigger language plpgsql as $$ begin
		if tg_op = 'UPDATE' then
			insert into sku_stale (workspace_id, sku_id) select distinct n.workspace_id, k.sku_id from fresh n
				join gone o on o.workspace_id = n.workspace_id and o.review_id = n.review_id
				cross join lateral (
					select n.sku_id union select o.sku_id union select l.sku_id from listing l
						where l.workspace_id = n.workspace_id and l.store_id = n.store_id and l.external_listing_id = n.external_listing_id
				) k
				where k.sku_id is not null and (n.import_id is not null or o.import_id is not null)
					and (n.sku_id, n.rating, n.import_id is null) is distinct from (o.sku_id, o.rating, o.import_id is null);
		elsif tg_op = 'INSERT' then
			insert into sku_stale (workspace_id, sku_id) select distinct n.workspace_id, coalesce(n.sku_id, l.sku_id) from fresh n left join listing l
				on l.workspace_id = n.workspace_id and l.store_id = n.store_id and l.external_listing_id = n.external_listing_id
				where n.import_id is not null and coalesce(n.sku_id, l.sku_id) is not null;
		else
			insert into sku_stale (workspace_id, sku_id) select distinct o.workspace_id, coalesce(o.sku_id, l.sku_id) from gone o left join listing l
				on l.workspace_id = o.workspace_id and l.store_id = o.store_id and l.external_listing_id = o.external_listing_id
				join workspace w on w.workspace_id = o.workspace_id
				where o.import_id is not null and coalesce(o.sku_id, l.sku_id) is not null;
		end if;
		return null;
	end $$`,
	...EVENTS.map(
		(event) =>
			`create trigger note_reviews_${event} after ${event} on review referencing ${REFERENCED[event]}
				for each statement execute function pangea_note_reviews()`,
	),

	// How far the reviews of a store's products are read, as it was counted when they were read last.
	`alter table listing_read add column products integer not null default 0, add column products_asked integer not null default 0,
		add column reviews_read_at timestamptz`,
	`update listing_read r set products = c.products, products_asked = c.asked, reviews_read_at = c.at from (
		select workspace_id, store_id, count(distinct external_listing_id) as products,
			count(distinct external_listing_id) filter (where reviews_at is not null) as asked, max(reviews_at) as at
		from listing where gone_at is null and state in ('live', 'blocked') group by 1, 2
	) c where c.workspace_id = r.workspace_id and c.store_id = r.store_id`,
	`create index listing_reviews_due on listing (workspace_id, store_id, reviews_at) where gone_at is null and state in ('live', 'blocked')`,
	`create index listing_troubled on listing (workspace_id, store_id) where gone_at is null and (state = 'blocked' or cardinality(issues) > 0)`,
	// What SKUs come to in some stores alone is read from the index.
	`create index listing_in_store on listing (workspace_id, store_id, sku_id) include (sold_units, state, stock, gone_at) where sku_id is not null`,

	`create index listing_stars on listing (workspace_id, store_id, sku_id) include (external_listing_id, stars) where sku_id is not null and stars is not null`,
	`drop index review_imported`,
	`create index review_imported on review (workspace_id, store_id) include (external_listing_id, sku_id, rating) where import_id is not null`,

	// What is there already.
	`insert into sku_stale (workspace_id, sku_id) select distinct workspace_id, sku_id from listing where sku_id is not null`,
];

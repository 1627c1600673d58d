import { type Kysely, sql } from 'kysely';

/**
 * What the matrix of reviews of some stores is read from stands in its indexes: each product of a SKU once, with its stars; the reviews of files by product,
 * in the order in which listings stand in theirs, which tells their SKU. An average is a double, of which equal ones are equal however they came about.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`create or replace function pangea_note_listings() returns trigger language plpgsql as $$ begin
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
			-- Those of a workspace that goes altogether go with it. With a variant gone, those that are left may be of one SKU.
			insert into sku_stale (workspace_id, sku_id) select distinct o.workspace_id, k.sku_id from gone o
				join workspace w on w.workspace_id = o.workspace_id
				cross join lateral (
					select o.sku_id union select s.sku_id from listing s
						where s.workspace_id = o.workspace_id and s.store_id = o.store_id and s.external_listing_id = o.external_listing_id
				) k
				where k.sku_id is not null;
		end if;
		return null;
	end $$`,
	`drop index listing_stars`,
	`create index listing_stars on listing (workspace_id, store_id, sku_id, external_listing_id, stars) where sku_id is not null and stars is not null`,
	`drop index review_imported`,
	`create index review_imported on review (workspace_id, store_id, external_listing_id, sku_id) include (rating) where import_id is not null`,
	`drop index sku_standing_by_stars`,
	`alter table sku_standing drop column average`,
	`alter table sku_standing add column average float8 generated always as (case when stars > 0 then star_sum::float8 / stars end) stored`,
	`create index sku_standing_by_stars on sku_standing (workspace_id, average, sku_id) where average is not null`,
	`alter table listing drop constraint listing_workspace_id_store_id_external_listing_id_external__key,
		add constraint listing_of_platform unique (workspace_id, store_id, external_listing_id, external_variant_id) include (sku_id)`,
];

import { type Kysely, sql } from 'kysely';

/**
 * What the matrix of reviews of some stores is read from stands in its indexes: each product of a SKU once, with its stars; the reviews of files by product,
 * in the order in which listings stand in theirs, which tells their SKU.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`drop index listing_stars`,
	`create index listing_stars on listing (workspace_id, store_id, sku_id, external_listing_id, stars) where sku_id is not null and stars is not null`,
	`drop index review_imported`,
	`create index review_imported on review (workspace_id, store_id, external_listing_id, sku_id) include (rating) where import_id is not null`,
	`alter table listing drop constraint listing_workspace_id_store_id_external_listing_id_external__key,
		add constraint listing_of_platform unique (workspace_id, store_id, external_listing_id, external_variant_id) include (sku_id)`,
];

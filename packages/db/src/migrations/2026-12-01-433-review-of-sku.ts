import { type Kysely, sql } from 'kysely';

/** Reviews that a person tied to a SKU are found by it. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql.raw(`create index review_of_sku on review (workspace_id, sku_id) where sku_id is not null`).execute(db);
}

import { type Kysely, sql } from 'kysely';

/**
 * What people say of a SKU. The row was made of a listing when it was founded; from then on only people write it, and its version tells whether
 * somebody did since it was read.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`alter table sku
		add column brand text,
		add column materials text,
		add column length_mm integer check (length_mm > 0),
		add column width_mm integer check (width_mm > 0),
		add column height_mm integer check (height_mm > 0),
		add column pack_pieces integer check (pack_pieces > 0),
		add column version integer not null default 1,
		add column changed_at timestamptz,
		add column changed_by text`,
	// Codes are told apart when people change them; the SKUs of two stores that use one code for two things stand side by side until then.
	`create index sku_code on sku (workspace_id, code)`,
];

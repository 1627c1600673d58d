import { type Kysely, sql } from 'kysely';

/** Small indexes for the lists of work: each holds only the rows that still want somebody. */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`create index orders_with_returns on orders (workspace_id, placed_at desc, order_id desc) where open_returns > 0`,
	`create index orders_with_warnings on orders (workspace_id, placed_at desc, order_id desc) where cardinality(warnings) > 0`,
	`create index order_annotation_by_flag on order_annotation (workspace_id, flag) where flag is not null`,
];

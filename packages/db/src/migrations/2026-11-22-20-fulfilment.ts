import { type Kysely, sql } from 'kysely';

/** Who ships is asked often and may be rare: without it a page of the rarer kind would walk over all orders. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql.raw(`create index orders_by_fulfilment_time on orders (workspace_id, fulfilment, placed_at desc, order_id desc)`).execute(db);
}

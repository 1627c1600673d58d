import { type Kysely, sql } from 'kysely';

/**
 * A page costs the same at any depth under any filter: one index holds each pair of state and fulfilment in the order of the list, for all
 * stores and for each one, and the lists of work are held by store. What these serve better goes.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`create index orders_by_kind_time on orders (workspace_id, state, fulfilment, placed_at desc, order_id desc)`,
	`create index orders_by_store_kind_time on orders (workspace_id, store_id, state, fulfilment, placed_at desc, order_id desc)`,
	`drop index orders_by_state_time`,
	`drop index orders_by_fulfilment_time`,

	`drop index orders_by_ship_by`,
	`create index orders_by_ship_by on orders (workspace_id, store_id, ship_by, order_id) include (placed_at, state, fulfilment)
		where state in ('toShip', 'partlyShipped')`,
	`drop index orders_with_returns`,
	`create index orders_with_returns on orders (workspace_id, store_id, state, placed_at desc, order_id desc) include (fulfilment)
		where open_returns > 0`,
	`drop index orders_with_warnings`,
	`create index orders_with_warnings on orders (workspace_id, store_id, state, placed_at desc, order_id desc) include (fulfilment)
		where cardinality(warnings) > 0`,

	// In byte order the unique key itself finds the beginning of an id, store by store, in any database.
	`drop index orders_by_external_id`,
	`alter table orders alter column external_id type text collate "C"`,
	// A store's day is a range of its times.
	`drop index orders_by_day`,

	// A flag's orders in the order of the list. The time is the order's own and follows it.
	`alter table order_annotation add column store_id uuid, add column placed_at timestamptz`,
	`update order_annotation a set store_id = o.store_id, placed_at = o.placed_at
		from orders o where o.workspace_id = a.workspace_id and o.order_id = a.order_id`,
	`alter table order_annotation alter column store_id set not null, alter column placed_at set not null`,
	`drop index order_annotation_by_flag`,
	`create index order_annotation_by_flag on order_annotation (workspace_id, flag, store_id, placed_at desc, order_id desc)
		where flag is not null`,
	`create function pangea_follow_placed_at() returns trigger language plpgsql as $$
		begin
			update order_annotation set placed_at = new.placed_at where workspace_id = new.workspace_id and order_id = new.order_id;
			return null;
		end $$`,
	`create trigger order_annotation_follows after update of placed_at on orders
		for each row when (old.placed_at <> new.placed_at) execute function pangea_follow_placed_at()`,

	// A SKU may be sold a million times: of each store those that came last are found first. An order never changes its store.
	`drop index order_line_by_sku`,
	`alter table order_line add column store_id uuid`,
	`update order_line l set store_id = o.store_id from orders o where o.workspace_id = l.workspace_id and o.order_id = l.order_id`,
	`alter table order_line alter column store_id set not null`,
	`create index order_line_by_sku on order_line (workspace_id, seller_sku, store_id, order_id) where seller_sku is not null`,

	// An index answers alone only where vacuum has been; the default waits for a fifth of all orders.
	`alter table orders set (autovacuum_vacuum_insert_scale_factor = 0.01)`,
];

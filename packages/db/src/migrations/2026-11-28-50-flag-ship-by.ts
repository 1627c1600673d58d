import { type Kysely, sql } from 'kysely';

/** A flag's orders that are still to be shipped, in the order of their ship-by times: no page looks at more than itself. */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const dueOf = (order: string): string => `case when ${order}.state in ('toShip', 'partlyShipped') then ${order}.ship_by end`;

const STATEMENTS = [
	`alter table order_annotation add column ship_by timestamptz`,
	`update order_annotation a set ship_by = o.ship_by
		from orders o where o.workspace_id = a.workspace_id and o.order_id = a.order_id and o.state in ('toShip', 'partlyShipped')`,
	`create index order_annotation_by_ship_by on order_annotation (workspace_id, flag, store_id, ship_by, order_id) include (placed_at)
		where flag is not null and ship_by is not null`,
	`drop trigger order_annotation_follows on orders`,
	`drop function pangea_follow_placed_at()`,
	`create function pangea_follow_order() returns trigger language plpgsql as $$
		begin
			update order_annotation set placed_at = new.placed_at, ship_by = ${dueOf('new')}
				where workspace_id = new.workspace_id and order_id = new.order_id;
			return null;
		end $$`,
	`create trigger order_annotation_follows after update of placed_at, state, ship_by on orders
		for each row when (old.placed_at <> new.placed_at or (${dueOf('old')}) is distinct from (${dueOf('new')}))
		execute function pangea_follow_order()`,
];

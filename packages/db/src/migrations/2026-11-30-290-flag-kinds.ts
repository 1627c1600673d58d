import { type Kysely, sql } from 'kysely';

/** What is asked beside a flag is told by the flag's own index: looking through a thousand of its orders fetches none of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const dueOf = (order: string): string => `case when ${order}.state in ('toShip', 'partlyShipped') then ${order}.ship_by end`;
const kindOf = (order: string): string =>
	`(${order}.placed_at, ${dueOf(order)}, ${order}.state, ${order}.fulfilment, ${order}.open_returns > 0)`;

const STATEMENTS = [
	`alter table order_annotation add column state text, add column fulfilment text, add column has_returns boolean`,
	`update order_annotation a set state = o.state, fulfilment = o.fulfilment, has_returns = o.open_returns > 0
		from orders o where o.workspace_id = a.workspace_id and o.order_id = a.order_id`,
	`alter table order_annotation alter column state set not null, alter column fulfilment set not null, alter column has_returns set not null`,
	`drop index order_annotation_by_flag`,
	`create index order_annotation_by_flag on order_annotation (workspace_id, flag, store_id, placed_at desc, order_id desc)
		include (state, fulfilment, has_returns) where flag is not null`,
	`drop index order_annotation_by_ship_by`,
	`create index order_annotation_by_ship_by on order_annotation (workspace_id, flag, store_id, ship_by, order_id)
		include (placed_at, state, fulfilment, has_returns) where flag is not null and ship_by is not null`,
	`drop trigger order_annotation_follows on orders`,
	`create or replace function pangea_follow_order() returns trigger language plpgsql as $$
		begin
			update order_annotation set (placed_at, ship_by, state, fulfilment, has_returns) = ${kindOf('new')}
				where workspace_id = new.workspace_id and order_id = new.order_id;
			return null;
		end $$`,
	`create trigger order_annotation_follows after update of placed_at, state, ship_by, fulfilment, open_returns on orders
		for each row when (${kindOf('old')} is distinct from ${kindOf('new')})
		execute function pangea_follow_order()`,
];

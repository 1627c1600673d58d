import { type Kysely, sql } from 'kysely';

/**
 * What hangs on an order is written in the order's own transaction, with the order's id. A foreign key would look the order up once more for
 * every row, with a plan that each connection makes for itself at the first row it writes: made over an empty table, it reads the workspace
 * from end to end ever after. Deleting an order still takes along what hangs on it, a whole statement at a time.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const table of CHILDREN) {
		await sql.raw(`alter table ${table} drop constraint if exists ${table}_workspace_id_order_id_fkey`).execute(db);
	}
	const deletes = CHILDREN.map(
		(table) => `delete from ${table} c using gone where c.workspace_id = gone.workspace_id and c.order_id = gone.order_id;`,
	);
	await sql
		.raw(
			`create function pangea_forget_orders() returns trigger language plpgsql as $$ begin
				${deletes.join('\n\t\t\t\t')}
				return null;
			end $$`,
		)
		.execute(db);
	await sql
		.raw(
			`create trigger forget_orders after delete on orders referencing old table as gone
				for each statement execute function pangea_forget_orders()`,
		)
		.execute(db);
}

const CHILDREN = ['order_line', 'parcel', 'order_return', 'fee', 'order_history', 'order_annotation', 'buyer_data'];

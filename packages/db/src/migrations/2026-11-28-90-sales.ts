import { CELL_COLUMNS } from '@pangea/domain';
import { type Kysely, sql } from 'kysely';
import { IS_RETURN, REMAKE_SALES } from '../sales-cells.ts';

/**
 * Rollups of sales: a cell for each day of a store, currency and tax basis, and one for each half hour of the recent past, kept by triggers in
 * the transaction of the order itself. No index holds a measure, so that moving a cell stays within its page. When a store's sample was
 * last compared with its orders stands beside.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
	for (const table of TABLES) {
		await sql.raw(`alter table ${table} enable row level security`).execute(db);
		await sql
			.raw(
				`create policy workspace_scope on ${table} to pangea_app
					using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,
			)
			.execute(db);
	}
	for (const statement of REMAKE_SALES) await sql.raw(statement).execute(db);
}

const TABLES = ['sales_day', 'sales_half_hour', 'sales_check'];

// Sums have no end: two of the largest amounts that an order may have are more than eight bytes hold.
const COLUMNS = CELL_COLUMNS.map((name) => `${name} numeric not null default 0`).join(',\n\t\t');

const STATEMENTS = [
	`alter table orders
		add column units_cancelled integer not null default 0,
		add column fee_minor bigint,
		add column returned boolean not null default false`,
	`update orders o set units_cancelled = l.cancelled
		from (select workspace_id, order_id, sum(quantity_cancelled) as cancelled from order_line group by 1, 2) l
		where l.workspace_id = o.workspace_id and l.order_id = o.order_id and l.cancelled > 0`,
	`update orders o set fee_minor = f.fees
		from (select f.workspace_id, f.order_id, coalesce(sum(f.amount_minor) filter (where f.currency = o.currency), 0) as fees
			from fee f join orders o on o.workspace_id = f.workspace_id and o.order_id = f.order_id group by 1, 2) f
		where f.workspace_id = o.workspace_id and f.order_id = o.order_id`,
	`update orders o set returned = true
		where exists (select from order_return where workspace_id = o.workspace_id and order_id = o.order_id and ${IS_RETURN})`,
	`create table sales_day (
		workspace_id uuid not null,
		store_id uuid not null,
		day date not null,
		currency text not null,
		tax_basis text not null,
		${COLUMNS},
		primary key (workspace_id, day, store_id, currency, tax_basis)
	) with (fillfactor = 65)`,
	`create table sales_half_hour (
		workspace_id uuid not null,
		store_id uuid not null,
		slot timestamptz not null,
		currency text not null,
		tax_basis text not null,
		${COLUMNS},
		primary key (workspace_id, slot, store_id, currency, tax_basis)
	) with (fillfactor = 65)`,
	`create table sales_check (
		workspace_id uuid not null,
		store_id uuid not null,
		checked_at timestamptz not null,
		cells integer not null,
		repaired integer not null,
		repaired_at timestamptz,
		primary key (workspace_id, store_id),
		foreign key (workspace_id, store_id) references store on delete cascade
	)`,
	`grant select, insert, update, delete on ${TABLES.join(', ')} to pangea_app`,
];

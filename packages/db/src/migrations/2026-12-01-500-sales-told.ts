import { CELL_COLUMNS } from '@pangea/domain';
import { type Kysely, sql } from 'kysely';
import { TOLD } from '../sales-cells.ts';

/**
 * Each day's cell in one text beside its sums. It stands before them in the row: what is behind fifteen sums of any length is found only by going
 * over each of them.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const NAMES = ['workspace_id', 'store_id', 'day', 'currency', 'tax_basis', ...CELL_COLUMNS].join(', ');
const SUMS = CELL_COLUMNS.map((name) => `${name} numeric not null default 0`).join(',\n\t\t');

const STATEMENTS = [
	'alter table sales_day rename to sales_day_before',
	'alter index sales_day_pkey rename to sales_day_before_pkey',
	`create table sales_day (
		workspace_id uuid not null,
		day date not null,
		told text not null generated always as (${TOLD}) stored,
		store_id uuid not null,
		currency text not null,
		tax_basis text not null,
		${SUMS},
		primary key (workspace_id, day, store_id, currency, tax_basis)
	) with (fillfactor = 65)`,
	`insert into sales_day (${NAMES}) select ${NAMES} from sales_day_before order by workspace_id, day, store_id`,
	'drop table sales_day_before',
	'grant select, insert, update, delete on sales_day to pangea_app',
	'alter table sales_day enable row level security',
	`create policy workspace_scope on sales_day to pangea_app
		using (workspace_id = pangea_workspace()) with check (workspace_id = pangea_workspace())`,
];

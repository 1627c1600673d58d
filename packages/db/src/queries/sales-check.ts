import { CELL_COLUMNS } from '@pangea/domain';
import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { additionsOf, aroundDays, CLOCK_DAY, HALF_HOURS_KEPT_DAYS } from '../sales-cells.ts';
import { DAY_TOLD, movedDays, toldCells } from '../sales-told.ts';

/** A day of a store in one of the rollups: its own, one by the workspace's clock, or for half hours one of UTC. */
export interface SalesDay {
	storeId: string;
	day: string;
	rollup: keyof typeof PARTS;
}

type Row = Record<string, string>;

const PARTS = {
	sales_day: { part: 'day', taken: 'local_day', cells: 'day = $3::date', orders: 'local_day = $3::date' },
	sales_clock_day: { part: 'day', taken: CLOCK_DAY, cells: 'day = $3::date', orders: `${CLOCK_DAY} = $3::date` },
	sales_half_hour: {
		part: 'slot',
		taken: 'slot',
		cells: `slot >= $3::date and slot < $3::date + 1`,
		orders: `placed_at >= $3::date and placed_at < $3::date + 1`,
	},
} as const;

const SUMS = CELL_COLUMNS.map((name) => `sum(${name})::text as ${name}`).join(', ');
const NAMES = CELL_COLUMNS.join(', ');
const NOT_ZERO = `(${NAMES}) <> (${CELL_COLUMNS.map(() => '0').join(', ')})`;

/**
 * Compares the cells of a store's day with its orders, and the day's text with the cells, and puts right what differs; a day is noted to be told anew. The caller holds the lock of the store's orders.
 * @returns how many cells were compared and how many were wrong
 */
export async function recountSales(scope: Scope, { storeId, day, rollup }: SalesDay): Promise<{ cells: number; wrong: number }> {
	const { part, taken, cells, orders } = PARTS[rollup];
	const values = [scope.workspaceId, storeId, day];
	const stored = await scope.client.query<Row>(
		`select ${part}::text as part, currency, tax_basis, ${CELL_COLUMNS.map((name) => `${name}::text`).join(', ')} from ${rollup}
			where workspace_id = $1 and store_id = $2 and ${cells} and ${NOT_ZERO}`,
		values,
	);
	const mine = `workspace_id = $1 and store_id = $2 and ${aroundDays('placed_at', '$3::date', '$3::date')}`;
	const told = await scope.client.query<Row>(
		`select (${taken})::text as part, currency, tax_basis, ${SUMS} from (${additionsOf('orders', 1, `${mine} and ${orders}`)}) added group by 1, 2, 3`,
		values,
	);
	const before = new Map(stored.rows.map((row) => [keyOf(row), row]));
	const after = new Map(told.rows.map((row) => [keyOf(row), row]));
	const keys = new Set([...before.keys(), ...after.keys()]);
	const wrong = [...keys].filter((key) => !same(before.get(key), after.get(key)));
	if (wrong.length > 0) {
		await scope.client.query(`delete from ${rollup} where workspace_id = $1 and store_id = $2 and ${cells}`, values);
		await scope.client.query(
			`insert into ${rollup} (workspace_id, store_id, ${part}, currency, tax_basis, ${NAMES})
				select workspace_id, store_id, ${taken}, currency, tax_basis, ${CELL_COLUMNS.map((n) => `sum(${n})`).join(', ')}
				from (${additionsOf('orders', 1, `${mine} and ${orders}`)}) added group by 1, 2, 3, 4, 5`,
			values,
		);
	}
	const untold = wrong.length === 0 && rollup !== 'sales_half_hour' && !(await isTold(scope, { day, rollup })) ? 1 : 0;
	if (wrong.length + untold > 0)
		await scope.client.query('insert into profit_stale (workspace_id, store_id, day) values ($1, $2, $3)', values);
	return { cells: keys.size, wrong: wrong.length + untold };
}

/** Whether the text of a day is that of its cells, of all stores; true where the day is noted. */
async function isTold(scope: Scope, { day, rollup }: { day: string; rollup: 'sales_day' | 'sales_clock_day' }): Promise<boolean> {
	const clock = rollup === 'sales_day' ? 'store' : 'workspace';
	const { rows } = await scope.client.query(
		`select from (select (select told from sales_told where workspace_id = $1 and clock = $3 and day = $2::date) as told,
				(select ${DAY_TOLD} from ${toldCells(clock, 'workspace_id = $1 and day = $2::date')}) as now) one
			where told is distinct from now and $2::date not in (${movedDays(clock, '(select day from profit_stale where workspace_id = $1 and store_id is not null) noted')})`,
		[scope.workspaceId, day, clock],
	);
	return rows.length === 0;
}

function keyOf({ part, currency, tax_basis }: Row): string {
	return JSON.stringify([part, currency, tax_basis]);
}

function same(a: Row | undefined, b: Row | undefined): boolean {
	return a !== undefined && b !== undefined && CELL_COLUMNS.every((name) => a[name] === b[name]);
}

/** The stores of the workspace with the days of their first and last order, in their own zone; null without orders. */
export async function salesSpans(scope: Scope): Promise<{ storeId: string; from: string | null; until: string | null }[]> {
	const { rows } = await sql<{ store_id: string; from_: string | null; until_: string | null }>`
		select s.store_id, (a.at at time zone s.zone)::date::text as from_, (z.at at time zone s.zone)::date::text as until_
		from store s
		left join lateral (select placed_at as at from orders o where o.workspace_id = ${scope.workspaceId} and o.store_id = s.store_id
			order by placed_at limit 1) a on true
		left join lateral (select placed_at as at from orders o where o.workspace_id = ${scope.workspaceId} and o.store_id = s.store_id
			order by placed_at desc limit 1) z on true
		where s.workspace_id = ${scope.workspaceId} order by s.store_id`.execute(scope.db);
	return rows.map((r) => ({ storeId: r.store_id, from: r.from_, until: r.until_ }));
}

/** Keeps what a check of a store found. */
export async function recordSalesCheck(scope: Scope, storeId: string, at: string, found: { cells: number; wrong: number }): Promise<void> {
	await sql`
		insert into sales_check (workspace_id, store_id, checked_at, cells, repaired, repaired_at)
		values (${scope.workspaceId}, ${storeId}, ${at}, ${found.cells}, ${found.wrong}, ${found.wrong > 0 ? at : null})
		on conflict (workspace_id, store_id) do update set checked_at = excluded.checked_at, cells = excluded.cells,
			repaired = case when excluded.repaired > 0 then excluded.repaired else sales_check.repaired end,
			repaired_at = coalesce(excluded.repaired_at, sales_check.repaired_at)`.execute(scope.db);
}

/** How many cells were put right since an instant, by store. */
export async function repairedSales(scope: Scope, since: string): Promise<Map<string, number>> {
	const rows = await scope.db
		.selectFrom('sales_check')
		.select(['store_id', 'repaired'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('repaired_at', '>=', since)
		.execute();
	return new Map(rows.map((r) => [r.store_id, r.repaired]));
}

/** Deletes half hours that no news moves any more. */
export async function forgetHalfHours(scope: Scope): Promise<void> {
	await sql`delete from sales_half_hour where workspace_id = ${scope.workspaceId}
		and slot < now() - make_interval(days => ${HALF_HOURS_KEPT_DAYS})`.execute(scope.db);
}

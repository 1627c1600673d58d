import { BILLED_AFTER_REFUNDS, CELL_COLUMNS, type CellColumn } from '@pangea/domain';

/*
 * What an order adds to its cell of a rollup, as SQL over the columns of `orders`: said once for the triggers that keep the rollups, for
 * the migration that fills them and for the recount that checks them. Who changes an expression adds a migration that makes triggers and
 * cells anew with `REMAKE_SALES`.
 */

/** Of a row of `orders`: it counts. */
export const COUNTS = `(state not in ('unpaid', 'cancelled') and not is_test)`;
const money = (part: string): string => `(money ->> '${part}')::numeric`;
const refunded = `-coalesce(${money('refund')}, 0)`;
const afterRefunds = BILLED_AFTER_REFUNDS.map((id) => `'${id}'`).join(', ');
/** Of a row of `orders`: the bill before refunds, whether or not the platform has taken them off already. */
export const GROSS = `coalesce(total_minor, 0) + case when platform in (${afterRefunds}) and total_minor is not null then ${refunded} else 0 end`;
const counted = (value: string): string => `case when ${COUNTS} then ${value} else 0 end`;

const ADDS: Readonly<Record<CellColumn, string>> = {
	orders: counted('1'),
	units: counted('greatest(0, unit_count::bigint - units_cancelled)'),
	gross_minor: counted(GROSS),
	untold: counted('case when total_minor is null then 1 else 0 end'),
	goods_minor: counted(`coalesce(${money('items')}, 0)`),
	tax_minor: counted(`coalesce(${money('tax')}, 0)`),
	tax_untold_minor: counted(`case when money -> 'tax' is null then ${GROSS} else 0 end`),
	refunded_minor: counted(refunded),
	fee_minor: counted('coalesce(fee_minor, 0)'),
	fee_orders: counted('case when fee_minor is null then 0 else 1 end'),
	returned: counted('case when returned then 1 else 0 end'),
	cancelled: `case when state = 'cancelled' and not is_test then 1 else 0 end`,
	cancelled_minor: `case when state = 'cancelled' and not is_test then ${GROSS} else 0 end`,
	unpaid: `case when state = 'unpaid' and not is_test then 1 else 0 end`,
	test: 'case when is_test then 1 else 0 end',
};

/** Of a row of `order_return`: it makes its order one with a return. */
export const IS_RETURN = `kind in ('refund', 'return', 'replacement', 'claim') and state not in ('rejected', 'cancelled')`;

/** How far back orders still move half hours; what is older is deleted. They are read for the same hours of a week ago. */
export const HALF_HOURS_KEPT_DAYS = 10;

/**
 * That an instant may lie on one of some days in any zone, none of which is further than a day from UTC: what an index by time can answer. It is compared
 * with instants: of a comparison with a time of no zone the planner does not know that it tells nothing of other workspaces' rows, and leaves the index out.
 * @param from, until SQL of dates
 */
export function aroundDays(instant: string, from: string, until: string): string {
	return `${instant} >= (${from} - 1)::timestamptz and ${instant} < (${until} + 2)::timestamptz`;
}

/** SQL of the day of an order of workspace $1 by the workspace's clock; null where the server does not have its zone. */
export const CLOCK_DAY = `(placed_at at time zone (select clock from workspace where workspace_id = $1))::date`;

/** Days first: new cells of one statement lie in the table as they are read. */
const KEY = 'workspace_id, local_day, store_id, currency, tax_basis';
const SLOT = `date_bin('30 minutes', placed_at, '2000-01-01 00:00:00+00')`;
const SUMS = CELL_COLUMNS.map((name) => `sum(sign * ${name}) as ${name}`).join(', ');
const NAMES = CELL_COLUMNS.join(', ');
const IS_ZERO = `(${CELL_COLUMNS.map((name) => `sum(sign * ${name})`).join(', ')}) = (${CELL_COLUMNS.map(() => '0').join(', ')})`;
const addTo = (table: string): string => CELL_COLUMNS.map((name) => `${name} = ${table}.${name} + excluded.${name}`).join(', ');

/** SQL of a cell in one text: store, tax basis, the sums in the order of their columns, currency, parted by spaces. */
export const TOLD = ['store_id', 'tax_basis', ...CELL_COLUMNS, 'currency'].map((name) => `${name}::text`).join(` || ' ' || `);

/** `select …` of what each row of a table shaped like `orders` adds, with its half hour as `slot`. */
export function additionsOf(table: string, sign: 1 | -1, where = 'true'): string {
	const adds = CELL_COLUMNS.map((name) => `${ADDS[name]} as ${name}`).join(', ');
	return `select ${KEY}, placed_at, ${SLOT} as slot, ${sign} as sign, ${adds} from ${table} where ${where}`;
}

/** Of `added`: into the cells of each store's own days. */
const INTO_DAYS = `insert into sales_day as d (workspace_id, day, store_id, currency, tax_basis, ${NAMES})
	select ${KEY}, ${SUMS} from added group by ${KEY} having not ${IS_ZERO} order by ${KEY}
	on conflict (workspace_id, day, store_id, currency, tax_basis) do update set ${addTo('d')}`;

/** Of `added`: into the cells of the workspace's days, cut at midnight by its clock. */
const INTO_CLOCK_DAYS = `insert into sales_clock_day as c (workspace_id, day, store_id, currency, tax_basis, ${NAMES})
	select workspace_id, (placed_at at time zone clock)::date, store_id, currency, tax_basis, ${SUMS} from added join workspace using (workspace_id)
	where clock is not null
	group by 1, 2, 3, 4, 5 having not ${IS_ZERO} order by 1, 2, 3, 4, 5
	on conflict (workspace_id, day, store_id, currency, tax_basis) do update set ${addTo('c')}`;

/** Of `added`: into the cells of half hours. */
const INTO_HALF_HOURS = `insert into sales_half_hour as h (workspace_id, store_id, slot, currency, tax_basis, ${NAMES})
	select workspace_id, store_id, slot, currency, tax_basis, ${SUMS} from added
	where slot >= now() - interval '${HALF_HOURS_KEPT_DAYS} days'
	group by workspace_id, store_id, slot, currency, tax_basis having not ${IS_ZERO}
	order by workspace_id, store_id, slot, currency, tax_basis
	on conflict (workspace_id, slot, store_id, currency, tax_basis) do update set ${addTo('h')}`;

/** What is left of orders hangs on more than their columns: their days are only noted. */
const NOTE_DAYS = `insert into profit_stale (workspace_id, store_id, day) select distinct workspace_id, store_id, local_day from added`;

/** Adds up additions into the cells of all rollups. In the order of the key, and nothing where nothing changes. */
function fold(additions: string): string {
	return `with added as materialized (${additions}), days as (${INTO_DAYS}), clock_days as (${INTO_CLOCK_DAYS}), notes as (${NOTE_DAYS})
		${INTO_HALF_HOURS}`;
}

/** The same into those that there were first. */
function foldFirst(additions: string): string {
	return `with added as materialized (${additions}), days as (${INTO_DAYS}) ${INTO_HALF_HOURS}`;
}

const EVENTS = {
	insert: { tables: 'new table as added_rows', additions: additionsOf('added_rows', 1) },
	delete: { tables: 'old table as gone_rows', additions: additionsOf('gone_rows', -1) },
	update: {
		tables: 'old table as gone_rows new table as added_rows',
		additions: `${additionsOf('gone_rows', -1)} union all ${additionsOf('added_rows', 1)}`,
	},
} as const;

/**
 * Makes the triggers that keep the rollups. They stand at `orders` and not in the ingest, so that whatever writes an order moves its cells in
 * the same transaction, with the values that really stood there before.
 */
const follow = (folded: (additions: string) => string): readonly string[] =>
	Object.entries(EVENTS).flatMap(([event, { tables, additions }]) => [
		`create or replace function pangea_sales_on_${event}() returns trigger language plpgsql as $$ begin
			${folded(additions)};
			return null;
		end $$`,
		`drop trigger if exists sales_on_${event} on orders`,
		`create trigger sales_on_${event} after ${event} on orders referencing ${tables}
			for each statement execute function pangea_sales_on_${event}()`,
	]);

export const FOLLOW_SALES = follow(fold);

/** What the first migration of the rollups runs: days by the workspace's clock came later, with a table of their own. */
export const REMAKE_SALES: readonly string[] = [
	...follow(foldFirst),
	'delete from sales_day',
	'delete from sales_half_hour',
	foldFirst(additionsOf('orders', 1)),
];

/** Makes the days by the clock of a workspace anew from its orders. @param workspace, clock SQL of an id and a zone */
export function remakeClockDays(workspace: string, clock: string): readonly [string, string] {
	return [
		`delete from sales_clock_day where workspace_id = ${workspace}`,
		`insert into sales_clock_day (workspace_id, day, store_id, currency, tax_basis, ${NAMES})
			select workspace_id, (placed_at at time zone ${clock})::date, store_id, currency, tax_basis, ${SUMS}
			from (${additionsOf('orders', 1, `workspace_id = ${workspace}`)}) added group by 1, 2, 3, 4, 5 having not ${IS_ZERO}
			order by 1, 2, 3, 4, 5`,
	];
}

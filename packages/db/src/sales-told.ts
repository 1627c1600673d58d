import { TOLD } from './sales-cells.ts';

/*
 * The cells of a day told in one text, of all stores: `sales_told`, and `profit_told` of what is left. A row holds unless the day is noted in `profit_stale`, to which whoever moves a cell adds in the
 * same transaction.
 */

/** Whose days: each store's own, or those by the workspace's clock. */
export type ToldClock = 'store' | 'workspace';

/** SQL of a table of cells, each in one text: `workspace_id`, `day` and `told`. */
export const toldCells = (clock: ToldClock, where: string): string =>
	`(select workspace_id, day, ${TOLD} as told from ${CELLS_OF[clock]} where ${where}) cells`;

/** SQL of the {@link toldCells} of a day as one text, in an order of their own. */
export const DAY_TOLD = `string_agg(told, E'\\n' order by told collate "C")`;

/** SQL of what is left of parts of a day as one text, in the order of their stores. */
export const STORES_TOLD = `string_agg(told, E'\\n' order by store_id, day)`;

/** The cells of each clock. */
const CELLS_OF: Readonly<Record<ToldClock, string>> = { store: 'sales_day', workspace: 'sales_clock_day' };

/** How far apart the calendars of two clocks may be: from the westernmost zone to the easternmost it is 26 hours. */
export const APART_DAYS = 2;

/** SQL that is true, and throws when the database does not know a zone: of such a zone there are no cells, and that is no day without sales. @param zone its place */
export const isZone = (zone: string): string => `now() at time zone ${zone} is not null`;

/** SQL of the days of a clock, `day`, that store days of a relation with `day` may have moved. */
export function movedDays(clock: ToldClock, of: string): string {
	return clock === 'store'
		? `select distinct day from ${of}`
		: `select distinct day + n as day from ${of} cross join generate_series(-${APART_DAYS}, ${APART_DAYS}) as n`;
}

/** SQL that tells days of workspace $1 anew. Days are asked for as an array: a join of rows that nobody has counted may read all days there are. @param days SQL of a table with `day` @returns common tables, of which none is asked for anything */
export function tellDays(clock: ToldClock, days: string): string {
	return `${clock}_days as materialized (${movedDays(clock, days)}),
		${clock}_fresh as materialized (
			select day, ${DAY_TOLD} as told from ${toldCells(clock, `workspace_id = $1 and day = any(array(select day from ${clock}_days))`)} group by day
		), ${keepTold('sales_told', clock, `${clock}_fresh`)}`;
}

/** SQL that keeps the texts of the days of `tellDays`, under a version of their own where they are others than before. @param fresh SQL of a table with `day` and `told` @returns common tables */
export function keepTold(table: 'sales_told' | 'profit_told', clock: ToldClock, fresh: string): string {
	return `${clock}_${table} as (
			insert into ${table} as t (workspace_id, clock, day, told) select $1, '${clock}', day, told from ${fresh} order by day
			on conflict (workspace_id, clock, day) do update set told = excluded.told, version = excluded.version where t.told <> excluded.told
		), ${clock}_gone_${table} as (
			delete from ${table} where workspace_id = $1 and clock = '${clock}' and day = any(array(select day from ${clock}_days))
				and day <> all(array(select day from ${fresh}))
		)`;
}

/** Tells the days by a workspace's clock anew. @param workspace SQL of an id */
export function remakeToldDays(workspace: string): readonly [string, string] {
	return [
		`delete from sales_told where workspace_id = ${workspace} and clock = 'workspace'`,
		`insert into sales_told (workspace_id, clock, day, told)
			select workspace_id, 'workspace', day, ${DAY_TOLD} from ${toldCells('workspace', `workspace_id = ${workspace}`)} group by workspace_id, day`,
	];
}

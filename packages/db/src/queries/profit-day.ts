import { addDays } from '@pangea/domain';
import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { prepared } from '../prepared.ts';
import { ProfitCells } from '../profit-cells.ts';
import { APART_DAYS, isZone, tellDays } from '../sales-told.ts';
import { hashed, profitOrders, profitTablesOf, profitTold } from './profit.ts';
import type { SalesQuestion } from './sales.ts';

/** With more notes than these a question is answered from the orders of all its days. */
const MOST_NOTES = 5000;
/** And with more noted days of stores than these: to look each of them up costs more than to walk. */
const MOST_NOTED_DAYS = 400;
/** How many noted days of stores are added up in a transaction. */
const DAYS_AT_ONCE = 500;

interface StoreDay {
	storeId: string;
	day: string;
}

type Told = [day: string, told: string];

/**
 * What is left of the orders of a range of days. Days lie ready, but for those that are noted, which are added up from their orders: stores' own, and those
 * by the workspace's clock in a part for each day of a store that they have a part of, since it is stores' days that are noted.
 * @throws when the database does not know the zone
 */
export async function profitCells(scope: Scope, question: SalesQuestion): Promise<ProfitCells> {
	const noted = await notedDays(scope, question);
	if (noted === null) {
		const { tables, values } = profitOrders(scope, question);
		return new ProfitCells(await told(scope, `with ${tables}, ${profitTold('told', 'day')} select day, told from told`, values));
	}
	const { stores, from, until, zone } = question;
	const [table, day] = zone === null ? ['profit_day', 'day'] : ['profit_clock_day', 'clock_day'];
	const values: unknown[] = [scope.workspaceId, from, until, noted.map((one) => one.storeId), noted.map((one) => one.day)];
	const mine = stores === null ? 'true' : `store_id = any($${values.push([...stores])}::uuid[])`;
	const known = zone === null ? '' : `and ${isZone(`$${values.push(zone)}`)}`;
	const { rows } = await scope.client.query<Told>({
		text: `select ${day}, string_agg(told, E'\\n') from (
				select ${day}, told from ${table} where workspace_id = $1 and ${day} >= $2::date and ${day} <= $3::date and ${mine} ${known}
					and (store_id, day) not in (select * from unnest($4::uuid[], $5::date[]))
			) kept group by ${day}`,
		values,
		rowMode: 'array',
	});
	return new ProfitCells([...rows, ...(await toldOf(scope, noted, question))]);
}

/** Days of the question's stores that are to be added up anew; null where there are too many of them. */
async function notedDays(scope: Scope, { stores, from, until, zone }: SalesQuestion): Promise<StoreDay[] | null> {
	const { rows } = await scope.client.query<{ store_id: string | null; day: string }>(
		`select store_id, day from profit_stale where workspace_id = $1 limit ${MOST_NOTES + 1}`,
		[scope.workspaceId],
	);
	if (rows.length > MOST_NOTES) return null;
	const apart = zone === null ? 0 : APART_DAYS;
	const [first, last] = [addDays(from, -apart), addDays(until, apart)];
	const asked = stores === null ? null : new Set(stores);
	const noted = new Map<string, StoreDay>();
	for (const { store_id: storeId, day } of rows) {
		if (storeId === null) {
			if (day <= last) return null;
		} else if (day >= first && day <= last && asked?.has(storeId) !== false) noted.set(`${storeId} ${day}`, { storeId, day });
	}
	return noted.size > MOST_NOTED_DAYS ? null : [...noted.values()];
}

async function told(scope: Scope, text: string, values: unknown[]): Promise<Told[]> {
	const rows = await hashed<{ day: string; told: string }>(scope, text, values);
	return rows.map((row) => [row.day, row.told]);
}

const NOTED_DAYS = profitTablesOf('unnest($2::uuid[], $3::date[]) as noted(noted_store, noted_day)');

/** Counted from the orders of single days of stores, as far as the question asks for them. */
async function toldOf(scope: Scope, days: readonly StoreDay[], { from, until, zone }: SalesQuestion): Promise<Told[]> {
	if (days.length === 0) return [];
	const day = zone === null ? 'day' : 'clock_day';
	return await told(
		scope,
		`with ${NOTED_DAYS}, ${profitTold('told', day)} select ${day} as day, told from told where ${day} >= $4::date and ${day} <= $5::date`,
		[scope.workspaceId, days.map((one) => one.storeId), days.map((one) => one.day), from, until],
	);
}

/** The lock whose holder is the only one to write what is left of a workspace's days. */
export function profitLock(workspaceId: string): string {
	return `profit ${workspaceId}`;
}

export async function hasStaleProfit(scope: Scope): Promise<boolean> {
	const rows = await prepared(scope, 'has_stale_profit', sql`select from profit_stale where workspace_id = ${scope.workspaceId} limit 1`);
	return rows.length > 0;
}

/**
 * Adds up noted days again, and tells the cells of their sales anew, under {@link profitLock}.
 * @returns whether more was noted than is worked off at once
 */
export async function addUpStaleProfit(scope: Scope): Promise<boolean> {
	if ((await spreadNotes(scope)) > 0) return true;
	// One statement sees the notes and what they are of alike: who writes notes them in the same transaction.
	const [row] = await hashed<{ days: number }>(
		scope,
		`with stale as materialized (
			select distinct store_id as noted_store, day as noted_day from profit_stale where workspace_id = $1 order by 2 desc, 1 limit ${DAYS_AT_ONCE}
		), notes as (
			delete from profit_stale where workspace_id = $1 and (store_id, day) in (select noted_store, noted_day from stale)
		), noted as materialized (select noted_day as day from stale), ${tellDays('store', 'noted')}, ${tellDays('workspace', 'noted')},
		${profitTablesOf('stale')}, ${profitTold('own', 'day')}, ${profitTold('clocked', 'clock_day, day')}, kept as (
			insert into profit_day as t (workspace_id, day, store_id, told) select $1, day, store_id, told from own order by day, store_id
			on conflict (workspace_id, day, store_id) do update set told = excluded.told where t.told <> excluded.told
		), without as (
			delete from profit_day p using stale where p.workspace_id = $1 and p.day = any(array(select day from noted))
				and p.store_id = noted_store and p.day = noted_day and not exists (select from own t where t.store_id = p.store_id and t.day = p.day)
		), kept_by_clock as (
			insert into profit_clock_day as t (workspace_id, clock_day, store_id, day, told)
				select $1, clock_day, store_id, day, told from clocked where clock_day is not null order by clock_day, store_id, day
			on conflict (workspace_id, clock_day, store_id, day) do update set told = excluded.told where t.told <> excluded.told
		), without_by_clock as (
			delete from profit_clock_day p using stale
			where p.workspace_id = $1 and p.clock_day = any(array(select day from workspace_days)) and p.store_id = noted_store and p.day = noted_day
				and not exists (select from clocked t where t.store_id = p.store_id and t.day = p.day and t.clock_day = p.clock_day)
		)
		select count(*)::integer as days from stale`,
		[scope.workspaceId],
		'add_up_profit',
	);
	return row?.days === DAYS_AT_ONCE;
}

/** Turns notes about all stores into notes about each store's days. @returns how many there were */
async function spreadNotes(scope: Scope): Promise<number> {
	const [row] = await prepared(
		scope,
		'spread_profit_notes',
		sql<{ notes: number }>`with gone as (
			delete from profit_stale where workspace_id = ${scope.workspaceId} and store_id is null returning day
		), spread as (
			insert into profit_stale (workspace_id, store_id, day) select distinct workspace_id, store_id, day from sales_day
				where workspace_id = ${scope.workspaceId} and day >= (select min(day) from gone)
		)
		select count(*)::integer as notes from gone`,
	);
	return row?.notes ?? 0;
}

/**
 * Compares what is kept of a store's day with its orders, and notes the day where that differs. The caller holds the lock of the store's orders.
 * @returns how many days differed: none or one
 */
export async function recheckProfit(scope: Scope, { storeId, day }: StoreDay): Promise<number> {
	const values = [scope.workspaceId, [storeId], [day]];
	const noted = await scope.client.query(
		`select from profit_stale where workspace_id = $1 and (store_id = ($2::uuid[])[1] and day = ($3::date[])[1] or store_id is null and day <= ($3::date[])[1]) limit 1`,
		values,
	);
	// Nothing is said of a day that is noted.
	if (noted.rows.length > 0) return 0;
	const [same] = await hashed<{ same: boolean }>(
		scope,
		`with ${NOTED_DAYS}, ${profitTold('own', 'day')}, ${profitTold('clocked', 'clock_day, day')}
		select (select told from profit_day where workspace_id = $1 and store_id = ($2::uuid[])[1] and day = ($3::date[])[1]) is not distinct from (select told from own)
			and (select ${PARTS_TOLD} from profit_clock_day where workspace_id = $1 and store_id = ($2::uuid[])[1] and day = ($3::date[])[1]
				and clock_day >= ($3::date[])[1] - ${APART_DAYS} and clock_day <= ($3::date[])[1] + ${APART_DAYS})
				is not distinct from (select ${PARTS_TOLD} from clocked where clock_day is not null) as same`,
		values,
	);
	if (same?.same !== false) return 0;
	await scope.client.query('insert into profit_stale (workspace_id, store_id, day) values ($1, $2, $3)', [scope.workspaceId, storeId, day]);
	return 1;
}

const PARTS_TOLD = `string_agg(clock_day || E'\\t' || told, E'\\n' order by clock_day)`;

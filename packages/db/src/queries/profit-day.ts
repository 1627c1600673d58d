import { addDays } from '@pangea/domain';
import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { prepared } from '../prepared.ts';
import { type ProfitDay, ProfitReader } from '../profit-cells.ts';
import { APART_DAYS, isZone, keepTold, movedDays, STORES_TOLD, tellDays, type ToldClock } from '../sales-told.ts';
import { ToldMemory } from '../told-memory.ts';
import { hashed, profitOrders, profitTablesOf, profitTold, skusTold } from './profit.ts';
import { NUMBERED, recheckSkuSpans, SKU_NUMBERS, UNTOLD_SPANS } from './sku-span.ts';
import type { SalesQuestion } from './sales.ts';
import { type FoundDay, readDays, type ToldDay } from './told-day.ts';

/** With more notes than these a question is answered from the orders of all its days. */
const MOST_NOTES = 5000;
/** And with more noted days of stores than these: to look each of them up costs more than to walk. */
const MOST_NOTED_DAYS = 400;
/** How many noted days of stores are added up in a transaction. */
const DAYS_AT_ONCE = 500;

export interface StoreDay {
	storeId: string;
	day: string;
}

const memory = new ToldMemory<ProfitDay>(32 * 2 ** 20, ({ cells }) => cells.bytes);

/** What is kept of stores' days for each clock, and which of its columns is a day by that clock. */
const KEPT: Readonly<Record<ToldClock, { table: string; day: 'day' | 'clock_day' }>> = {
	store: { table: 'profit_day', day: 'day' },
	workspace: { table: 'profit_clock_day', day: 'clock_day' },
};

/**
 * What is left of the orders of a range of days. Days lie ready, of all stores in one text, but for those that are noted, which are added up from their orders:
 * stores' own, and those by the workspace's clock in a part for each day of a store that they have a part of, since it is stores' days that are noted.
 * @param scope of a snapshot @throws when the database does not know the zone
 */
export async function profitDays(scope: Scope, question: SalesQuestion): Promise<ProfitDay[]> {
	const reader = new ProfitReader();
	const read = ({ day, told }: ToldDay): ProfitDay => ({ day, cells: reader.read(told) });
	const noted = await notedDays(scope, question);
	if (noted === null) {
		const { tables, values } = profitOrders(scope, question);
		const rows = await hashed<ToldDay>(scope, `with ${tables}, ${profitTold('told', 'day')} select day, told from told`, values);
		return rows.map(read);
	}
	const { stores, from, until, zone } = question;
	const clock = zone === null ? 'store' : 'workspace';
	const { table, day } = KEPT[clock];
	const values: unknown[] = [scope.workspaceId, from, until, noted.map((one) => one.storeId), noted.map((one) => one.day)];
	const place = (value: unknown): string => `$${values.push(value)}`;
	const known = zone === null ? '' : `and ${isZone(place(zone))}`;
	const within = (column: string): string => `workspace_id = $1 and ${column} >= $2::date and ${column} <= $3::date ${known}`;
	const parts = (where: string): string => `select ${day} as day, string_agg(told, E'\n') as told from ${table}
		where ${within(day)} and ${where} and (store_id, day) not in (select * from unnest($4::uuid[], $5::date[])) group by ${day}`;
	if (stores !== null) {
		const { rows } = await scope.client.query<ToldDay>(parts(`store_id = any(${place([...stores])}::uuid[])`), values);
		return [...rows, ...(await toldOf(scope, noted, question))].map(read);
	}
	const { rows } = await scope.client.query<FoundDay>(
		`with moved as materialized (${movedDays(clock, 'unnest($5::date[]) as noted(day)')})
		select day, version, null as told from profit_told where ${within('day')} and clock = '${clock}' and day not in (select day from moved)
		union all select day, null, told from (${parts(`${day} = any(array(select day from moved))`)}) noted`,
		values,
	);
	const days = await readDays(scope, 'profit_told', { clock, from, until }, rows, { memory, read });
	return [...days, ...(await toldOf(scope, noted, question)).map(read)];
}

/** Days of the question's stores that are to be added up anew; null where there are too many of them to be looked up one by one. */
export async function notedDays(scope: Scope, { stores, from, until, zone }: SalesQuestion): Promise<StoreDay[] | null> {
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

/** Tables of the orders of days that are at places 2 and 3. */
export const NOTED_DAYS = profitTablesOf('unnest($2::uuid[], $3::date[]) as noted(noted_store, noted_day)');

/** Counted from the orders of single days of stores, as far as the question asks for them. */
async function toldOf(scope: Scope, days: readonly StoreDay[], { from, until, zone }: SalesQuestion): Promise<ToldDay[]> {
	if (days.length === 0) return [];
	const { day } = KEPT[zone === null ? 'store' : 'workspace'];
	return await hashed<ToldDay>(
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
 * Adds up noted days again, what is left and the pieces of SKUs, and tells the cells of their sales anew, under {@link profitLock}.
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
		${profitTablesOf('stale')}, ${profitTold('own', 'day')}, ${profitTold('clocked', 'clock_day, day')},
		${NUMBERED}, ${skusTold('own_skus', 'day', 'numbered')}, ${skusTold('clocked_skus', 'clock_day, day', 'numbered')}, skus as materialized (
			select 'store' as clock, day as since, store_id, day, told from own_skus
			union all select 'workspace', clock_day, store_id, day, told from clocked_skus where clock_day is not null
		), kept_skus as (
			insert into sku_day as t (workspace_id, clock, since, store_id, day, told)
				select $1, clock, since, store_id, day, told from skus order by clock, since, store_id, day
			on conflict (workspace_id, clock, since, store_id, day) do update set told = excluded.told, version = excluded.version where t.told <> excluded.told
		), without_skus as (
			delete from sku_day p using stale
			where p.workspace_id = $1 and p.since = any(array(select day from workspace_days)) and p.store_id = noted_store and p.day = noted_day
				and not exists (select from skus t where t.clock = p.clock and t.since = p.since and t.store_id = p.store_id and t.day = p.day)
		), ${UNTOLD_SPANS}, kept as (
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
		), ${tellProfit('store', 'own')}, ${tellProfit('workspace', 'clocked')}
		select count(*)::integer as days from stale`,
		[scope.workspaceId],
		'add_up_profit',
	);
	return row?.days === DAYS_AT_ONCE;
}

/**
 * SQL that tells the days of all stores anew that parts of noted days are in. @param anew SQL of a table of these parts, all there are of `stale`
 * @returns common tables behind those of `tellDays`
 */
function tellProfit(clock: ToldClock, anew: string): string {
	const { table, day } = KEPT[clock];
	return `${clock}_profit as materialized (
			select since as day, ${STORES_TOLD} as told from (
				select ${day} as since, store_id, day, told from ${anew} where ${day} is not null
				union all
				select ${day}, store_id, day, told from ${table} where workspace_id = $1 and ${day} = any(array(select day from ${clock}_days))
					and (store_id, day) not in (select noted_store, noted_day from stale)
			) parts group by since
		), ${keepTold('profit_told', clock, `${clock}_profit`)}`;
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
 * Compares what is kept of a store's day with its orders, and notes the day where that differs; then months and years of SKUs with their days. The
 * caller holds the lock of the store's orders.
 * @returns how many of these differed
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
		`with ${NOTED_DAYS}, ${profitTold('own', 'day')}, ${profitTold('clocked', 'clock_day, day')},
		${skusTold('own_skus', 'day', SKU_NUMBERS)}, ${skusTold('clocked_skus', 'clock_day, day', SKU_NUMBERS)}
		select (select told from profit_day where workspace_id = $1 and store_id = ($2::uuid[])[1] and day = ($3::date[])[1]) is not distinct from (select told from own)
			and (select ${PARTS_TOLD} from profit_clock_day where workspace_id = $1 and store_id = ($2::uuid[])[1] and day = ($3::date[])[1]
				and clock_day >= ($3::date[])[1] - ${APART_DAYS} and clock_day <= ($3::date[])[1] + ${APART_DAYS})
				is not distinct from (select ${PARTS_TOLD} from clocked where clock_day is not null)
			and (select told from sku_day where ${THIS_DAY} and clock = 'store' and since = ($3::date[])[1]) is not distinct from (select told from own_skus)
			and (select ${PARTS_TOLD} from (select since as clock_day, told from sku_day where ${THIS_DAY} and clock = 'workspace'
				and since >= ($3::date[])[1] - ${APART_DAYS} and since <= ($3::date[])[1] + ${APART_DAYS}) parts)
				is not distinct from (select ${PARTS_TOLD} from clocked_skus where clock_day is not null)
			and ${isTold('store')} and ${isTold('workspace')} as same`,
		values,
	);
	if (same?.same !== false) return await recheckSkuSpans(scope, { storeId, day });
	await scope.client.query('insert into profit_stale (workspace_id, store_id, day) values ($1, $2, $3)', [scope.workspaceId, storeId, day]);
	return 1;
}

/** SQL of whether the texts of all stores that parts of a store's day are in are those of what is kept. */
function isTold(clock: ToldClock): string {
	const { table, day } = KEPT[clock];
	const around = `${day} >= ($3::date[])[1] - ${APART_DAYS} and ${day} <= ($3::date[])[1] + ${APART_DAYS}`;
	return `not exists (
		select from (select distinct ${day} as since from ${table} where ${THIS_DAY} and ${around}) mine
		where (select told from profit_told where workspace_id = $1 and clock = '${clock}' and day = since)
			is distinct from (select ${STORES_TOLD} from ${table} where workspace_id = $1 and ${day} = since))`;
}

const THIS_DAY = 'workspace_id = $1 and store_id = ($2::uuid[])[1] and day = ($3::date[])[1]';
const PARTS_TOLD = `string_agg(clock_day || E'\\t' || told, E'\\n' order by clock_day)`;

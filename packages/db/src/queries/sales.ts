import { CELL_COLUMNS, type TaxBasis, type Whole } from '@pangea/domain';
import type { Scope } from '../database.ts';
import { additionsOf } from '../sales-cells.ts';
import { isZone, movedDays, toldCells } from '../sales-told.ts';
import { ToldReader, Words } from '../told.ts';
import { ToldMemory } from '../told-memory.ts';
import type { StoreScope } from './store-scope.ts';
import { type FoundDay, readDays, type ToldDay } from './told-day.ts';

/** What a store sold on a day in a currency and under a tax basis. */
export interface SalesCell {
	storeId: string;
	day: string;
	currency: string;
	taxBasis: TaxBasis;
	/** In the order of the columns of a cell. */
	sums: readonly Whole[];
}

export interface SalesQuestion {
	/** Null: all that there are. */
	stores: StoreScope;
	/** First and last day. */
	from: string;
	until: string;
	/** Whose days: the workspace's IANA zone, or null for each store's own. */
	zone: string | null;
}

/** About what a cell takes: fifteen numbers and what holds them. */
const CELL_BYTES = 220;
const memory = new ToldMemory<readonly SalesCell[]>(24 * 2 ** 20, (cells) => (cells.length + 1) * CELL_BYTES);

/**
 * Cells of a range of days, those of a day one after another. Each day of all stores lies ready in one text but for those that are noted.
 * @param scope of a snapshot @throws when the database does not know the zone
 */
export async function salesCells(scope: Scope, { stores, from, until, zone }: SalesQuestion): Promise<readonly SalesCell[]> {
	const clock = zone === null ? 'store' : 'workspace';
	const within = `workspace_id = $1 and day >= $2::date and day <= $3::date ${zone === null ? '' : `and ${isZone('$4')}`}`;
	const { rows } = await scope.client.query<FoundDay>(
		`with stale as materialized (
			${movedDays(clock, `(select day from profit_stale where workspace_id = $1 and store_id is not null) noted`)}
		)
		select day, version, null as told from sales_told t where ${within} and clock = '${clock}' and not exists (select from stale s where s.day = t.day)
		union all select day, null, string_agg(told, E'\\n') from ${toldCells(clock, `${within} and day in (select day from stale)`)} group by day`,
		[scope.workspaceId, from, until, ...(zone === null ? [] : [zone])],
	);
	const words = new Words();
	const days = await readDays(scope, 'sales_told', { clock, from, until }, rows, { memory, read: (day) => cellsOf(day, words) });
	const cells = days.flat();
	if (stores === null) return cells;
	const asked = new Set(stores);
	return cells.filter(({ storeId }) => asked.has(storeId));
}

/** Reads what `TOLD` writes. */
function cellsOf({ day, told }: ToldDay, words: Words): SalesCell[] {
	const cells: SalesCell[] = [];
	const reader = new ToldReader(told, ' ');
	while (reader.more) {
		const storeId = words.own(reader.word());
		const taxBasis = words.own(reader.word()) as TaxBasis;
		const sums = CELL_COLUMNS.map(() => reader.whole());
		cells.push({ storeId, day, currency: words.own(reader.rest()), taxBasis, sums });
	}
	return cells;
}

/**
 * Sales of each store's own calendar day so far, and of the same hours a week earlier, per currency. Today's lie in the rollup; a week ago
 * the half hour in which we are has to be cut, so that what is after the last whole one is counted from the orders.
 */
export async function salesToday(scope: Scope, storeScope: StoreScope, now: string) {
	const mine = storeScope === null ? 'true' : 'store_id = any($3::uuid[])';
	const values = [scope.workspaceId, now, ...(storeScope === null ? [] : [[...storeScope]])];
	const { rows } = await scope.client.query<{
		currency: string;
		this_minor: string;
		this_orders: string;
		last_minor: string;
		last_orders: string;
		untold: string;
	}>(
		`with clock as (
			select store_id, ($2::timestamptz at time zone zone)::date as today,
				((($2::timestamptz at time zone zone)::date - 7)::timestamp at time zone zone) as from_,
				least((($2::timestamptz at time zone zone)::date - 6)::timestamp at time zone zone,
					$2::timestamptz - interval '7 days' + interval '1 microsecond') as until
			from store where workspace_id = $1 and ${mine}
		), begun as (
			select *, least(until, date_bin('30 minutes', from_ + interval '1799.999999 seconds', '2000-01-01 00:00:00+00')) as first from clock
		), cut as (
			select *, greatest(first, date_bin('30 minutes', until, '2000-01-01 00:00:00+00')) as whole from begun
		), sold as (
			select d.currency, true as is_today, d.gross_minor, d.orders, d.untold
			from cut c join sales_day d on d.workspace_id = $1 and d.day = c.today and d.store_id = c.store_id
			union all
			select h.currency, false, h.gross_minor, h.orders, h.untold
			from cut c join sales_half_hour h on h.workspace_id = $1 and h.slot >= c.first and h.slot < c.whole and h.store_id = c.store_id
			union all
			select p.currency, false, p.gross_minor, p.orders, p.untold
			from cut c
			cross join lateral (values (c.from_, c.first), (c.whole, c.until)) as edge(from_, until)
			cross join lateral (
				${additionsOf('orders', 1, 'workspace_id = $1 and store_id = c.store_id and placed_at >= edge.from_ and placed_at < edge.until')} offset 0
			) p
		)
		select currency,
			coalesce(sum(gross_minor) filter (where is_today), 0)::text as this_minor,
			coalesce(sum(orders) filter (where is_today), 0)::text as this_orders,
			coalesce(sum(gross_minor) filter (where not is_today), 0)::text as last_minor,
			coalesce(sum(orders) filter (where not is_today), 0)::text as last_orders,
			coalesce(sum(untold) filter (where is_today), 0)::text as untold
		from sold group by currency having sum(orders) > 0 order by sum(orders) desc`,
		values,
	);
	return rows;
}

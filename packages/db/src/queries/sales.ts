import { CELL_COLUMNS, type TaxBasis, type Whole } from '@pangea/domain';
import type { Scope } from '../database.ts';
import { additionsOf } from '../sales-cells.ts';
import { CELLS_OF, isZone, movedDays } from '../sales-told.ts';
import { ToldReader } from '../told.ts';
import type { StoreScope } from './store-scope.ts';

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

/**
 * Cells of a range of days, those of a day one after another. Of all stores each day lies ready in one text but for those that are noted.
 * @throws when the database does not know the zone
 */
export async function salesCells(scope: Scope, { stores, from, until, zone }: SalesQuestion): Promise<Iterable<SalesCell>> {
	const clock = zone === null ? 'store' : 'workspace';
	const values: unknown[] = [scope.workspaceId, from, until];
	const place = (value: unknown): string => `$${values.push(value)}`;
	const within = 'workspace_id = $1 and day >= $2::date and day <= $3::date';
	const known = zone === null ? '' : `and ${isZone(place(zone))}`;
	const cells = (where: string): string =>
		`select day, string_agg(told, E'\n') as told from (select day, told from ${CELLS_OF[clock]} where ${within} ${known} and ${where}) cells group by day`;
	const text =
		stores === null
			? `with stale as materialized (
					${movedDays(clock, `(select day from profit_stale where workspace_id = $1 and store_id is not null) noted`)}
				)
				select day, told from sales_told t where ${within} ${known} and clock = '${clock}' and not exists (select from stale s where s.day = t.day)
				union all ${cells('day in (select day from stale)')}`
			: cells(`store_id = any(${place([...stores])}::uuid[])`);
	const { rows } = await scope.client.query<[string, string]>({ text, values, rowMode: 'array' });
	return cellsIn(rows);
}

/** Reads what `TOLD` writes, while it is asked for. The sums of a cell hold until the next one is asked for. */
function* cellsIn(rows: readonly (readonly [day: string, told: string])[]): Generator<SalesCell> {
	const sums: Whole[] = CELL_COLUMNS.map(() => 0);
	for (const [day, told] of rows) {
		const reader = new ToldReader(told, ' ');
		while (reader.more) {
			const storeId = reader.word();
			const taxBasis = reader.word() as TaxBasis;
			for (let n = 0; n < sums.length; n++) sums[n] = reader.whole();
			yield { storeId, day, currency: reader.rest(), taxBasis, sums };
		}
	}
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

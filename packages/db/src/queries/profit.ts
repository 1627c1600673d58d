import { PLATFORM_IDS, PROCEEDS, type ProceedsRule } from '@pangea/domain';
import type pg from 'pg';
import type { Scope } from '../database.ts';
import { aroundDays, CLOCK_DAY, COUNTS, GROSS } from '../sales-cells.ts';
import { NO_SKU, SKU_END } from '../sku-cells.ts';
import { costOn, costSpans } from './sku-cost.ts';
import type { SalesQuestion } from './sales.ts';
import { settledSums } from './settlement.ts';

const named = (told: ProceedsRule['told']): string =>
	PLATFORM_IDS.filter((id) => PROCEEDS[id].told === told)
		.map((id) => `'${id}'`)
		.join(', ');
/** `proceedsOf` over the columns of `orders`. */
const PROCEEDS_MINOR = `case
	when platform in (${named('fees')}) then total_minor + coalesce((money ->> 'refund')::numeric, 0) - fee_minor
	when platform in (${named('payout')}) then (money ->> 'estimatedPayout')::numeric end`;

/** SQL of orders, and the values that its places stand for; more may be added. */
export interface ProfitOrders {
	/**
	 * Common tables: `alike`, an order a row with what is told of it on the question's `day`, `line` with the units of its lines, and `cost`, the spans of days
	 * on which a unit of a SKU costs what.
	 */
	tables: string;
	values: unknown[];
	/** @returns the place of one more value */
	place: (value: unknown) => string;
}

/** The orders of a range of days with what is left of their bills and whether their units have a cost. */
export function profitOrders(scope: Scope, { stores, from, until, zone }: SalesQuestion): ProfitOrders {
	const values: unknown[] = [scope.workspaceId, from, until];
	const place = (value: unknown): string => `$${values.push(value)}`;
	const mine = stores === null ? 'true' : `store_id = any(${place([...stores])}::uuid[])`;
	const z = zone === null ? null : place(zone);
	const day = z === null ? 'local_day' : `(placed_at at time zone ${z})::date`;
	const within =
		z === null
			? `local_day >= $2::date and local_day <= $3::date and ${aroundDays('placed_at', '$2::date', '$3::date')}`
			: `placed_at >= $2::date::timestamp at time zone ${z} and placed_at < ($3::date + 1)::timestamp at time zone ${z}`;
	return { tables: profitTables('orders', day, `${within} and ${mine}`), values, place };
}

/**
 * The same of single days of stores by their own clocks, which are `day` then.
 * @param days SQL of a table with `noted_store` and `noted_day`
 */
export function profitTablesOf(days: string): string {
	const orders = `select * from orders where workspace_id = $1 and store_id = noted_store and local_day = noted_day
		and ${aroundDays('placed_at', 'noted_day', 'noted_day')} offset 0`;
	return profitTables(`${days} cross join lateral (${orders}) orders`, 'local_day', 'true');
}

function profitTables(source: string, day: string, where: string): string {
	return `o as materialized (
			select order_id, store_id, ${day} as day, local_day, ${CLOCK_DAY} as clock_day, currency, line_count, greatest(0, unit_count::bigint - units_cancelled) as units, ${GROSS} as gross,
				${PROCEEDS_MINOR} as estimate, external_id
			from ${source} where workspace_id = $1 and ${where} and ${COUNTS}
		), booked as materialized (
			select o.order_id, s.settled, s.unnamed from o cross join lateral (${settledSums('$1', 'o')} offset 0) s where s.settled is not null
		), line as materialized (
			select o.order_id, o.store_id, o.day, o.clock_day, o.local_day, l.seller_sku, l.units
			from o cross join lateral (
				select seller_sku, greatest(0, quantity - quantity_cancelled) as units from order_line
				where workspace_id = $1 and order_id = o.order_id offset 0
			) l
		), cost as materialized (
			${costSpans('$1', '(select distinct seller_sku from line)')}
		), part as (
			select line.order_id, cost.currency, sum(line.units) as units, sum(line.units * cost.unit_minor) as minor
			from line join cost on cost.seller_sku = line.seller_sku and line.local_day >= cost.since and line.local_day < cost.until group by 1, 2
		), whole as (
			select order_id, sum(units) as units, string_agg(currency, ' ' order by currency) as currencies from part group by 1
		), alike as materialized (
			select o.*, coalesce(w.units, 0) as costed_units, coalesce(w.currencies, '') as currencies,
				o.line_count > 0 and coalesce(w.units, 0) >= o.units as costed,
				b.order_id is not null as settled, coalesce(b.settled, o.estimate) as proceeds, coalesce(b.unnamed, 0) as unnamed,
				b.settled - o.estimate as difference
			from o left join whole w on w.order_id = o.order_id left join booked b on b.order_id = o.order_id
		)`;
}

/**
 * Runs a query over tables that are made within it: the planner knows nothing of those, and would compare each row of one with each of another.
 * @param name of a text that is always the same, which is then planned a few times and not each time
 */
export async function hashed<T extends pg.QueryResultRow>(scope: Scope, text: string, values: unknown[], name?: string): Promise<T[]> {
	await scope.client.query(`select set_config('enable_nestloop', 'off', true)`);
	const { rows } = await scope.client.query<T>({ ...(name !== undefined && { name: `pangea_${name}` }), text, values });
	await scope.client.query(`select set_config('enable_nestloop', 'on', true)`);
	return rows;
}

/**
 * Common tables behind {@link ProfitOrders}, the last of them `NAME`: what is left of orders of a store, `store_id`, the days and a text of a line for orders
 * that are alike, which `ProfitCells` reads.
 * @param days columns of `alike` by which orders are told apart
 */
export function profitTold(name: string, days: 'day' | 'clock_day' | 'clock_day, day'): string {
	const key = `store_id, ${days}`;
	const kind = `currency, untold, settled, costed, currencies`;
	return `${name}_bucket as (
		select ${key}, currency, proceeds is null as untold, settled, costed, currencies, count(*) as orders, sum(units) as units,
			sum(costed_units) as costed_units, sum(gross) as gross, sum(proceeds) as proceeds, sum(unnamed) as unnamed,
			count(difference) as compared, coalesce(sum(difference), 0) as difference
		from alike group by ${key}, ${kind}
	), ${name}_spent as (
		select ${key}, ${kind}, string_agg(cost_currency || E'\\t' || minor || E'\\t', '' order by cost_currency) as costs from (
			select ${key}, a.currency, proceeds is null as untold, settled, costed, currencies, p.currency as cost_currency, sum(p.minor) as minor
			from alike a join part p on p.order_id = a.order_id group by ${key}, a.currency, untold, settled, costed, currencies, p.currency
		) by_currency group by ${key}, ${kind}
	), ${name} as (
		select ${key}, string_agg(line, E'\\n' order by line collate "C") as told from (
			select ${key}, concat_ws(E'\\t', store_id, currency, settled::integer, costed::integer, b.orders, b.units, b.costed_units, b.gross,
				coalesce(b.proceeds::text, ''), b.unnamed, b.compared, b.difference, coalesce(s.costs, '')) as line
			from ${name}_bucket b left join ${name}_spent s using (${key}, ${kind})
		) lines group by ${key}
	)`;
}

/**
 * A common table behind {@link ProfitOrders}: the pieces of each SKU of orders of a store, `store_id`, and the days, in a text that `addPieces` reads.
 * @param numbers SQL of a table of SKUs, `seller_sku`, and their numbers, `number`
 */
export function skusTold(name: string, days: 'day' | 'clock_day, day', numbers: string): string {
	const key = `store_id, ${days}`;
	return `${name} as (
		select ${key}, string_agg(number || '${SKU_END}' || units || '${SKU_END}', '' order by number) as told
		from (
			select ${key}, case when seller_sku is null then ${NO_SKU} else n.number end as number, sum(units) as units
			from line left join ${numbers} n using (seller_sku) group by ${key}, seller_sku, n.number
		) pieces group by ${key}
	)`;
}

/** What the lines of an order cost on the order's day, in the order of the lines: null where no cost was stated for then. */
export async function lineCosts(
	scope: Scope,
	orderId: string,
): Promise<{ externalId: string; units: bigint; cost: { currency: string; amountMinor: bigint; inboundMinor: bigint | null } | null }[]> {
	const { rows } = await scope.client.query<{
		external_id: string;
		units: string;
		currency: string | null;
		amount_minor: string | null;
		inbound_minor: string | null;
	}>(
		`select l.external_id, greatest(0, l.quantity - l.quantity_cancelled)::text as units, c.currency, c.amount_minor::text as amount_minor,
			c.inbound_minor::text as inbound_minor
		from orders o join order_line l on l.workspace_id = o.workspace_id and l.order_id = o.order_id
		left join lateral (${costOn('$1', 'l.seller_sku', 'o.local_day')}) c on true
		where o.workspace_id = $1 and o.order_id = $2 order by l.position`,
		[scope.workspaceId, orderId],
	);
	return rows.map((row) => ({
		externalId: row.external_id,
		units: BigInt(row.units),
		cost:
			row.currency === null || row.amount_minor === null
				? null
				: {
						currency: row.currency,
						amountMinor: BigInt(row.amount_minor),
						inboundMinor: row.inbound_minor === null ? null : BigInt(row.inbound_minor),
					},
	}));
}

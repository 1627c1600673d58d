import type { Scope } from '../database.ts';
import { hashed, profitOrders } from './profit.ts';
import type { SalesQuestion } from './sales.ts';

/** What one unit of a currency's minor part is worth on a day, times the scale of a conversion's factor. */
export interface DayFactor {
	day: string;
	currency: string;
	factor: bigint;
}

/** A SKU's part of what is left. Money exact, in minor units of the base currency times the scale of a conversion's factor. */
export interface SkuProfit {
	/** Null: lines without a SKU, and orders of which no line is told. */
	sellerSku: string | null;
	title: string;
	/** Orders with a line of it: an order of two SKUs counts with both. */
	orders: number;
	/** Of these, those whose profit is told by statements, and by estimate. */
	settledOrders: number;
	estimatedOrders: number;
	/** Of the settled ones, those that tell their proceeds as well. */
	compared: number;
	units: bigint;
	costedUnits: bigint;
	/** Of all units that have a cost with a rate. */
	cost: bigint;
	/** Of the orders whose profit is told. */
	gross: bigint;
	proceeds: { settled: bigint; estimated: bigint };
	costs: { settled: bigint; estimated: bigint };
	unnamed: bigint;
	difference: bigint;
}

/**
 * A part of an order's money for each of its lines, in whole minor units that add up to it: by what the lines were priced at, by their units where a
 * price is not told, alike where all were cancelled. As the running sum's quotients, so that no unit gets lost or is counted twice.
 */
const shareOf = (amount: string): string =>
	`case when r.whole is null then ${amount} else div(${amount}::numeric * r.upto, r.whole) - div(${amount}::numeric * (r.upto - r.weight), r.whole) end`;

/**
 * What is left of the orders of a range of days, SKU by SKU: the same orders as `profitCells`, and money that adds up to theirs. A SKU is the one that
 * the order's line names.
 * @param factors of every currency that has a rate, on every day that the orders have
 */
export async function skuProfits(scope: Scope, question: SalesQuestion, factors: readonly DayFactor[]): Promise<SkuProfit[]> {
	const { tables, values, place } = profitOrders(scope, question);
	const worth = place(JSON.stringify(factors.map(({ day, currency, factor }) => ({ day, currency, factor: factor.toString() }))));
	const rows = await hashed<Row>(
		scope,
		`with ${tables}, factor as materialized (
			select day, currency, factor from jsonb_to_recordset(${worth}::jsonb) as f(day date, currency text, factor numeric)
		), known as materialized (
			select d.day, d.currency, d.currencies, f.factor
			from (select distinct day, currency, currencies from alike) d join factor f on f.day = d.day and f.currency = d.currency
			where not exists (
				select from unnest(string_to_array(d.currencies, ' ')) c(currency)
				where not exists (select from factor g where g.day = d.day and g.currency = c.currency))
		), each as materialized (
			select a.order_id, l.*
			from alike a cross join lateral (
				select seller_sku, title, position, external_id, greatest(0, quantity - quantity_cancelled) as units,
					case when quantity > quantity_cancelled then greatest(0, unit_price_minor::numeric * (quantity - quantity_cancelled)) else 0 end as value
				from order_line where workspace_id = $1 and order_id = a.order_id offset 0
			) l
		), weighed as (
			select each.*, case
				when bool_and(value is not null) over w and sum(value) over w > 0 then value
				when sum(units) over w > 0 then units else 1 end as weight
			from each window w as (partition by order_id)
		), run as (
			select weighed.*, sum(weight) over (partition by order_id) as whole,
				sum(weight) over (partition by order_id order by position, external_id) as upto
			from weighed
		), piece as (
			select a.order_id, a.day, a.local_day, a.settled, r.seller_sku, r.title, coalesce(r.units, a.units) as units, k.factor,
				a.proceeds is not null and a.costed and k.factor is not null as told,
				${shareOf('a.gross')} as gross, ${shareOf('a.proceeds')} as proceeds, ${shareOf('a.unnamed')} as unnamed, ${shareOf('a.difference')} as difference
			from alike a left join run r on r.order_id = a.order_id
			left join known k on k.day = a.day and k.currency = a.currency and k.currencies = a.currencies
		), spent as (
			select p.*, c.unit_minor, coalesce(p.units * c.unit_minor * g.factor, 0) as minor
			from piece p left join cost c on c.seller_sku = p.seller_sku and p.local_day >= c.since and p.local_day < c.until
			left join factor g on g.day = p.day and g.currency = c.currency
		)
		select seller_sku, min(title collate "C") as title,
			count(distinct order_id)::text as orders,
			(count(distinct order_id) filter (where told and settled))::text as settled_orders,
			(count(distinct order_id) filter (where told and not settled))::text as estimated_orders,
			(count(distinct order_id) filter (where told and difference is not null))::text as compared,
			sum(units)::text as units, coalesce(sum(units) filter (where unit_minor is not null), 0)::text as costed_units,
			sum(minor)::text as cost,
			${summed('gross * factor', 'told')} as gross,
			${summed('proceeds * factor', 'told and settled')} as proceeds_settled,
			${summed('proceeds * factor', 'told and not settled')} as proceeds_estimated,
			${summed('minor', 'told and settled')} as cost_settled,
			${summed('minor', 'told and not settled')} as cost_estimated,
			${summed('unnamed * factor', 'told')} as unnamed,
			${summed('difference * factor', 'told')} as difference
		from spent group by 1 order by 1`,
		values,
	);
	return rows.map((row) => ({
		sellerSku: row.seller_sku,
		title: row.title ?? '',
		orders: Number(row.orders),
		settledOrders: Number(row.settled_orders),
		estimatedOrders: Number(row.estimated_orders),
		compared: Number(row.compared),
		units: BigInt(row.units),
		costedUnits: BigInt(row.costed_units),
		cost: BigInt(row.cost),
		gross: BigInt(row.gross),
		proceeds: { settled: BigInt(row.proceeds_settled), estimated: BigInt(row.proceeds_estimated) },
		costs: { settled: BigInt(row.cost_settled), estimated: BigInt(row.cost_estimated) },
		unnamed: BigInt(row.unnamed),
		difference: BigInt(row.difference),
	}));
}

interface Row {
	seller_sku: string | null;
	title: string | null;
	orders: string;
	settled_orders: string;
	estimated_orders: string;
	compared: string;
	units: string;
	costed_units: string;
	cost: string;
	gross: string;
	proceeds_settled: string;
	proceeds_estimated: string;
	cost_settled: string;
	cost_estimated: string;
	unnamed: string;
	difference: string;
}

/** As text of a whole number: every term is one. */
function summed(what: string, where: string): string {
	return `coalesce(sum(${what}) filter (where ${where}), 0)::text`;
}

import type { Scope } from '../database.ts';
import { aroundDays, COUNTS } from '../sales-cells.ts';
import type { SalesQuestion } from './sales.ts';

/** What stores sold of a SKU. */
export interface SkuSales {
	sellerSku: string;
	title: string;
	/** Pieces of orders that count, less those that were cancelled, by store. */
	units: ReadonlyMap<string, bigint>;
}

export interface MostSold {
	/** Most pieces first. */
	rows: SkuSales[];
	/** SKUs that were sold in all. */
	skus: number;
	/** Pieces of them all. */
	units: bigint;
	/** Pieces of lines without a SKU. */
	unnamed: bigint;
}

/** The SKUs of which most pieces were sold on a range of days. Read from the lines of these days, so it costs by their number. */
export async function mostSold(scope: Scope, { stores, from, until, zone }: SalesQuestion, limit: number): Promise<MostSold> {
	const values: unknown[] = [scope.workspaceId, from, until, limit];
	const place = (value: unknown): string => `$${values.push(value)}`;
	const mine = stores === null ? 'true' : `store_id = any(${place([...stores])}::uuid[])`;
	const z = zone === null ? null : place(zone);
	const within =
		z === null
			? `local_day >= $2::date and local_day <= $3::date and ${aroundDays('placed_at', '$2::date', '$3::date')}`
			: `placed_at >= $2::date::timestamp at time zone ${z} and placed_at < ($3::date + 1)::timestamp at time zone ${z}`;
	const { rows } = await scope.client.query<{
		seller_sku: string | null;
		title: string | null;
		by_store: Record<string, string> | null;
		skus: string;
		units: string;
		unnamed: string;
	}>(
		`with sold as materialized (
			-- In byte order: of titles in several languages one in Latin letters, which most people can read.
			select l.seller_sku, o.store_id, min(l.title collate "C") as title, sum(l.units) as units
			from (select order_id, store_id from orders where workspace_id = $1 and ${within} and ${mine} and ${COUNTS} offset 0) o
			cross join lateral (
				select seller_sku, title, greatest(0, quantity - quantity_cancelled) as units from order_line
				where workspace_id = $1 and order_id = o.order_id offset 0
			) l
			group by 1, 2
		), whole as (
			select count(distinct seller_sku)::text as skus, coalesce(sum(units) filter (where seller_sku is not null), 0)::text as units,
				coalesce(sum(units) filter (where seller_sku is null), 0)::text as unnamed
			from sold
		), most as (
			select seller_sku, min(title) as title, sum(units) as units, jsonb_object_agg(store_id, units::text) as by_store
			from sold where seller_sku is not null group by 1 order by sum(units) desc, seller_sku collate "C" limit $4
		)
		select m.seller_sku, m.title, m.by_store, w.skus, w.units, w.unnamed
		from whole w left join most m on true order by m.units desc nulls last, m.seller_sku collate "C"`,
		values,
	);
	const [first] = rows;
	return {
		rows: rows.flatMap(({ seller_sku, title, by_store }) =>
			seller_sku === null
				? []
				: [
						{
							sellerSku: seller_sku,
							title: title ?? '',
							units: new Map(Object.entries(by_store ?? {}).map(([store, units]) => [store, BigInt(units)])),
						},
					],
		),
		skus: Number(first?.skus ?? 0),
		units: BigInt(first?.units ?? 0),
		unnamed: BigInt(first?.unnamed ?? 0),
	};
}

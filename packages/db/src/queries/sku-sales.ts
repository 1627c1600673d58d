import { addDays } from '@pangea/domain';
import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { APART_DAYS, isZone } from '../sales-told.ts';
import { addPieces, addTo, NO_SKU, type Pieces, piecesIn, type SkuPieces } from '../sku-cells.ts';
import { toldIn, ToldMemory } from '../told-memory.ts';
import { hashed, profitOrders } from './profit.ts';
import { NOTED_DAYS, notedDays, type StoreDay } from './profit-day.ts';
import type { SalesQuestion } from './sales.ts';
import { firstDay, SKU_NUMBERS, SPANS } from './sku-span.ts';

/** What stores sold of a SKU. */
export interface SkuSales {
	sellerSku: string;
	/** As a store's newest order names it. */
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

/** Bytes of what holds the pieces of a text. */
const BESIDE = 400;
const memory = new ToldMemory<SkuPieces>(32 * 2 ** 20, ({ skus, units }) => BESIDE + skus.byteLength + units.byteLength);

/**
 * The SKUs of which most pieces were sold on a range of days. Months and years that lie in it whole are kept, as are days; noted days are added up from their orders.
 * @param scope of a snapshot @throws when the database does not know the zone
 */
export async function mostSold(scope: Scope, question: SalesQuestion, limit: number): Promise<MostSold> {
	const { stores, fresh } = await soldIn(scope, question);
	const totals: Pieces = [];
	for (const pieces of stores.values()) for (const [sku, units] of pieces.entries()) if (units !== undefined) addTo(totals, sku, units);
	const all = totals.flatMap((units, sku) => (units === undefined ? [] : [{ sku, units }]));
	const sold = all.filter(({ sku }) => sku !== NO_SKU).toSorted((a, b) => b.units - a.units);
	// Those of which as many were sold as of the last one are told apart by their names.
	const least = sold[Math.min(limit, sold.length) - 1]?.units ?? 0;
	const candidates = sold.slice(0, sold.findLastIndex(({ units }) => units === least) + 1);
	const names = new Map([...fresh, ...(await namesOf(scope, candidates))]);
	const most = candidates
		.map((one) => ({ ...one, sellerSku: names.get(one.sku) ?? '' }))
		.toSorted((a, b) => b.units - a.units || Buffer.compare(Buffer.from(a.sellerSku), Buffer.from(b.sellerSku)))
		.slice(0, limit);
	const unitsOf = (sku: number): Map<string, bigint> =>
		new Map([...stores].flatMap(([storeId, { [sku]: units }]) => (units === undefined ? [] : [[storeId, BigInt(units)]])));
	const rows = most.map(({ sku, sellerSku }) => ({ sellerSku, title: '', units: unitsOf(sku) }));
	const titles = await titlesOf(scope, rows);
	return {
		rows: rows.map((row) => ({ ...row, title: titles.get(row.sellerSku) ?? '' })),
		skus: sold.length,
		units: BigInt(sold.reduce((sum, { units }) => sum + units, 0)),
		unnamed: BigInt(totals[NO_SKU] ?? 0),
	};
}

interface Sold {
	stores: Map<string, Pieces>;
	/** SKUs that have no number yet, by one that no other has. */
	fresh: ReadonlyMap<number, string>;
}

async function soldIn(scope: Scope, question: SalesQuestion): Promise<Sold> {
	const noted = await notedDays(scope, question);
	if (noted === null) {
		const { tables, values } = profitOrders(scope, question);
		return await withOrders(scope, new Map(), { tables, values, where: 'true' });
	}
	const stores = await keptPieces(scope, question, noted);
	if (noted.length === 0) return { stores, fresh: new Map() };
	const { from, until, zone } = question;
	const day = zone === null ? 'day' : 'clock_day';
	return await withOrders(scope, stores, {
		tables: NOTED_DAYS,
		values: [scope.workspaceId, noted.map((one) => one.storeId), noted.map((one) => one.day), from, until],
		where: `${day} >= $4::date and ${day} <= $5::date`,
	});
}

/** Adds pieces of lines of orders to what is kept. Asked for after it, so that whatever SKU is told of there has its number here. */
async function withOrders(
	scope: Scope,
	stores: Map<string, Pieces>,
	{ tables, values, where }: { tables: string; values: unknown[]; where: string },
): Promise<Sold> {
	const rows = await hashed<{ store_id: string; seller_sku: string | null; number: number | null; most: number; units: string }>(
		scope,
		`with ${tables}
		select store_id, seller_sku, n.number, (select coalesce(max(number), 0) from sku_number where workspace_id = $1) as most, units::text
		from (select store_id, seller_sku, sum(units) as units from line where ${where} group by 1, 2) sold left join ${SKU_NUMBERS} n using (seller_sku)`,
		values,
	);
	const numbers = new Map<string, number>();
	for (const { store_id: storeId, seller_sku: sellerSku, number, most, units } of rows) {
		const pieces = stores.get(storeId) ?? [];
		stores.set(storeId, pieces);
		if (sellerSku !== null && number === null && !numbers.has(sellerSku)) numbers.set(sellerSku, most + numbers.size + 1);
		addTo(pieces, sellerSku === null ? NO_SKU : (number ?? numbers.get(sellerSku) ?? NO_SKU), Number(units));
	}
	return { stores, fresh: new Map([...numbers].map(([name, number]) => [number, name])) };
}

async function namesOf(scope: Scope, skus: readonly { sku: number }[]): Promise<[number, string][]> {
	const rows = await scope.db
		.selectFrom('sku_number')
		.select(['number', 'seller_sku'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('number', '=', sql<number>`any(${skus.map(({ sku }) => sku)}::integer[])`)
		.execute();
	return rows.map((row) => [row.number, row.seller_sku]);
}

/** Pieces by store. */
async function keptPieces(scope: Scope, question: SalesQuestion, noted: readonly StoreDay[]): Promise<Map<string, Pieces>> {
	const { from, until, zone } = question;
	const rows = await keptVersions(scope, question, noted);
	const read = await memory.read(
		rows.map(({ version }) => version),
		async (unread) => {
			const texts = (table: string, first: string): string => `select version, told from ${table}
				where workspace_id = $1 and clock = $2 and since >= ${first} and since <= $4::date and version = any($5::uuid[])`;
			const text = `${texts('sku_span', firstDay(`'year'`, '$3::date'))} union all ${texts('sku_day', '$3::date')}`;
			const values = [scope.workspaceId, zone === null ? 'store' : 'workspace', from, until, unread];
			return (await scope.client.query<{ version: string; told: string }>(text, values)).rows;
		},
		({ told }) => piecesIn(told),
	);
	const stores = new Map<string, Pieces>();
	for (const { store_id: storeId, version } of rows) {
		const pieces = stores.get(storeId) ?? [];
		stores.set(storeId, pieces);
		addPieces(pieces, toldIn(read, version));
	}
	return stores;
}

/** Of years and months that lie in the range whole, of days outside of these and of days of those that have no text; without what is noted. */
async function keptVersions(
	scope: Scope,
	{ stores, from, until, zone }: SalesQuestion,
	noted: readonly StoreDay[],
): Promise<{ store_id: string; version: string }[]> {
	const clock = zone === null ? 'store' : 'workspace';
	const [first, end] = wholeMonths(from, until);
	const values: unknown[] = [
		scope.workspaceId,
		from,
		until,
		clock,
		first,
		end,
		noted.map((one) => one.storeId),
		noted.map((one) => one.day),
	];
	const place = (value: unknown): string => `$${values.push(value)}`;
	const mine = stores === null ? 'true' : `store_id = any(${place([...stores])}::uuid[])`;
	const known = zone === null ? 'true' : isZone(place(zone));
	const whole = SPANS.map(
		(span) => `select span, since, store_id, case when (store_id, since) not in (
				select one, ${firstDay(`'${span}'`, 'day + n')}
				from unnest($7::uuid[], $8::date[]) as noted(one, day) cross join generate_series(-${APART_DAYS}, ${APART_DAYS}, ${APART_DAYS}) as n
			) and told is not null then version end as version
			from sku_span where workspace_id = $1 and clock = $4 and span = '${span}' and since >= $5::date and (since + interval '1 ${span}')::date <= $6::date and ${mine}`,
	);
	const day = (where: string): string =>
		`select store_id, version from sku_day where workspace_id = $1 and clock = $4 and ${where} and ${mine} and (store_id, day) not in (select * from unnest($7::uuid[], $8::date[]))`;
	const text = `with whole as materialized (${whole.join(' union all ')}), month as materialized (
			select m.* from whole m where span = 'month' and not exists (
				select from whole y where y.span = 'year' and y.version is not null and y.store_id = m.store_id and y.since = ${firstDay(`'year'`, 'm.since')})
		), untold as materialized (select store_id, since from month where version is null)
		select store_id, version from whole where span = 'year' and version is not null and ${known}
		union all select store_id, version from month where version is not null
		union all ${day('since >= $2::date and since < $5::date')}
		union all ${day('since >= $6::date and since <= $3::date')}
		union all ${day(`since >= (select min(since) from untold) and since < $6::date
			and (store_id, ${firstDay(`'month'`, 'since')}) in (select store_id, since from untold)`)}`;
	return await hashed(scope, text, values);
}

/** The first day of the months that lie in a range of days whole, and the first one behind them; twice the day behind the range where there is none. */
function wholeMonths(from: string, until: string): [first: string, end: string] {
	const first = from.endsWith('-01') ? from : nextMonth(from);
	const behind = addDays(until, 1);
	const end = `${behind.slice(0, 7)}-01`;
	return first < end ? [first, end] : [behind, behind];
}

const nextMonth = (day: string): string => `${addDays(`${day.slice(0, 7)}-01`, 31).slice(0, 7)}-01`;

/** In byte order the first of the names in each store's newest order: of titles in several languages one in Latin letters, which most people can read. */
async function titlesOf(scope: Scope, rows: readonly SkuSales[]): Promise<ReadonlyMap<string, string>> {
	const asked = rows.flatMap(({ sellerSku, units }) => [...units.keys()].map((storeId) => ({ sellerSku, storeId })));
	const { rows: told } = await scope.client.query<{ seller_sku: string; title: string | null }>(
		`select asked.seller_sku, min(newest.title collate "C") as title
		from unnest($2::text[], $3::uuid[]) as asked(seller_sku, store_id) cross join lateral (
			select title from order_line l where l.workspace_id = $1 and l.seller_sku = asked.seller_sku and l.store_id = asked.store_id
			order by l.order_id desc limit 1
		) newest group by 1`,
		[scope.workspaceId, asked.map((one) => one.sellerSku), asked.map((one) => one.storeId)],
	);
	return new Map(told.map((row) => [row.seller_sku, row.title ?? '']));
}

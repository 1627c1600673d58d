import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { SkuCost } from '@pangea/domain';
import { sql } from 'kysely';
import { from as copyFrom } from 'pg-copy-streams';
import { copyField } from '../bulk.ts';
import type { Scope } from '../database.ts';
import { packCursor, unpackCursor } from '../keyset.ts';
import { inStores, type StoreScope } from './store-scope.ts';

/** The last word about a SKU's day. @param c the alias of the row */
const IS_LAST_WORD = (c: string): string =>
	`not exists (select from sku_cost later where later.workspace_id = ${c}.workspace_id and later.seller_sku = ${c}.seller_sku
		and later.valid_from = ${c}.valid_from and later.recorded_at > ${c}.recorded_at)`;

/**
 * `select currency, amount_minor, inbound_minor` of the cost that holds for a SKU on a day: no row where nobody stated one.
 * @param sku, day SQL of a text and a date
 */
export function costOn(workspace: string, sku: string, day: string): string {
	return `select c.currency, c.amount_minor, c.inbound_minor from sku_cost c
		where c.workspace_id = ${workspace} and c.seller_sku = ${sku} and c.valid_from <= ${day} and c.amount_minor is not null
			and ${IS_LAST_WORD('c')}
		order by c.valid_from desc limit 1`;
}

/**
 * `select seller_sku, since, until, currency, unit_minor`: for SKUs, the days from one up to before another on which a unit cost what, its inbound shipping
 * included. The same costs as {@link costOn} tells of a day; where many days are asked for at once this is the cheaper.
 * @param skus SQL of a table of texts called `seller_sku`
 */
export function costSpans(workspace: string, skus: string): string {
	return `select seller_sku, valid_from as since, lead(valid_from, 1, 'infinity'::date) over (partition by seller_sku order by valid_from) as until, currency, unit_minor
		from (
			select distinct on (c.seller_sku, c.valid_from) c.seller_sku, c.valid_from, c.currency, c.amount_minor + coalesce(c.inbound_minor, 0) as unit_minor
			from ${skus} wanted join sku_cost c on c.workspace_id = ${workspace} and c.seller_sku = wanted.seller_sku
			order by c.seller_sku, c.valid_from, c.recorded_at desc
		) said where unit_minor is not null`;
}

interface CostRow {
	seller_sku: string;
	valid_from: string;
	currency: string;
	amount_minor: string;
	inbound_minor: string | null;
}

function costOf(row: CostRow): SkuCost {
	return {
		sellerSku: row.seller_sku,
		validFrom: row.valid_from,
		currency: row.currency,
		amountMinor: BigInt(row.amount_minor),
		inboundMinor: row.inbound_minor === null ? null : BigInt(row.inbound_minor),
	};
}

/** A SKU with the cost that holds today, or the first one to come, and how many days have one. */
export interface SkuCostRow extends SkuCost {
	days: number;
}

/**
 * SKUs that have a cost, by name.
 * @param today decides which cost is shown
 * @param search a part of the SKU in any case; empty: all
 * @throws CursorError when `after` is no cursor of this list
 */
export async function listCosts(
	scope: Scope,
	{ today, search, after, limit }: { today: string; search: string; after: string | null; limit: number },
): Promise<{ rows: SkuCostRow[]; next: string | null }> {
	const [last = ''] = after === null ? [] : unpackCursor(after, 1);
	const like = `%${search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
	const { rows } = await sql<CostRow & { days: string }>`
		with skus as (
			select c.seller_sku, count(*) as days from sku_cost c
			where c.workspace_id = ${scope.workspaceId} and c.seller_sku > ${last} and c.seller_sku ilike ${like}
				and c.amount_minor is not null and ${sql.raw(IS_LAST_WORD('c'))}
			group by c.seller_sku order by c.seller_sku limit ${limit + 1}
		)
		select s.seller_sku, s.days::text as days, c.valid_from::text as valid_from, c.currency, c.amount_minor::text as amount_minor,
			c.inbound_minor::text as inbound_minor
		from skus s cross join lateral (
			select * from sku_cost c where c.workspace_id = ${scope.workspaceId} and c.seller_sku = s.seller_sku and c.amount_minor is not null
				and ${sql.raw(IS_LAST_WORD('c'))}
			order by c.valid_from > ${today}::date, case when c.valid_from > ${today}::date then c.valid_from end,
				c.valid_from desc limit 1
		) c order by s.seller_sku`.execute(scope.db);
	const shown = rows.slice(0, limit).map((row) => ({ ...costOf(row), days: Number(row.days) }));
	return { rows: shown, next: rows.length > limit ? packCursor([shown.at(-1)?.sellerSku ?? '']) : null };
}

/** One word about a SKU's cost. */
export interface CostWord {
	validFrom: string;
	currency: string;
	/** Null: taken back. */
	amountMinor: string | null;
	inboundMinor: string | null;
	recordedAt: string;
	recordedBy: string | null;
	/** False once a later word about the same day was recorded. */
	counts: boolean;
}

/** Every word about a SKU, latest day first, and of a day the latest word first. */
export async function costHistory(scope: Scope, sellerSku: string): Promise<CostWord[]> {
	const rows = await scope.db
		.selectFrom('sku_cost as c')
		.leftJoin('member as m', (join) => join.onRef('m.workspace_id', '=', 'c.workspace_id').onRef('m.user_id', '=', 'c.recorded_by'))
		.select(['c.valid_from', 'c.currency', 'c.amount_minor', 'c.inbound_minor', 'c.recorded_at', 'm.name'])
		.select(sql<boolean>`${sql.raw(IS_LAST_WORD('c'))}`.as('counts'))
		.where('c.workspace_id', '=', scope.workspaceId)
		.where('c.seller_sku', '=', sellerSku)
		.orderBy('c.valid_from', 'desc')
		.orderBy('c.recorded_at', 'desc')
		.limit(500)
		.execute();
	return rows.map((r) => ({
		validFrom: r.valid_from,
		currency: r.currency,
		amountMinor: r.amount_minor,
		inboundMinor: r.inbound_minor,
		recordedAt: r.recorded_at,
		recordedBy: r.name,
		counts: r.counts,
	}));
}

/** States a cost. @returns false when the same was stated already */
export async function stateCost(scope: Scope, cost: SkuCost, recordedBy: string): Promise<boolean> {
	await stageCosts(scope, [cost]);
	return (await keepStagedCosts(scope, recordedBy)) > 0;
}

/** Takes back what was stated for a day: the cost before it holds again. @returns false when nothing counts for the day */
export async function takeBackCost(scope: Scope, sellerSku: string, validFrom: string, recordedBy: string): Promise<boolean> {
	const result = await sql`
		insert into sku_cost (workspace_id, seller_sku, valid_from, currency, amount_minor, inbound_minor, recorded_by)
		select c.workspace_id, c.seller_sku, c.valid_from, c.currency, null, null, ${recordedBy} from sku_cost c
		where c.workspace_id = ${scope.workspaceId} and c.seller_sku = ${sellerSku} and c.valid_from = ${validFrom}::date
			and c.amount_minor is not null and ${sql.raw(IS_LAST_WORD('c'))}`.execute(scope.db);
	return (result.numAffectedRows ?? 0n) > 0n;
}

const CHUNK = 2000;

/**
 * Lays costs beside the stated ones until the transaction ends; nothing counts before {@link keepStagedCosts}. Rows flow through in pieces,
 * whatever their number. A SKU may come once a day: the caller sees to that.
 */
export async function stageCosts(scope: Scope, costs: Iterable<SkuCost> | AsyncIterable<SkuCost>): Promise<void> {
	await scope.client.query(
		`create temporary table if not exists staged_cost (seller_sku text, valid_from date, currency text, amount_minor bigint, inbound_minor bigint)
			on commit drop`,
	);
	await scope.client.query('delete from staged_cost');
	const stream = scope.client.query(copyFrom(`copy staged_cost from stdin`));
	await pipeline(Readable.from(copyLines(costs)), stream);
	await scope.client.query('analyze staged_cost');
}

async function* copyLines(costs: Iterable<SkuCost> | AsyncIterable<SkuCost>): AsyncGenerator<string> {
	let text = '';
	let rows = 0;
	for await (const { sellerSku, validFrom, currency, amountMinor, inboundMinor } of costs) {
		text += `${copyField(sellerSku)}\t${validFrom}\t${currency}\t${amountMinor}\t${inboundMinor ?? String.raw`\N`}\n`;
		rows++;
		if (rows % CHUNK !== 0) continue;
		yield text;
		text = '';
	}
	if (text !== '') yield text;
}

const STAGED_AND_KNOWN = `from staged_cost s left join lateral (
		select c.currency, c.amount_minor, c.inbound_minor from sku_cost c
		where c.workspace_id = $1 and c.seller_sku = s.seller_sku and c.valid_from = s.valid_from
		order by c.recorded_at desc limit 1
	) known on true`;
const DIFFERS = `(known.currency, known.amount_minor, known.inbound_minor) is distinct from (s.currency, s.amount_minor, s.inbound_minor)`;

/** What keeping the staged costs would do. */
export async function compareStagedCosts(scope: Scope): Promise<{ fresh: number; changed: number; same: number }> {
	const { rows } = await scope.client.query<{ fresh: string; changed: string; same: string }>(
		`select count(*) filter (where known.amount_minor is null) as fresh,
			count(*) filter (where known.amount_minor is not null and ${DIFFERS}) as changed,
			count(*) filter (where not ${DIFFERS}) as same ${STAGED_AND_KNOWN}`,
		[scope.workspaceId],
	);
	const [row] = rows;
	return { fresh: Number(row?.fresh ?? 0), changed: Number(row?.changed ?? 0), same: Number(row?.same ?? 0) };
}

/** States the staged costs; what is stated already in the same words is left out. @returns how many are new words */
export async function keepStagedCosts(scope: Scope, recordedBy: string): Promise<number> {
	const result = await scope.client.query(
		`insert into sku_cost (workspace_id, seller_sku, valid_from, currency, amount_minor, inbound_minor, recorded_by)
			select $1, s.seller_sku, s.valid_from, s.currency, s.amount_minor, s.inbound_minor, $2 ${STAGED_AND_KNOWN} where ${DIFFERS}`,
		[scope.workspaceId, recordedBy],
	);
	return result.rowCount ?? 0;
}

/**
 * SKUs in orders of the last days that have no cost on any of them, most units first.
 * @param since first store day that is looked at
 */
export async function skusWithoutCost(
	scope: Scope,
	{ storeScope, since, today, limit }: { storeScope: StoreScope; since: string; today: string; limit: number },
): Promise<{ sellerSku: string; title: string; units: number }[]> {
	const { rows } = await sql<{ seller_sku: string; title: string; units: string }>`
		with sold as (
			select l.seller_sku, max(l.title) as title, sum(greatest(0, l.quantity - l.quantity_cancelled)) as units
			from orders o join order_line l on l.workspace_id = o.workspace_id and l.order_id = o.order_id
			where o.workspace_id = ${scope.workspaceId} and o.local_day >= ${since}::date and o.local_day <= ${today}::date
				and o.state not in ('unpaid', 'cancelled') and not o.is_test and l.seller_sku is not null and ${inStores('o.store_id', storeScope)}
			group by l.seller_sku
		)
		select s.seller_sku, s.title, s.units::text as units from sold s
		where not exists (${sql.raw(costOn('pangea_workspace()', 's.seller_sku', 'current_date + 3650'))})
		order by s.units desc, s.seller_sku limit ${limit}`.execute(scope.db);
	return rows.map((r) => ({ sellerSku: r.seller_sku, title: r.title, units: Number(r.units) }));
}

import type { Scope } from '../database.ts';
import { APART_DAYS, type ToldClock } from '../sales-told.ts';
import { addPieces, type Pieces, piecesIn, tellPieces } from '../sku-cells.ts';

/*
 * The pieces of SKUs of whole months and years of a store, as texts like those of its days (`sku_day`): a day of a large account is ten thousand cells, so
 * that two years of days would be millions. As soon as one of its days is added up anew a stretch is there without its text; nights tell it.
 */

/** Stretches of days that are kept, the longest first. */
export const SPANS = ['year', 'month'] as const;

/** How many are told in a transaction. */
const AT_ONCE = 50;

/** SQL of the first day of the stretch that a day lies in. @param span, day SQL */
export const firstDay = (span: string, day: string): string => `date_trunc(${span}, (${day})::timestamp)::date`;

/** SQL of the SKUs that have a number, as a table. */
export const SKU_NUMBERS = '(select seller_sku, number from sku_number where workspace_id = $1)';

/** Common tables over `line`: a number for each SKU that has none, and `numbered`, those of all. */
export const NUMBERED = `fresh_number as (
	insert into sku_number (workspace_id, seller_sku, number)
		select $1, seller_sku, (select coalesce(max(number), 0) from sku_number where workspace_id = $1) + row_number() over (order by seller_sku collate "C")
		from (select distinct seller_sku from line where seller_sku is not null) sold
		where not exists (select from sku_number n where n.workspace_id = $1 and n.seller_sku = sold.seller_sku)
	returning seller_sku, number
), numbered as materialized (
	select seller_sku, number from sku_number where workspace_id = $1 and seller_sku in (select seller_sku from line)
	union all select seller_sku, number from fresh_number
)`;

/** A common table that takes the texts of stretches away, by either clock, that have days of stores of a table `stale`: with `noted_store` and `noted_day`. */
export const UNTOLD_SPANS = `untold_spans as (
	insert into sku_span as t (workspace_id, clock, span, since, store_id)
		select distinct $1::uuid, clock, span, ${firstDay('span', 'noted_day + n')}, noted_store
		from stale cross join generate_series(-${APART_DAYS}, ${APART_DAYS}, ${APART_DAYS}) as n
			cross join (values ('store'), ('workspace')) clocks(clock) cross join (values ${SPANS.map((span) => `('${span}')`).join(', ')}) spans(span)
		order by 2, 3, 4, 5
	on conflict (workspace_id, clock, span, since, store_id) do update set told = null where t.told is not null
)`;

/**
 * Tells stretches that are over and have no text, under `profitLock`.
 * @returns whether there are more than are told at once
 */
export async function tellSkuSpans(scope: Scope): Promise<boolean> {
	const { rows } = await scope.client.query<{ clock: ToldClock; span: string; since: string; store_id: string }>(
		`select clock, span, since, store_id from sku_span
		where workspace_id = $1 and told is null and since + ('1 ' || span)::interval + interval '${APART_DAYS} days' <= now() limit ${AT_ONCE + 1}`,
		[scope.workspaceId],
	);
	for (const { clock, span, since, store_id: storeId } of rows.slice(0, AT_ONCE)) {
		const values = [scope.workspaceId, clock, span, since, storeId];
		const days = await scope.client.query<[string]>({ text: `select told ${DAYS_OF}`, values, rowMode: 'array' });
		await scope.client.query(`update sku_span set told = $6, version = gen_random_uuid() where ${THIS}`, [...values, toldOf(days.rows)]);
	}
	return rows.length > AT_ONCE;
}

/** One stretch: its clock, kind, first day and store are at places 2 to 5. */
const THIS = 'workspace_id = $1 and clock = $2 and span = $3 and since = $4::date and store_id = $5::uuid';
const DAYS_OF = `from sku_day where workspace_id = $1 and clock = $2 and since >= $4::date and since < $4::date + ('1 ' || $3::text)::interval and store_id = $5::uuid`;

function toldOf(days: readonly (readonly [told: string])[]): string {
	const pieces: Pieces = [];
	for (const [told] of days) addPieces(pieces, piecesIn(told));
	return tellPieces(pieces);
}

/**
 * Compares what is told of the stretches that a store's day lies in with their days, and takes texts away that differ.
 * @returns how many differed
 */
export async function recheckSkuSpans(scope: Scope, { storeId, day }: { storeId: string; day: string }): Promise<number> {
	let wrong = 0;
	for (const clock of ['store', 'workspace'] as const) {
		for (const span of SPANS) {
			const since = span === 'year' ? `${day.slice(0, 4)}-01-01` : `${day.slice(0, 7)}-01`;
			const values = [scope.workspaceId, clock, span, since, storeId];
			const kept = `from sku_span where ${THIS} and told is not null`;
			// One statement sees the days and what was made of them alike.
			const { rows } = await scope.client.query<[is: boolean, told: string]>({
				text: `select true, told ${kept} union all select false, told ${DAYS_OF} and exists (select ${kept})`,
				values,
				rowMode: 'array',
			});
			const own = rows.find(([is]) => is);
			const days = rows.flatMap(([is, told]): [string][] => (is ? [] : [[told]]));
			if (own === undefined || own[1] === toldOf(days)) continue;
			await scope.client.query(`update sku_span set told = null where ${THIS}`, values);
			wrong++;
		}
	}
	return wrong;
}

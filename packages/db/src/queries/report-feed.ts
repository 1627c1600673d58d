import {
	averageOf,
	type FeedFacts,
	feedLineOf,
	isPlatformId,
	LISTING_STATES,
	type MachineField,
	type MasterData,
	type PlatformId,
} from '@pangea/domain';
import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { chosenStoreIds } from './order-list.ts';
import type { ReportQuestion, ReportSource } from './report-question.ts';

/** What each platform tells of none of its listings. */
export type UntoldBy = (platform: PlatformId) => readonly MachineField[];

/** So many listings are read in one go. */
const AT_ONCE = 2000;

interface Row extends Omit<FeedFacts, 'price' | 'state' | 'rating' | 'untold' | 'own'> {
	listingId: string;
	storeId: string;
	platform: string;
	state: string;
	priceMinor: string | null;
	currency: string | null;
	stars: number[] | null;
	sku: string | null;
	own: MasterData | null;
}

/**
 * Works out the lines that the report `feed` tells, for the rest of the transaction: by the same judgement as the screens, so that file and screen
 * cannot differ. Once they lie in a table of the transaction's own, they are written like the rows of every other report.
 */
export async function gatherFeed(scope: Scope, question: ReportQuestion, untoldBy: UntoldBy): Promise<void> {
	await scope.client.query(`create temporary table report_feed (
		store_id uuid not null, listing_id text not null, variant_id text not null, seller_sku text, sku text, id text not null, title text not null,
		link text, image_link text, availability text, price text, brand text, gtin text, gtin_from text, item_group_id text, material text,
		shipping_weight text, shipping_length text, shipping_width text, shipping_height text, shipping_country text, machine_told integer not null,
		machine_of integer not null, machine_lacks text
	) on commit drop`);
	const stores = await chosenStoreIds(scope, question);
	let after: string | null = null;
	for (;;) {
		const rows: Row[] = stores.length === 0 ? [] : await liveListings(scope, stores, after);
		if (rows.length > 0) await keepLines(scope, rows, untoldBy);
		if (rows.length < AT_ONCE) return;
		after = rows.at(-1)?.listingId ?? null;
	}
}

async function liveListings(scope: Scope, stores: readonly string[], after: string | null): Promise<Row[]> {
	const { rows } = await scope.client.query<Row>(
		`select l.listing_id as "listingId", l.store_id as "storeId", s.platform, l.external_listing_id as "externalListingId",
				l.external_variant_id as "externalVariantId", l.seller_sku as "sellerSku", l.gtins, l.title, l.variant, l.state, l.stock,
				l.price_minor as "priceMinor", l.currency, l.stars, l.image_url as "imageUrl", l.url, s.name as seller, nullif(s.country, 'XX') as country,
				k.code as sku, case when k.sku_id is not null then json_build_object('gtins', k.gtins, 'brand', k.brand, 'materials', k.materials,
					'weight', k.weight_grams, 'length', k.length_mm, 'width', k.width_mm, 'height', k.height_mm) end as own,
				exists (select from listing o where o.workspace_id = l.workspace_id and o.store_id = l.store_id and o.listing_id <> l.listing_id
					and o.external_listing_id = l.external_listing_id and o.state = 'live' and o.gone_at is null) as "hasSisters"
			from listing l join store s on s.workspace_id = l.workspace_id and s.store_id = l.store_id
			left join sku k on k.workspace_id = l.workspace_id and k.sku_id = l.sku_id
			where l.workspace_id = $1 and l.store_id = any($2::uuid[]) and l.state = 'live' and l.gone_at is null
				and ($3::uuid is null or l.listing_id > $3)
			order by l.listing_id limit $4`,
		[scope.workspaceId, stores, after, AT_ONCE],
	);
	return rows;
}

async function keepLines(scope: Scope, rows: readonly Row[], untoldBy: UntoldBy): Promise<void> {
	const lines = rows.map(({ storeId, externalListingId, externalVariantId, sellerSku, sku, ...row }) => {
		const { average, ratings } = averageOf(row.stars);
		const line = feedLineOf({
			...row,
			externalListingId,
			externalVariantId,
			sellerSku,
			state: LISTING_STATES.find((state) => state === row.state) ?? 'unknown',
			price: row.priceMinor !== null && row.currency !== null ? { amountMinor: BigInt(row.priceMinor), currency: row.currency } : null,
			rating: average === null ? null : { average, ratings },
			untold: isPlatformId(row.platform) ? untoldBy(row.platform) : [],
		});
		return { store_id: storeId, listing_id: externalListingId, variant_id: externalVariantId, seller_sku: sellerSku, sku, ...line };
	});
	await scope.client.query(`insert into report_feed select * from jsonb_populate_recordset(null::report_feed, $1::jsonb)`, [
		JSON.stringify(lines),
	]);
}

/** In the order of the report of stock. */
export function feedSource(scope: Scope): ReportSource {
	const { workspaceId } = scope;
	return {
		from: sql`report_feed as f join store as s on s.workspace_id = ${workspaceId} and s.store_id = f.store_id
			left join listing_read as r on r.workspace_id = ${workspaceId} and r.store_id = f.store_id`,
		order: sql`s.name, s.store_id, f.listing_id, f.variant_id`,
	};
}

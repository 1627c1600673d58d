import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { inStores, type StoreScope } from './store-scope.ts';

/** A listing with what decides what can be changed of it. */
export interface OfferRow {
	listingId: string;
	storeId: string;
	platform: string;
	siteId: string;
	mode: string;
	attributes: Record<string, string>;
	connectionState: string;
	writesStopped: boolean;
	skuId: string | null;
	skuCode: string | null;
	externalListingId: string;
	externalVariantId: string;
	sellerSku: string | null;
	title: string;
	variant: string | null;
	imageUrl: string | null;
	state: string;
	rawStatus: string;
	priceMinor: string | null;
	currency: string | null;
	receivedMinor: string | null;
	receivedCurrency: string | null;
	stock: number | null;
	sold: number;
	/** Fields with a change that is under way. */
	underWay: string[];
}

const columns = sql`l.listing_id as "listingId", l.store_id as "storeId", s.platform, s.site_id as "siteId", s.mode, s.attributes,
	c.state as "connectionState", s.writes_stopped_at is not null or w.writes_stopped_at is not null as "writesStopped",
	l.sku_id as "skuId", k.code as "skuCode", l.external_listing_id as "externalListingId", l.external_variant_id as "externalVariantId", l.seller_sku as "sellerSku", l.title, l.variant,
	l.image_url as "imageUrl", l.state, l.raw_status as "rawStatus", l.price_minor::text as "priceMinor", l.currency,
	l.received_minor::text as "receivedMinor", l.received_currency as "receivedCurrency", l.stock, l.sold_units as sold,
	coalesce((select array_agg(h.field) from listing_change h where h.workspace_id = l.workspace_id and h.listing_id = l.listing_id
		and h.state in ('queued', 'sending', 'accepted')), '{}') as "underWay"`;
const source = sql`listing l join store s on s.workspace_id = l.workspace_id and s.store_id = l.store_id
	join workspace w on w.workspace_id = l.workspace_id
	join connection c on c.workspace_id = s.workspace_id and c.connection_id = s.connection_id and c.state <> 'disconnected'
	left join sku k on k.workspace_id = l.workspace_id and k.sku_id = l.sku_id`;

/** Listings of stores that are switched on, what sells most first. `text` is looked for in codes and titles. */
export async function offerPage(
	scope: Scope,
	asked: { stores: StoreScope; platform: string | null; text: string | null; after: string | undefined; limit: number },
): Promise<{ rows: OfferRow[]; next: string | null }> {
	const [, sold, after] = /^(\d{1,12})\.([0-9a-f-]{36})$/.exec(asked.after ?? '') ?? [];
	const pattern = asked.text === null ? null : `%${asked.text.replace(/[\\%_]/g, '\\$&')}%`;
	const { rows } = await sql<OfferRow>`
		select ${columns} from ${source}
		where l.workspace_id = ${scope.workspaceId} and l.gone_at is null and s.enabled and ${inStores('l.store_id', asked.stores)}
			and (${asked.platform}::text is null or s.platform = ${asked.platform})
			and (${pattern}::text is null or l.seller_sku ilike ${pattern} or k.code ilike ${pattern} or l.title ilike ${pattern})
			and (${sold ?? null}::integer is null or l.sold_units < ${sold ?? null}
				or (l.sold_units = ${sold ?? null} and l.listing_id > ${after ?? null}::uuid))
		order by l.sold_units desc, l.listing_id limit ${asked.limit + 1}`.execute(scope.db);
	const page = rows.slice(0, asked.limit);
	const last = page.at(-1);
	return { rows: page, next: rows.length > asked.limit && last ? `${last.sold}.${last.listingId}` : null };
}

/** The named listings inside the stores, as far as they are still listed. */
export async function offersNamed(scope: Scope, stores: StoreScope, listingIds: readonly string[]): Promise<OfferRow[]> {
	const { rows } = await sql<OfferRow>`
		select ${columns} from ${source} join unnest(${[...new Set(listingIds)]}::uuid[]) as x(listing_id) on x.listing_id = l.listing_id
		where l.workspace_id = ${scope.workspaceId} and l.gone_at is null and s.enabled and ${inStores('l.store_id', stores)}`.execute(
		scope.db,
	);
	return rows;
}

/** Cost of one unit of each SKU on a day, inbound shipping included, under any of the seller's codes; nothing for those of which nobody stated it. */
export async function landedCosts(
	scope: Scope,
	skuIds: readonly string[],
	day: string,
): Promise<Map<string, { currency: string; amountMinor: string }>> {
	const { rows } = await sql<{ skuId: string; currency: string; amountMinor: string }>`
		with asked as (select unnest(${[...new Set(skuIds)]}::uuid[]) as sku_id), codes as (
			select k.sku_id, k.code from asked a join sku k on k.workspace_id = ${scope.workspaceId} and k.sku_id = a.sku_id
			union select l.sku_id, l.seller_sku from asked a join listing l on l.workspace_id = ${scope.workspaceId} and l.sku_id = a.sku_id
				where l.seller_sku is not null
		)
		select distinct on (codes.sku_id) codes.sku_id as "skuId", c.currency, (c.amount_minor + coalesce(c.inbound_minor, 0))::text as "amountMinor"
		from codes join sku_cost c on c.workspace_id = ${scope.workspaceId} and c.seller_sku = codes.code
		where c.valid_from <= ${day}::date and c.amount_minor is not null and not exists (select from sku_cost later
			where later.workspace_id = c.workspace_id and later.seller_sku = c.seller_sku and later.valid_from = c.valid_from
				and later.recorded_at > c.recorded_at)
		order by codes.sku_id, c.valid_from desc, c.recorded_at desc`.execute(scope.db);
	return new Map(rows.map(({ skuId, ...cost }) => [skuId, cost]));
}

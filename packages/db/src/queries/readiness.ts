import type { DraftGap, ListingDraft } from '@pangea/domain';
import type { Scope } from '../database.ts';
import type { StoreScope } from './store-scope.ts';

/*
 * What is known of many SKUs in many stores, each question asked once for all of them. Empty cells of the matrix have no row anywhere: they are put together
 * of what is known of the SKU and of the store.
 */

export interface SkuFacts {
	skuId: string;
	/** Its own and those of its listings, unchecked. */
	gtins: string[];
	weightGrams: number | null;
	hsCode: string | null;
	originCountry: string | null;
	/** Stores that list it with a title. */
	titledIn: string[];
	/** The most pieces that one listing has; null where none tells any. */
	stock: number | null;
	/** Whether some listing tells no stock. */
	stockNotTold: boolean;
}

export async function skuFacts(scope: Scope, stores: StoreScope, skuIds: readonly string[]): Promise<SkuFacts[]> {
	const { rows } = await scope.client.query<SkuFacts>(
		`select k.sku_id as "skuId", k.gtins || coalesce(l.gtins, '{}') as gtins, k.weight_grams as "weightGrams", k.hs_code as "hsCode", k.origin_country as "originCountry",
				coalesce(l.titled, '{}') as "titledIn", l.stock, coalesce(l.not_told, true) as "stockNotTold"
			from unnest($2::uuid[]) as x(sku_id) join sku k on k.workspace_id = $1 and k.sku_id = x.sku_id
			cross join lateral (select array_agg(distinct store_id) filter (where title <> '') as titled, max(stock) as stock,
					(select array_agg(distinct one) from listing t, unnest(t.gtins) as one where t.workspace_id = $1 and t.sku_id = x.sku_id and t.gone_at is null
						and ($3::uuid[] is null or t.store_id = any($3))) as gtins,
					bool_or(stock is null) as not_told
				from listing where workspace_id = $1 and sku_id = x.sku_id and gone_at is null and ($3::uuid[] is null or store_id = any($3))) l`,
		[scope.workspaceId, [...new Set(skuIds)], stores === null ? null : [...stores]],
	);
	return rows;
}

export interface StoreFacts {
	storeId: string;
	platform: string;
	siteId: string;
	country: string;
	language: string;
	/** As people said, else as the platform tells. */
	mode: string;
	/** The company in whose name it is; null where nobody has said. */
	entity: string | null;
}

/** Stores whose listings are read: only there is an empty cell empty. */
export async function readStores(scope: Scope, stores: StoreScope): Promise<StoreFacts[]> {
	const { rows } = await scope.client.query<StoreFacts>(
		`select s.store_id as "storeId", s.platform, s.site_id as "siteId", s.country, s.language, coalesce(s.mode_said, s.mode) as mode, s.entity
			from store s join connection c on c.workspace_id = s.workspace_id and c.connection_id = s.connection_id and c.state <> 'disconnected'
				join listing_read r on r.workspace_id = s.workspace_id and r.store_id = s.store_id and r.state = 'read'
			where s.workspace_id = $1 and s.enabled and ($2::uuid[] is null or s.store_id = any($2)) order by s.store_id`,
		[scope.workspaceId, stores === null ? null : [...stores]],
	);
	return rows;
}

export interface DraftFacts {
	skuId: string;
	storeId: string;
	categoryId: string | null;
	/** Without descriptions, which are long. */
	texts: { language: string; title: string; marks?: ListingDraft['texts'][number]['marks'] }[];
	gtin: string | null;
	price: ListingDraft['price'];
	stock: number | null;
	gaps: DraftGap[] | null;
}

/** Drafts of some SKUs that are not on sale yet. */
export async function draftFacts(scope: Scope, stores: StoreScope, skuIds: readonly string[]): Promise<DraftFacts[]> {
	const { rows } = await scope.client.query<DraftFacts>(
		`select c.sku_id as "skuId", c.store_id as "storeId", c.draft->>'categoryId' as "categoryId", c.draft->>'gtin' as gtin,
				nullif(c.draft->'price', 'null') as price, (c.draft->>'stock')::integer as stock, c.gaps,
				(select coalesce(jsonb_agg(t - 'description' - 'from'), '[]') from jsonb_array_elements(c.draft->'texts') as t) as texts
			from unnest($2::uuid[]) as x(sku_id) join listing_copy c on c.workspace_id = $1 and c.sku_id = x.sku_id
			where c.state <> 'published' and ($3::uuid[] is null or c.store_id = any($3))`,
		[scope.workspaceId, [...new Set(skuIds)], stores === null ? null : [...stores]],
	);
	return rows;
}

export interface BlockedFacts {
	skuId: string;
	storeId: string;
	title: string;
	rawStatus: string;
	issues: string[];
	gtins: string[];
	stock: number | null;
	priceMinor: string | null;
	currency: string | null;
}

/** Listings of some SKUs that their platform keeps from sale, where the store has no other that buyers can have. */
export async function blockedFacts(scope: Scope, stores: StoreScope, skuIds: readonly string[]): Promise<BlockedFacts[]> {
	const { rows } = await scope.client.query<BlockedFacts>(
		`select distinct on (l.sku_id, l.store_id) l.sku_id as "skuId", l.store_id as "storeId", l.title, l.raw_status as "rawStatus", l.issues, l.gtins,
				l.stock, coalesce(l.received_minor, l.price_minor)::text as "priceMinor",
				case when l.received_minor is null then l.currency else l.received_currency end as currency
			from unnest($2::uuid[]) as x(sku_id) join listing l on l.workspace_id = $1 and l.sku_id = x.sku_id
			where l.state = 'blocked' and l.gone_at is null and ($3::uuid[] is null or l.store_id = any($3)) and not exists (select from listing o
				where o.workspace_id = $1 and o.sku_id = l.sku_id and o.store_id = l.store_id and o.state = 'live' and o.gone_at is null)
			order by l.sku_id, l.store_id, l.listing_id`,
		[scope.workspaceId, [...new Set(skuIds)], stores === null ? null : [...stores]],
	);
	return rows;
}

export interface PaperFacts {
	entity: string;
	kind: string;
	country: string;
	/** ISO days, both included. */
	validFrom: string | null;
	validUntil: string | null;
}

/** What companies have in their dossiers, without what is sealed. */
export async function papersOf(scope: Scope, entities: readonly string[]): Promise<PaperFacts[]> {
	if (entities.length === 0) return [];
	return await scope.db
		.selectFrom('dossier_paper')
		.select(['entity', 'kind', 'country', 'valid_from as validFrom', 'valid_until as validUntil'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('entity', 'in', [...entities])
		.execute();
}

import type { Scope } from '../database.ts';
import type { Proposal } from '../schema-catalogue.ts';
import { inStores, type StoreScope } from './store-scope.ts';

export interface ListingCell {
	listingId: string;
	storeId: string;
	skuId: string;
	state: string;
	stock: number | null;
	priceMinor: string | null;
	currency: string | null;
	sold: number;
	issues: string[];
}

/** What stores of the scope list of some SKUs. */
export async function listingCells(scope: Scope, stores: StoreScope, skuIds: readonly string[]): Promise<ListingCell[]> {
	const { rows } = await scope.client.query<ListingCell>(
		`select l.listing_id as "listingId", l.store_id as "storeId", l.sku_id as "skuId", l.state, l.stock, l.price_minor as "priceMinor", l.currency,
				l.sold_units as sold, l.issues
			from unnest($2::uuid[]) as x(sku_id) join listing l on l.workspace_id = $1 and l.sku_id = x.sku_id
			where l.gone_at is null and ($3::uuid[] is null or l.store_id = any($3))`,
		[scope.workspaceId, skuIds, stores === null ? null : [...stores]],
	);
	return rows;
}

/** A listing as a person looks at it to decide whose it is. */
export interface WaitingListing {
	listingId: string;
	storeId: string;
	title: string;
	variant: string | null;
	sellerSku: string | null;
	gtins: string[];
	imageUrl: string | null;
	state: string;
	sold: number;
	proposals: Proposal[];
}

/** Listings that wait for a person: what sells most first. */
export async function waitingListings(
	scope: Scope,
	asked: { stores: StoreScope; after: string | undefined; limit: number },
): Promise<{ rows: WaitingListing[]; next: string | null }> {
	const [, sold, after] = /^(\d{1,12})\.([0-9a-f-]{36})$/.exec(asked.after ?? '') ?? [];
	const { rows } = await scope.client.query<WaitingListing>(
		`select listing_id as "listingId", store_id as "storeId", title, variant, seller_sku as "sellerSku", gtins, image_url as "imageUrl", state,
				sold_units as sold, proposals
			from listing where workspace_id = $1 and pairing_state = 'waiting' and gone_at is null and ($2::uuid[] is null or store_id = any($2))
				and ($3::integer is null or sold_units < $3 or (sold_units = $3 and listing_id > $4::uuid))
			order by sold_units desc, listing_id limit $5`,
		[
			scope.workspaceId,
			asked.stores === null ? null : [...asked.stores],
			sold === undefined ? null : Number(sold),
			after ?? null,
			asked.limit + 1,
		],
	);
	const page = rows.slice(0, asked.limit);
	const last = page.at(-1);
	return { rows: page, next: rows.length > asked.limit && last ? `${last.sold}.${last.listingId}` : null };
}

export interface SkuFace {
	skuId: string;
	code: string;
	title: string;
	variant: string | null;
	gtins: string[];
	imageUrl: string | null;
}

/** What is shown of some SKUs. */
export async function skuFaces(scope: Scope, skuIds: readonly string[]): Promise<SkuFace[]> {
	const { rows } = await scope.client.query<SkuFace>(
		`select k.sku_id as "skuId", k.code, k.title, k.variant, k.gtins, k.image_url as "imageUrl"
			from unnest($2::uuid[]) as x(sku_id) join sku k on k.workspace_id = $1 and k.sku_id = x.sku_id`,
		[scope.workspaceId, [...new Set(skuIds)]],
	);
	return rows;
}

/** A listing of a SKU, with how it came to be one. */
export interface PairedListing {
	listingId: string;
	storeId: string;
	externalListingId: string;
	title: string;
	variant: string | null;
	sellerSku: string | null;
	imageUrl: string | null;
	state: string;
	rawStatus: string;
	issues: string[];
	stock: number | null;
	priceMinor: string | null;
	currency: string | null;
	sold: number;
	/** How many buyers gave its product one star to five; null where nobody told. */
	stars: number[] | null;
	url: string | null;
	gtins: string[];
	gone: boolean;
	pairedAt: string;
	/** The member who decided; null: by itself. */
	pairedBy: string | null;
	reasons: string[];
}

export async function listingsOfSku(scope: Scope, stores: StoreScope, skuId: string): Promise<PairedListing[]> {
	const { rows } = await scope.client.query<PairedListing>(
		`select l.listing_id as "listingId", l.store_id as "storeId", l.external_listing_id as "externalListingId", l.title, l.variant,
				l.seller_sku as "sellerSku", l.image_url as "imageUrl", l.state, l.raw_status as "rawStatus", l.issues, l.stock,
				l.price_minor as "priceMinor", l.currency, l.sold_units as sold, l.stars, l.url, l.gtins, l.gone_at is not null as gone,
				p.decided_at as "pairedAt", p.decided_by as "pairedBy", p.reasons
			from listing l join pairing p on p.workspace_id = l.workspace_id and p.listing_id = l.listing_id and p.ended_at is null
			where l.workspace_id = $1 and l.sku_id = $2 and ($3::uuid[] is null or l.store_id = any($3))
			order by l.sold_units desc, l.listing_id`,
		[scope.workspaceId, skuId, stores === null ? null : [...stores]],
	);
	return rows;
}

/** How far the listings of each store are read; the state is null where they never were. */
export async function listingReads(scope: Scope, storeScope: StoreScope) {
	return await scope.db
		.selectFrom('store as s')
		.innerJoin('connection as c', (join) =>
			join.onRef('c.workspace_id', '=', 's.workspace_id').onRef('c.connection_id', '=', 's.connection_id'),
		)
		.leftJoin('listing_read as r', (join) => join.onRef('r.workspace_id', '=', 's.workspace_id').onRef('r.store_id', '=', 's.store_id'))
		.select([
			's.store_id as storeId',
			's.platform',
			's.site_id as siteId',
			's.name',
			's.country',
			's.attributes',
			'r.state',
			'r.read_until as readUntil',
			'r.unreadable',
		])
		.where('s.workspace_id', '=', scope.workspaceId)
		.where('s.enabled', '=', true)
		.where('c.state', '<>', 'disconnected')
		.where(inStores('s.store_id', storeScope))
		.orderBy('s.platform')
		.orderBy('s.store_id')
		.execute();
}

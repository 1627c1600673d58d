import type { ColumnType, Generated } from 'kysely';
import type { DefaultArray, DefaultTime, Int8, JsonDefault } from './schema-columns.ts';

type Later<T> = ColumnType<T | null, T | null | undefined, T | null>;

/** A SKU that a listing may be, with what speaks for and against it. */
export interface Proposal {
	skuId: string;
	confidence: number;
	reasons: string[];
}

export interface SkuTable {
	workspace_id: string;
	sku_id: string;
	code: string;
	title: string;
	variant: string | null;
	gtins: DefaultArray<string>;
	image_url: string | null;
	weight_grams: Later<number>;
	hs_code: Later<string>;
	/** ISO 3166. */
	origin_country: Later<string>;
	brand: Later<string>;
	materials: Later<string>;
	length_mm: Later<number>;
	width_mm: Later<number>;
	height_mm: Later<number>;
	pack_pieces: Later<number>;
	/** One more with each change of a person; 1: as it was founded. */
	version: Generated<number>;
	changed_at: Later<string>;
	changed_by: Later<string>;
	created_at: DefaultTime;
}
export interface ListingTable {
	workspace_id: string;
	listing_id: string;
	store_id: string;
	external_listing_id: string;
	/** Empty where the product has no variants. */
	external_variant_id: string;
	origin_key: string | null;
	seller_sku: string | null;
	gtins: string[];
	title: string;
	variant: string | null;
	state: string;
	raw_status: string;
	issues: string[];
	price_minor: Int8 | null;
	currency: string | null;
	stock: number | null;
	/** What is left to the seller, where the platform takes that as the price. */
	received_minor: Later<string>;
	received_currency: Later<string>;
	image_url: string | null;
	url: string | null;
	ext_updated_at: string | null;
	digest: Buffer;
	first_seen_at: DefaultTime;
	changed_at: DefaultTime;
	/** Since when a walk over everything does not find it. */
	gone_at: string | null;
	/** Pieces sold in the thirty days before the last look. */
	sold_units: Generated<number>;
	sku_id: string | null;
	pairing_state: Generated<string>;
	proposals: JsonDefault<Proposal[]>;
	/** When the product's reviews were asked for last. */
	reviews_at: ColumnType<string | null, string | undefined, string>;
	/** How many buyers gave one star to five; null where nobody told. */
	stars: ColumnType<number[] | null, number[] | undefined, number[] | null>;
	/** The first day of which its platform has not told stars yet, where it tells them by day. */
	stars_until: Later<string>;
	/** SKUs of which a person said that it is none of them. */
	refused: DefaultArray<string>;
}
export interface ListingKeyTable {
	workspace_id: string;
	key: string;
	listing_id: string;
}
/** What the listings of a SKU came to when they were added up last, all stores together. */
export interface SkuStandingTable {
	workspace_id: string;
	sku_id: string;
	/** 0: only reviews from files are of it. */
	listings: number;
	/** Pieces in thirty days. */
	sold: number;
	/** Stores where it can be bought. */
	open_stores: number;
	/** How many buyers gave stars, and how many stars these are. */
	stars: Int8;
	star_sum: Int8;
	average: ColumnType<number | null, never, never>;
	/** All that is searched of the SKU and its listings, in small letters. */
	words: string;
}
/** The same in one store. */
export interface SkuStoreStandingTable {
	workspace_id: string;
	sku_id: string;
	store_id: string;
	listings: number;
	sold: number;
	open: boolean;
	/** How many buyers gave stars as the platform counts, and how many stars these are. */
	stars: Int8;
	star_sum: Int8;
	/** The same of reviews that came in files. */
	file_stars: Int8;
	file_sum: Int8;
}
/** SKUs with something changed since they were added up last. */
export interface SkuStaleTable {
	workspace_id: string;
	note_id: Generated<string>;
	sku_id: string;
}
export interface PairingTable {
	workspace_id: string;
	pairing_id: string;
	listing_id: string;
	sku_id: string;
	/** The member who decided; null: paired by itself. */
	decided_by: string | null;
	decided_at: DefaultTime;
	confidence: number | null;
	reasons: string[];
	ended_at: string | null;
	ended_by: string | null;
}
export interface ListingReadTable {
	workspace_id: string;
	store_id: string;
	/** All that changed up to here has been read. */
	read_until: string | null;
	/** When all that there is was read last. */
	whole_at: string | null;
	tried_at: string | null;
	/** Products of the last walk that could not be understood. */
	unreadable: Generated<number>;
	state: Generated<string>;
	/** When the pieces that its listings sold were counted last, how many milliseconds it took, and the newest change of an order that was in. */
	sold_at: Later<string>;
	sold_ms: Generated<number>;
	sold_until: Later<string>;
	/** Products on sale or kept from it, those whose reviews were asked for at least once, and when that was last. */
	products: Generated<number>;
	products_asked: Generated<number>;
	reviews_read_at: Later<string>;
	/** When orders with few stars were read last. */
	low_rated_at: Later<string>;
	/** The file of buyers' feedback that the platform is making. */
	feedback_ticket: Later<string>;
	/** When the grant was last without the right to reviews or stars. */
	reviews_refused_at: Later<string>;
}

/** The goods and what stores list of them. */
export interface CatalogueSchema {
	sku: SkuTable;
	listing: ListingTable;
	listing_key: ListingKeyTable;
	pairing: PairingTable;
	listing_read: ListingReadTable;
	sku_standing: SkuStandingTable;
	sku_store_standing: SkuStoreStandingTable;
	sku_stale: SkuStaleTable;
}

import type { Money } from '../money.ts';
import type { Instant } from '../time.ts';

/** `live`: buyers can order it. `blocked`: the platform keeps it from sale. `inactive`: the seller does. `draft`: never offered so far. */
export const LISTING_STATES = ['live', 'blocked', 'inactive', 'draft', 'unknown'] as const;
export type ListingState = (typeof LISTING_STATES)[number];

/** One variant as one store offers it. The store is known from where it was read. */
export interface Listing {
	/** The platform's id of the product, as order lines name it. */
	externalListingId: string;
	/** The platform's id of the variant, as order lines name it; empty where the product has none. */
	externalVariantId: string;
	/** The platform's key of the same product in other stores; null where it tells none. */
	originKey: string | null;
	sellerSku: string | null;
	/** As the platform tells them, unchecked. */
	gtins: string[];
	title: string;
	variant: string | null;
	state: ListingState;
	/** The platform's own word. */
	rawStatus: string;
	/** Why the platform keeps it from sale, in its own words. */
	issues: string[];
	price: Money | null;
	/** What is left to the seller of a piece, where the platform takes that as the price and adds fees and freight itself; only there. */
	received?: Money | null;
	/** Pieces that buyers can order, as the platform tells it. */
	stock: number | null;
	imageUrl: string | null;
	url: string | null;
	/** The platform's own time of the last change; null where it tells none. */
	updatedAt: Instant | null;
}

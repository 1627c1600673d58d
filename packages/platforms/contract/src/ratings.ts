import type { Instant, StoreDescription } from '@pangea/domain';
import type { Outcome, ProductReviews, StoreContext } from './adapter.ts';

/** Stars that buyers gave a product on some days. */
export interface StarsTold {
	/** One star to five. */
	stars: NonNullable<ProductReviews['stars']>;
	/** The first day, in the store's zone, of which the platform has not told yet. */
	until: string;
}

/** An order whose buyer gave few stars; of what was written nothing is told. */
export interface LowRatedOrder {
	externalOrderId: string;
	externalListingId: string;
	externalVariantId: string;
	/** 1 to 5. */
	rating: number;
	deliveredAt: Instant | null;
}

/** What a platform tells of reviews whose words it shows to no program. */
export interface Ratings {
	/** The page on which the platform describes them. */
	readonly source: string;
	/**
	 * Stars from a day on, which is counted, up to what the platform has told of.
	 * @param from in the store's zone; null: as far back as the platform tells
	 * @throws PlatformError
	 */
	starsSince(context: StoreContext, externalListingId: string, from: string | null): Promise<StarsTold>;
	/** Present where the platform names orders. */
	readonly lowRated?: {
		serves(store: Pick<StoreDescription, 'siteId'>): boolean;
		/** All that are named now. @throws PlatformError */
		pull(context: StoreContext): AsyncIterable<Outcome<LowRatedOrder>[]>;
	};
}

import type { ReviewTopics, StoreDescription } from '@pangea/domain';
import type { StoreContext } from './adapter.ts';

/** What buyers write about, where the platform shows none of their reviews. */
export interface ReviewTopicsReader {
	/** In which topics and pieces are told, whatever the buyers' language; BCP 47. */
	readonly language: string;
	/** Where the platform says so. */
	readonly source: string;
	/** Whether topics are told of a store's site. */
	serves(store: Pick<StoreDescription, 'siteId'>): boolean;
	/** The topics of a product; null where there are too few reviews for any. @throws PlatformError */
	ofProduct(context: StoreContext, externalListingId: string): Promise<ReviewTopics | null>;
}

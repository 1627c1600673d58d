import type { Instant } from './time.ts';

/** What a platform says that buyers write about one product, where it shows none of their reviews. */
export interface ReviewTopic {
	/** In the platform's words. */
	topic: string;
	praised: boolean;
	/** How often reviews mention it; null where the platform does not tell. */
	mentions: number | null;
	/** By how many stars it moves the product's average, either way; null where it does not or the platform does not tell. */
	impact: number | null;
	/** Pieces of reviews, as the platform cut them. */
	snippets: string[];
}

export interface ReviewTopics {
	/** The time of which they are. */
	from: Instant;
	until: Instant;
	/** Praise first, the most mentioned first. */
	topics: ReviewTopic[];
}

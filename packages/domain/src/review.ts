import type { Instant } from './time.ts';

/** A buyer's public word about a product, as one store's platform shows it. The listing is known from where it was read. */
export interface Review {
	/** The platform's own id. */
	externalId: string;
	/** Whole stars, 1 to 5. */
	rating: number;
	title: string | null;
	text: string | null;
	writtenAt: Instant;
	/** The platform's own word. */
	rawStatus: string | null;
}

/** What is kept sealed of a review: its words now, and what they and the stars were before they changed, latest last. */
export interface ReviewBody {
	title: string | null;
	text: string | null;
	former: FormerReview[];
}

export interface FormerReview {
	rating: number;
	title: string | null;
	text: string | null;
	until: Instant;
	/** Of what a file said: the import that brought it, with the rest of what it said. */
	told?: { importId: string; writtenAt: Instant; diesAt: Instant };
}

/** Ratings up to here are complaints. */
export const LOW_RATING = 3;

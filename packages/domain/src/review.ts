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

/** What is kept sealed of a review: its words now, and what they and the stars were before the buyer changed them, latest last. */
export interface ReviewBody {
	title: string | null;
	text: string | null;
	former: { rating: number; title: string | null; text: string | null; until: Instant }[];
}

/** Ratings up to here are complaints. */
export const LOW_RATING = 3;

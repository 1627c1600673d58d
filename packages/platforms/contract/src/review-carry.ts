import type { Instant } from '@pangea/domain';

/** A review written elsewhere, as it is carried to another store: in the buyer's own words, without the buyer. */
export interface CarriedReview {
	/** The same for the same review and store for ever, so that carrying it twice is carrying it once. Any text. */
	identity: string;
	/** Where it was written: the platform's name. */
	source: string;
	/** Whole stars, 1 to 5. */
	rating: number;
	title: string | null;
	text: string | null;
	writtenAt: Instant;
}

/** The platform's product that the reviews are of. */
export interface CarryProduct {
	externalListingId: string;
	title: string;
}

/** Why a review cannot be carried: there are no words of it, or more than the platform takes; nothing is cut. */
export const CARRY_BARS = ['wordless', 'tooLong'] as const;
export type CarryBar = (typeof CARRY_BARS)[number];

/** The form in which a platform takes reviews from elsewhere. We make it; handing it over is left to people. */
export interface ReviewCarry {
	/** Most reviews in one body. */
	readonly most: number;
	/** Where the platform says that reviews may not be chosen. */
	readonly rule: string;
	/** Null where it can be carried. Pure. */
	barOf(review: CarriedReview): CarryBar | null;
	/** The bodies of the calls that would hand reviews over, none of which has a bar. Pure. */
	bodies(product: CarryProduct, reviews: readonly CarriedReview[]): object[];
}

import type { Outcome, StoreContext } from './adapter.ts';

/** What a buyer said, after an order, of the store and not of a product. */
export interface StoreFeedbackRow {
	externalOrderId: string;
	/** 1 to 5. */
	rating: number;
	comment: string | null;
	/** The day in the platform's own count; null where its writing leaves open which is the day and which the month. */
	day: string | null;
}

/** Feedback comes as a file that the platform makes on request. */
export type FeedbackAnswer =
	/** It is being made. `ticket` is opaque and survives the process. */
	| { state: 'waiting'; ticket: string; seconds: number }
	| { state: 'told'; rows: Outcome<StoreFeedbackRow>[] }
	/** There is none, or the platform does not say why it made none. */
	| { state: 'nothing' };

/** What buyers say of a store. */
export interface StoreFeedback {
	/** The page on which the platform describes it. */
	readonly source: string;
	/** @param ticket of a file that was asked for before; null: asks for one. @throws PlatformError */
	ask(context: StoreContext, ticket: string | null): Promise<FeedbackAnswer>;
}

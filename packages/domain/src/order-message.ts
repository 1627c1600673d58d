/**
 * What a seller may tell or ask a buyer about one order, where a platform allows kinds of messages and no others. `reviewRequest` has no words of
 * the seller's: the platform writes it.
 */
export const ORDER_MESSAGE_KINDS = [
	'orderDetails',
	'deliveryDetails',
	'serviceDetails',
	'customization',
	'problem',
	'accessKey',
	'variant',
	'billing',
	'other',
	'reviewRequest',
] as const;
export type OrderMessageKind = (typeof ORDER_MESSAGE_KINDS)[number];

/**
 * What became of one. `queued` and `sending` as of replies; `unknown`: it was handed over and no answer came, and nothing tells whether the
 * platform has it, so it is never handed over again by itself.
 */
export const ORDER_MESSAGE_STATES = ['queued', 'sending', 'accepted', 'rejected', 'failed', 'unknown'] as const;
export type OrderMessageState = (typeof ORDER_MESSAGE_STATES)[number];

export interface AllowedOrderMessage {
	kind: OrderMessageKind;
	/** Characters that the platform takes; null where it writes the words itself. */
	longest: number | null;
}

/** What a platform allows for an order at this moment. */
export interface OrderMessageOffer {
	allowed: AllowedOrderMessage[];
	/** What it allows beside that and is done at the platform, in its own words. */
	elsewhere: string[];
	/** In which the buyer wants to be written to, as a BCP 47 tag; null where the platform does not say. */
	language: string | null;
}

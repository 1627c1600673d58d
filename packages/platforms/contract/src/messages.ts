import type { Instant, Order, OrderMessageKind, OrderMessageOffer, Thread } from '@pangea/domain';
import type { Page, StoreContext } from './adapter.ts';

/**
 * Conversations with buyers. What is read is bounded by the time of the news and not by a cursor: a conversation that gets news moves to the head
 * of every platform's list, so a walk that is interrupted begins anew and ends where the last whole one began.
 */
export interface Messages {
	/** The longest text of one message, in UTF-16 units, which are never fewer than characters. */
	readonly longestText: number;
	/**
	 * Pages of conversations with news at or after `since`, each with its messages from then on, until the list holds none any more.
	 * @throws PlatformError kind `forbidden` code `scopeMissing` where the platform has not opened messages to our app.
	 */
	pull(context: StoreContext, since: Instant): AsyncIterable<Page<Thread>>;
	/** The named conversations with their messages at or after `since`. Unknown ones are missing. @throws PlatformError */
	fetch(context: StoreContext, externalIds: readonly string[], since: Instant): Promise<Page<Thread>>;
	/**
	 * Sends one text, with files where there are some; empty where files go alone. Sending is never repeated by itself: whoever does not know whether it arrived has to look (`fetch`).
	 * @param reply what the message is known by on our side, for platforms that keep it.
	 * @returns the platform's id of the message.
	 * @throws PlatformError kind `rejected` when the platform does not take this message, `unavailable` when nobody knows.
	 */
	send(context: StoreContext, externalConversationId: string, text: string, reply?: ReplyFacts): Promise<string>;
	/**
	 * The bytes of a file that a message named; absent where none can be had.
	 * @param most bytes that are taken
	 * @throws PlatformError kind `notFound` when the platform has it no more, `rejected` code `attachmentTooLarge` when it is larger than that
	 */
	file?(context: StoreContext, file: FileReference, most: number): Promise<Uint8Array>;
	/** Tells the platform that the seller has seen everything; absent where it keeps no such mark. @throws PlatformError */
	markRead?(context: StoreContext, externalConversationId: string): Promise<void>;
}

/** Messages of fixed kinds about an order, of which the platform allows some for some orders. What was sent cannot be read back. */
export interface OrderMessages {
	/** Whether stores that work in a way have them; absent where all do. */
	serves?(store: { mode: string }): boolean;
	/** What is allowed for the order at this moment. @throws PlatformError */
	allowed(context: StoreContext, externalOrderId: string): Promise<OrderMessageOffer>;
	/**
	 * Sends one. It is never repeated by itself.
	 * @param message without words where the platform writes them
	 * @throws PlatformError kinds `rejected`, `forbidden` or `notFound` when the platform does not take it, `unavailable` when nobody knows.
	 */
	send(context: StoreContext, externalOrderId: string, message: { kind: OrderMessageKind; text: string | null }): Promise<void>;
}

/** Claims and returns of a platform that lets nobody write: read with their orders, shown as conversations. */
export interface Cases {
	/** Pure: the cases of an order as it is now. @returns conversations of kind `case`. */
	ofOrder(order: Order): Thread[];
}

/** What is known of a reply beside its words. */
export interface ReplyFacts {
	/** Ours, the same for each attempt. */
	messageId: string;
	/** The platform's id of the buyer's last message; null where there is none. */
	answers: string | null;
	/** As the manifest allows them. */
	files: readonly OutgoingFile[];
}

/** A file of an answer. */
export interface OutgoingFile {
	/** With an ending that fits its type. */
	name: string;
	type: string;
	bytes: Uint8Array;
	/** What a former attempt at this very answer was given for it by the platform; null where there was none. */
	given: string | null;
	/** Keeps what the platform gave for it, before the answer that names it is sent. */
	keep(given: string): Promise<void>;
}

/** A file as one message named it. */
export interface FileReference {
	externalConversationId: string;
	externalMessageId: string;
	/** As the adapter wrote it into the message. */
	ref: string;
}

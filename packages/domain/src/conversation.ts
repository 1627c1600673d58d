import type { Instant } from './time.ts';

/** What a conversation is at its platform: a chat with a buyer, a public question about a listing, messages of one purchase, a claim. */
export const CONVERSATION_KINDS = ['chat', 'question', 'purchase', 'claim'] as const;
export type ConversationKind = (typeof CONVERSATION_KINDS)[number];

/** What a message shows. `notice`: the platform tells something; `other`: it can be seen at the platform only. */
export const MESSAGE_KINDS = ['text', 'image', 'video', 'orderCard', 'productCard', 'returnCard', 'couponCard', 'notice', 'other'] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** Who speaks. `robot`: the seller's side without a person. */
export const SENDERS = ['buyer', 'seller', 'robot', 'platform'] as const;
export type Sender = (typeof SENDERS)[number];

/**
 * What became of a message. `received`: it came from the platform. Ours go from `queued` (kept here) over `sending` (whether the platform has it
 * is not known yet) to `accepted`, `rejected` (the platform says no) or `failed` (it could not be reached for too long).
 */
export const MESSAGE_STATES = ['received', 'queued', 'sending', 'accepted', 'rejected', 'failed'] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

/** A conversation as its platform tells it. */
export interface Conversation {
	externalId: string;
	kind: ConversationKind;
	/** As the platform's orders name the buyer; null where it does not tell. */
	externalBuyerId: string | null;
	/** As the platform shows the buyer. Personal. */
	buyerName: string | null;
	/** Whether the seller may write now; null where nobody says. */
	canSend: boolean | null;
}

/** A message as its platform tells it. */
export interface Message {
	externalId: string;
	kind: MessageKind;
	sender: Sender;
	sentAt: Instant;
	/** Sorts the messages of one conversation as text, where their times do not. */
	position: string;
	/** Null for kinds without words. Personal, like all that follows. */
	text: string | null;
	imageUrl: string | null;
	/** What a card or the way into the conversation points at, as the platform names it. */
	externalOrderId: string | null;
	externalListingId: string | null;
	/** Files that came with it and are not kept. */
	attachments?: readonly Attachment[];
}

/** A file as its message names it. */
export interface Attachment {
	name: string;
	type: string;
	bytes: number;
}

/** What is sealed of a conversation: who the buyer is and how the last message begins. */
export interface ConversationFace {
	buyerName: string | null;
	preview: string | null;
	previewKind: MessageKind;
}

/** What is sealed of a message. */
export type MessageBody = Pick<Message, 'text' | 'imageUrl' | 'attachments'>;

/** A conversation and messages of it, oldest first. */
export interface Thread {
	conversation: Conversation;
	messages: Message[];
	/** Messages of ours that the platform took and could not deliver after all, with the sentence's code. */
	undelivered?: readonly { externalId: string; code: string }[];
}

/** The most that is sent as one message of any platform; each has its own limit below. */
export const LONGEST_MESSAGE = 4000;

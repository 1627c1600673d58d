import type { ReturnKind, ReturnState } from './order.ts';
import type { Instant } from './time.ts';

/**
 * What a conversation is at its platform: a chat with a buyer, a public question about a listing, messages of one purchase, a claim, or a case in
 * which nobody can write.
 */
export const CONVERSATION_KINDS = ['chat', 'question', 'purchase', 'claim', 'case'] as const;
export type ConversationKind = (typeof CONVERSATION_KINDS)[number];

/** What a message shows. `notice`: the platform tells something; `other`: it can be seen at the platform only. */
export const MESSAGE_KINDS = [
	'text',
	'image',
	'video',
	'file',
	'orderCard',
	'productCard',
	'returnCard',
	'couponCard',
	'notice',
	'other',
] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** Who speaks. `robot`: the seller's side without a person; `assistant`: the platform's own, asking in the buyer's name; it wants an answer as a buyer does. */
export const SENDERS = ['buyer', 'seller', 'robot', 'assistant', 'platform'] as const;
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
	/** Why not, in the platform's own word; null where it may or nobody says. */
	closedBy: string | null;
	/** The order or pack, or the listing, that the whole conversation is about, as the platform names it. */
	externalOrderId: string | null;
	externalListingId: string | null;
	/** What that listing is called, where the platform tells. */
	subject: string | null;
	/** Of claims and cases. */
	caseFacts?: CaseFacts;
}

/** Whom a claim or case waits for: the seller, by the platform's own word; whoever has not spoken last; or nobody on the seller's side. */
export const CASE_TURNS = ['seller', 'lastWord', 'nobody'] as const;
export type CaseTurn = (typeof CASE_TURNS)[number];

/** Where a claim or case stands at its platform, beside what is said in it. Nothing of it is personal. */
export interface CaseFacts {
	kind: ReturnKind;
	state: ReturnState;
	/** These three in the platform's own words. */
	rawStatus: string;
	stage: string | null;
	reason: string | null;
	turn: CaseTurn;
	/** By when the platform wants the seller to act; null where it names no time. */
	dueAt: Instant | null;
	/** Whether the platform has somebody in it who decides. */
	hasMediator: boolean;
	/** Who gets what the seller writes; null where nothing can be written. */
	answersGoTo: 'buyer' | 'mediator' | null;
	/** What the platform lists as open to the seller now. */
	actions: CaseAction[];
}

export interface CaseAction {
	/** In the platform's own word. */
	name: string;
	mandatory: boolean;
	dueAt: Instant | null;
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
	/** Files that came with it. */
	attachments?: readonly Attachment[];
	/** The sentence's code for which the platform took a message of the seller back after it had taken it; null where it did not. */
	refusedFor: string | null;
}

/** A file as its message names it. Its name is personal, and nothing of this is believed before its bytes are seen. */
export interface Attachment {
	name: string;
	/** Empty where the platform does not tell. */
	type: string;
	/** Zero where the platform does not tell. */
	bytes: number;
	/** Where its platform has it, for the adapter that named it; absent where it can be seen at the platform only. Secret as its message is. */
	ref?: string;
	/** The sentence's code for which it is not asked for, as where the platform warns of it. */
	refusedFor?: string;
}

/** What is sealed of a conversation: who the buyer is, what it is about and how the last message begins. */
export interface ConversationFace {
	buyerName: string | null;
	preview: string | null;
	previewKind: MessageKind;
	/** Absent in what was sealed before it was kept. */
	subject?: string | null;
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

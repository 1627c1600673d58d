import type {
	CaseFacts,
	ConversationKind,
	FileRisk,
	FileRules,
	FileStanding,
	FileState,
	MacroLanguage,
	MacroText,
	MessageKind,
	MessageState,
	OrderState,
	PlatformId,
	PolicyRuleId,
	Rendering,
	ReplyClockRule,
	ReplyKind,
	ReplyPerformance,
	Rota,
	Sender,
	TranslatorKind,
	WaitDue,
} from '@pangea/domain';
import type { CountView } from '../shapes.ts';

export interface ConversationRowView {
	conversationId: string;
	storeId: string;
	platform: PlatformId;
	kind: ConversationKind;
	externalId: string;
	buyerName: string | null;
	/** How the last message begins; null for kinds without words. */
	preview: string | null;
	previewKind: MessageKind;
	lastAt: string;
	lastSender: Sender;
	/** The first message of the buyer that nobody has answered. */
	waitingSince: string | null;
	/** By when the platform wants an answer; null where nobody waits or the platform keeps no such time. */
	due: ReplyDueView | null;
	unread: number;
	done: boolean;
	assigneeId: string | null;
	/** It sleeps until then; a buyer's message wakes it before. */
	snoozedUntil: string | null;
	tagIds: string[];
	/** Whether the platform lets the seller write; null where it does not say. */
	canSend: boolean | null;
	/** Why not, in the platform's word. */
	closedBy: string | null;
	/** What the listing is called that it is about, and the listing as the platform names it. */
	subject: string | null;
	externalListingId: string | null;
	/** The order that was named last, as the platform writes it. */
	externalOrderId: string | null;
}

export type ReplyDueView = WaitDue;

export interface MessageView {
	messageId: string;
	kind: MessageKind;
	sender: Sender;
	state: MessageState;
	sentAt: string;
	text: string | null;
	imageUrl: string | null;
	externalOrderId: string | null;
	externalListingId: string | null;
	attachments: FileView[];
	/** The member who wrote it here. */
	userId: string | null;
	/** Why it was not taken: a sentence's code. */
	errorCode: string | null;
	/** In which it is written, an ISO 639-1 code; null where it is too short to tell, or has no words. */
	language: string | null;
}

/** What a message says in a reader's language. `underWay`: somebody asks for it at this moment; ask again soon. */
export type RenderingView = { messageId: string } & (Rendering | { kind: 'underWay' });

export interface RenderedView {
	translator: TranslatorKind;
	renderings: RenderingView[];
}

/** In which language a buyer is answered, a BCP 47 tag; `told`: their messages tell it, else the store's country stands for it. */
export interface BuyerLanguageView {
	language: string;
	told: boolean;
}

/** A stretch of a draft and the fact of the order behind it; a word is cited behind what was said, with no length. */
export interface CiteView {
	start: number;
	end: number;
	/** Where the fact stands in the order, `parcel.trackingNumber`. */
	field: string;
	/** As it stands there: a figure as it is written in the draft, a state's word. */
	value: string;
}

export interface FactDraftView {
	text: string;
	cites: CiteView[];
}

/** A file of a message. */
export interface FileView {
	/** Null where it can be seen at the platform only. */
	fileId: string | null;
	/** Safe to show and to save under. */
	name: string;
	/** By its content once it is kept; as its sender says before. */
	type: string;
	/** Zero where nobody says. */
	bytes: number;
	state: FileState | 'elsewhere';
	/** Why it is not kept: a sentence's code. */
	errorCode: string | null;
	standing: FileStanding | null;
	risk: FileRisk | null;
	/** Of pictures, in points. */
	width: number | null;
	height: number | null;
	/** Where it can be had, for this member and some minutes; null while it is not kept. */
	url: string | null;
}

/** A file that is chosen for an answer and not sent. */
export interface ChosenFileView {
	fileId: string;
	name: string;
	/** By its content. */
	type: string;
	bytes: number;
}

/** What members tell each other about a conversation. No buyer sees it. */
export interface NoteView {
	noteId: string;
	/** The member who wrote it. */
	userId: string;
	text: string;
	/** Members who are named in it. */
	mentions: string[];
	at: string;
}

export interface InboxTagView {
	tagId: string;
	name: string;
}

/** A reply that the workspace keeps ready, with one text a language. */
export interface MacroView {
	macroId: string;
	name: string;
	texts: MacroText[];
	/** A digit from 1 on that puts it into an answer once the macros are open; null: none. */
	quickKey: string | null;
}

/** Who is given conversations that nobody holds; whose turn it is changes with each and is not told. */
export type RotaView = Omit<Rota, 'lastUserId'>;

/** A macro as it would be said in one conversation. */
export interface FilledMacroView {
	/** Variables without a fact stand in it as they are written. */
	text: string;
	language: MacroLanguage;
}

/** What a rule of the platform finds in a text before it is sent. */
export interface PolicyFindingView {
	/** Stable; the screens hold a sentence for it. */
	rule: PolicyRuleId;
	/** `blocks`: only who may override sends it all the same. */
	severity: 'blocks' | 'warns';
	/** Whether a text of the platform itself says so. */
	confirmed: boolean;
	source: string;
	/** The stretch of the text, in UTF-16 units, end exclusive. */
	start: number;
	end: number;
	/** What can stand in its place; null where only a person can mend it. */
	rewrite: string | null;
}

/** Whom a conversation is with. The conversation itself is not among those listed. */
export interface BuyerHistoryView {
	/** Newest first. `hand`: a person said so; `buyer`: the platform names the same buyer; `order`: both are about one purchase. */
	conversations: { conversation: ConversationRowView; reason: 'hand' | 'buyer' | 'order' }[];
	/** Held apart by hand. */
	apart: ConversationRowView[];
	/** Newest first. */
	orders: { orderId: string; externalId: string; storeId: string; state: OrderState; placedAt: string }[];
}

export interface ConversationPageView {
	rows: ConversationRowView[];
	next: string | null;
	seq: string;
}

export type ConversationViewName = 'waiting' | 'due' | 'mine' | 'nobody' | 'open' | 'snoozed' | 'done' | 'all';
export type ConversationCountsView = Record<ConversationViewName, CountView>;

export interface OpenConversationView {
	conversation: ConversationRowView;
	/** Oldest first. */
	messages: MessageView[];
	/** Oldest first. */
	notes: NoteView[];
	/** Whether a note names this member and they have not looked since. */
	mentioned: boolean;
	/** Opaque: where older messages are; null when there are none. */
	before: string | null;
	/** Our id of the order that was named last; null when we do not hold it. */
	orderId: string | null;
	/** What this member has begun to write, and their own words where it is a translation of these. */
	draft: string;
	ownDraft: string;
	/** Characters that the platform takes in one message. */
	longestText: number;
	/** What it takes as files of an answer here; null where it takes none. */
	fileRules: FileRules | null;
	/** What this member has chosen for an answer and not sent. */
	chosenFiles: ChosenFileView[];
	/** Of the buyer, as the store's country speaks: a BCP 47 tag. */
	language: string;
	/** The same as the buyer writes. */
	buyerLanguage: BuyerLanguageView;
	/** Whether this member reads it with translations, and every conversation that they have not chosen otherwise for. */
	reading: { translated: boolean; byDefault: boolean };
	/** Who would translate. */
	translator: TranslatorKind;
	/** Where a claim or case stands; null for other conversations. */
	caseFacts: CaseFacts | null;
	/** The platform's seller centre for this store, where a person goes on with it; null where none is known. */
	sellerCentre: string | null;
	/** A buyer waits, and the platform knows the mark that no reply is needed; it is set there as well, for it takes none from us. */
	knowsNoReply: boolean;
	seq: string;
}

/**
 * How far the conversations of a store are read. `waiting`: not yet; `scopeMissing`: the platform has not opened messages to the app; `none`: we do
 * not read this platform's messages; `cases`: it has none, and its cases come with the orders; `mailbox`: they come by mail, and the mailbox is not named or cannot be read.
 */
export interface InboxStoreView {
	storeId: string;
	platform: PlatformId;
	state: 'waiting' | 'read' | 'scopeMissing' | 'mailbox' | 'cases' | 'none';
	/** Why the mailbox cannot be read: a sentence's code. */
	code: string | null;
	readUntil: string | null;
}

/** A conversation with the newest message of it that a search found. */
export interface SearchHitView {
	conversation: ConversationRowView;
	messageId: string;
	sentAt: string;
	sender: Sender;
	kind: MessageKind;
	/** What of the message surrounds the words that were looked for; null for kinds without words. */
	snippet: string | null;
	/** Where they stand in the snippet, in UTF-16 units, end exclusive; none where only a name or an id was found. */
	hits: { start: number; end: number }[];
}

export interface SearchPageView {
	hits: SearchHitView[];
	next: string | null;
	/** Nothing was looked for: the question has no word that is long enough. */
	tooShort: boolean;
}

/** How a store answered under one rule of its platform. */
export interface PerformanceRowView extends Omit<ReplyPerformance, 'leftOut' | 'confirmed'> {
	storeId: string;
	kind: ReplyKind;
	ruleId: string;
	budget: ReplyClockRule['budget'];
	/** Share of answers in time under which the platform acts, from 0 to 1; null where none is known. */
	target: number | null;
	standing: ReplyDueView['standing'];
	source: string;
	/** Waits that the platform's figure leaves out. */
	leftOut: number;
	/** What the platform's own figure regards and nobody tells us. */
	untold: ('solvedByAutomation' | 'holidayMode' | 'buyerBlocked' | 'noReplyNeeded')[];
	/** The newest of those that were answered too late, or are not answered and late. */
	late: { conversationId: string; startedAt: string; due: string; endedAt: string | null }[];
}

export interface PersonPerformanceView {
	/** Null: answers that were not written here. */
	userId: string | null;
	answers: number;
	inTime: number;
	medianMillis: number | null;
}

export interface PerformanceView {
	rows: PerformanceRowView[];
	people: PersonPerformanceView[];
}

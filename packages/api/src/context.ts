import type { Database, Scope, StoreScope } from '@pangea/db';
import type {
	Destination,
	DraftRules,
	HookKind,
	Language,
	OrderMessageKind,
	OrderMessageOffer,
	PlatformId,
	ReviewTopics,
} from '@pangea/domain';
import type { CategoryProposal, ExchangeRequest, PlatformAdapter } from '@pangea/platform-contract';
import type { SealedBox } from '@pangea/vault';
import type { Device } from './session/device.ts';
import type { MailServer } from './mailboxes/shapes.ts';
import type { DisconnectView } from './shapes.ts';

export interface SessionUser {
	id: string;
	name: string;
	email: string;
	language: string | null;
	/** The session the request came with. */
	sessionId: string;
	/** Whether the person has one. Where this is so every session of theirs began with it, or on a device they trusted. */
	secondFactor: boolean;
}

/** One place where a person is signed in. */
export interface SignedIn extends Device {
	sessionId: string;
	/** From where it began; null where that is not known. */
	address: string | null;
	since: string;
	/** To ten minutes. */
	lastSeenAt: string;
}

/** What is kept of people beside the workspaces they belong to. */
export interface People {
	setLanguage(userId: string, language: string): Promise<void>;
	/** Last seen first. */
	sessionsOf(userId: string): Promise<SignedIn[]>;
	/** Ends one session of a person, or all but one and the trust in devices with them. @returns how many ended. */
	endSessions(userId: string, which: { only: string } | { except: string }): Promise<number>;
	/** Those of the named people who have a second factor. */
	withSecondFactor(userIds: readonly string[]): Promise<ReadonlySet<string>>;
	backupCodesLeft(userId: string): Promise<number>;
}

/**
 * What the API asks of the sync engine; the server process wires it. Every call acts inside the given workspace.
 * Calls that reach a platform throw PlatformError.
 */
export interface Operations {
	/** The workspace's own key. */
	box(workspaceId: string): Promise<SealedBox>;
	saveApp(workspaceId: string, platform: PlatformId, fields: Record<string, string>): Promise<void>;
	authorizeUrl(
		workspaceId: string,
		platform: PlatformId,
		request: { state: string; redirectUri: string; codeChallenge: string; host: string },
	): Promise<string>;
	bind(workspaceId: string, platform: PlatformId, request: ExchangeRequest): Promise<{ connectionId: string; stores: number }>;
	/**
	 * Renews the grant of one connection. `settle` runs in the transaction that writes it; what it throws undoes all of it.
	 * Throws OtherAccountError when another account consented, NotActiveError when the connection was taken off.
	 */
	renew(workspaceId: string, connectionId: string, request: ExchangeRequest, settle: (scope: Scope) => Promise<void>): Promise<void>;
	disconnect(workspaceId: string, connectionId: string): Promise<DisconnectView>;
	requestBackfill(workspaceId: string, storeId: string): Promise<void>;
	checkGaps(workspaceId: string, storeId: string): Promise<void>;
	refillGap(workspaceId: string, gapId: string): Promise<void>;
	replayQuarantine(workspaceId: string, quarantineIds: string[]): Promise<{ replayed: number; waiting: number }>;
	/**
	 * Keeps a reply to a buyer and sends its handing over, with the scope's commit.
	 * @returns whether it is new: asked for twice it is one reply.
	 * @throws NotActiveError when there is no such conversation in the stores
	 */
	sendReply(
		scope: Scope,
		box: SealedBox,
		storeScope: StoreScope,
		reply: {
			conversationId: string;
			messageId: string;
			userId: string;
			text: string;
			files: readonly { fileId: string; name: string; type: string; bytes: number }[];
			holdSeconds: number;
		},
	): Promise<{ sentAt: string; isNew: boolean }>;
	/** Takes back a reply that was not handed over yet, with the scope's commit. @returns its words; null when it is too late. */
	takeBackReply(scope: Scope, box: SealedBox, storeScope: StoreScope, of: { messageId: string; userId: string }): Promise<string | null>;
	/** Wakes conversations that sleep until an instant, with the scope's commit. */
	wakeConversations(scope: Scope, until: string): Promise<void>;
	/** What a platform allows to send about an order now, asked of it. @throws PlatformError, NotActiveError */
	offerOrderMessages(workspaceId: string, storeId: string, externalOrderId: string): Promise<OrderMessageOffer>;
	/**
	 * Keeps a message about an order and sends its handing over, with the scope's commit.
	 * @returns false where it is there already, or another of its kind stands in its way.
	 */
	sendOrderMessage(
		scope: Scope,
		box: SealedBox,
		request: {
			messageId: string;
			orderId: string;
			storeId: string;
			externalOrderId: string;
			userId: string;
			kind: OrderMessageKind;
			text: string | null;
		},
	): Promise<boolean>;
	/** Brings notices up to date soon, with the scope's commit. */
	lookForNotices(scope: Scope): Promise<void>;
	/** Tries a reply that was not taken once more, with the scope's commit. @throws NotActiveError when it is not such a one */
	sendReplyAgain(scope: Scope, storeScope: StoreScope, messageId: string): Promise<void>;
	/** Asks once more for a file of a message, with the scope's commit. @throws NotActiveError when there is no such one that failed */
	askForFile(scope: Scope, storeScope: StoreScope, fileId: string): Promise<void>;
	/** What it takes to reach a mailbox is sealed. Without a password the stored one stays. @throws PlatformError with the cause when it does not work */
	saveMailbox(
		workspaceId: string,
		connectionId: string,
		request: {
			address: string;
			user: string;
			password: string | null;
			imap: MailServer;
			smtp: MailServer;
			folder: string;
		},
	): Promise<void>;
	/** @throws NotActiveError when there is none. */
	removeMailbox(workspaceId: string, connectionId: string): Promise<void>;
	/** Tells the platform, with the scope's commit, that somebody has seen a conversation. */
	tellSeen(scope: Scope, conversationId: string): Promise<void>;
	/** What it takes to reach a group chat is sealed. @returns the channel's id. */
	saveChannel(
		workspaceId: string,
		request: { name: string; language: Language } & (
			| { kind: 'email'; userId: string }
			| { kind: HookKind; hook: { url: string; secret: string | null } }
		),
	): Promise<string>;
	/** @throws DeliveryError when the channel does not take the test. */
	testChannel(workspaceId: string, channelId: string): Promise<void>;
	/** @returns how many jobs were sent again. */
	retryDead(workspaceId: string, storeScope: StoreScope, of: { name: string; error: string }): Promise<number>;
	/** Sends the writing of an export, with the scope's commit. */
	writeExport(scope: Scope, runId: string): Promise<void>;
	/** The key by which an SFTP server is known. @throws DestinationError */
	lookAtHostKey(place: { host: string; port: number }): Promise<string>;
	/** Whether a destination can be written to. @throws DestinationError */
	tryDestination(destination: Destination): Promise<void>;
	/** Sends the bringing of an export's file, with the scope's commit. */
	sendExport(scope: Scope, runId: string): Promise<void>;
	/** Categories in which a store would put some words, best first. */
	reviewTopics(workspaceId: string, of: { storeId: string; externalListingId: string }): Promise<ReviewTopics | null>;
	suggestCategories(
		workspaceId: string,
		of: { storeId: string; skuId: string },
		sought: { words: string } | { groupId: string },
	): Promise<CategoryProposal[]>;
	/** What a store asks of a listing in a category. */
	draftRules(workspaceId: string, of: { storeId: string; skuId: string }, categoryId: string): Promise<DraftRules>;
	/** Sends changed prices and stocks on their way to their store, with the scope's commit. */
	sendOffers(scope: Scope, of: { batchId: string; storeId: string }): Promise<void>;
	/** Sends a draft on its way to its store, with the scope's commit. */
	publishCopy(scope: Scope, copy: { copyId: string; storeId: string }): Promise<void>;
}

/** Services behind all requests. */
export interface Services {
	database: Database;
	registry: ReadonlyMap<PlatformId, PlatformAdapter>;
	operations: Operations;
	people: People;
	/** Origins inside the own network that a model may be asked at; public ones over https need no naming. */
	modelOrigins: readonly string[];
	/** A text's signature; nobody else can make it. */
	sign(text: string): string;
	/** Where people and platforms reach this server, without a trailing slash. */
	publicUrl: string;
	now(): Date;
	/** Told of each procedure that ran: `ok`, or the code of its error. */
	onProcedure?: (path: string, outcome: string, seconds: number) => void;
	/** For the log; the person gets a sentence. */
	onUnexpected(error: unknown, path: string | undefined): void;
}

export interface RequestContext {
	services: Services;
	user: SessionUser | null;
	/** The workspace the request names; membership is checked before it is used. */
	workspaceId: string | null;
}

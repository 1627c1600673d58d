import type { Instant, Listing, Order, Settlement, Statement, StoreDescription, Review } from '@pangea/domain';
import type { Mailbox } from './mailbox.ts';

/** The secrets of a grant as the platform issued them. Encrypted at rest; never logged. */
export interface Grant {
	/** Tokens by name, e.g. `{ accessToken, refreshToken }`. */
	secrets: Record<string, string>;
	/** When the access token dies; null when it does not say. */
	accessExpiresAt: Instant | null;
	/** When the whole grant dies and a person must consent again; null when unknown. */
	grantExpiresAt: Instant | null;
	/** The account at the platform that consented. */
	externalAccountId: string;
	/** Name a person recognises, when the platform tells it. */
	accountName: string | null;
	scopes: string[];
	/** Host key of the region the grant belongs to. */
	host: string;
}

/** Our own registration at the platform (client id, secret …), by field key of `manifest.appFields`. */
export type AppCredentials = Readonly<Record<string, string>>;

export interface HttpRequest {
	/** Budget key; must be an `operation` of the manifest. */
	operation: string;
	method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	url: string;
	headers?: Record<string, string>;
	body?: string;
	/** Bytes in the place of `body`, such as those of a file. */
	upload?: Uint8Array;
	/** True when sending twice does no harm: only such requests are repeated after a broken connection. */
	idempotent: boolean;
	/**
	 * True for every request that changes something at the platform. Asking for tokens, for reports and to forget us changes nothing there and is not
	 * meant: people can stop what is meant here at any moment.
	 */
	writes?: true;
	/** Bytes of the answer that are taken; a longer one is refused as `attachmentTooLarge`. Without it the client's own limit holds. */
	most?: number;
	/** The address was named by people: any public https host may be asked, and none that is configured. Nothing secret may stand in the headers. */
	anywhere?: true;
}

export interface HttpReply {
	status: number;
	headers: Record<string, string>;
	/** The exact bytes as received after content decoding. */
	body: Buffer;
}

/**
 * What an adapter may do to the outside. Waiting for budget, time-outs, repeats and address checks happen behind `send`.
 * @throws PlatformError kind `unavailable` when no answer came.
 */
export interface PlatformHttp {
	send(request: HttpRequest): Promise<HttpReply>;
	/** Corrects the bucket of an operation from what the platform said in a reply. */
	adjustBudget(operation: string, seen: { rate?: number; waitMillis?: number }): Promise<void>;
}

export interface AdapterContext {
	app: AppCredentials;
	/** Base URLs by host key, after configuration. No trailing slash. */
	hosts: Readonly<Record<string, string>>;
	http: PlatformHttp;
	/** The platform's clock as we believe it. */
	now(): Date;
	signal: AbortSignal;
}

/** A context that acts for a grant. */
export interface GrantContext extends AdapterContext {
	grant(): Grant;
	/** One refresh per grant at a time, across processes; resolves with the newest grant. @throws PlatformError kind `auth`. */
	renew(): Promise<Grant>;
}

/** A context that acts for one store of a grant. */
export interface StoreContext extends GrantContext {
	store: StoreDescription;
	/** IANA zone and currency of the store's site. */
	zone: string;
	currency: string;
	/**
	 * Sites of the grant's other stores whose changes a pull brings as well, each order with its `siteId`; only for platforms that say
	 * `togetherUpToSeconds`. A cursor keeps the sites with which its walk began.
	 */
	alongside?: readonly string[];
	/** The mailbox of the grant, for platforms that relay buyers' messages by mail. @throws PlatformError code `mailboxMissing` */
	mailbox?(): Promise<Mailbox>;
}

/** One answer of the platform, kept as evidence. */
export interface RawReply {
	operation: string;
	fetchedAt: Instant;
	body: Buffer;
}

/** What became of one record of a reply. A record that cannot be understood is kept, never thrown. */
export type Outcome<T> =
	| { ok: true; value: T /** Indices into the page's replies. */; replies: number[] }
	| {
			ok: false;
			/** Null when even the id is unreadable. */
			externalId: string | null;
			/** Where a page holds records of several sites and this one's can be read. */
			siteId?: string;
			cause: string;
			raw: string;
			replies: number[];
	  };

export interface Page<T> {
	/** Of a page from {@link lazyPage} read when they are first asked for: a page that is known already costs no reading. */
	items: Outcome<T>[];
	/** About how many items it has, where that is known before they are read. */
	size?: number;
	replies: RawReply[];
	/** Opaque; resumes after this page, also in another process. Null at the end. */
	next: string | null;
	/** Everything changed up to here has been seen once the last page is stored. */
	watermark: Instant;
	/** How many the platform says the window holds, when it says. */
	total: number | null;
}

/** A page whose items are validated and mapped only when somebody asks for them. `read` is called once at most. */
export function lazyPage<T>(page: Omit<Page<T>, 'items'>, read: () => Outcome<T>[]): Page<T> {
	let unread: (() => Outcome<T>[]) | null = read;
	let items: Outcome<T>[] = [];
	return {
		...page,
		get items() {
			if (unread) items = unread();
			// Lets go of the answers.
			unread = null;
			return items;
		},
	};
}

/** A half-open window on the platform's last-change time. */
export interface Window {
	from: Instant;
	until: Instant;
	/** `newest` where the platform can sort so; adapters that cannot walk the window in what order they can. */
	order: 'newest' | 'oldest';
}

export interface Authorization {
	/** Where to send the seller's browser; only for kind `redirect`. */
	authorizeUrl?(context: AdapterContext, request: { state: string; redirectUri: string; codeChallenge: string; host: string }): string;
	/** Turns what came back, or what was typed, into a grant. @throws PlatformError */
	exchange(context: AdapterContext, request: ExchangeRequest): Promise<Grant>;
	/** True where the account of a grant is what the browser or the person says, and the platform's answer does not name it. */
	accountIsClaimed?: true;
	/** Absent where the platform has no refresh. @throws PlatformError kind `auth` when a person must consent again. */
	refresh?(context: AdapterContext, grant: Grant): Promise<Grant>;
	/** Tells the platform to forget us; absent where it cannot be told. */
	revoke?(context: GrantContext): Promise<void>;
}

export type ExchangeRequest =
	| { kind: 'redirect'; params: Record<string, string>; redirectUri: string; codeVerifier: string; host: string }
	| { kind: 'paste'; fields: Record<string, string>; host: string };

export interface Stores {
	list(context: GrantContext): Promise<StoreDescription[]>;
}

export interface Orders {
	/** Pages of orders changed in the window, starting after `cursor` when given. @throws PlatformError */
	pull(context: StoreContext, window: Window, cursor: string | null): AsyncIterable<Page<Order>>;
	/**
	 * The named orders of the store as they are now. Ids that are unknown, or of another store, are missing from the page.
	 * @throws PlatformError
	 */
	fetch(context: StoreContext, externalIds: string[]): Promise<Page<Order>>;
	/**
	 * About how many orders changed in the window, from a call or a few however long it is; null where none tells. For the end of a progress
	 * bar, never for proof: what the platform lists as one row may be several orders.
	 * @throws PlatformError
	 */
	count(context: StoreContext, window: Window): Promise<number | null>;
	/**
	 * Names the orders that changed in a window, from a source that does not share the faults of the list `pull` reads, such as a report.
	 * Absent where the platform has none. What takes the platform a while is `waiting`: ask again with its ticket and the same window.
	 * @throws PlatformError
	 */
	name?(context: StoreContext, window: Window, ticket: string | null): Promise<Naming>;
	/**
	 * One reply of the list that `pull` reads, beside the number that it states for the window: a second source where there is no report. Absent
	 * where the list states none, null where it states none for this store alone.
	 * @throws PlatformError
	 */
	list?(context: StoreContext, window: Window): Promise<OrderList | null>;
	/**
	 * Which of these orders the list's own time of change puts into the window, shown there or not: each is asked for by its number. Goes with
	 * `list`.
	 * @throws PlatformError
	 */
	within?(context: StoreContext, window: Window, externalIds: readonly string[]): Promise<string[]>;
	/**
	 * Pure: reads a stored platform answer (or an envelope around one) as the replay command meets it.
	 * Returns null when the document is no order document of this platform.
	 */
	read(document: StoredDocument, store: { siteId: string | null; currency: string; zone: string }): StoredRecord[] | null;
}

/** What a store offers. One item of a page is one variant; a product that cannot be read is one item with the product's id. */
export interface Listings {
	/** Whether the store's own grant tells them; absent where every one does. Of a store that it does not serve nothing is asked. */
	serves?(store: Pick<StoreDescription, 'attributes'>): boolean;
	/**
	 * Pages of products that changed since a moment, or of all that there are. A walk that is interrupted begins anew: pages that tell nothing new
	 * write nothing.
	 * @throws PlatformError
	 */
	pull(context: StoreContext, since: Instant | null): AsyncIterable<Page<Listing>>;
	/** The variants of the named products as they are now. Products that are unknown, or of another store, are missing. @throws PlatformError */
	fetch(context: StoreContext, externalListingIds: readonly string[]): Promise<Page<Listing>>;
}

/** The reviews of one product. */
export interface ProductReviews {
	items: Outcome<Review>[];
	/** How many buyers gave one star, two and so on to five, those without a word among them; null where the platform does not tell. */
	stars: readonly [number, number, number, number, number] | null;
}

/** What buyers say in public of what a store offers. */
export interface Reviews {
	/** All that the platform shows of a product now; null when the product is gone. @throws PlatformError */
	ofProduct(context: StoreContext, externalListingId: string): Promise<ProductReviews | null>;
}

/** What a platform has booked: one settlement, or a statement that adds some up. */
export type Booked = { settlement: Settlement } | { statement: Statement };

/** What a platform charges, holds back and pays out. */
export interface Finances {
	/**
	 * Pages of what was booked in a half-open window, of any length up to the manifest's `windowDays`. A walk that is interrupted begins anew: the
	 * same word about the same booking writes nothing.
	 * @throws PlatformError kind `forbidden` code `scopeMissing` where the platform has not opened its books to our app.
	 */
	pull(context: StoreContext, window: Pick<Window, 'from' | 'until'>): AsyncIterable<Page<Booked>>;
	/**
	 * Pages of every settlement that is announced and held back at this moment, where the platform names them only as such a snapshot: what it
	 * does not hold any more is deferred no longer.
	 * @throws PlatformError
	 */
	deferred?(context: StoreContext): AsyncIterable<Page<Booked>>;
}

/** An order as a second source names it. */
export interface NamedOrder {
	externalId: string;
	/** Its last change, as this source tells it; may be cut to the second. */
	updatedAt: Instant;
}

export type Naming =
	/** `ticket` is opaque and survives the process. */
	| { state: 'waiting'; ticket: string; seconds: number }
	/** Every order that changed in the window before `until`, which may lie before the window's end where the source lags. */
	| { state: 'named'; orders: NamedOrder[]; until: Instant }
	/** The source has nothing for this window now, and does not say whether that means no orders. */
	| { state: 'nothing' };

/** What one reply of a list shows and states of a window. Both are of one moment, whatever changes meanwhile. */
export interface OrderList {
	/** The time is the list's own; null where it tells none. */
	orders: { externalId: string; updatedAt: Instant | null }[];
	/** False when the window holds more than a reply can: then it is cut into shorter ones. */
	whole: boolean;
	/** How many the list states for the window. */
	total: number;
	/** How many of a whole reply the list counts and does not show. */
	unshown: number;
}

/** What a stored document holds: an order, a record that cannot become one, or an answer beside them that holds none. */
export type StoredRecord = (Outcome<Order> | NoOrder) & {
	/** Where it stands, by the document's own names, in a document that is a collection of answers; e.g. `searchOrders 200#0`. */
	part?: string;
};

/** An answer in a collection that is about something else than orders: told in a report, never stored. */
export interface NoOrder {
	ok: false;
	noOrder: true;
	externalId: null;
	/** What it is instead. */
	cause: string;
	raw: string;
	replies: number[];
}

export interface StoredDocument {
	/** File name or label, for messages. */
	name: string;
	body: Buffer;
}

export interface IncomingRequest {
	/** Header names in lower case. */
	headers: Record<string, string>;
	/** Path and query as received. */
	url: string;
	/** Exact bytes. */
	body: Buffer;
}

/** News: which store changed, and what. */
export interface Tiding {
	/** The account or store as the platform names it in its pushes. */
	accountExternalId: string;
	kind: 'orders' | 'messages' | 'listings' | 'grant' | 'other';
	/** Orders, conversations or products to fetch; empty for other kinds. */
	externalIds: string[];
	/** For telling repeats apart, as the platform gives it or a digest of the body. */
	deliveryId: string;
	occurredAt: Instant | null;
	/** For kind `grant`. */
	grant?: 'revoked' | 'expiring';
}

export type IntakeVerdict =
	| { ok: true; tidings: Tiding[] /** The bytes the platform must see in our answer. */; answer: { status: number; body: string } }
	| { ok: false; reason: string };

/** Push over HTTP. Verification has no off switch: without a secret there is no route. */
export interface WebhookIntake {
	verify(app: AppCredentials, request: IncomingRequest, now: Date): IntakeVerdict;
	/** Tells the platform to push to `callbackUrl` where an API for that exists. May be repeated. */
	subscribe?(context: GrantContext, callbackUrl: string): Promise<void>;
}

/** Push over a queue that we empty. */
export interface QueueIntake {
	/** Waits up to `waitSeconds`; messages stay invisible until acknowledged. */
	receive(context: AdapterContext, waitSeconds: number): Promise<{ tidings: Tiding[]; raw: Buffer; acknowledge(): Promise<void> }[]>;
	/**
	 * Tells the platform to send the news of a grant into our queue. May be repeated; does nothing when the app's credentials name no queue.
	 * @throws PlatformError
	 */
	subscribe?(context: GrantContext): Promise<void>;
}

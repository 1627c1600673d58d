import type {
	ConnectionState,
	FieldChoices,
	Fulfilment,
	MoneyPart,
	OrderMessageKind,
	OrderMessageState,
	OrderState,
	ParcelState,
	PlatformId,
	ReturnKind,
	ReturnState,
	Role,
	StoreColour,
	TaxBasis,
	WorkspaceEvent,
} from '@pangea/domain';
import type { MoneyView } from './money-view.ts';
import type { OrderProfitView } from './orders/profit-shapes.ts';

export type { MoneyView };

/*
 * What crosses the API. A member's permissions name the fields they see: amounts of revenue and cost are null or absent for who does not. Times are ISO 8601 in UTC, money is integer minor units as decimal text with its ISO 4217 currency,
 * ids are text. Nothing here holds a secret; buyers' data crosses only in {@link RevealedBuyer}.
 */

/** A sentence the screens hold in every language, with what fills its gaps. */
export interface ProblemView {
	code: string;
	params: Record<string, string>;
	at: string | null;
}

export interface MemberView {
	userId: string;
	name: string;
	email: string;
	role: Role;
	storeScope: string[] | null;
	/** Where the member sees more or less than the role. */
	fields: FieldChoices;
	since: string;
	secondFactor: boolean;
}

export interface InvitationView {
	invitationId: string;
	email: string;
	role: Role;
	storeScope: string[] | null;
	expiresAt: string;
}

export interface OrderRowView {
	orderId: string;
	storeId: string;
	platform: PlatformId;
	externalId: string;
	externalGroupId: string | null;
	state: OrderState;
	/** The platform's own word. */
	rawStatus: string;
	fulfilment: Fulfilment;
	placedAt: string;
	shipBy: string | null;
	buyerCountry: string | null;
	lineCount: number;
	unitCount: number;
	firstTitle: string | null;
	total: MoneyView | null;
	/** True when we summed the total because the platform sends none. */
	totalComputed: boolean;
	openReturns: number;
	warnings: string[];
	flag: string | null;
	hasNote: boolean;
	isTest: boolean;
	changedAt: string;
}

export interface OrderPageView {
	rows: OrderRowView[];
	/** Opaque; null at the end. */
	next: string | null;
	/** The workspace's event number when the page was read: changes after it are news. */
	seq: string;
}

/** Counts stop at the cap: `capped` means "at least this many". */
export interface CountView {
	count: number;
	capped: boolean;
}

export interface OrderLineView {
	externalId: string;
	externalListingId: string | null;
	sellerSku: string | null;
	title: string;
	variant: string | null;
	imageUrl: string | null;
	quantity: number;
	quantityCancelled: number;
	quantityShipped: number | null;
	unitPrice: MoneyView | null;
	discount: MoneyView | null;
	tax: MoneyView | null;
	rawStatus: string | null;
}

export interface ParcelView {
	externalId: string;
	carrier: string | null;
	trackingNumber: string | null;
	state: ParcelState;
	rawStatus: string | null;
	shippedAt: string | null;
	deliveredAt: string | null;
	lines: { lineExternalId: string; quantity: number }[];
}

export interface OrderReturnView {
	externalId: string;
	kind: ReturnKind;
	state: ReturnState;
	rawStatus: string;
	reason: string | null;
	requestedBy: string;
	refund: MoneyView | null;
	requestedAt: string | null;
	respondBy: string | null;
	lines: { lineExternalId: string; quantity: number }[];
}

export interface FeeView {
	externalId: string;
	kind: string;
	rawKind: string;
	amount: MoneyView;
}

export interface HistoryView {
	/** When the platform says it happened. */
	at: string;
	/** When we learnt of it. */
	seenAt: string;
	state: OrderState;
	rawStatus: string;
	source: 'pull' | 'backfill' | 'intake' | 'replay';
	rawReplyId: string | null;
}

export interface EvidenceView {
	rawReplyId: string;
	operation: string;
	fetchedAt: string;
	/** Bytes of the reply. */
	size: number;
}

/** A message of a fixed kind about an order, sent from here. */
export interface OrderMessageView {
	messageId: string;
	kind: OrderMessageKind;
	state: OrderMessageState;
	/** Null where the platform writes the words. */
	text: string | null;
	/** The member who sent it. */
	userId: string;
	askedAt: string;
	/** Why it was not taken: a sentence's code. */
	errorCode: string | null;
}

export interface OrderDetailView extends OrderRowView {
	/** Whether the platform takes messages of fixed kinds about its orders. */
	takesMessages: boolean;
	siteId: string | null;
	paidAt: string | null;
	deliverBy: string | null;
	shippedAt: string | null;
	deliveredAt: string | null;
	cancelledAt: string | null;
	/** The platform's own time of its last change. */
	externalUpdatedAt: string;
	/** Calendar day in the store's zone. */
	localDay: string;
	currency: string;
	taxBasis: TaxBasis;
	money: Partial<Record<MoneyPart, MoneyView>>;
	lines: OrderLineView[];
	parcels: ParcelView[];
	returns: OrderReturnView[];
	fees: FeeView[];
	/** Null for who does not see revenue and costs, and for an order that does not count. */
	profit: OrderProfitView | null;
	history: HistoryView[];
	evidence: EvidenceView[];
	note: string | null;
	/** Whether there is personal data to reveal, and why not otherwise. */
	buyer: 'held' | 'notSent' | 'purged';
}

export interface RevealedBuyer {
	name: string | null;
	email: string | null;
	phone: string | null;
	taxId: string | null;
	addressLines: string[];
	city: string | null;
	region: string | null;
	postalCode: string | null;
	maskedByPlatform: boolean;
	/** When it will be deleted. */
	diesAt: string;
}

export interface EvidenceDocument extends EvidenceView {
	/** The payload as text; personal fields masked unless the member may reveal them. */
	text: string;
	masked: boolean;
	/** True when only the beginning is given. */
	truncated: boolean;
}

export interface BackfillView {
	state: 'waiting' | 'running' | 'done' | 'failed';
	/** The period that is complete: from here to now. */
	completeFrom: string;
	historyFrom: string;
	ordersSeen: number;
	ordersExpected: number | null;
	updatedAt: string;
}

export interface BudgetView {
	operation: string;
	/** Requests a second. */
	rate: number;
	burst: number;
	/** Requests that could be sent now. */
	left: number;
	blockedUntil: string | null;
}

export interface StoreView {
	storeId: string;
	connectionId: string;
	platform: PlatformId;
	externalId: string;
	name: string;
	siteId: string;
	country: string;
	currency: string;
	zone: string;
	/** As people say it, else as the platform tells. */
	mode: string;
	modeSaid: boolean;
	/** Names of the legal entity that sells and of the store's group. */
	entity: string | null;
	group: string | null;
	/** The member who answers for it. */
	owner: { userId: string; name: string } | null;
	colour: StoreColour | null;
	/** One or two letters. */
	mark: string | null;
	active: boolean;
	enabled: boolean;
	connectionState: ConnectionState;
	accountName: string | null;
	grantExpiresAt: string | null;
	/** Everything changed at the platform up to here is stored; null before the first pull. */
	freshTo: string | null;
	lastAttemptAt: string | null;
	/** Seconds between polls, from the platform's manifest: what "fresh" means here. */
	pollSeconds: number;
	/** How news arrives without asking. */
	intake: 'webhook' | 'queue' | 'none';
	lastIntakeAt: string | null;
	lastOrderAt: string | null;
	problem: ProblemView | null;
	backfill: BackfillView | null;
	budgets: BudgetView[];
	quarantined: number;
	openGaps: number;
}

export interface PlatformView {
	id: PlatformId;
	name: string;
	names: Record<string, string>;
	sites: { id: string; country: string; currency: string; zone: string; host: string }[];
	appFields: FieldView[];
	/** Whether app credentials are stored. */
	appConfigured: boolean;
	/** The ways to bind, each with the regions among which a person chooses. */
	authorization: { kind: 'redirect' | 'paste'; fields: FieldView[]; hosts: { key: string; countries: string[]; name: string | null }[] }[];
	intake: 'webhook' | 'queue' | 'none';
	/** Where the platform must push to; null when it does not push over HTTP. */
	webhookUrl: string | null;
	limitations: { subject: string; level: string; link: string }[];
}

export interface FieldView {
	key: string;
	secret: boolean;
	pattern: string;
	example: string;
	optional: boolean;
}

export interface QuarantineView {
	quarantineId: string;
	storeId: string | null;
	platform: PlatformId;
	externalId: string | null;
	cause: string;
	state: string;
	attempts: number;
	firstAt: string;
	lastAt: string;
}

export interface GapView {
	gapId: string;
	storeId: string;
	from: string;
	until: string;
	ours: number;
	theirs: number;
	state: 'open' | 'filled' | 'unexplained';
	/** How many orders lacked when it was found. */
	lacked: number;
	/** Whether the platform named the orders or only counted them. */
	source: 'report' | 'total';
	foundAt: string;
	filledAt: string | null;
}

/** What a platform offers beside its list of orders to compare with: a report that names them, its own total, or nothing. */
export type SecondSource = 'report' | 'total' | 'none';

export interface RecountView {
	/** `none`: not compared yet. `waiting`: the platform is making its report. `nothing`: the second source had nothing to say. */
	state: 'none' | 'waiting' | 'compared' | 'nothing' | 'refused';
	source: SecondSource;
	/** A sentence's code, for `refused`. */
	errorCode: string | null;
	/** When the last comparison ended. */
	checkedAt: string | null;
	/** Newest first. */
	windows: { from: string; until: string; ours: number; theirs: number; checkedAt: string }[];
}

export interface JobView {
	name: string;
	waiting: number;
	running: number;
	/** When the first that waits is due. */
	nextAt: string | null;
	attempts: number;
}

export interface StoreSyncView {
	storeId: string;
	recount: RecountView;
	jobs: JobView[];
	/** How the newest changes of the last 24 hours were learnt; null where the platform does not push. */
	news: { told: number; asked: number } | null;
	/** When the history will have been read, and what that rests on; null while nothing honest can be said. */
	historyEnds: { at: string; basis: 'orders' | 'time' } | null;
	/** Since when nothing may be changed at the platform for this store; null: it may. */
	writesStoppedAt: string | null;
}

export interface SyncView {
	stores: StoreSyncView[];
	/** Since when nothing may be changed at any platform; null: it may. */
	writesStoppedAt: string | null;
	/** Jobs about no single store. */
	jobs: (JobView & { platform: PlatformId | null })[];
	dead: { name: string; error: string; count: number; lastAt: string; storeIds: string[] }[];
	/** Pushes of the last 24 hours. */
	pushes: { platform: PlatformId; received: number; waiting: number; failed: number; ignored: number; lastAt: string }[];
	setAside: { platform: PlatformId; cause: string; count: number; lastAt: string }[];
}

/** What was deleted and what was kept when a connection was taken off. */
export interface DisconnectView {
	revokedAtPlatform: boolean;
	secretsDeleted: number;
	buyerRecordsDeleted: number;
	/** Replies of the platform that were kept as evidence. */
	repliesDeleted: number;
	/** Records that had been set aside. */
	setAsideDeleted: number;
	/** Of buyers and answers to them. */
	messagesDeleted: number;
	storesStopped: number;
	ordersKept: number;
}

/** The platform's consent behind some stores, and when it dies. */
export interface GrantView {
	connectionId: string;
	platform: PlatformId;
	/** The account at the platform that consented: by name where the platform tells it, else by its id there. */
	account: string;
	state: ConnectionState;
	storeIds: string[];
	/** When a person has to consent again; null where nobody names a date. */
	endsAt: string | null;
	/** Whether the platform named the date with the grant, or its documents name a length that we count. */
	basis: 'told' | 'published';
	/** Whether our own renewals move the date on. */
	moves: boolean;
	/** When somebody consented last; null where the trail does not tell. */
	grantedAt: string | null;
	/** Null for somebody with a link. */
	grantedBy: string | null;
}

/** A link with which the shop's owner renews a connection's permission without a login. The link itself is told once, when it is made. */
export interface ReconnectLinkView {
	linkId: string;
	madeBy: string;
	/** Null for somebody who has left. */
	maker: string | null;
	madeAt: string;
	expiresAt: string;
	state: 'open' | 'used' | 'revoked' | 'expired';
	/** When it was used or revoked. */
	endedAt: string | null;
}

/** All that a visitor with a link learns: the platform and what it takes there. */
export interface ReconnectView {
	platform: PlatformId;
	names: Record<string, string>;
	ways: { kind: 'redirect' | 'paste'; fields: FieldView[] }[];
}

export interface SavedViewView {
	viewId: string;
	name: string;
	screen: string;
	shared: boolean;
	mine: boolean;
	query: Record<string, unknown>;
}

export interface SalesView {
	currency: string;
	/** Sum of order totals placed on the store-local today, in this currency only. */
	totalMinor: string;
	orders: number;
	/** The same hours of the same weekday last week. */
	lastWeekMinor: string;
	lastWeekOrders: number;
	/** Orders whose total the platform has not told. */
	withoutTotal: number;
}

export interface TodayView {
	lateToShip: CountView;
	shipWithin24h: CountView;
	returnsToAnswer: CountView;
	/** Claims and cases that wait for us, due by the end of their store's day or late. Null for who does not read the inbox. */
	claimsDue: CountView | null;
	storesInTrouble: number;
	quarantined: number;
	/** Null for who does not see revenue. */
	sales: SalesView[] | null;
	ordersToday: number | null;
	stores: { storeId: string; freshTo: string | null; late: boolean }[];
	seq: string;
}

export interface EventsView {
	events: WorkspaceEvent[];
	/** True when the asked number is too old: refetch everything. */
	resync: boolean;
	/** Newest number of the workspace. */
	last: string;
}

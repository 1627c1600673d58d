import type { ConversationKind, FileRules, MessagePolicy, OperatingMode, PlatformId, ReplyClockRule, Site } from '@pangea/domain';

export interface CredentialField {
	/** Key in the stored record, e.g. `clientSecret`. */
	key: string;
	secret: boolean;
	/** A regular expression the value must match, with an example that a person recognises. */
	pattern: string;
	example: string;
	optional?: boolean;
}

export interface AuthorizationKind {
	kind: 'redirect' | 'paste';
	/** Fields a person types for this way (pasted tokens, region choice). */
	fields: CredentialField[];
	/** Where one can consent, when that is not simply the hosts of the sites. */
	choices?: readonly HostChoice[];
}

/** A host key among which a person chooses when binding. */
export interface HostChoice {
	host: string;
	/** Two-letter countries whose sellers choose it. */
	countries: readonly string[];
	/** The platform's own name for it, where countries do not tell. */
	name?: string;
}

/** A token bucket: `rate` requests a second refill up to `burst`. */
export interface RateBudget {
	operation: string;
	rate: number;
	burst: number;
	/** Whom the platform counts: the grant (app × seller), the store, or the app over all sellers. */
	per: 'connection' | 'store' | 'app';
	source: string;
}

export interface PullRules {
	/** Seconds to stay behind "now" because the platform refuses or misses the newest moments. */
	marginSeconds: number;
	/** Seconds by which windows overlap, absorbing late writes. */
	overlapSeconds: number;
	/** Longest window in one request, in days. */
	maxWindowDays: number;
	/** How far back orders can be asked for, in days. */
	historyDays: number;
	pollSeconds: number;
	pageSize: number;
	/**
	 * Set where one search can name several sites of a grant: windows up to so many seconds are pulled for all its stores at once, because
	 * the budget of a grant does not allow a search for each.
	 */
	togetherUpToSeconds?: number;
}

export interface MessageRules {
	pollSeconds: number;
	/** How far back conversations are read when a store is bound, in days. */
	historyDays: number;
	/** Seconds by which polls overlap, absorbing late writes. */
	overlapSeconds: number;
	/** Set where buyers write to the seller's mailbox, which a person has to name: where the platform says how to register its address. */
	mailbox?: { help: string };
	/** Files of answers, and in which kinds of conversations, each kind at most once; absent where none can be sent. */
	files?: readonly (FileRules & { kinds: readonly ConversationKind[] })[];
	/** When a reply that was taken is looked at again, where the platform may take it back; seconds after it was taken. */
	looksAgainAfterSeconds?: readonly number[];
}

/** Where a person goes on with what we cannot do; the first that fits a store is its own. */
export interface SellerCentre {
	/** Without it all sites, or all ways of working. */
	sites?: readonly string[];
	modes?: readonly OperatingMode[];
	url: string;
}

export interface ListingRules {
	/** Between two looks at what changed. */
	pollSeconds: number;
	/** Seconds by which looks overlap, absorbing late writes. */
	overlapSeconds: number;
	/** Between two walks over everything, which find what is gone and what changes without a time. */
	wholeSeconds: number;
	/** What the platform tells of no listing. */
	untold?: readonly 'url'[];
}

export interface ReviewRules {
	/** Between two looks at the reviews, or the stars, of one product; where it has neither, nothing is asked of products. */
	pollSeconds: number;
	/** Between two looks at orders with few stars, or at what buyers say of the store. */
	lowRatedSeconds?: number;
	/** Where the platform says so. */
	source: string;
}

export interface FinanceRules {
	pollSeconds: number;
	/** Seconds by which reads overlap: payouts move on and bookings come late. */
	overlapSeconds: number;
	/** Longest window in one read, in days. */
	windowDays: number;
	/** How far back is read, in days. */
	historyDays: number;
	/** Where the platform says so. */
	source: string;
}

/** Partial truth is typed and explained where a person would look for the function. */
export interface Limitation {
	/** e.g. `messages`, `reviews`, `orderMoney`. */
	subject: string;
	level: string;
	/** Where the platform says so. */
	link: string;
}

/** What the date rests on at which a grant dies and a person has to consent again. */
export interface GrantEnd {
	/** `told`: the platform names the date with the grant. `published`: its documents name a length, and we count from the consent. */
	basis: 'told' | 'published';
	/** Whether each of our own renewals moves the date on, so that it comes only when they stop. */
	moves: boolean;
	/** Where the platform says so. */
	source: string;
}

/** Everything about a platform that is data. */
/** From a day on: how long buyers' data may be kept. */
export interface BuyerDataRule {
	/** ISO date. */
	from: string;
	/** After delivery or cancellation. */
	days: number;
	/** After the last change of an order that is still open. */
	openDays: number;
	/** The platform never tells a delivery: the latest promised day stands for it once an order is shipped. */
	promised: boolean;
	/** Whether the platform's documents say so, and a workspace may only be stricter; or they name no such time, and a workspace chooses. */
	standing: 'platform' | 'ours';
	/** The document that says so, or that was searched. */
	source: string;
}

export interface PlatformManifest {
	id: PlatformId;
	/** Name as the platform writes it; the same in all languages unless `names` says otherwise. */
	name: string;
	names?: Partial<Record<'zh-CN' | 'en' | 'pt-BR' | 'es-MX', string>>;
	sites: readonly Site[];
	/** Base URLs by host key. Each can be overridden by configuration. */
	hosts: Readonly<Record<string, string>>;
	/** Ends of host names beside `hosts` to which the platform's own answers lead, such as presigned report documents. */
	documentHosts?: readonly string[];
	/** Names of text fields in answers that differ every time though nothing changed, such as the number of the request. */
	volatileFields?: readonly string[];
	/** Credentials of our registered app at the platform. */
	appFields: readonly CredentialField[];
	authorization: readonly AuthorizationKind[];
	grantEnd: GrantEnd;
	/** Oldest first. */
	buyerData: readonly [BuyerDataRule, ...BuyerDataRule[]];
	/** How news arrives without asking. */
	intake: 'webhook' | 'queue' | 'none';
	budgets: readonly RateBudget[];
	pull: PullRules;
	/** Present where messages are read. */
	messages?: MessageRules;
	/** Present where listings are read. */
	listings?: ListingRules;
	/** Present where texts of reviews are read. */
	reviews?: ReviewRules;
	/** Present where claims or cases are shown. */
	sellerCentres?: readonly SellerCentre[];
	/** Present where statements and settlements are read. */
	finances?: FinanceRules;
	/** How the platform counts the time until a buyer is answered. */
	replyClocks: readonly ReplyClockRule[];
	/** What may be written to a buyer. */
	messagePolicy: MessagePolicy;
	limitations: readonly Limitation[];
}

/** How far behind a store's newest complete moment may be before it is late: three polls, and what the platform holds back. */
export function latenessMillis({ pull }: Pick<PlatformManifest, 'pull'>): number {
	return (pull.pollSeconds * 3 + pull.marginSeconds + pull.overlapSeconds) * 1000;
}

/** The rule for buyers' data that holds at a moment. */
export function buyerDataRule({ buyerData }: Pick<PlatformManifest, 'buyerData'>, at: Date): BuyerDataRule {
	const day = at.toISOString().slice(0, 10);
	return buyerData.findLast((rule) => rule.from <= day) ?? buyerData[0];
}

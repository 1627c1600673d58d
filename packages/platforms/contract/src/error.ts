export type PlatformErrorKind = 'auth' | 'forbidden' | 'rateLimited' | 'rejected' | 'notFound' | 'unavailable' | 'unexpected';

/**
 * Codes of sentences the screens hold in every language. `params` fill their gaps; they never contain secrets or buyers' data.
 */
export type UserMessageCode =
	| 'grantExpired'
	| 'grantRevoked'
	| 'scopeMissing'
	| 'wrongRegion'
	| 'ipNotAllowed'
	| 'storeInactive'
	| 'appCredentialsWrong'
	| 'appMissing'
	| 'codeExpired'
	| 'consentRefused'
	| 'rateLimited'
	| 'platformDown'
	| 'platformRefused'
	| 'notFoundAtPlatform'
	| 'answerNotUnderstood'
	| 'clockSkew'
	| 'conversationClosed'
	| 'modeNotServed'
	| 'mailboxMissing'
	| 'mailboxNotNeeded'
	| 'mailboxLoginRefused'
	| 'mailboxUnknownHost'
	| 'mailboxInnerHost'
	| 'mailboxUnreachable'
	| 'mailboxCertificate'
	| 'mailboxFolderMissing'
	| 'mailboxRefused'
	| 'attachmentTooLarge'
	| 'attachmentUnsafe'
	| 'messageUndelivered'
	| 'buyerOptedOut'
	| 'alreadyAnswered'
	| 'kindNotAllowed'
	| 'listingRefused'
	| 'offerRefused'
	| 'offerPromotion'
	| 'offerNotOurs'
	| 'offerWarehouses'
	| 'offerShared'
	| 'offerTitleFrozen'
	| 'offerTitleMade'
	| 'offerTitleNotOurs'
	| 'offerSeveralTitles'
	| 'pictureUnreadable'
	| 'warehouseMissing'
	| 'moderated'
	| 'moderatedLanguage'
	| 'moderatedContact'
	| 'moderatedLink'
	| 'moderatedAutomatic'
	| 'moderatedPayment'
	| 'moderatedClaim';

export interface PlatformErrorOptions {
	kind: PlatformErrorKind;
	/** The sentence the person sees. */
	userMessage: { code: UserMessageCode; params?: Record<string, string> };
	/** For logs: the platform's code and request id; no secrets, no buyers' data. */
	detail: string;
	/** Milliseconds the platform asks us to wait. */
	retryAfter?: number;
	cause?: unknown;
}

/** The only error that leaves an adapter. The worker decides by `kind`, never by text. */
export class PlatformError extends Error {
	override name = 'PlatformError';
	readonly kind: PlatformErrorKind;
	readonly userMessage: { code: UserMessageCode; params?: Record<string, string> };
	readonly retryAfter: number | undefined;

	constructor(options: PlatformErrorOptions) {
		super(options.detail, options.cause === undefined ? undefined : { cause: options.cause });
		this.kind = options.kind;
		this.userMessage = options.userMessage;
		this.retryAfter = options.retryAfter;
	}
}

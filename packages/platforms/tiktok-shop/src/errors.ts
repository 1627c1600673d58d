import { PlatformError, type PlatformErrorKind, type UserMessageCode } from '@pangea/platform-contract';

/** An answer that is no success, as far as we could read it. */
export interface Refusal {
	operation: string;
	status: number;
	/** `code` of the envelope; null when the body was no envelope. */
	code: number | null;
	/** Platform's text. Used to tell cases apart, never passed on: it may quote what we sent. */
	message: string;
	requestId: string | null;
	/** Milliseconds of a Retry-After header. */
	retryAfter: number | null;
}

type Meaning = readonly [PlatformErrorKind, UserMessageCode];

const EXPIRED: Meaning = ['auth', 'grantExpired'];
const REVOKED: Meaning = ['auth', 'grantRevoked'];
const CREDENTIALS: Meaning = ['forbidden', 'appCredentialsWrong'];
const INACTIVE: Meaning = ['forbidden', 'storeInactive'];
const REFUSED: Meaning = ['rejected', 'platformRefused'];
const LIMITED: Meaning = ['rateLimited', 'rateLimited'];
const DOWN: Meaning = ['unavailable', 'platformDown'];
const CLOSED: Meaning = ['rejected', 'conversationClosed'];
const ABSENT: Meaning = ['notFound', 'notFoundAtPlatform'];

/** Codes of contract §4 and, for 36004xxx, of the authorization host (§1). */
const MEANINGS: ReadonlyMap<number, Meaning> = new Map<number, Meaning>([
	[101000, INACTIVE],
	[105002, EXPIRED],
	[105004, ['forbidden', 'wrongRegion']],
	[105005, ['forbidden', 'scopeMissing']],
	[106001, CREDENTIALS],
	[106013, REFUSED],
	[12019045, ['rejected', 'offerPromotion']],
	[12052038, ['rejected', 'offerPromotion']],
	[12052700, INACTIVE],
	[12052704, INACTIVE],
	[21008111, ABSENT],
	[25020005, ABSENT],
	[36004001, EXPIRED],
	[36004005, REVOKED],
	[36009002, LIMITED],
	[36009003, DOWN],
	[36009007, DOWN],
	[36009009, REFUSED],
	[36009010, REFUSED],
	[36009014, REFUSED],
	[36009033, ['forbidden', 'ipNotAllowed']],
	[45101004, LIMITED],
	[45109001, CLOSED],
	[45109003, CLOSED],
]);

// One code, many causes: only the message tells them apart (contract §4).
const BY_MESSAGE: readonly (readonly [RegExp, Meaning])[] = [
	// Clocks drift apart and come together again: asking later helps, giving up does not.
	[/time-?stamp/i, ['unexpected', 'clockSkew']],
	[/access[_ -]?token/i, EXPIRED],
	[/auth[_ -]?code|authorization code/i, ['auth', 'codeExpired']],
	[/refresh[_ -]?token|auth(orization)? record/i, REVOKED],
	[/app[_ -]?(key|secret)|\bsign(ature)?\b/i, CREDENTIALS],
];

const DEFAULT_WAIT = 1000;

/** Sorts a refusal. The detail carries code and request id only, so no secret that the platform quotes back gets through. */
export function toPlatformError(refusal: Refusal): PlatformError {
	const [kind, message] = meaningOf(refusal);
	const code = refusal.code === null ? 'no envelope' : `code ${refusal.code}`;
	const request = refusal.requestId !== null && /^[\w-]{1,64}$/.test(refusal.requestId) ? `, request ${refusal.requestId}` : '';
	return new PlatformError({
		kind,
		userMessage: message === 'platformRefused' ? { code: message, params: { code: String(refusal.code) } } : { code: message },
		detail: `${refusal.operation}: HTTP ${refusal.status}, ${code}${request}`,
		...(kind === 'rateLimited' ? { retryAfter: refusal.retryAfter ?? DEFAULT_WAIT } : {}),
		...(kind === 'unavailable' && refusal.retryAfter !== null ? { retryAfter: refusal.retryAfter } : {}),
	});
}

function meaningOf({ code, status, message }: Refusal): Meaning {
	if (status === 429) return LIMITED;
	if (code === null) {
		if (status >= 500) return DOWN;
		if (status === 401) return EXPIRED;
		return ['unexpected', 'answerNotUnderstood'];
	}
	const known = MEANINGS.get(code);
	if (known) return known;
	for (const [pattern, meaning] of BY_MESSAGE) if (pattern.test(message)) return meaning;
	if (status >= 500) return DOWN;
	if (status === 401) return EXPIRED;
	return REFUSED;
}

/** An answer that came, says success and cannot be read. */
export function notUnderstood(operation: string, reason: string): PlatformError {
	return new PlatformError({ kind: 'unexpected', userMessage: { code: 'answerNotUnderstood' }, detail: `${operation}: ${reason}` });
}

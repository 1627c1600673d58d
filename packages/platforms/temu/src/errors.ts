import { PlatformError, type PlatformErrorKind, type UserMessageCode } from '@pangea/platform-contract';
import type { Gateway } from './sites.ts';

/** A refusal as the gateway words it. */
export interface Refusal {
	code: number;
	/** The platform's own sentence; shown to the person, never logged. */
	message: string;
	requestId: string | null;
	api: string;
	gateway: Gateway;
	/** Milliseconds asked for by a header, when there was one. */
	retryAfter?: number;
}

/** A PlatformError that keeps Temu's number, for decisions inside the adapter. */
export class TemuError extends PlatformError {
	readonly code: number;

	constructor(code: number, options: ConstructorParameters<typeof PlatformError>[0]) {
		super(options);
		this.code = code;
	}
}

type Verdict = readonly [PlatformErrorKind, UserMessageCode];

/** "Some amount fields are still undergoing system calculation" and its twin for order fields. */
export const STILL_CALCULATING = [140020008, 140020009] as const;
/** The store is fully managed: orders are not served. */
export const FULLY_MANAGED = 140020001;
export const ORDER_NOT_FOUND = 140020002;
/** An amount variant that this site does not have. */
export const AMOUNT_VARIANT_ELSEWHERE = 140020015;

const CALCULATION_WAIT = 5 * 60_000;
const RATE_WAIT = 1000;
const APP_WRONG: Verdict = ['forbidden', 'appCredentialsWrong'];
const TOKEN_GONE: Verdict = ['auth', 'grantRevoked'];
const TOKEN_EXPIRED: Verdict = ['auth', 'grantExpired'];
// App, token and gateway belong to one region (contract §1): a token that fits another app is one of another gateway.
const OTHER_REGION: Verdict = ['auth', 'wrongRegion'];
const NO_SCOPE: Verdict = ['forbidden', 'scopeMissing'];
const DOWN: Verdict = ['unavailable', 'platformDown'];
const CLOCK: Verdict = ['unexpected', 'clockSkew'];
const OUR_MISTAKE: Verdict = ['unexpected', 'platformRefused'];
const LIMIT: Verdict = ['rateLimited', 'rateLimited'];

// Gateway table: contract §4 and samples/_enums.json, gatewayError.
const GATEWAY: Readonly<Record<number, Verdict>> = {
	2000000: DOWN,
	3000000: OUR_MISTAKE,
	3000001: APP_WRONG,
	3000002: OUR_MISTAKE,
	3000003: ['rejected', 'wrongRegion'],
	3000004: ['rejected', 'platformRefused'],
	3000010: OUR_MISTAKE,
	3000011: CLOCK,
	3000012: CLOCK,
	3000013: OUR_MISTAKE,
	3000014: OUR_MISTAKE,
	3000019: APP_WRONG,
	3000020: APP_WRONG,
	3000021: APP_WRONG,
	3000022: APP_WRONG,
	3000025: APP_WRONG,
	3000026: APP_WRONG,
	3000027: NO_SCOPE,
	3000028: APP_WRONG,
	3000030: TOKEN_GONE,
	3000031: TOKEN_GONE,
	3000032: NO_SCOPE,
	3000033: OTHER_REGION,
	3000034: TOKEN_EXPIRED,
	3000040: OUR_MISTAKE,
	4000000: DOWN,
	4000004: LIMIT,
	5000000: NO_SCOPE,
	5000001: OUR_MISTAKE,
	5000002: ['forbidden', 'platformRefused'],
	5000003: ['forbidden', 'ipNotAllowed'],
	6000001: DOWN,
	7000000: DOWN,
};

// The Chinese gateway gives 70000xx the causes that the others number 30000xx (samples/_enums.json, gatewayErrorCN).
const GATEWAY_CN: Readonly<Record<number, Verdict>> = {
	7000000: OUR_MISTAKE,
	7000002: APP_WRONG,
	7000003: TOKEN_GONE,
	7000005: NO_SCOPE,
	7000006: OTHER_REGION,
	7000007: TOKEN_EXPIRED,
	7000008: OUR_MISTAKE,
	7000010: OUR_MISTAKE,
	7000011: CLOCK,
	7000013: OUR_MISTAKE,
	7000014: OUR_MISTAKE,
	7000015: APP_WRONG,
	7000016: ['rejected', 'wrongRegion'],
	7000018: TOKEN_GONE,
	7000019: NO_SCOPE,
	7000020: TOKEN_GONE,
	7000022: NO_SCOPE,
};

// Codes of single APIs that mean more than "refused" (samples/_api-fields.json, errors).
const BUSINESS: Readonly<Record<number, Verdict>> = {
	110020001: DOWN,
	110020002: ['auth', 'codeExpired'],
	110020003: ['auth', 'codeExpired'],
	110020007: LIMIT,
	110020008: NO_SCOPE,
	110020009: ['forbidden', 'platformRefused'],
	120011072: ['rejected', 'wrongRegion'],
	120018027: ['rejected', 'wrongRegion'],
	130010000: DOWN,
	[FULLY_MANAGED]: ['rejected', 'modeNotServed'],
	[ORDER_NOT_FOUND]: ['notFound', 'notFoundAtPlatform'],
	140020003: ['forbidden', 'platformRefused'],
	140020008: DOWN,
	140020009: DOWN,
	180020008: ['forbidden', 'platformRefused'],
	150010002: DOWN,
	150010005: DOWN,
	150010008: ['notFound', 'notFoundAtPlatform'],
	150010042: ['notFound', 'notFoundAtPlatform'],
	150010124: ['notFound', 'notFoundAtPlatform'],
};

/** Translates a refusal. An unknown code is `rejected` and shows the platform's own sentence. */
export function toPlatformError(refusal: Refusal): TemuError {
	const { code, api, gateway, requestId } = refusal;
	const regional = gateway === 'cn' ? GATEWAY_CN[code] : undefined;
	const [kind, messageCode] = regional ?? BUSINESS[code] ?? GATEWAY[code] ?? (['rejected', 'platformRefused'] as const);
	const wait = refusal.retryAfter ?? waitOf(kind, code);
	return new TemuError(code, {
		kind,
		userMessage: { code: messageCode, params: { api, code: String(code), message: refusal.message.slice(0, 300) } },
		detail: `${api} at ${gateway}: code ${code}, request ${requestId ?? 'unnamed'}`,
		...(wait === undefined ? {} : { retryAfter: wait }),
	});
}

// Temu names no wait; these are ours.
function waitOf(kind: PlatformErrorKind, code: number): number | undefined {
	if ((STILL_CALCULATING as readonly number[]).includes(code)) return CALCULATION_WAIT;
	return kind === 'rateLimited' ? RATE_WAIT : undefined;
}

/** True for refusals that say the seller or Temu has not opened this API to the token. */
export function isNotGranted(error: unknown): boolean {
	return error instanceof TemuError && error.kind === 'forbidden' && error.userMessage.code === 'scopeMissing';
}

export function hasCode(error: unknown, codes: readonly number[]): boolean {
	return error instanceof TemuError && codes.includes(error.code);
}

export function notUnderstood(api: string, what: string, cause?: unknown): PlatformError {
	return new PlatformError({
		kind: 'unexpected',
		userMessage: { code: 'answerNotUnderstood', params: { api } },
		detail: `${api}: ${what}`,
		...(cause === undefined ? {} : { cause }),
	});
}

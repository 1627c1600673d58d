import { causeText, type HttpReply, PlatformError, type PlatformErrorOptions, retryAfterMillis } from '@pangea/platform-contract';
import type * as z from 'zod';
import { jsonOrNull } from './json.ts';
import { manifest } from './manifest.ts';
import { wireErrors, wireTokenError } from './wire.ts';

interface Refusal {
	/** Amazon's code, e.g. `InvalidInput`; empty when the answer was no JSON. */
	code: string;
	/** Message and details, for deciding only: they may repeat what was sent and stay out of errors. */
	words: string;
	requestId: string;
}

/** Reads the error envelope of contract §6; HTML and plain text give empty words. */
export function readRefusal(reply: HttpReply): Refusal {
	const requestId = reply.headers['x-amzn-requestid'] ?? '';
	const body = wireErrors.safeParse(jsonOrNull(reply.body.toString('utf8')));
	const first = body.success ? body.data.errors[0] : undefined;
	const code = first?.code ?? reply.headers['x-amzn-errortype']?.split(':')[0] ?? '';
	return { code, words: `${first?.message ?? ''} ${first?.details ?? ''}`.trim(), requestId };
}

/** True when a new access token may cure the refusal: all of 401, and the 403 whose details speak of the token. */
export function blamesToken(reply: HttpReply): boolean {
	return reply.status === 401 || (reply.status === 403 && TOKEN_WORDS.test(readRefusal(reply).words));
}

const TOKEN_WORDS = /expired|token.*(revoked|malformed|invalid)/i;

/** The error of an answer that is no success. 403 says one sentence for five causes; what its details tell apart is told apart. */
export function refusalToError(operation: string, reply: HttpReply): PlatformError {
	const refusal = readRefusal(reply);
	const { kind, code } = classify(reply, refusal);
	const asked = kind === 'rateLimited' || kind === 'unavailable' ? retryAfterMillis(reply.headers, Date.now()) : null;
	const retryAfter = asked ?? (kind === 'rateLimited' ? oneToken(operation, reply) : null);
	return new PlatformError({
		kind,
		userMessage: { code, params: { operation, code: refusal.code, requestId: refusal.requestId } },
		detail: `${operation}: HTTP ${reply.status} ${refusal.code || 'without code'} (request ${refusal.requestId || 'unnamed'})`,
		...(retryAfter === null ? {} : { retryAfter }),
	});
}

/** Requests a second that a reply states. */
export function statedRate(reply: HttpReply): number | null {
	const rate = Number(reply.headers['x-amzn-ratelimit-limit']);
	return Number.isFinite(rate) && rate > 0 ? rate : null;
}

// 429 mostly comes without any header (contract §17.8); then one token's time is the least that can help.
function oneToken(operation: string, reply: HttpReply): number | null {
	const rate = statedRate(reply) ?? manifest.budgets.find((b) => b.operation === operation)?.rate;
	return rate === undefined ? null : Math.ceil(1000 / rate);
}

function classify(
	reply: HttpReply,
	refusal: Refusal,
): { kind: PlatformErrorOptions['kind']; code: PlatformErrorOptions['userMessage']['code'] } {
	const { status } = reply;
	if (status === 401 || status === 403) {
		if (TOKEN_WORDS.test(refusal.words)) return { kind: 'auth', code: /expired/i.test(refusal.words) ? 'grantExpired' : 'grantRevoked' };
		return { kind: 'forbidden', code: /region/i.test(refusal.words) ? 'wrongRegion' : 'scopeMissing' };
	}
	if (status === 404) return { kind: 'notFound', code: 'notFoundAtPlatform' };
	if (status === 429) return { kind: 'rateLimited', code: 'rateLimited' };
	if (status >= 500) return { kind: 'unavailable', code: 'platformDown' };
	if (status >= 400) return { kind: 'rejected', code: 'platformRefused' };
	return { kind: 'unexpected', code: 'answerNotUnderstood' };
}

/** What a token is asked for with: a consent's code, a refresh token, or the app's credentials alone. */
export type TokenPurpose = 'code' | 'refresh' | 'grantless';

/**
 * The error of a refused token request (OAuth style, contract §5.3). A wrong or overdue client secret is not the seller's affair: it is
 * `forbidden`, so that no connection is sent to consent again.
 */
export function tokenRefusalToError(purpose: TokenPurpose, reply: HttpReply): PlatformError {
	const body = wireTokenError.safeParse(jsonOrNull(reply.body.toString('utf8')));
	const word = body.success ? body.data.error : '';
	const detail = `requestToken (${purpose}): HTTP ${reply.status} ${word || 'without code'}`;
	if (reply.status === 429 || reply.status >= 500 || word === '') return refusalToError('requestToken', reply);
	if (word === 'invalid_grant' && purpose !== 'grantless') {
		return purpose === 'code'
			? new PlatformError({ kind: 'rejected', userMessage: { code: 'codeExpired' }, detail })
			: new PlatformError({ kind: 'auth', userMessage: { code: 'grantRevoked' }, detail });
	}
	if (word === 'invalid_client' || word === 'unauthorized_client' || word === 'invalid_scope') {
		return new PlatformError({ kind: 'forbidden', userMessage: { code: 'appCredentialsWrong', params: { code: word } }, detail });
	}
	return new PlatformError({ kind: 'rejected', userMessage: { code: 'platformRefused', params: { code: word } }, detail });
}

export function misunderstood(operation: string, reason: string, cause?: unknown): PlatformError {
	return new PlatformError({
		kind: 'unexpected',
		userMessage: { code: 'answerNotUnderstood', params: { operation } },
		detail: `${operation}: ${reason}`,
		...(cause === undefined ? {} : { cause }),
	});
}

/** Where and how a document breaks its schema, without the values it holds. */
export function describeIssues(error: z.ZodError): string {
	const told = error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || 'document'}: ${issue.message}`);
	return causeText(told.join('; '));
}

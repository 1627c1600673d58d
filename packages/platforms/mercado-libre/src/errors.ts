import {
	causeText,
	DraftRefusedError,
	entryOf,
	type HttpReply,
	type Json,
	parseJson,
	PlatformError,
	type PlatformErrorKind,
	type RawReply,
	retryAfterMillis,
	type UserMessageCode,
} from '@pangea/platform-contract';
import type { z } from 'zod';
import { refusalReasons } from './refusal.ts';
import { wireError } from './wire.ts';

/** The four published error envelopes and OAuth's, made one (contract §3.1). */
export interface Envelope {
	httpStatus: number;
	/** The platform's word, e.g. `invalid_grant`, `PA_UNAUTHORIZED_RESULT_FROM_POLICIES`; empty when it sent none. */
	code: string;
	/** May repeat tokens or ids: for decisions here, never for logs. */
	message: string;
}

export function readEnvelope(reply: HttpReply): Envelope {
	const parsed = wireError.safeParse(parseOrNull(reply.body));
	if (!parsed.success) return { httpStatus: reply.status, code: '', message: '' };
	const { error, code, message } = parsed.data;
	// A numeric code only repeats the HTTP status; then `error` holds the word.
	const words = [code, error].filter((w): w is string => typeof w === 'string' && /[A-Za-z]/.test(w));
	return { httpStatus: reply.status, code: words[0] ?? '', message: message ?? '' };
}

function parseOrNull(body: Buffer): Json {
	try {
		return parseJson(body.toString('utf8'));
	} catch {
		// A 429 may have an empty body, a gateway may answer in HTML.
		return null;
	}
}

type Verdict = [PlatformErrorKind, UserMessageCode];

const BY_CODE: Record<string, Verdict> = {
	invalid_grant: ['auth', 'grantExpired'],
	invalid_client: ['forbidden', 'appCredentialsWrong'],
	unauthorized_client: ['forbidden', 'appCredentialsWrong'],
	unauthorized_application: ['forbidden', 'appCredentialsWrong'],
	invalid_scope: ['forbidden', 'scopeMissing'],
	invalid_operator_user_id: ['forbidden', 'scopeMissing'],
	local_rate_limited: ['rateLimited', 'rateLimited'],
};

const BY_STATUS: Record<number, Verdict> = {
	401: ['auth', 'grantExpired'],
	403: ['forbidden', 'scopeMissing'],
	404: ['notFound', 'notFoundAtPlatform'],
	// A lock or a stale version: reading again helps.
	409: ['unavailable', 'platformDown'],
	423: ['unavailable', 'platformDown'],
	424: ['unavailable', 'platformDown'],
	429: ['rateLimited', 'rateLimited'],
	// A closed or legally blocked account; asking again is pointless.
	451: ['forbidden', 'storeInactive'],
};

function verdict({ httpStatus, code, message }: Envelope): Verdict {
	const known = entryOf(BY_CODE, code);
	if (known) return known;
	// Somebody else's resource, told as 401 by one family of endpoints and as 403 by another; a new token would not help.
	if (httpStatus === 401 && /invalid caller/i.test(message)) return ['forbidden', 'scopeMissing'];
	if (httpStatus === 400 && /malformed access_token/i.test(message)) return ['auth', 'grantExpired'];
	const byStatus = BY_STATUS[httpStatus];
	if (byStatus) return byStatus;
	if (httpStatus >= 500) return ['unavailable', 'platformDown'];
	if (httpStatus >= 400) return ['rejected', 'platformRefused'];
	return ['unexpected', 'answerNotUnderstood'];
}

const CLOSED: Verdict = ['rejected', 'conversationClosed'];

/** Only this thread takes no message now; the permission is there. */
function isClosedThread(operation: string, { httpStatus, message }: Envelope): boolean {
	return operation === 'messages.write' && httpStatus === 403 && message.startsWith('blocked_');
}

// A 429 may come without a header and even without a body; limits are counted by the minute.
const SILENT_LIMIT = 15_000;

/** The error of a reply that is no success. Its text holds the operation, status and code, nothing the platform wrote freely. */
export function platformError(operation: string, reply: HttpReply, now: Date): PlatformError {
	const envelope = readEnvelope(reply);
	const [kind, code] = isClosedThread(operation, envelope) ? CLOSED : verdict(envelope);
	const word = /^[\w.-]{1,60}$/.test(envelope.code) ? ` ${envelope.code}` : '';
	const told = retryAfterMillis(reply.headers, now.getTime());
	// What is wrong with a listing is for whoever wrote it, unlike other refusals.
	if (operation === 'items.write' && kind === 'rejected')
		return new DraftRefusedError(`${operation}: ${reply.status}${word}`, refusalReasons(parseOrNull(reply.body)));
	const retryAfter = told ?? (kind === 'rateLimited' ? SILENT_LIMIT : null);
	return new PlatformError({
		kind,
		userMessage: { code },
		detail: `${operation}: ${reply.status}${word}`,
		...(retryAfter === null ? {} : { retryAfter }),
	});
}

/** A reply that is a success and no JSON; its text is evidence for whoever sets a record aside because of it. */
export class UnreadableReply extends PlatformError {
	readonly raw: RawReply;

	constructor(raw: RawReply) {
		super({
			kind: 'unexpected',
			userMessage: { code: 'answerNotUnderstood' },
			detail: `${raw.operation}: not JSON (${raw.body.length} bytes)`,
		});
		this.raw = raw;
	}
}

/** A reply that is a success but not what the contract says. */
export function notUnderstood(operation: string, why: string): PlatformError {
	return new PlatformError({ kind: 'unexpected', userMessage: { code: 'answerNotUnderstood' }, detail: `${operation}: ${why}` });
}

/** Where a document departs from its shape: paths and expected types, never values. */
export function describeIssues(error: z.ZodError): string {
	const issues = error.issues.slice(0, 3).map((i) => `${i.path.map(String).join('.') || '(document)'}: ${i.message}`);
	return causeText(issues.join('; '));
}

/** Validates a reply. @throws PlatformError kind `unexpected` */
export function understand<S extends z.ZodType>(operation: string, schema: S, json: Json): z.output<S> {
	const parsed = schema.safeParse(json);
	if (parsed.success) return parsed.data;
	throw notUnderstood(operation, describeIssues(parsed.error));
}

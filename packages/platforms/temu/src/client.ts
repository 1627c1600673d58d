import { createHash } from 'node:crypto';
import {
	type AdapterContext,
	type AppCredentials,
	type Grant,
	type HttpReply,
	type Json,
	JsonError,
	parseJson,
	PlatformError,
	type RawReply,
	retryAfterMillis,
	type StoreContext,
} from '@pangea/platform-contract';
import { notUnderstood, toPlatformError } from './errors.ts';
import { appFieldKeys, budgetOf, type CallKind } from './manifest.ts';
import { type Gateway, isGateway } from './sites.ts';

/** A value that can be written to the wire; integers beyond 2^53 are bigints. */
export type WireValue =
	| string
	| number
	| bigint
	| boolean
	| null
	| readonly WireValue[]
	| { readonly [name: string]: WireValue | undefined };
/** Top-level fields of a body. Undefined and null ones are neither signed nor sent. */
export type Params = Readonly<Record<string, WireValue | undefined>>;

/**
 * Compact JSON with every digit of a bigint. Inner keys keep their order.
 * @throws RangeError for a number that JSON or a double cannot hold exactly.
 */
export function writeJson(value: WireValue): string {
	if (typeof value === 'bigint') return value.toString();
	if (typeof value === 'string') return JSON.stringify(value.toWellFormed());
	if (typeof value === 'number') {
		if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
			throw new RangeError('a number is not exact; give a bigint');
		}
		return JSON.stringify(value);
	}
	if (value === null || typeof value === 'boolean') return String(value);
	if (isList(value)) return `[${value.map(writeJson).join(',')}]`;
	return `{${writeFields(value).join(',')}}`;
}

// Array.isArray does not narrow a readonly array out of a union.
function isList(value: WireValue): value is readonly WireValue[] {
	return Array.isArray(value);
}

function writeFields(fields: { readonly [name: string]: WireValue | undefined }): string[] {
	return Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [`${JSON.stringify(name)}:${writeJson(value)}`]));
}

function sent(params: Params): [string, WireValue][] {
	return Object.entries(params).flatMap(([name, value]) =>
		name === 'sign' || value === undefined || value === null ? [] : [[name, value] satisfies [string, WireValue]],
	);
}

/**
 * Temu's signature: names in byte order, each glued to its value (texts bare, everything else as the JSON that is sent), the secret in
 * front and behind, MD5 in upper case. The same rule signs the four `toa-` headers of a file download. Contract §4.
 */
export function sign(params: Params, secret: string): string {
	const glued = sent(params)
		.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
		.map(([name, value]) => name + (typeof value === 'string' ? value.toWellFormed() : writeJson(value)))
		.join('');
	return createHash('md5').update(`${secret}${glued}${secret}`, 'utf8').digest('hex').toUpperCase();
}

/** The body to send: the very fields that were signed, and the signature. */
export function signedBody(params: Params, secret: string): string {
	return writeJson({ ...Object.fromEntries(sent(params)), sign: sign(params, secret) });
}

/** Our app at a gateway. @throws PlatformError kind `forbidden` when it is not configured. */
export function appAt(app: AppCredentials, gateway: Gateway): { key: string; secret: string } {
	const names = appFieldKeys(gateway);
	const key = app[names.key];
	const secret = app[names.secret];
	if (!key || !secret) {
		throw new PlatformError({
			kind: 'forbidden',
			userMessage: { code: 'appMissing', params: { gateway } },
			detail: `no app key and secret are configured for the ${gateway} gateway`,
		});
	}
	return { key, secret };
}

/** @throws PlatformError kind `rejected` for a host that is no gateway. */
export function gatewayOf(host: string): Gateway {
	if (isGateway(host)) return host;
	throw new PlatformError({
		kind: 'rejected',
		userMessage: { code: 'wrongRegion', params: { host } },
		detail: `${JSON.stringify(host.slice(0, 40))} is none of the five gateways`,
	});
}

export interface Call {
	api: string;
	params: Params;
	gateway: Gateway;
	token: string;
	kind: CallKind;
	idempotent: boolean;
	/** As of a request of the contract. */
	writes?: true;
}

export interface Answer {
	result: Json;
	reply: RawReply;
}

// Calls a page needs run into the hundreds: one refused for its rate or for a hiccup must not throw the others away. Temu refuses with
// HTTP 200; what comes with another status was repeated below already.
const REPEATS = 3;
const REPEAT_WAIT = 1000;

/**
 * Calls an API and unwraps its envelope. A refusal for rate, and a hiccup of the platform when repeating does no harm, is tried again behind
 * the corrected budget; a clock refused by Temu is corrected once from the `Date` of the reply.
 * @throws PlatformError
 */
export async function call(context: AdapterContext, request: Call): Promise<Answer> {
	let seconds = Math.floor(context.now().getTime() / 1000);
	let clockCorrected = false;
	for (let attempt = 1; ; attempt++) {
		context.signal.throwIfAborted();
		const http = await post(context, request, seconds);
		try {
			return read(context, request, http);
		} catch (error) {
			if (!(error instanceof PlatformError)) throw error;
			const theirs = clockOf(http);
			if (error.userMessage.code === 'clockSkew' && !clockCorrected && theirs !== null && theirs !== seconds) {
				clockCorrected = true;
				seconds = theirs;
			} else if (http.status < 400 && isPassing(error, request) && attempt < REPEATS) {
				const waitMillis = (error.retryAfter ?? REPEAT_WAIT) * 2 ** (attempt - 1);
				await context.http.adjustBudget(budgetOf(request.gateway, request.kind), { waitMillis });
			} else {
				throw error;
			}
		}
	}
}

const LONGEST_WAIT = 10_000;

function isPassing(error: PlatformError, request: Call): boolean {
	if ((error.retryAfter ?? 0) > LONGEST_WAIT) return false;
	return error.kind === 'rateLimited' || (error.kind === 'unavailable' && request.idempotent);
}

function clockOf(http: HttpReply): number | null {
	const millis = Date.parse(http.headers['date'] ?? '');
	return Number.isNaN(millis) ? null : Math.floor(millis / 1000);
}

async function post(context: AdapterContext, request: Call, seconds: number): Promise<HttpReply> {
	const app = appAt(context.app, request.gateway);
	const base = context.hosts[request.gateway];
	if (base === undefined) throw notUnderstood(request.api, `no address is configured for the ${request.gateway} gateway`);
	const params: Params = {
		type: request.api,
		app_key: app.key,
		access_token: request.token,
		timestamp: seconds,
		data_type: 'JSON',
		...request.params,
	};
	return await context.http.send({
		operation: budgetOf(request.gateway, request.kind),
		method: 'POST',
		url: `${base}/openapi/router`,
		headers: { 'content-type': 'application/json' },
		body: signedBody(params, app.secret),
		idempotent: request.idempotent,
		...(request.writes && { writes: request.writes }),
	});
}

function read(context: AdapterContext, request: Call, http: HttpReply): Answer {
	const json = parseBody(context, request, http);
	const envelope = readEnvelope(json);
	if (envelope === null) throw statusError(context, request, http);
	if (!envelope.ok) {
		const wait = retryAfterMillis(http.headers, context.now().getTime());
		throw toPlatformError({
			code: envelope.code,
			message: maskSecrets(envelope.message, [request.token, appAt(context.app, request.gateway).secret]),
			requestId: envelope.requestId,
			api: request.api,
			gateway: request.gateway,
			...(wait === null ? {} : { retryAfter: wait }),
		});
	}
	return { result: envelope.result, reply: { operation: request.api, fetchedAt: context.now().toISOString(), body: http.body } };
}

function parseBody(context: AdapterContext, request: Call, http: HttpReply): Json {
	try {
		return parseJson(http.body.toString('utf8'));
	} catch (cause) {
		if (!(cause instanceof JsonError)) throw cause;
		throw statusError(context, request, http, cause);
	}
}

// The documentation is silent about HTTP statuses: they speak only where there is no envelope.
function statusError(context: AdapterContext, request: Call, http: HttpReply, cause?: unknown): PlatformError {
	const wait = retryAfterMillis(http.headers, context.now().getTime());
	const detail = `${request.api} at ${request.gateway}: HTTP ${http.status} without an envelope`;
	const rest = { ...(wait === null ? {} : { retryAfter: wait }), ...(cause === undefined ? {} : { cause }) };
	if (http.status === 429) return new PlatformError({ kind: 'rateLimited', userMessage: { code: 'rateLimited' }, detail, ...rest });
	// A page for people, under whatever status, comes from what stands in front of the gateway.
	if (http.status >= 500 || isPage(http))
		return new PlatformError({ kind: 'unavailable', userMessage: { code: 'platformDown' }, detail, ...rest });
	return new PlatformError({ kind: 'unexpected', userMessage: { code: 'answerNotUnderstood' }, detail, ...rest });
}

function isPage(http: HttpReply): boolean {
	return /^\s*</.test(http.body.subarray(0, 256).toString('latin1'));
}

function maskSecrets(text: string, secrets: readonly string[]): string {
	return secrets.reduce((masked, secret) => (secret === '' ? masked : masked.replaceAll(secret, '***')), text);
}

const OK = 1000000;

/** What an envelope says. */
export type Envelope = { ok: true; result: Json } | { ok: false; code: number; message: string; requestId: string | null };

/**
 * Reads `{success, errorCode, errorMsg, requestId, result}`; null when the document is none. Success is what both fields agree on. A second
 * envelope inside `result`, left by Temu's own tools, is unwrapped, and its failure counts.
 */
export function readEnvelope(json: Json): Envelope | null {
	if (!isObject(json) || typeof json['success'] !== 'boolean') return null;
	const requestId = typeof json['requestId'] === 'string' ? json['requestId'] : null;
	const code = numberOf(json['errorCode']);
	if (!json['success'] || (code !== null && code !== OK && code !== 0)) {
		return { ok: false, code: code ?? 0, message: textOf(json['errorMsg']), requestId };
	}
	const result = json['result'] ?? null;
	if (isObject(result) && typeof result['success'] === 'boolean' && 'errorCode' in result && ('result' in result || !result['success'])) {
		const inner = readEnvelope(result);
		return inner && !inner.ok ? { ...inner, requestId } : inner;
	}
	return { ok: true, result };
}

export function isObject(json: Json | undefined): json is { [key: string]: Json } {
	return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function numberOf(json: Json | undefined): number | null {
	if (typeof json === 'number') return json;
	return typeof json === 'string' && /^\d{1,15}$/.test(json) ? Number(json) : null;
}

function textOf(json: Json | undefined): string {
	return typeof json === 'string' ? json : '';
}

/** Key in a grant's secrets under which the token of a further mall lies; the main mall's is `accessToken`. */
export function mallTokenKey(mallId: string): string {
	return `accessToken:${mallId}`;
}

/** The token that speaks for a mall. @throws PlatformError kind `auth` when the grant has none for it. */
export function tokenOf(grant: Grant, mallId: string): string {
	const token = grant.secrets[mallTokenKey(mallId)] ?? (mallId === grant.externalAccountId ? grant.secrets['accessToken'] : undefined);
	if (token) return token;
	throw new PlatformError({
		kind: 'auth',
		userMessage: { code: 'grantRevoked' },
		detail: `the grant of ${grant.externalAccountId} holds no token for mall ${mallId}`,
	});
}

/** Calls a reading API for the mall of a store. @throws PlatformError */
export async function callForStore(context: StoreContext, kind: CallKind, api: string, params: Params): Promise<Answer> {
	const grant = context.grant();
	const token = tokenOf(grant, context.store.attributes['mallId'] ?? grant.externalAccountId);
	return await call(context, { api, params, gateway: gatewayOf(grant.host), token, kind, idempotent: true });
}

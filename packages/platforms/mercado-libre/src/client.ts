import {
	type AdapterContext,
	type Grant,
	type GrantContext,
	type HttpReply,
	type HttpRequest,
	type Json,
	JsonError,
	parseJson,
	PlatformError,
	type PlatformErrorKind,
	type RawReply,
	sleepFor,
} from '@pangea/platform-contract';
import { platformError, UnreadableReply } from './errors.ts';
import { API_HOST } from './manifest.ts';

/** An answer of the API: parsed without loss, and as evidence. */
export interface Answer {
	json: Json;
	raw: RawReply;
}

export interface ReadRequest {
	operation: string;
	/** From the API's root, with ids already checked or encoded. */
	path: string;
	query?: Record<string, string>;
	headers?: Record<string, string>;
}

/** Every shipment call needs it (contract §3). */
export const NEW_FORMAT = { 'x-format-new': 'true' };

/** The address of an API path under the configured host. */
export function apiUrl(context: AdapterContext, path: string, query: Record<string, string> = {}): string {
	const search = new URLSearchParams(query).toString();
	return `${host(context, API_HOST)}${path}${search ? `?${search}` : ''}`;
}

/** @throws PlatformError when configuration has no such host. */
export function host(context: AdapterContext, key: string): string {
	const base = context.hosts[key];
	if (base === undefined) {
		throw new PlatformError({ kind: 'rejected', userMessage: { code: 'wrongRegion' }, detail: `No host is configured for ${key}` });
	}
	return base;
}

/** Reads as the grant. @throws PlatformError */
export async function read(context: GrantContext, request: ReadRequest): Promise<Answer> {
	const reply = await sendAs(context, {
		operation: request.operation,
		method: 'GET',
		url: apiUrl(context, request.path, request.query),
		headers: { accept: 'application/json', ...request.headers },
		idempotent: true,
	});
	return answer(context, request.operation, reply);
}

/**
 * Sends with the bearer token. A dead token is renewed once; a second refusal means that a person must consent again.
 * @throws PlatformError for anything but a 2xx.
 */
export async function sendAs(context: GrantContext, request: HttpRequest): Promise<HttpReply> {
	let grant = context.grant();
	if (expired(grant, context.now())) grant = await context.renew();
	const first = await sendOnce(context, request, grant);
	if (ok(first)) return first;
	const refusal = platformError(request.operation, first, context.now());
	if (refusal.kind !== 'auth') throw refusal;
	// Another call may have renewed meanwhile; each refresh burns a refresh token, so the newer one is tried first.
	const newest = context.grant();
	const renewed = newest.secrets['accessToken'] === grant.secrets['accessToken'] ? await context.renew() : newest;
	const second = await sendOnce(context, request, renewed);
	if (ok(second)) return second;
	throw platformError(request.operation, second, context.now());
}

function sendOnce(context: GrantContext, request: HttpRequest, grant: Grant): Promise<HttpReply> {
	const authorization = `Bearer ${grant.secrets['accessToken'] ?? ''}`;
	return context.http.send({ ...request, headers: { ...request.headers, authorization } });
}

function expired(grant: Grant, now: Date): boolean {
	return grant.accessExpiresAt !== null && Date.parse(grant.accessExpiresAt) <= now.getTime();
}

function ok(reply: HttpReply): boolean {
	return reply.status >= 200 && reply.status < 300;
}

/** Parses a successful reply. @throws PlatformError kind `unexpected` when it is no JSON. */
export function answer(context: AdapterContext, operation: string, reply: HttpReply): Answer {
	if (!ok(reply)) throw platformError(operation, reply, context.now());
	const raw = { operation, fetchedAt: context.now().toISOString(), body: reply.body };
	try {
		return { json: parseJson(reply.body.toString('utf8')), raw };
	} catch (cause) {
		if (!(cause instanceof JsonError)) throw cause;
		throw new UnreadableReply(raw);
	}
}

// Milliseconds between attempts for ids that a notification or an index named before the resource could be read (contract §3.1: three times).
const FRESH_DELAYS = [200, 500, 1000];

/** Like {@link read}, but a 404 is asked again: fresh ids may not be readable yet. */
export async function readFresh(context: GrantContext, request: ReadRequest): Promise<Answer> {
	for (const delay of FRESH_DELAYS) {
		try {
			return await read(context, request);
		} catch (error) {
			if (!(error instanceof PlatformError) || error.kind !== 'notFound') throw error;
			await sleepFor(delay, context.signal);
		}
	}
	return read(context, request);
}

const MISSING_OR_REFUSED: readonly PlatformErrorKind[] = ['notFound', 'forbidden', 'rejected'];

/** Like {@link read} for what a record can do without: null where it is missing or, unless told otherwise, refused. */
export async function readOptional(context: GrantContext, request: ReadRequest, mayLack = MISSING_OR_REFUSED): Promise<Answer | null> {
	try {
		return await read(context, request);
	} catch (error) {
		if (error instanceof PlatformError && mayLack.includes(error.kind)) return null;
		throw error;
	}
}

/** Requests in flight for one seller (contract §3.2). */
const IN_FLIGHT = 4;

/** Maps in the given order with at most four calls under way; the first error stops the rest from starting. */
export async function mapInFlight<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
	const results: R[] = [];
	const queue = items.entries();
	let failed = false;
	const lane = async (): Promise<void> => {
		for (const [index, item] of queue) {
			if (failed) return;
			try {
				results[index] = await work(item);
			} catch (error) {
				failed = true;
				throw error;
			}
		}
	};
	await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, items.length) }, lane));
	return results;
}

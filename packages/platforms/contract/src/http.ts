import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import { inSpan } from '@pangea/tracing';
import { Agent, type Dispatcher } from 'undici';
import type { HttpReply, HttpRequest, PlatformHttp } from './adapter.ts';
import { AddressError, classifyAddress, publicLookup } from './address.ts';
import { type RateBudgets, type Sleep, sleepFor } from './budget.ts';
import { PlatformError } from './error.ts';

export interface PlatformHttpOptions {
	/** Base URLs by host key; their origins may be called, wherever they lie. */
	hosts: Readonly<Record<string, string>>;
	budgets: RateBudgets;
	/** Asked right before each attempt of a request that writes; what it throws is thrown, and nothing is sent. Without it nothing may be written. */
	mayWrite?: () => Promise<void>;
	/** Admits further public https addresses, e.g. those of presigned report documents. None by default. */
	allowedHosts?: (url: URL) => boolean;
	/** Is asked for what lies at an address that people named, as `<gateway>?url=<address>`. Without it we go there ourselves. */
	gateway?: string | null;
	/** Ends everything under way; `send` then throws the signal's reason. */
	signal?: AbortSignal;
	/** For one attempt, from connecting to the last byte. Default 30 s. */
	timeoutMillis?: number;
	/** Bytes of an answer, before and after decoding. Default 64 MiB. */
	maxBodyBytes?: number;
	/** How often a request is sent at most. Default 3. */
	attempts?: number;
	/** The longest wait for which a request is repeated here; a longer Retry-After goes to the caller as the reply. Default 10 s. */
	maxWaitMillis?: number;
	now?: () => number;
	sleep?: Sleep;
	/** 0 ≤ x < 1. */
	random?: () => number;
}

/** Where a request really goes. */
interface Route {
	url: string;
	agent: Dispatcher;
}

const NO_ORIGINS: ReadonlySet<string> = new Set();
const BASE_DELAY = 250;

// One pool for all contexts of the process; sockets in rest do not keep it alive.
const configuredAgent = new Agent({ connect: { timeout: 10_000 } });
const foreignAgent = new Agent({ connect: { timeout: 10_000, lookup: publicLookup } });

/**
 * HTTP for adapters. Waits for the budget, limits time and size, refuses redirects and addresses that are not configured, and repeats
 * idempotent requests after a broken connection or a 5xx; a 429 was not carried out and is repeated whatever the method.
 * Logs nothing; errors name the operation, never the URL, whose query may hold secrets.
 */
export function createPlatformHttp(options: PlatformHttpOptions): PlatformHttp {
	const origins = new Set(Object.values(options.hosts).map((base) => new URL(base).origin));
	const allowed = options.allowedHosts ?? (() => false);
	const mayWrite = options.mayWrite ?? (() => Promise.reject(new Error('No request that writes may be sent from here')));
	const now = options.now ?? Date.now;
	const sleep = options.sleep ?? sleepFor;
	const random = options.random ?? Math.random;
	const attempts = options.attempts ?? 3;
	const maxWait = options.maxWaitMillis ?? 10_000;
	const timeout = options.timeoutMillis ?? 30_000;
	const maxBytes = options.maxBodyBytes ?? 64 * 1024 * 1024;

	async function send(request: HttpRequest): Promise<HttpReply> {
		return await inSpan(
			`call ${request.operation}`,
			{ host: URL.parse(request.url)?.host ?? 'none', method: request.method },
			async (label) => {
				const reply = await sendAgain(request);
				label({ status: reply.status, bytes: reply.body.length });
				return reply;
			},
		);
	}

	async function sendAgain(request: HttpRequest): Promise<HttpReply> {
		const route = routeOf(request);
		for (let attempt = 1; ; attempt++) {
			await options.budgets.take(request.operation, options.signal);
			// After the wait, which may be long: a stop holds from the moment it is given.
			if (request.writes === true) await mayWrite();
			const answer = await attemptOnce(route, request);
			if (answer instanceof Failure) {
				if (answer.final || !request.idempotent || attempt >= attempts) throw answer.toError(request.operation, attempt);
				await sleep(backoff(attempt), options.signal);
				continue;
			}
			if (answer.status >= 300 && answer.status < 400) throw unexpected(request.operation, `redirect ${answer.status} refused`);
			const wait = waitBeforeRepeat(request, answer, attempt);
			if (wait === null) return answer;
			if (answer.status === 429) await options.budgets.adjust(request.operation, { waitMillis: wait });
			if (attempt >= attempts || wait > maxWait) return answer;
			await sleep(wait, options.signal);
		}
	}

	function routeOf({ url, operation, anywhere }: HttpRequest): Route {
		try {
			if (anywhere !== true)
				return { url, agent: classifyAddress(url, origins, allowed) === 'configured' ? configuredAgent : foreignAgent };
			// No configured origin counts here: people must not reach through us what only we can.
			classifyAddress(url, NO_ORIGINS, () => true);
			return options.gateway
				? { url: `${options.gateway}?url=${encodeURIComponent(url)}`, agent: configuredAgent }
				: { url, agent: foreignAgent };
		} catch (error) {
			throw unexpected(operation, error instanceof AddressError ? error.message : 'address refused');
		}
	}

	/** Milliseconds to wait before sending again; null when the reply is the answer. */
	function waitBeforeRepeat(request: HttpRequest, reply: HttpReply, attempt: number): number | null {
		if (reply.status !== 429 && !(reply.status >= 500 && request.idempotent)) return null;
		return retryAfterMillis(reply.headers, now()) ?? backoff(attempt);
	}

	// Full jitter keeps a fleet from returning in step; the half below keeps a single client from hammering.
	function backoff(attempt: number): number {
		const ceiling = Math.min(BASE_DELAY * 2 ** attempt, maxWait);
		return ceiling / 2 + random() * (ceiling / 2);
	}

	async function attemptOnce({ agent, url }: Route, request: HttpRequest): Promise<HttpReply | Failure> {
		const deadline = AbortSignal.timeout(timeout);
		const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
		const { origin, pathname, search } = new URL(url);
		try {
			const reply = await agent.request({
				origin,
				path: pathname + search,
				method: request.method,
				headers: { 'accept-encoding': 'gzip, deflate, br', ...request.headers },
				body: request.upload ?? request.body ?? null,
				signal,
			});
			const headers = plainHeaders(reply.headers);
			const most = Math.min(maxBytes, request.most ?? maxBytes);
			const told = Number(headers['content-length'] ?? 0);
			// Nobody waits for a gigabyte that is thrown away.
			if (request.most !== undefined && told > most) {
				reply.body.destroy();
				throw new SizeError(most);
			}
			const raw = await readLimited(reply.body, most);
			return { status: reply.statusCode, headers, body: await decode(raw, headers['content-encoding'], most) };
		} catch (error) {
			options.signal?.throwIfAborted();
			if (deadline.aborted) return new Failure(`no answer within ${timeout} ms`);
			return Failure.from(error, request.most !== undefined);
		}
	}

	return { send, adjustBudget: (operation, seen) => options.budgets.adjust(operation, seen) };
}

/** Why an attempt brought no reply. `final`: sending again would meet the same refusal. */
class Failure {
	readonly reason: string;
	readonly final: boolean;
	readonly tooLarge: boolean;

	constructor(reason: string, final = false, tooLarge = false) {
		this.reason = reason;
		this.final = final;
		this.tooLarge = tooLarge;
	}

	/** @param limited whether the request said how much it takes */
	static from(error: unknown, limited: boolean): Failure {
		if (limited && error instanceof SizeError) return new Failure(error.message, true, true);
		if (error instanceof AddressError || error instanceof BodyError) return new Failure(error.message, true);
		const cause = error instanceof Error && error.cause instanceof AddressError ? error.cause : null;
		if (cause) return new Failure(cause.message, true);
		const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'broken connection';
		return new Failure(code);
	}

	toError(operation: string, attempts: number): PlatformError {
		if (this.tooLarge)
			return new PlatformError({ kind: 'rejected', userMessage: { code: 'attachmentTooLarge' }, detail: `${operation}: ${this.reason}` });
		if (this.final) return unexpected(operation, this.reason);
		const times = attempts === 1 ? 'one attempt' : `${attempts} attempts`;
		return new PlatformError({
			kind: 'unavailable',
			userMessage: { code: 'platformDown' },
			detail: `${operation}: ${this.reason} (${times})`,
		});
	}
}

class BodyError extends Error {
	override name = 'BodyError';
}

class SizeError extends BodyError {
	override name = 'SizeError';
	constructor(limit: number) {
		super(`answer is larger than ${limit} bytes`);
	}
}

function unexpected(operation: string, reason: string): PlatformError {
	return new PlatformError({ kind: 'unexpected', userMessage: { code: 'answerNotUnderstood' }, detail: `${operation}: ${reason}` });
}

function plainHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
	const plain: Record<string, string> = {};
	for (const [name, value] of Object.entries(headers)) {
		if (value !== undefined) plain[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
	}
	return plain;
}

async function readLimited(stream: AsyncIterable<Buffer>, limit: number): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of stream) {
		size += chunk.length;
		if (size > limit) throw new SizeError(limit);
		chunks.push(chunk);
	}
	return Buffer.concat(chunks, size);
}

const DECODERS: Record<string, (raw: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>> = {
	gzip: promisify(gunzip),
	'x-gzip': promisify(gunzip),
	deflate: promisify(inflate),
	br: promisify(brotliDecompress),
	zstd: promisify(zstdDecompress),
};

async function decode(raw: Buffer, encoding: string | undefined, limit: number): Promise<Buffer> {
	let body = raw;
	if (raw.length === 0) return body;
	for (const name of (encoding ?? '').split(',').reverse()) {
		const coding = name.trim().toLowerCase();
		if (coding === '' || coding === 'identity') continue;
		const decoder = DECODERS[coding];
		if (!decoder) throw new BodyError('answer has an unknown content encoding');
		try {
			body = await decoder(body, { maxOutputLength: limit });
		} catch (cause) {
			throw new BodyError(`answer is no valid ${coding} or larger than ${limit} bytes`, { cause });
		}
	}
	return body;
}

const HOUR = 3_600_000;

/** Milliseconds of a Retry-After header (seconds or an HTTP date, RFC 9110 §10.2.3), at most one hour; null when absent or unreadable. */
export function retryAfterMillis(headers: Readonly<Record<string, string>>, now: number): number | null {
	const text = headers['retry-after']?.trim();
	if (!text) return null;
	const millis = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
	return Number.isNaN(millis) ? null : Math.min(Math.max(millis, 0), HOUR);
}

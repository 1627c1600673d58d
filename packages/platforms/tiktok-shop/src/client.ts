import { createHmac } from 'node:crypto';
import {
	type AdapterContext,
	type GrantContext,
	type HttpRequest,
	type Json,
	parseJson,
	PlatformError,
	retryAfterMillis,
} from '@pangea/platform-contract';
import type { z } from 'zod';
import { notUnderstood, toPlatformError } from './errors.ts';
import type { Operation } from './manifest.ts';
import { type FileForm, multipart } from './multipart.ts';
import { Envelope, explain } from './wire.ts';

export interface ApiRequest {
	operation: Operation;
	method: 'GET' | 'POST' | 'PUT' | 'DELETE';
	/** `/{category}/{YYYYMM}/{resource}` */
	path: string;
	/** Undefined values are left out, of the URL and of the signature. */
	query?: Readonly<Record<string, string | number | undefined>>;
	/** Present on shop-level endpoints only; seller-level ones refuse it. */
	cipher?: string;
	body?: Json;
	/** A file in the body's place. */
	form?: FileForm;
	idempotent: boolean;
	/** As of a request of the contract. */
	writes?: true;
}

export interface ApiReply<T> {
	data: T;
	/** The exact bytes of the answer. */
	raw: Buffer;
}

/**
 * Calls the API for a grant: signs, sends, opens the envelope and reads `data` with the schema. A token that the platform calls expired
 * is renewed once and the request sent once more.
 * @throws PlatformError
 */
export async function call<S extends z.ZodType>(context: GrantContext, request: ApiRequest, schema: S): Promise<ApiReply<z.infer<S>>> {
	const used = accessToken(context);
	let reply: Success;
	try {
		reply = await sendSigned(context, request, used);
	} catch (error) {
		if (!(error instanceof PlatformError) || error.kind !== 'auth') throw error;
		// Somebody else may have renewed it while the request was under way.
		if (accessToken(context) === used) await context.renew();
		reply = await sendSigned(context, request, accessToken(context));
	}
	return { data: readData(request.operation, reply.data, schema), raw: reply.raw };
}

function accessToken(context: GrantContext): string {
	const token = context.grant().secrets['accessToken'];
	if (!token) throw new PlatformError({ kind: 'auth', userMessage: { code: 'grantExpired' }, detail: 'The grant holds no access token' });
	return token;
}

async function sendSigned(context: GrantContext, request: ApiRequest, token: string): Promise<Success> {
	const { appKey = '', appSecret = '' } = context.app;
	const query: Record<string, string> = { app_key: appKey, timestamp: String(Math.floor(context.now().getTime() / 1000)) };
	if (request.cipher !== undefined) query['shop_cipher'] = request.cipher;
	for (const [name, value] of Object.entries(request.query ?? {})) if (value !== undefined) query[name] = String(value);
	const body = request.body === undefined ? undefined : JSON.stringify(request.body);
	const form = request.form && multipart(request.form);
	const contentType = form?.type ?? 'application/json';
	query['sign'] = sign(appSecret, { path: request.path, query, body, contentType });
	const base = context.hosts[context.grant().host];
	if (!base) throw notUnderstood(request.operation, 'the grant names a host that is not configured');
	return sendChecked(context, {
		operation: request.operation,
		method: request.method,
		url: `${base}${request.path}?${new URLSearchParams(query)}`,
		headers: { 'content-type': contentType, 'x-tts-access-token': token },
		...(body === undefined ? {} : { body }),
		...(form && { upload: form.bytes }),
		idempotent: request.idempotent,
		...(request.writes && { writes: request.writes }),
	});
}

/** An envelope that says success, opened. */
export interface Success {
	data: unknown;
	raw: Buffer;
}

/**
 * Sends a request to either host and hands over only answers whose envelope says success: TikTok refuses with HTTP 200 too (contract §0.2).
 * @throws PlatformError
 */
export async function sendChecked(context: AdapterContext, request: HttpRequest): Promise<Success> {
	const reply = await context.http.send(request);
	const envelope = Envelope.safeParse(parsed(reply.body));
	if (envelope.success && envelope.data.code === 0 && reply.status !== 429) return { data: envelope.data.data ?? {}, raw: reply.body };
	const error = toPlatformError({
		operation: request.operation,
		status: reply.status,
		code: envelope.data?.code ?? null,
		message: envelope.data?.message ?? '',
		requestId: envelope.data?.request_id ?? null,
		retryAfter: retryAfterMillis(reply.headers, context.now().getTime()),
	});
	if (error.kind === 'rateLimited' && error.retryAfter)
		await context.http.adjustBudget(request.operation, { waitMillis: error.retryAfter });
	throw error;
}

/** @throws PlatformError kind `unexpected` when the data is not what the schema says. */
export function readData<S extends z.ZodType>(operation: string, data: unknown, schema: S): z.infer<S> {
	const read = schema.safeParse(data);
	if (!read.success) throw notUnderstood(operation, explain(read.error));
	return read.data;
}

function parsed(body: Buffer): Json {
	try {
		return parseJson(body.toString('utf8'));
	} catch {
		return null;
	}
}

export interface Signable {
	path: string;
	/** Decoded values; lists as their comma-joined text. */
	query: Readonly<Record<string, string>>;
	/** The text that will be sent, byte for byte. */
	body?: string | undefined;
	contentType?: string;
}

/** Lower-case hex HMAC-SHA256 over path, sorted query and body between two secrets (contract §3). */
export function sign(secret: string, request: Signable): string {
	return createHmac('sha256', secret).update(stringToSign(secret, request), 'utf8').digest('hex');
}

export function stringToSign(secret: string, { path, query, body = '', contentType = 'application/json' }: Signable): string {
	const pairs = Object.keys(query)
		.filter((name) => name !== 'sign' && name !== 'access_token')
		.sort()
		.map((name) => `${name}${query[name]}`);
	const signedBody = contentType.startsWith('multipart/form-data') ? '' : body;
	return `${secret}${path}${pairs.join('')}${signedBody}${secret}`;
}

import type { AdapterContext, Grant, GrantContext, HttpReply, HttpRequest, RawReply } from '@pangea/platform-contract';
import { JsonError, parseJson, PlatformError } from '@pangea/platform-contract';
import type * as z from 'zod';
import { blamesToken, describeIssues, misunderstood, refusalToError, statedRate } from './errors.ts';

/** Contract §6: application/version and platform, at most 500 characters. */
export const USER_AGENT = 'Pangea/0.1 (Language=TypeScript; Platform=Node)';

/** An access token is renewed this long before it dies (contract §5.4). */
const EARLY_MILLIS = 60_000;

export interface Call {
	/** Operation id of the published model; also the budget key. */
	operation: string;
	method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	/** Path with its variables already encoded. */
	path: string;
	query?: Record<string, string | undefined>;
	body?: unknown;
	/** As of a request of the contract. */
	writes?: true;
}

export interface Answer<T> {
	value: T;
	raw: RawReply;
}

/**
 * One call of the Selling Partner API for a grant: token, headers, error envelope; a refused token is renewed once.
 * @throws PlatformError
 */
export async function call<T>(context: GrantContext, schema: z.ZodType<T>, request: Call): Promise<Answer<T>> {
	const asked = async (grant: Grant): Promise<HttpReply> => await send(context, grant.host, grant.secrets['accessToken'] ?? '', request);
	let reply = await asked(await freshGrant(context));
	if (blamesToken(reply)) reply = await asked(await context.renew());
	return await settle(context, schema, request.operation, reply);
}

/** As `call`, and null where there is nothing to tell: HTTP 204, or an item that is not known. @throws PlatformError */
export async function callOrNothing<T>(context: GrantContext, schema: z.ZodType<T>, request: Call): Promise<Answer<T> | null> {
	const asked = async (grant: Grant): Promise<HttpReply> => await send(context, grant.host, grant.secrets['accessToken'] ?? '', request);
	let reply = await asked(await freshGrant(context));
	if (blamesToken(reply)) reply = await asked(await context.renew());
	if (reply.status === 204 || reply.status === 404) return null;
	return await settle(context, schema, request.operation, reply);
}

/** Whether a region's host takes a call with the token of a grant; nothing is renewed. @throws PlatformError when no answer came. */
export async function isServedAt(context: GrantContext, region: string, request: Call): Promise<boolean> {
	const { status } = await send(context, region, context.grant().secrets['accessToken'] ?? '', request);
	return status >= 200 && status <= 299;
}

/**
 * One call on behalf of the app alone (a grantless operation), at the host of a region. `newToken` brings an access token of its own; a
 * refused one is replaced once. Its death is no affair of a seller's: it is `forbidden`, never `auth`.
 * @throws PlatformError
 */
export async function callGrantless<T>(
	context: AdapterContext,
	region: string,
	newToken: () => Promise<string>,
	schema: z.ZodType<T>,
	request: Call,
): Promise<T> {
	let reply = await send(context, region, await newToken(), request);
	if (blamesToken(reply)) reply = await send(context, region, await newToken(), request);
	if (blamesToken(reply)) {
		throw new PlatformError({
			kind: 'forbidden',
			userMessage: { code: 'appCredentialsWrong', params: { operation: request.operation } },
			detail: `${request.operation}: HTTP ${reply.status}, the app's own access token is refused`,
		});
	}
	return (await settle(context, schema, request.operation, reply)).value;
}

async function settle<T>(context: AdapterContext, schema: z.ZodType<T>, operation: string, reply: HttpReply): Promise<Answer<T>> {
	await learnBudget(context, operation, reply);
	if (reply.status < 200 || reply.status > 299) throw refusalToError(operation, reply);
	return { value: decode(schema, operation, reply.body), raw: rawReply(context, operation, reply) };
}

export function rawReply(context: AdapterContext, operation: string, reply: { body: Buffer }): RawReply {
	return { operation, fetchedAt: context.now().toISOString(), body: reply.body };
}

/** @throws PlatformError kind `unexpected` when the body is no JSON of this shape. */
export function decode<T>(schema: z.ZodType<T>, operation: string, body: Buffer): T {
	let json: unknown;
	try {
		json = parseJson(body.toString('utf8'));
	} catch (cause) {
		if (cause instanceof JsonError) throw misunderstood(operation, cause.message, cause);
		throw cause;
	}
	const parsed = schema.safeParse(json);
	if (!parsed.success) throw misunderstood(operation, describeIssues(parsed.error));
	return parsed.data;
}

/** The base URL of a host key. @throws PlatformError kind `rejected` for a key that does not exist. */
export function hostOf(context: AdapterContext, key: string): string {
	const base = context.hosts[key];
	if (base !== undefined) return base;
	throw new PlatformError({
		kind: 'rejected',
		userMessage: { code: 'wrongRegion' },
		detail: `No host ${JSON.stringify(key)} is configured`,
	});
}

async function freshGrant(context: GrantContext): Promise<Grant> {
	const grant = context.grant();
	const dies = grant.accessExpiresAt === null ? null : Date.parse(grant.accessExpiresAt);
	const usable = grant.secrets['accessToken'] && (dies === null || dies - context.now().getTime() > EARLY_MILLIS);
	return usable ? grant : await context.renew();
}

async function send(
	context: AdapterContext,
	region: string,
	accessToken: string,
	{ operation, method = 'GET', path, query, body, writes }: Call,
): Promise<HttpReply> {
	const request: HttpRequest = {
		operation,
		method,
		url: hostOf(context, region) + path + queryText(query),
		headers: {
			'x-amz-access-token': accessToken,
			'user-agent': USER_AGENT,
			accept: 'application/json',
			...(body === undefined ? {} : { 'content-type': 'application/json' }),
		},
		...(body === undefined ? {} : { body: JSON.stringify(body) }),
		idempotent: method !== 'POST',
		...(writes && { writes }),
	};
	return context.http.send(request);
}

// Commas inside a list stay readable, everything else is encoded once (contract §17.2: tokens encoded twice are refused).
function queryText(query: Record<string, string | undefined> = {}): string {
	const pairs = Object.entries(query).flatMap(([name, value]) =>
		value === undefined ? [] : [`${name}=${encodeURIComponent(value).replaceAll('%2C', ',')}`],
	);
	return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

async function learnBudget(context: AdapterContext, operation: string, reply: HttpReply): Promise<void> {
	const rate = statedRate(reply);
	if (rate !== null) await context.http.adjustBudget(operation, { rate });
}

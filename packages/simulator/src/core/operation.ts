import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { type ArmedFault, type FaultTarget, isRefusalCause, numberOption, type PlacedFault, type RefusalCause } from './faults.ts';
import type { SimOrder } from './order.ts';
import type { PlatformContext } from './platform.ts';

/** One call as a platform sees it: everything after the base address, exactly as it was sent. */
export interface WireCall {
	operation: string;
	method: string;
	/** Without the base prefix and the query, percent-encoding kept. */
	path: string;
	query: URLSearchParams;
	headers: Record<string, string | undefined>;
	/** Decoded path parameters. */
	params: Record<string, string>;
	body: Buffer;
	/** The platform's clock for this call; a clock-skew fault moves it. */
	now: number;
	requestId: string;
	/** What the handler could read of the body as JSON; undefined when it is none. */
	json(): unknown;
	/**
	 * Whether an armed fault strikes here, asked where it can: `expireToken`, this call's token has just died; `refreshRace`, somebody else has
	 * used the refresh token a moment ago; `notYet`, what is named cannot be read yet.
	 */
	strikes(kind: PlacedFault): boolean;
}

export interface WireReply {
	status: number;
	headers?: Record<string, string>;
	/** An object is sent as JSON; a text, bytes or a stream as they are. */
	body: unknown;
	/** The list of records in `body` that poison and drift faults damage; changed in place. */
	records?: unknown[] | undefined;
	/** For lists: the order of each record, so that some can be left out. */
	orders?: readonly SimOrder[] | undefined;
}

/** How a platform words what any platform can say. */
export interface Dialect {
	rateLimited(call: WireCall, fault: ArmedFault): WireReply;
	serverError(call: WireCall, status: number): WireReply;
	/** How the platform refuses a call for a cause; null where it knows no such refusal. */
	refuse?(call: WireCall, cause: RefusalCause): WireReply | null;
	/** Headers on every reply of the platform. */
	headers(call: WireCall): Record<string, string>;
	/** Store id a call is about, when it is about one: what lets a fault be aimed at a store. */
	storeOf?(call: WireCall): string | undefined;
	/** Fields whose values a drift fault renames. */
	enumFields: readonly string[];
}

export interface Operation {
	name: string;
	method: HTTPMethods;
	/** Fastify route below the base, e.g. `/orders/2026-01-01/orders/:orderId`. */
	path: string;
	/** The name of a call where one path serves many, read from the body; `name` when it cannot be read. */
	nameOf?: ((body: Buffer) => string | null) | undefined;
	handle: (call: WireCall) => WireReply | Promise<WireReply>;
}

/** Mounts the real paths of one host of a platform below a base prefix, with request log and faults around each. */
export async function mountHost(
	app: FastifyInstance,
	context: PlatformContext,
	base: string,
	dialect: Dialect,
	operations: readonly Operation[],
	otherwise: Operation['handle'],
): Promise<void> {
	await app.register(
		async (scope) => {
			scope.removeAllContentTypeParsers();
			// The bytes as sent: signatures are over bytes.
			scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 40_000_000 }, (_request, body, done) => done(null, body));
			for (const operation of operations) {
				scope.route({
					method: operation.method,
					url: operation.path,
					handler: (request, reply) => serve(context, base, dialect, nameOf(operation, request.body), operation.handle, request, reply),
				});
			}
			scope.setNotFoundHandler((request, reply) => serve(context, base, dialect, 'unknown', otherwise, request, reply));
		},
		{ prefix: base },
	);
}

function nameOf(operation: Operation, body: unknown): string {
	return (Buffer.isBuffer(body) ? operation.nameOf?.(body) : null) ?? operation.name;
}

async function serve(
	context: PlatformContext,
	base: string,
	dialect: Dialect,
	operation: string,
	handle: Operation['handle'],
	request: FastifyRequest,
	reply: FastifyReply,
): Promise<void> {
	const { faults, platform } = context;
	const call = readCall(context, base, operation, request);
	const target = targetOf(context, dialect, call);
	const skew = faults.strike('clockSkew', target);
	if (skew !== null) call.now += numberOption(skew, 'milliseconds', 10 * 60_000);
	call.strikes = (kind) => faults.strike(kind, target) !== null;
	const delay = faults.strike('timeout', target);
	if (delay !== null && delay.options?.['when'] !== 'after')
		return stall(context, call, reply, numberOption(delay, 'milliseconds', 120_000));
	let answer = early(context, dialect, call) ?? (await handle(call));
	if (answer.records !== undefined && answer.records.length > 0) answer = damage(context, dialect, call, answer);
	const plain = Buffer.isBuffer(answer.body) || typeof answer.body === 'string' || answer.body instanceof Readable;
	const payload = plain ? answer.body : JSON.stringify(answer.body);
	const headers = {
		date: new Date(call.now).toUTCString(),
		...dialect.headers(call),
		...(plain ? {} : { 'content-type': 'application/json' }),
		...answer.headers,
	};
	if (delay !== null) return stall(context, call, reply, numberOption(delay, 'milliseconds', 120_000));
	const reset = faults.strike('reset', target);
	context.log({
		at: call.now,
		platform,
		operation,
		method: call.method,
		path: call.path,
		status: reset === null ? answer.status : 0,
		requestId: call.requestId,
	});
	if (reset !== null) return cut(reply, answer.status, headers, payload);
	await reply
		.status(answer.status)
		.headers(headers)
		.send(payload ?? '');
}

function targetOf(context: PlatformContext, dialect: Dialect, call: WireCall): FaultTarget {
	return { platform: context.platform, operation: call.operation, store: dialect.storeOf?.(call) };
}

function early(context: PlatformContext, dialect: Dialect, call: WireCall): WireReply | null {
	const target = targetOf(context, dialect, call);
	const limited = context.faults.strike('rateLimited', target);
	if (limited !== null) return dialect.rateLimited(call, limited);
	const broken = context.faults.strike('serverError', target);
	if (broken !== null) return dialect.serverError(call, numberOption(broken, 'status', 500));
	const refused = context.faults.strike('refuse', target)?.options?.['cause'];
	const refusal = isRefusalCause(refused) ? (dialect.refuse?.(call, refused) ?? null) : null;
	if (refusal !== null) return refusal;
	const html = context.faults.strike('htmlError', target);
	if (html === null) return null;
	const status = numberOption(html, 'status', 503);
	return {
		status,
		headers: { 'content-type': 'text/html' },
		body: `<html><head><title>${status}</title></head><body><h1>Service Unavailable</h1><p>Reference #18.${call.requestId}</p></body></html>`,
	};
}

function damage(context: PlatformContext, dialect: Dialect, call: WireCall, answer: WireReply): WireReply {
	const target = targetOf(context, dialect, call);
	const records = answer.records ?? [];
	const { orders } = answer;
	if (orders) {
		const hidden = orders.map((order) => context.faults.hides(target, `${order.store.id}#${order.index}`));
		for (let i = records.length - 1; i >= 0; i--) if (hidden[i]) records.splice(i, 1);
		if (records.length === 0) return answer;
	}
	const poisoned = context.faults.strike('poison', target);
	if (poisoned !== null) records[0] = context.poison(records[0], String(poisoned.options?.['shape'] ?? 'type'));
	if (context.faults.strike('drift', target) !== null)
		for (const [i, record] of records.entries()) records[i] = context.drift(record, dialect.enumFields);
	return answer;
}

function stall(context: PlatformContext, call: WireCall, reply: FastifyReply, milliseconds: number): void {
	context.log({
		at: call.now,
		platform: context.platform,
		operation: call.operation,
		method: call.method,
		path: call.path,
		status: 0,
		requestId: call.requestId,
	});
	reply.hijack();
	const timer = setTimeout(() => reply.raw.destroy(), milliseconds);
	reply.raw.on('close', () => clearTimeout(timer));
}

function cut(reply: FastifyReply, status: number, headers: Record<string, string>, payload: unknown): void {
	reply.hijack();
	if (payload instanceof Readable) {
		// Of a stream the first piece arrives, then the line is dead.
		reply.raw.writeHead(status, headers);
		payload.once('data', (piece: Buffer) => {
			payload.destroy();
			reply.raw.write(piece.subarray(0, Math.ceil(piece.length / 2)), () => reply.raw.destroy());
		});
		return;
	}
	const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(String(payload));
	reply.raw.writeHead(status, { ...headers, 'content-length': String(bytes.length) });
	reply.raw.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => setTimeout(() => reply.raw.destroy(), 10));
}

function readCall(context: PlatformContext, base: string, operation: string, request: FastifyRequest): WireCall {
	const [path = '', ...rest] = request.url.slice(base.length).split('?');
	const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
	const headers: Record<string, string | undefined> = {};
	for (const [name, value] of Object.entries(request.headers)) headers[name] = Array.isArray(value) ? value.join(', ') : value;
	const params: Record<string, string> = {};
	if (typeof request.params === 'object' && request.params !== null)
		for (const [name, value] of Object.entries(request.params)) params[name] = String(value);
	return {
		operation,
		method: request.method,
		path,
		query: new URLSearchParams(rest.join('?')),
		headers,
		params,
		body,
		now: context.clock.now(),
		requestId: context.newId(),
		json: () => {
			try {
				return JSON.parse(body.toString('utf8'));
			} catch {
				return undefined;
			}
		},
		strikes: () => false,
	};
}

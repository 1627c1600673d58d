import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StoreDescription } from '@pangea/domain';
import type { Grant, GrantContext, PlatformAdapter, RateBudgets, StoreContext } from '@pangea/platform-contract';
import { testContext, testGrantContext, testStoreContext } from '@pangea/platform-contract/testing';
import { temu } from '../src/index.ts';
import { GATEWAYS } from '../src/sites.ts';

/** A request as a gateway saw it. */
export interface Seen {
	api: string;
	fields: Record<string, unknown>;
	text: string;
	path: string;
	/** First label of the host that was called, to tell gateways apart. */
	gateway: string;
}

/** Replies of one API: a document, a text sent as it is, or a function of what was asked. */
export type Replies = Record<string, unknown>;
export type Responder = (seen: Seen, nth: number) => unknown;

export interface Raw {
	status: number;
	headers?: Record<string, string>;
	text: string;
}

export function raw(text: string, status = 200, headers?: Record<string, string>): Raw {
	return { status, text, ...(headers ? { headers } : {}) };
}

export function ok(result: unknown): unknown {
	return { success: true, errorCode: 1000000, errorMsg: '', requestId: 'us-test', result };
}

export function failed(errorCode: number, errorMsg = 'refused'): unknown {
	return { success: false, errorCode, errorMsg, requestId: 'us-test' };
}

export interface TestGateway extends AsyncDisposable {
	hosts: Record<string, string>;
	seen: Seen[];
	of(api: string): Seen[];
}

/** One HTTP server on loopback behind all five gateway addresses; APIs without a reply are unknown types. */
export async function startGateway(replies: Record<string, unknown>): Promise<TestGateway> {
	const seen: Seen[] = [];
	const server = createServer((request, response) => {
		void bodyOf(request).then((text) => {
			const fields = JSON.parse(text) as Record<string, unknown>;
			const [, gateway = '', ...path] = (request.url ?? '').split('/');
			const one: Seen = { api: String(fields['type']), fields, text, path: `/${path.join('/')}`, gateway };
			const nth = seen.filter((other) => other.api === one.api).length;
			seen.push(one);
			const reply = replies[one.api] ?? failed(3000003, 'type not exists');
			const answer = typeof reply === 'function' ? (reply as Responder)(one, nth) : reply;
			const { status, headers, text: out } = isRaw(answer) ? answer : raw(JSON.stringify(answer));
			response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(out);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		hosts: { ...Object.fromEntries(GATEWAYS.map((gateway) => [gateway, `${base}/${gateway}`])), sellerCentre: 'https://seller.temu.com' },
		seen,
		of: (api) => seen.filter((one) => one.api === api),
		[Symbol.asyncDispose]: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

function isRaw(answer: unknown): answer is Raw {
	return typeof answer === 'object' && answer !== null && 'text' in answer && 'status' in answer;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString('utf8');
}

export const SECRET = 's3cr3t-not-a-real-one-000000000000000000';
export const APP: Record<string, string> = Object.fromEntries(
	GATEWAYS.flatMap((gateway) => [
		[`${gateway}AppKey`, `ak_${gateway}_00000000000000000000000`],
		[`${gateway}AppSecret`, SECRET],
	]),
);

export const MALL = '635517726820000';
export const TOKEN = 'at_demo_0000000000000000000000000';

export function grantOf(overrides: Partial<Grant> = {}): Grant {
	return {
		secrets: { accessToken: TOKEN },
		accessExpiresAt: null,
		grantExpiresAt: null,
		externalAccountId: MALL,
		accountName: null,
		scopes: [],
		host: 'us',
		...overrides,
	};
}

/** Budgets that never wait and keep what they were told. */
export function openBudgets(): RateBudgets & { corrections: { operation: string; waitMillis?: number }[] } {
	const corrections: { operation: string; waitMillis?: number }[] = [];
	return {
		corrections,
		take: async () => {},
		adjust: async (operation, seen) => {
			corrections.push({ operation, ...seen });
		},
	};
}

export interface ContextOptions {
	grant?: Grant;
	budgets?: RateBudgets;
	now?: Date;
	app?: Record<string, string>;
	signal?: AbortSignal;
}

export function grantContext(gateway: TestGateway, options: ContextOptions = {}): GrantContext {
	const now = options.now ?? new Date('2025-10-09T10:00:00Z');
	const context = testContext(temu.manifest, {
		app: options.app ?? APP,
		hosts: gateway.hosts,
		now: () => now,
		...(options.signal ? { signal: options.signal } : {}),
		http: { budgets: options.budgets ?? openBudgets(), sleep: async () => {} },
	});
	return testGrantContext(temu, context, options.grant ?? grantOf());
}

export const LOCAL_US: StoreDescription = {
	externalId: MALL,
	name: 'Temu US',
	siteId: '100',
	mode: 'local',
	active: true,
	attributes: { mallId: MALL, mallType: '100', gateway: 'us', regionId: '211', orders: 'mall' },
};

export function storeContext(
	gateway: TestGateway,
	options: ContextOptions & { store?: StoreDescription; adapter?: PlatformAdapter } = {},
): StoreContext {
	return testStoreContext(options.adapter ?? temu, grantContext(gateway, options), options.store ?? LOCAL_US);
}

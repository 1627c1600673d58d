import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StoreDescription } from '@pangea/domain';
import { type Grant, memoryBudgets, type StoreContext } from '@pangea/platform-contract';
import { testContext, testGrantContext, testStoreContext } from '@pangea/platform-contract/testing';
import { mercadoLibre } from '../src/index.ts';

export interface Seen {
	method: string;
	path: string;
	query: URLSearchParams;
	headers: IncomingMessage['headers'];
	body: string;
}

export interface StubReply {
	status?: number;
	headers?: Record<string, string>;
	/** Text is sent as it is, anything else as JSON. */
	body?: unknown;
}

type Handler = (seen: Seen) => StubReply | undefined;

/** A platform that answers what a test tells it to, over real HTTP on loopback; unknown paths are 404 in the platform's words. */
export interface Stub {
	base: string;
	requests: Seen[];
	on(handler: Handler): void;
	paths(): string[];
	close(): Promise<void>;
}

export const APP = { clientId: '6098792155457031', clientSecret: 'test-secret-of-the-app' };

export async function startStub(): Promise<Stub> {
	const handlers: Handler[] = [];
	const requests: Seen[] = [];
	const server: Server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const url = new URL(request.url ?? '/', 'http://stub');
			const seen = {
				method: request.method ?? '',
				path: url.pathname,
				query: url.searchParams,
				headers: request.headers,
				body: Buffer.concat(chunks).toString('utf8'),
			};
			requests.push(seen);
			const reply = handlers.map((h) => h(seen)).find((r) => r !== undefined) ?? NOT_FOUND;
			response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
			response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? null));
		});
	});
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	const { port } = server.address() as AddressInfo;
	return {
		base: `http://127.0.0.1:${port}`,
		requests,
		on: (handler) => void handlers.unshift(handler),
		paths: () => requests.map((r) => r.path),
		close: () =>
			new Promise((done) => {
				server.closeAllConnections();
				server.close(() => done());
			}),
	};
}

const NOT_FOUND: StubReply = { status: 404, body: { message: 'Resource not found', error: 'not_found', status: 404, cause: [] } };

/** Answers GET of a path with a document. */
export function serve(path: string, body: unknown): Handler {
	return (seen) => (seen.method === 'GET' && seen.path === path ? { body } : undefined);
}

export const GRANT: Grant = {
	secrets: { accessToken: 'APP_USR-first', refreshToken: 'TG-first' },
	accessExpiresAt: null,
	grantExpiresAt: null,
	externalAccountId: '2560656533',
	accountName: null,
	scopes: [],
	host: 'api',
};

export function appContext(stub: Stub, app: Record<string, string> = APP) {
	const hosts = Object.fromEntries(Object.keys(mercadoLibre.manifest.hosts).map((key) => [key, stub.base]));
	// The platform's pace is a matter of the manifest; these tests look at what is asked, not at when.
	const quick = mercadoLibre.manifest.budgets.map((b) => ({ ...b, rate: 10_000, burst: 10_000 }));
	const budgets = memoryBudgets({ id: mercadoLibre.id, budgets: quick });
	return testContext(mercadoLibre.manifest, { app, hosts, now: () => new Date('2026-09-20T12:00:00Z'), http: { attempts: 1, budgets } });
}

export function grantContext(stub: Stub, grant: Grant = GRANT) {
	return testGrantContext(mercadoLibre, appContext(stub), grant);
}

export const CBT_STORE: StoreDescription = {
	externalId: '2560656535',
	name: 'Seller · MLM · remote',
	siteId: 'MLM',
	mode: 'crossBorder',
	active: true,
	attributes: { apiFamily: 'globalSelling', globalUserId: '2560656533', logisticType: 'remote' },
};

export const LOCAL_STORE: StoreDescription = {
	externalId: '207035636',
	name: 'TETE9544096',
	siteId: 'MLA',
	mode: 'local',
	active: true,
	attributes: { apiFamily: 'local' },
};

export function storeContext(stub: Stub, store: StoreDescription = CBT_STORE): StoreContext {
	return testStoreContext(mercadoLibre, grantContext(stub), store);
}

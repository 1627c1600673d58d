import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Grant, type GrantContext, memoryBudgets, type PlatformHttpOptions, type StoreContext } from '@pangea/platform-contract';
import { testContext, testGrantContext, testStoreContext } from '@pangea/platform-contract/testing';
import { afterAll } from 'vitest';
import { amazon } from '../src/index.ts';
import { createReferee, type Referee } from './referee.ts';
import type { Witness } from '@pangea/testing';

export interface Heard {
	method: string;
	path: string;
	query: URLSearchParams;
	headers: IncomingMessage['headers'];
	body: string;
}

export interface Said {
	status?: number;
	json?: unknown;
	body?: string | Buffer;
	headers?: Record<string, string>;
}

/** A server that answers as the test says, over real HTTP. */
export interface FakeAmazon {
	base: string;
	heard: Heard[];
	answer: (heard: Heard) => Said;
}

export async function startFakeAmazon(): Promise<FakeAmazon> {
	const fake: FakeAmazon = { base: '', heard: [], answer: () => ({ status: 404 }) };
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const url = new URL(request.url ?? '/', 'http://fake');
			const heard: Heard = {
				method: request.method ?? '',
				path: url.pathname,
				query: url.searchParams,
				headers: request.headers,
				body: Buffer.concat(chunks).toString('utf8'),
			};
			fake.heard.push(heard);
			const said = fake.answer(heard);
			const body = said.json === undefined ? (said.body ?? '') : JSON.stringify(said.json);
			response.writeHead(said.status ?? 200, {
				'content-type': said.json === undefined ? 'text/plain' : 'application/json',
				'x-amzn-requestid': `request-${fake.heard.length}`,
				...said.headers,
			});
			response.end(body);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	fake.base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	afterAll(() => new Promise<void>((resolve) => void server.close(() => resolve())));
	return fake;
}

export const APP = {
	clientId: 'amzn1.application-oa2-client.abc',
	clientSecret: 'amzn1.oa2-cs.v1.secret-of-the-app',
	applicationId: 'amzn1.sp.solution.1',
};

export const GRANT: Grant = {
	secrets: { accessToken: 'Atza|first', refreshToken: 'Atzr|family' },
	accessExpiresAt: '2026-11-22T13:00:00.000Z',
	grantExpiresAt: null,
	externalAccountId: 'A3TH9S8BH6GOGM',
	accountName: null,
	scopes: [],
	host: 'na',
};

export const NOW = '2026-11-22T12:00:00.000Z';

export interface Scene {
	app?: Record<string, string>;
	grant?: Partial<Grant>;
	siteId?: string;
	now?: () => Date;
	http?: Partial<PlatformHttpOptions>;
	witness?: Witness | null;
}

/** Contexts of an adapter that meets `fake`, with waiting for budgets cut out and, with a witness, a referee in between. */
export function contextOf(
	fake: FakeAmazon,
	scene: Scene = {},
): { grant: GrantContext; store: StoreContext; watched: ReturnType<Referee['watch']> | null; waits: number[] } {
	const waits: number[] = [];
	let slept = 0;
	const sleep = async (millis: number): Promise<void> => {
		slept += millis;
		waits.push(millis);
	};
	const regional = Object.fromEntries(['na', 'eu', 'fe', 'lwa', 'sqs', 'documents'].map((key) => [key, fake.base]));
	const context = testContext(amazon.manifest, {
		app: scene.app ?? APP,
		hosts: regional,
		now: scene.now ?? (() => new Date(NOW)),
		http: { sleep, budgets: memoryBudgets(amazon.manifest, { now: () => Date.now() + slept, sleep }), ...scene.http },
	});
	const watched = scene.witness ? createReferee(scene.witness).watch(context.http) : null;
	const grant = testGrantContext(amazon, watched ? { ...context, http: watched } : context, { ...GRANT, ...scene.grant });
	const siteId = scene.siteId ?? 'ATVPDKIKX0DER';
	const store = testStoreContext(amazon, grant, {
		externalId: `A3TH9S8BH6GOGM:${siteId}`,
		name: 'Shop',
		siteId,
		mode: 'unknown',
		active: true,
		attributes: {},
	});
	return { grant, store, watched, waits };
}

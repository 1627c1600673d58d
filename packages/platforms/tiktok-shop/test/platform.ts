import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Grant, StoreContext } from '@pangea/platform-contract';
import { testContext, testGrantContext, testStoreContext } from '@pangea/platform-contract/testing';
import { tiktokShop } from '../src/index.ts';

/** What the scripted platform saw of a call. */
export interface Seen {
	method: string;
	path: string;
	query: Record<string, string>;
	headers: Record<string, string | undefined>;
	body: unknown;
}

/** Data for an envelope of success, or a whole envelope or text with its status. */
export type Answer = { data: unknown } | { status?: number; body: unknown; headers?: Record<string, string> };

export interface ScriptedPlatform {
	base: string;
	calls: Seen[];
	close(): Promise<void>;
}

/** A host that answers as the test says, over real HTTP. */
export async function scripted(answer: (call: Seen, nth: number) => Answer): Promise<ScriptedPlatform> {
	const calls: Seen[] = [];
	const server: Server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const url = new URL(request.url ?? '', 'http://x');
			const text = Buffer.concat(chunks).toString();
			const call: Seen = {
				method: request.method ?? '',
				path: url.pathname,
				query: Object.fromEntries(url.searchParams),
				headers: { token: request.headers['x-tts-access-token'] as string | undefined, type: request.headers['content-type'] },
				body: text === '' ? undefined : JSON.parse(text),
			};
			calls.push(call);
			const said = answer(call, calls.filter((c) => c.path === call.path).length);
			if ('data' in said) return void response.end(JSON.stringify({ code: 0, message: 'Success', request_id: 'r', data: said.data }));
			response.writeHead(said.status ?? 200, said.headers);
			response.end(typeof said.body === 'string' ? said.body : JSON.stringify(said.body));
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		calls,
		close: async () => {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}

export const app = { appKey: 'demoappkey01', appSecret: '0123456789abcdef0123456789abcdef01234567', serviceId: '7012345678901234567' };

export const grant: Grant = {
	secrets: { accessToken: 'ROW_first_access', refreshToken: 'ROW_first_refresh' },
	accessExpiresAt: '2026-11-29T00:00:00.000Z',
	grantExpiresAt: '2027-11-22T00:00:00.000Z',
	externalAccountId: 'open-1',
	accountName: 'Lumora Living',
	scopes: [],
	host: 'global',
};

export function contextFor(base: string, siteId = 'GB'): StoreContext {
	const hosts = { global: base, us: base, token: base, consentGlobal: base, consentUs: base };
	const context = testContext(tiktokShop.manifest, {
		app,
		hosts,
		now: () => new Date('2026-11-22T08:00:00Z'),
		http: { sleep: async () => undefined },
	});
	const store = {
		externalId: '7495900000000000101',
		name: 'Lumora',
		siteId,
		mode: 'crossBorder' as const,
		active: true,
		attributes: { cipher: 'GCP_cipher+/=' },
	};
	return testStoreContext(tiktokShop, testGrantContext(tiktokShop, context, grant), store);
}

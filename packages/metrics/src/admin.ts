import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './readiness.ts';

export interface AdminDoor {
	port: number;
	close(): Promise<void>;
}

export interface AdminOptions {
	listen: string;
	port: number;
	metrics: Metrics;
	ready: () => Promise<Readiness>;
	/** Brings figures up to date that are not counted as they happen. */
	beforeScrape?: () => Promise<void>;
	onTrouble: (error: unknown) => void;
}

/**
 * Serves `/health/live`, `/health/ready` and `/metrics` on a port of its own, which is never the public one.
 * @throws Error with a sentence when the port is taken.
 */
export async function startAdminDoor(options: AdminOptions): Promise<AdminDoor> {
	const answer = async (path: string, reply: ServerResponse): Promise<void> => {
		if (path === '/health/live') return json(reply, 200, { status: 'live' });
		if (path === '/health/ready') {
			const readiness = await options.ready();
			return json(reply, readiness.ready ? 200 : 503, readiness);
		}
		if (path !== '/metrics') return json(reply, 404, { error: 'notFound' });
		// Without the database what the process itself counts is worth the more.
		await options.beforeScrape?.().catch(options.onTrouble);
		reply.writeHead(200, { 'content-type': options.metrics.registry.contentType }).end(await options.metrics.registry.metrics());
	};
	const server = createServer((request, reply) => {
		const { pathname } = new URL(request.url ?? '/', 'http://admin');
		answer(request.method === 'GET' ? pathname : '', reply).catch((error: unknown) => {
			options.onTrouble(error);
			if (!reply.headersSent) json(reply, 500, { error: 'internal' });
		});
	});
	await new Promise<void>((done, fail) => {
		server.once('error', (cause) => {
			fail(
				new Error(`Cannot serve health and metrics on ${options.listen}:${options.port}: ${cause.message}. Change PANGEA_ADMIN_PORT.`, {
					cause,
				}),
			);
		});
		server.listen(options.port, options.listen, done);
	});
	return {
		port: (server.address() as AddressInfo).port,
		close: () =>
			new Promise((done) => {
				server.close(() => done());
				server.closeAllConnections();
			}),
	};
}

function json(reply: ServerResponse, status: number, body: object): void {
	reply.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(body));
}

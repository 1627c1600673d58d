import { existsSync } from 'node:fs';
import { join } from 'node:path';
import compress from '@fastify/compress';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import serveStatic from '@fastify/static';
import { type Auth, appRouter, type RequestContext, type Services } from '@pangea/api';
import { isPlatformId, type PlatformId } from '@pangea/domain';
import type { FileStore } from '@pangea/exports';
import type { IncomingRequest } from '@pangea/platform-contract';
import { startRequest, type StartedRequest } from '@pangea/tracing';
import { fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { completeRedirect } from './connected.ts';
import { downloadRoutes } from './downloads.ts';
import { headersOf } from './headers.ts';
import { reconnectRoutes } from './reconnect.ts';
import { uploadRoutes } from './uploads.ts';

export interface HttpOptions {
	services: Services;
	auth: Auth;
	/** Folder of the built web app. */
	webFolder: string;
	/** Where files of exports lie. */
	files: FileStore;
	trustedProxies: number;
	/** Takes one push of a platform; resolves with what the platform must see. */
	acceptDelivery(workspaceId: string, platform: PlatformId, request: IncomingRequest): Promise<{ status: number; body: string }>;
	/** Whether the process can do its work. */
	ready: () => Promise<boolean>;
	onAnswered: (route: string, method: string, status: number, seconds: number) => void;
}

const LARGEST_PUSH = 1_000_000;

/** All HTTP doors of the server. Nothing is decided here: each route hands over to the room that does. */
export async function createHttp(options: HttpOptions): Promise<FastifyInstance> {
	const { services, auth } = options;
	const app: FastifyInstance = Fastify({
		logger: false,
		trustProxy: (_address, hop) => hop <= options.trustedProxies,
		bodyLimit: 1_000_000,
		routerOptions: { maxParamLength: 5000 },
	});
	const origin = new URL(services.publicUrl).origin;

	await app.register(helmet, {
		contentSecurityPolicy: {
			directives: {
				defaultSrc: ["'self'"],
				scriptSrc: ["'self'"],
				// antd writes its theme as style elements.
				styleSrc: ["'self'", "'unsafe-inline'"],
				imgSrc: ["'self'", 'data:', 'https:'],
				connectSrc: ["'self'", 'ws:', 'wss:'],
				objectSrc: ["'none'"],
				frameAncestors: ["'none'"],
				baseUri: ["'self'"],
				formAction: ["'self'"],
				upgradeInsecureRequests: origin.startsWith('https:') ? [] : null,
			},
		},
		crossOriginEmbedderPolicy: false,
		hsts: origin.startsWith('https:'),
	});
	await app.register(compress, { threshold: 1024, encodings: ['br', 'gzip'] });
	await app.register(rateLimit, { global: false });

	const traced = new WeakMap<FastifyRequest, StartedRequest>();
	app.addHook('onRequest', (request, _reply, done) => {
		const started = startRequest();
		traced.set(request, started);
		started.within(done);
	});
	// Reading a body ends the first hook's context.
	app.addHook('preValidation', (request, _reply, done) => {
		traced.get(request)?.within(done);
	});
	app.addHook('onResponse', (request, reply, done) => {
		const route = request.routeOptions.url ?? 'none';
		const { method } = request;
		const status = reply.statusCode;
		traced.get(request)?.end(`${method} ${route}`, { route, method, status }, status >= 500);
		options.onAnswered(route, method, status, reply.elapsedTime / 1000);
		done();
	});

	// A browser sends Origin with every POST; other sites' pages must not act with our cookies.
	app.addHook('onRequest', async (request, reply) => {
		if (request.method === 'GET' || request.method === 'HEAD' || request.url.startsWith('/webhooks/')) return;
		const { origin: from } = request.headers;
		if (from !== undefined && !isOwnOrigin(from, origin, request)) await reply.code(403).send({ error: 'origin' });
	});

	await app.register(fastifyTRPCPlugin, {
		prefix: '/trpc',
		trpcOptions: {
			router: appRouter,
			// The screens ask by POST: the ids of a long list do not fit into an address, and what is searched for stays out of every log.
			allowMethodOverride: true,
			createContext: ({ req }: { req: FastifyRequest }) => contextOf(req, services, auth),
			onError: ({ error, path }: { error: { code: string; cause?: unknown }; path?: string | undefined }) => {
				if (error.code === 'INTERNAL_SERVER_ERROR') services.onUnexpected(error.cause ?? error, path);
			},
		},
	});
	await app.register(authRoutes(auth));
	await app.register(intakeRoutes(options));
	await app.register(downloadRoutes(services, auth, options.files));
	await app.register(uploadRoutes(services, auth));
	await app.register(reconnectRoutes(services));
	app.get('/connected/:platform', (request, reply) => completeRedirect(request, reply, services, auth));
	app.get('/health/live', (_request, reply) => reply.send({ status: 'live' }));
	app.get('/health/ready', async (_request, reply) => {
		const ready = await options.ready();
		return await reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'notReady' });
	});
	await app.register(serveStatic, {
		root: options.webFolder,
		setHeaders: (reply, path) => {
			const kept = path.includes(`${join(options.webFolder, 'assets')}`);
			reply.header('cache-control', kept ? 'public, max-age=31536000, immutable' : 'no-cache');
		},
	});
	// Every other address is a screen of the web app.
	app.setNotFoundHandler(async (request, reply) => {
		const page =
			request.method === 'GET' && (request.headers.accept ?? '').includes('text/html') && existsSync(join(options.webFolder, 'index.html'));
		return page
			? await reply.header('cache-control', 'no-cache').sendFile('index.html')
			: await reply.code(404).send({ error: 'notFound' });
	});
	return app;
}

// Behind a proxy the public address counts; on one's own machine localhost and 127.0.0.1 are the same place.
function isOwnOrigin(from: string, publicOrigin: string, request: FastifyRequest): boolean {
	return from === publicOrigin || URL.parse(from)?.host === request.headers.host;
}

async function contextOf(request: FastifyRequest, services: Services, auth: Auth): Promise<RequestContext> {
	const workspace = request.headers['x-pangea-workspace'];
	return { services, user: await auth.userOf(headersOf(request)), workspaceId: typeof workspace === 'string' ? workspace : null };
}

function authRoutes(auth: Auth) {
	return async (scope: FastifyInstance): Promise<void> => {
		scope.removeAllContentTypeParsers();
		scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
		scope.route({
			method: ['GET', 'POST'],
			url: '/auth/*',
			handler: async (request, reply) => {
				const headers = headersOf(request);
				// The library counts attempts by address; a header that a client sends itself must not decide it.
				headers.set('x-forwarded-for', request.ip);
				const body = request.method === 'POST' && Buffer.isBuffer(request.body) ? new Uint8Array(request.body) : null;
				const response = await auth.handler(
					new Request(new URL(request.url, `${request.protocol}://${request.host}`), { method: request.method, headers, body }),
				);
				return await sendResponse(reply, response);
			},
		});
	};
}

async function sendResponse(reply: FastifyReply, response: Response): Promise<FastifyReply> {
	reply.code(response.status);
	for (const [name, value] of response.headers) if (name !== 'set-cookie') reply.header(name, value);
	const cookies = response.headers.getSetCookie();
	if (cookies.length > 0) reply.header('set-cookie', cookies);
	return await reply.send(response.body === null ? null : Buffer.from(await response.arrayBuffer()));
}

function intakeRoutes(options: HttpOptions) {
	return async (scope: FastifyInstance): Promise<void> => {
		// Signatures are over the bytes as sent.
		scope.removeAllContentTypeParsers();
		scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: LARGEST_PUSH }, (_request, body, done) => done(null, body));
		scope.post('/webhooks/:platform/:workspaceId', async (request, reply) => {
			const { platform, workspaceId } = request.params as { platform: string; workspaceId: string };
			if (!isPlatformId(platform) || !/^[0-9a-f-]{36}$/.test(workspaceId)) return await reply.code(404).send();
			const headers = Object.fromEntries(Object.entries(request.headers).flatMap(([k, v]) => (typeof v === 'string' ? [[k, v]] : [])));
			const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
			const answer = await options.acceptDelivery(workspaceId, platform, { headers, url: request.url, body });
			return await reply.code(answer.status).header('content-type', 'application/json').send(answer.body);
		});
	};
}

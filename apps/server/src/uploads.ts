import { type Auth, importCosts, LARGEST_COST_FILE, problemOf, type Services } from '@pangea/api';
import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import type { FastifyInstance } from 'fastify';
import { headersOf } from './headers.ts';

/** Files that a signed-in person gives to a screen. The bytes are the body; how they are read stands in the address. */
export function uploadRoutes(services: Services, auth: Auth) {
	return (scope: FastifyInstance): Promise<void> => {
		scope.removeAllContentTypeParsers();
		scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: LARGEST_COST_FILE }, (_request, body, done) => done(null, body));
		scope.post('/upload/costs', { config: { rateLimit: { max: 60, timeWindow: '1 minute' } } }, async (request, reply) => {
			reply.header('cache-control', 'no-store');
			const query = Object.fromEntries(
				Object.entries(request.query as Record<string, unknown>).map(([key, value]) => [key, typeof value === 'string' ? value : '']),
			);
			const workspace = request.headers['x-pangea-workspace'];
			try {
				const user = await auth.userOf(headersOf(request));
				const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
				return await reply.send(await importCosts(services, user, typeof workspace === 'string' ? workspace : null, query, bytes));
			} catch (error) {
				const problem = problemOf(error);
				if (problem.code === 'internal') services.onUnexpected(error, '/upload/costs');
				return await reply.code(error instanceof TRPCError ? getHTTPStatusCodeFromError(error) : 500).send({ problem });
			}
		});
		return Promise.resolve();
	};
}

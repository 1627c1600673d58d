import {
	addFileToSend,
	addPaperFile,
	type Auth,
	importCosts,
	importReviews,
	importStatements,
	LARGEST_IMPORT_FILE,
	LARGEST_PAPER_FILE,
	LARGEST_SENT_FILE,
	problemOf,
	type Services,
	type SessionUser,
} from '@pangea/api';
import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import type { FastifyInstance } from 'fastify';
import { headersOf } from './headers.ts';

interface Door {
	path: string;
	/** Bytes. */
	largest: number;
	take(
		services: Services,
		user: SessionUser | null,
		workspaceId: string | null,
		query: Record<string, string>,
		bytes: Buffer,
	): Promise<object>;
}

const DOORS: readonly Door[] = [
	{ path: '/upload/costs', largest: LARGEST_IMPORT_FILE, take: importCosts },
	{ path: '/upload/reviews', largest: LARGEST_IMPORT_FILE, take: importReviews },
	{ path: '/upload/statements', largest: LARGEST_IMPORT_FILE, take: importStatements },
	{ path: '/upload/message-file', largest: LARGEST_SENT_FILE, take: addFileToSend },
	{ path: '/upload/paper', largest: LARGEST_PAPER_FILE, take: addPaperFile },
];

/** Files that a signed-in person gives to a screen. The bytes are the body; how they are read stands in the address. */
export function uploadRoutes(services: Services, auth: Auth) {
	return (scope: FastifyInstance): Promise<void> => {
		scope.removeAllContentTypeParsers();
		scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: LARGEST_IMPORT_FILE }, (_request, body, done) => done(null, body));
		for (const door of DOORS)
			scope.post(
				door.path,
				{ bodyLimit: door.largest, config: { rateLimit: { max: 60, timeWindow: '1 minute' } } },
				async (request, reply) => {
					reply.header('cache-control', 'no-store');
					const query = Object.fromEntries(
						Object.entries(request.query as Record<string, unknown>).map(([key, value]) => [key, typeof value === 'string' ? value : '']),
					);
					const workspace = request.headers['x-pangea-workspace'];
					try {
						const user = await auth.userOf(headersOf(request));
						const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
						return await reply.send(await door.take(services, user, typeof workspace === 'string' ? workspace : null, query, bytes));
					} catch (error) {
						const problem = problemOf(error);
						if (problem.code === 'internal') services.onUnexpected(error, door.path);
						return await reply.code(error instanceof TRPCError ? getHTTPStatusCodeFromError(error) : 500).send({ problem });
					}
				},
			);
		return Promise.resolve();
	};
}

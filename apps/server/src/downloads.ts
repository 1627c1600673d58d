import { Readable } from 'node:stream';
import {
	type Auth,
	type Download,
	exportAudit,
	exportNumbers,
	exportProfit,
	openExport,
	openMessageFile,
	problemOf,
	type Services,
	type SessionUser,
	takePaperFile,
} from '@pangea/api';
import { type FileStore, keyOf } from '@pangea/exports';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { TRPCError } from '@trpc/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { headersOf } from './headers.ts';

interface Door {
	path: string;
	/** The screen that the file is asked for from, and that says why there is none. */
	screen: string;
	open(services: Services, user: SessionUser | null, workspaceId: string | null, query: Record<string, string>): Promise<Download>;
}

const DOORS: readonly Door[] = [
	{ path: '/download/audit.csv', screen: '/settings/audit', open: exportAudit },
	{ path: '/download/numbers.csv', screen: '/numbers', open: exportNumbers },
	{ path: '/download/profit.csv', screen: '/numbers', open: exportProfit },
];

/** Files that a signed-in person takes from a screen. The session's cookie opens them, no secret stands in the address. */
export function downloadRoutes(services: Services, auth: Auth, files: FileStore) {
	return (scope: FastifyInstance): Promise<void> => {
		for (const door of DOORS)
			scope.get(door.path, { config: { rateLimit: { max: 30, timeWindow: '1 minute' } } }, async (request, reply) => {
				const { workspace, ...query } = texts(request.query);
				try {
					const user = await auth.userOf(headersOf(request));
					const download = await door.open(services, user, workspace ?? null, query);
					return await reply
						.header('content-type', 'text/csv; charset=utf-8')
						.header('content-disposition', `attachment; filename="${download.fileName}"`)
						.header('cache-control', 'no-store')
						.send(Readable.from(download.body));
				} catch (error) {
					return await refuse(request, reply, door, error, services);
				}
			});
		scope.get('/download/export', { config: { rateLimit: { max: 30, timeWindow: '1 minute' } } }, async (request, reply) => {
			const { workspace, ...query } = texts(request.query);
			try {
				const user = await auth.userOf(headersOf(request));
				const file = await openExport(services, user, workspace ?? null, query);
				return await reply
					.header('content-type', file.type)
					.header('content-length', file.fileSize)
					.header('content-disposition', `attachment; filename="export"; filename*=UTF-8''${encodeURIComponent(file.fileName)}`)
					.header('cache-control', 'no-store')
					.send(Readable.from(files.read(keyOf(file))));
			} catch (error) {
				return await refuse(request, reply, { path: '/download/export', screen: '/exports' }, error, services);
			}
		});
		scope.get('/download/paper', { config: { rateLimit: { max: 30, timeWindow: '1 minute' } } }, async (request, reply) => {
			const { workspace, ...query } = texts(request.query);
			try {
				const user = await auth.userOf(headersOf(request));
				const file = await takePaperFile(services, user, workspace ?? null, query);
				return await reply
					.header('content-type', file.type)
					.header('content-disposition', `attachment; filename="paper"; filename*=UTF-8''${encodeURIComponent(file.name)}`)
					.header('cache-control', 'no-store')
					// Whatever a browser makes of the bytes runs nothing.
					.header('content-security-policy', "sandbox; default-src 'none'")
					.send(file.bytes);
			} catch (error) {
				return await refuse(request, reply, { path: '/download/paper', screen: '/stores/dossier' }, error, services);
			}
		});
		scope.get('/download/message-file', { config: { rateLimit: { max: 600, timeWindow: '1 minute' } } }, async (request, reply) => {
			const { workspace, ...query } = texts(request.query);
			try {
				const user = await auth.userOf(headersOf(request));
				const file = await openMessageFile(services, user, workspace ?? null, query);
				return await reply
					.header('content-type', file.type)
					// A picture in a page is shown all the same; opened by itself, whatever it is, it is saved.
					.header('content-disposition', `attachment; filename="file"; filename*=UTF-8''${encodeURIComponent(file.name)}`)
					.header('cache-control', 'no-store')
					.header('content-security-policy', "sandbox; default-src 'none'")
					.send(file.bytes);
			} catch (error) {
				return await refuse(request, reply, { path: '/download/message-file', screen: '/inbox' }, error, services);
			}
		});
		return Promise.resolve();
	};
}

/** A key that comes twice is as good as one that is wrong. */
function texts(query: unknown): Record<string, string> {
	return Object.fromEntries(
		Object.entries(query as Record<string, unknown>).map(([key, value]) => [key, typeof value === 'string' ? value : '']),
	);
}

/** A person is led to a screen that says the sentence; whatever else asks gets its code. */
async function refuse(
	request: FastifyRequest,
	reply: FastifyReply,
	{ path, screen }: Pick<Door, 'path' | 'screen'>,
	error: unknown,
	services: Services,
): Promise<FastifyReply> {
	const known = error instanceof TRPCError;
	const problem = problemOf(error);
	if (problem.code === 'internal') services.onUnexpected(error, path);
	if (!(request.headers.accept ?? '').includes('text/html'))
		return await reply.code(known ? getHTTPStatusCodeFromError(error) : 500).send({ problem });
	if (problem.code === 'notSignedIn') return await reply.redirect(`/sign-in?${new URLSearchParams({ to: screen }).toString()}`);
	return await reply.redirect(`${screen}?${new URLSearchParams({ problem: problem.code }).toString()}`);
}

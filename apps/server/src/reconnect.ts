import { completeReconnect, pasteReconnect, problemOf, readReconnect, readVisit, type Services, startReconnect } from '@pangea/api';
import type { PlatformId } from '@pangea/domain';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Holds what ties a consent to the browser that began it; sent to the address that platforms lead back to and nowhere else. */
const COOKIE = 'pangea_reconnect';
const COOKIE_SECONDS = 30 * 60;

/** The doors of a visitor with a reconnect link. The token comes in the body, so that it stands in no log of addresses. */
export function reconnectRoutes(services: Services) {
	const secure = services.publicUrl.startsWith('https:');
	return (scope: FastifyInstance): Promise<void> => {
		const door = (path: string, answer: (visit: ReturnType<typeof readVisit>, reply: FastifyReply) => Promise<unknown>): void => {
			scope.post(`/reconnect-link/${path}`, { config: { rateLimit: { max: 30, timeWindow: '1 minute' } } }, async (request, reply) => {
				reply.header('cache-control', 'no-store');
				try {
					return await reply.send(await answer(readVisit(request.body), reply));
				} catch (error) {
					return await refuse(reply, error, services);
				}
			});
		};
		door('read', ({ token }) => readReconnect(services, token));
		door('consent', async ({ token }, reply) => {
			const { url, browser } = await startReconnect(services, token);
			reply.header('set-cookie', cookie(browser, COOKIE_SECONDS, secure));
			return { url };
		});
		door('paste', async ({ token, fields }) => {
			await pasteReconnect(services, token, fields);
			return { renewed: true };
		});
		return Promise.resolve();
	};
}

/** Where a platform sends a visitor's browser back to; leads on to a page that says the outcome and nothing else. */
export async function completeVisit(
	request: FastifyRequest,
	reply: FastifyReply,
	services: Services,
	platform: PlatformId,
	params: Record<string, string>,
): Promise<FastifyReply> {
	const [, browser = null] = new RegExp(`(?:^|; )${COOKIE}=([\\w-]+)`).exec(request.headers.cookie ?? '') ?? [];
	try {
		await completeReconnect(services, platform, params, browser);
		reply.header('set-cookie', cookie('', 0, services.publicUrl.startsWith('https:')));
		return await reply.redirect('/reconnected');
	} catch (error) {
		const { code } = problemOf(error);
		if (code === 'internal') services.onUnexpected(error, 'connected');
		return await reply.redirect(`/reconnected?${new URLSearchParams({ problem: code }).toString()}`);
	}
}

function cookie(value: string, seconds: number, secure: boolean): string {
	return `${COOKIE}=${value}; Path=/connected; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

const STATUS: Partial<Record<string, number>> = { linkNotOpen: 404, inputWrong: 400, otherAccount: 409, internal: 500 };

async function refuse(reply: FastifyReply, error: unknown, services: Services): Promise<FastifyReply> {
	const problem = problemOf(error);
	if (problem.code === 'internal') services.onUnexpected(error, 'reconnect-link');
	return await reply.code(STATUS[problem.code] ?? 502).send({ problem });
}

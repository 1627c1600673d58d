import { type Auth, completeAuthorization, isReconnectState, ProblemError, problemOf, type Services } from '@pangea/api';
import { isPlatformId } from '@pangea/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { headersOf } from './headers.ts';
import { completeVisit } from './reconnect.ts';

/** Where a platform sends the seller's browser back to; leads on to the stores with the outcome in the address. */
export async function completeRedirect(
	request: FastifyRequest,
	reply: FastifyReply,
	services: Services,
	auth: Auth,
): Promise<FastifyReply> {
	const { platform } = request.params as { platform: string };
	const query = request.query as Record<string, unknown>;
	const params = Object.fromEntries(Object.entries(query).flatMap(([k, v]) => (typeof v === 'string' ? [[k, v]] : [])));
	if (isPlatformId(platform) && isReconnectState(params['state'])) return await completeVisit(request, reply, services, platform, params);
	try {
		if (!isPlatformId(platform)) throw new ProblemError('notFound');
		const bound = await completeAuthorization(services, await auth.userOf(headersOf(request)), platform, params);
		return await reply.redirect(`/stores?bound=${encodeURIComponent(bound.connectionId)}`);
	} catch (error) {
		const problem = problemOf(error);
		if (problem.code === 'internal') services.onUnexpected(error, 'connected');
		const gaps = Object.entries(problem.params).map(([key, value]) => [`p_${key}`, value]);
		return await reply.redirect(`/stores?${new URLSearchParams({ problem: problem.code, ...Object.fromEntries(gaps) }).toString()}`);
	}
}

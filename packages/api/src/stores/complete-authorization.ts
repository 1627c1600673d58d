import { connectionById, writeAudit } from '@pangea/db';
import { allows, type PlatformId, type Role } from '@pangea/domain';
import { admit } from '../admission.ts';
import type { Services, SessionUser } from '../context.ts';
import { ProblemError } from '../problem.ts';
import { openState, workspaceOfState } from './authorization-state.ts';

/** Where platforms send the seller's browser back to. */
export function redirectUri(publicUrl: string, platform: PlatformId): string {
	return `${publicUrl}/connected/${platform}`;
}

/**
 * Turns what a platform sent back with the browser into a connection. The person must be the one who began, and must still be allowed to.
 * @throws ProblemError, or TRPCError with one; PlatformError
 */
export async function completeAuthorization(
	services: Services,
	user: SessionUser | null,
	platform: PlatformId,
	params: Record<string, string>,
): Promise<{ connectionId: string; stores: number }> {
	if (!user) throw new ProblemError('notSignedIn');
	const text = params['state'] ?? '';
	const workspaceId = workspaceOfState(text);
	if (workspaceId === null) throw new ProblemError('authorizationExpired');
	const { row: member } = await admit(services, user, workspaceId);
	if (!allows({ role: member.role as Role, fields: member.fields }, 'stores.manage'))
		throw new ProblemError('notAllowed', { permission: 'stores.manage' });
	const state = openState(text, await services.operations.box(workspaceId), { platform, userId: user.id, now: services.now() });
	const bound = await services.operations.bind(workspaceId, platform, {
		kind: 'redirect',
		params,
		redirectUri: redirectUri(services.publicUrl, platform),
		codeVerifier: state.codeVerifier,
		host: state.host,
	});
	await services.database.inWorkspace(workspaceId, async (scope) =>
		writeAudit(scope, {
			userId: user.id,
			action: 'stores.bind',
			subject: bound.connectionId,
			subjectName: (await connectionById(scope, bound.connectionId))?.account_name ?? null,
			connectionId: bound.connectionId,
			facts: { platform, way: 'redirect', count: bound.stores },
		}),
	);
	return bound;
}

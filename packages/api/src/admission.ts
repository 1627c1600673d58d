import { memberOf } from '@pangea/db';
import { z } from 'zod';
import type { Services, SessionUser } from './context.ts';
import { problem } from './problem.ts';

/**
 * The one way into a workspace, for procedures, downloads, sockets and what comes back from a platform's consent page.
 * @throws notSignedIn; noWorkspace; secondFactorMissing where the workspace asks for one and the person has none
 */
export async function admit(services: Pick<Services, 'database'>, user: SessionUser | null, workspaceId: string | null) {
	if (!user) throw problem('notSignedIn');
	if (workspaceId === null || !z.uuid().safeParse(workspaceId).success) throw problem('noWorkspace');
	const row = await services.database.inWorkspace(workspaceId, (scope) => memberOf(scope, user.id));
	if (!row) throw problem('noWorkspace');
	if (row.second_factor_required && !user.secondFactor) throw problem('secondFactorMissing');
	return { row, signedIn: user, workspaceId };
}

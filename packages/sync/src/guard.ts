import { type Scope, storeIsActive, writesStopped } from '@pangea/db';
import { NotActiveError } from '@pangea/domain';
import type { Engine } from './engine.ts';

/** Nothing may be stored for a store that was switched off or disconnected while its page was under way. @throws NotActiveError */
export async function guard(scope: Scope, storeId: string): Promise<void> {
	if (!(await storeIsActive(scope, storeId))) throw notActive(storeId);
}

export function notActive(storeId: string): NotActiveError {
	return new NotActiveError('stopped', `Store ${storeId} is no longer active`);
}

/**
 * The one door of everything that changes something at a platform: asked in the database right before each request that writes, so that a stop
 * holds for all processes from its commit on. @throws NotActiveError
 */
export async function guardWrite(
	engine: Pick<Engine, 'database'>,
	owner: { workspaceId: string; connectionId: string | null; storeId: string | null },
): Promise<void> {
	const stopped = await engine.database.inWorkspace(owner.workspaceId, (scope) => writesStopped(scope, owner));
	if (stopped)
		throw new NotActiveError('writesStopped', `Writes are stopped for ${owner.storeId ?? owner.connectionId ?? 'the workspace'}`);
}

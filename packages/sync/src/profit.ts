import { addUpStaleProfit, profitLock } from '@pangea/db';
import type { Engine } from './engine.ts';

/** Adds up again what is left of the orders of noted days. */
export async function addUpProfit(
	engine: Pick<Engine, 'database'>,
	{ workspaceId }: { workspaceId: string },
	signal: AbortSignal,
): Promise<void> {
	let more: boolean;
	do {
		signal.throwIfAborted();
		more = await engine.database.inWorkspace(workspaceId, addUpStaleProfit, { lock: profitLock(workspaceId) });
	} while (more);
}

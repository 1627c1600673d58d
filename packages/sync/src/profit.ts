import { addUpStaleProfit, profitLock } from '@pangea/db';
import type { Engine } from './engine.ts';

/** Adds up again what is left of the orders of noted days. */
export async function addUpProfit(
	engine: Pick<Engine, 'database'>,
	{ workspaceId }: { workspaceId: string },
	signal: AbortSignal,
): Promise<void> {
	let notes: number;
	do {
		signal.throwIfAborted();
		notes = await engine.database.inWorkspace(workspaceId, addUpStaleProfit, { lock: profitLock(workspaceId) });
	} while (notes > 0);
}

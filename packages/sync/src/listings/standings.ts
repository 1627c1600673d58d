import { addUpStaleSkus, standingsLock } from '@pangea/db';
import type { Engine } from '../engine.ts';

/** Adds up again what the listings of SKUs come to, as far as something of them has changed. */
export async function addUpSkus(engine: Engine, { workspaceId }: { workspaceId: string }, signal: AbortSignal): Promise<void> {
	let notes: number;
	do {
		signal.throwIfAborted();
		notes = await engine.database.inWorkspace(workspaceId, addUpStaleSkus, { lock: standingsLock(workspaceId) });
	} while (notes > 0);
}

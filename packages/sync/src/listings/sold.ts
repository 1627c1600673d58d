import { countSold, storeListingsLock } from '@pangea/db';
import { addMillis } from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import type { Engine } from '../engine.ts';

type Ids = { workspaceId: string; storeId: string };

const COUNTED_MILLIS = 30 * 86_400_000;

/** Counts what a store's listings sold in thirty days: they are read far more seldom than orders come. */
export async function countSoldPieces(engine: Engine, { workspaceId, storeId }: Ids): Promise<void> {
	await engine.database.inWorkspace(
		workspaceId,
		async (scope) => {
			const changed = await countSold(scope, storeId, engine.now().toISOString());
			if (changed > 0) await recordEvent(scope, { kind: 'listings.changed', storeId, ids: [] });
		},
		{ lock: storeListingsLock(storeId) },
	);
}

/** Counts anew when history has come in that reaches into the days that are counted. @param newest the end of what came in */
export async function countSoldOfHistory(engine: Engine, ids: Ids, newest: string): Promise<void> {
	if (newest > addMillis(engine.now().toISOString(), -COUNTED_MILLIS)) await countSoldPieces(engine, ids);
}

import { countSold, isSoldCountDue, storeListingsLock } from '@pangea/db';
import { addMillis } from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import type { Engine } from '../engine.ts';

type Ids = { workspaceId: string; storeId: string };

/** A count reads the orders of thirty days. */
const COUNTED_EVERY_MILLIS = 3_600_000;
const COUNTED_MILLIS = 30 * 86_400_000;

/** Counts what a store's listings sold, where orders came since an hour-old count: listings themselves are read far more seldom. */
export async function countSoldWhenDue(engine: Engine, { workspaceId, storeId }: Ids): Promise<void> {
	const before = addMillis(engine.now().toISOString(), -COUNTED_EVERY_MILLIS);
	if (await engine.database.inWorkspace(workspaceId, (scope) => isSoldCountDue(scope, storeId, before)))
		await count(engine, { workspaceId, storeId });
}

/** Counts once more when history came in that reaches into the days that are counted. @param newest the end of what came in */
export async function countSoldOfHistory(engine: Engine, ids: Ids, newest: string): Promise<void> {
	if (newest > addMillis(engine.now().toISOString(), -COUNTED_MILLIS)) await count(engine, ids);
}

async function count(engine: Engine, { workspaceId, storeId }: Ids): Promise<void> {
	await engine.database.inWorkspace(
		workspaceId,
		async (scope) => {
			const changed = await countSold(scope, storeId, engine.now().toISOString());
			if (changed > 0) await recordEvent(scope, { kind: 'listings.changed', storeId, ids: [] });
		},
		{ lock: storeListingsLock(storeId) },
	);
}

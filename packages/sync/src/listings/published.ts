import { copyUnderReview } from '@pangea/db';
import { recordEvent } from '@pangea/realtime';
import type { Engine } from '../engine.ts';
import { type StoreRun, withStore } from '../trouble.ts';
import { mirrorProduct } from './pull.ts';

/** Platforms look at new goods for minutes or days before buyers see them: seconds until each look at what became of it. */
const LOOKS = [90, 300, 1800, 7200, 21_600, 86_400];

/** Seconds until a listing that was made is looked at for the `asked`-th time; null: the walks over all listings find it. */
export function nextLook(asked: number): number | null {
	return LOOKS[asked] ?? null;
}

/**
 * Reads a listing anew that was made here and is not on sale yet.
 * @returns whether it has to be looked at again
 * @throws PlatformError kinds `unavailable` and `unexpected`.
 */
export async function lookAtPublished(
	engine: Engine,
	{ workspaceId, storeId, copyId }: { workspaceId: string; storeId: string; copyId: string },
	signal: AbortSignal,
): Promise<StoreRun<'again' | 'over'>> {
	const waiting = async (): Promise<string | null> =>
		await engine.database.inWorkspace(workspaceId, (scope) => copyUnderReview(scope, copyId));
	const externalListingId = await waiting();
	if (externalListingId === null) return { state: 'done', value: 'over' };
	return await withStore(engine, { workspaceId, storeId }, { signal, urgent: false }, async (store) => {
		await mirrorProduct(engine, store, externalListingId);
		if ((await waiting()) !== null) return 'again';
		await engine.database.inWorkspace(workspaceId, (scope) => recordEvent(scope, { kind: 'listings.changed', storeId, ids: [] }));
		return 'over';
	});
}

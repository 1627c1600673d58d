import { heldBeside, lackingOrders } from '@pangea/db';
import { listWhole, type Window } from '@pangea/platform-contract';
import type { OpenStore } from './context.ts';
import type { Engine } from './engine.ts';

/** What a window holds on both sides, with the numbers of those we lack as far as the source names them. */
export interface Counted {
	ours: number;
	theirs: number;
	missing: readonly string[];
}

/**
 * Compares a window with the list that pulls read, by number: which of the orders it shows we do not hold as new, and how many it counts
 * beyond those. What the list counts and does not show may have come to us as news, so our orders that it does not show are asked for one by
 * one; only its own time says whether they belong into the window, for ours is the later one of the order and of what hangs on it.
 * Counting our rows against its number instead would let an order that changed since the last poll stand for one that lacks.
 * @param beside `ours`: up to which time of change our orders are asked about, null for all; `seen`: orders of later windows, which those of
 * this one are added to.
 * @returns null where the list states no number for this store alone.
 * @throws PlatformError
 */
export async function lookBehindList(
	engine: Engine,
	{ adapter, context, target }: OpenStore,
	window: Window,
	beside: { ours: string | null; seen: Set<string> },
): Promise<Counted | null> {
	const { orders } = adapter;
	if (!orders.list || !orders.within) return null;
	const listed = await listWhole(async (part) => {
		context.signal.throwIfAborted();
		return (await orders.list?.(context, part)) ?? null;
	}, window);
	if (listed === null) return null;
	const shown = [...new Map(listed.orders.map((order) => [order.externalId, order])).values()];
	for (const { externalId } of shown) beside.seen.add(externalId);
	const { missing, unlisted } = await engine.database.inWorkspace(target.workspaceId, async (scope) => ({
		missing: await lackingOrders(scope, target.storeId, shown),
		unlisted:
			listed.unshown > 0 ? await heldBeside(scope, target.storeId, { from: window.from, until: beside.ours }, [...beside.seen]) : [],
	}));
	const news = unlisted.length > 0 ? await orders.within(context, window, unlisted) : [];
	const unnamed = Math.max(0, listed.unshown - news.length);
	const theirs = shown.length + listed.unshown;
	return { theirs, ours: theirs - missing.length - unnamed, missing };
}

import { backfillOf, countInWindow, gapById, openGap, pullCursor, type Scope, setGap } from '@pangea/db';
import { addMillis, NotActiveError } from '@pangea/domain';
import { gapRefill } from '@pangea/jobs';
import type { Window } from '@pangea/platform-contract';
import { recordEvent } from '@pangea/realtime';
import type { OpenStore } from './context.ts';
import type { Engine } from './engine.ts';
import { type Hint, ingestPage } from './ingest.ts';
import { guard } from './guard.ts';
import { type StoreRun, withStore } from './trouble.ts';

type Ids = { workspaceId: string; storeId: string };
const DAY = 86_400_000;
const HOUR = 3_600_000;
/** Orders that change while both sides count would look like a gap. */
const SETTLE = 15 * 60_000;

/**
 * Compares our count of orders per window of their last change with the platform's; where the platform has more, a gap is opened and its
 * refill sent. Only windows that pull and backfill have both passed are compared.
 * @returns how many gaps are open, or null where the platform cannot count.
 */
export async function checkGaps(engine: Engine, ids: Ids, signal: AbortSignal): Promise<StoreRun<number | null>> {
	return await withStore(engine, ids, { signal, urgent: false }, async (store) => {
		let open = 0;
		for (const window of await comparable(engine, store)) {
			const theirs = await store.adapter.orders.count(store.context, window);
			if (theirs === null) return null;
			if (await compare(engine, store, window, theirs)) open++;
			signal.throwIfAborted();
		}
		return open;
	});
}

async function comparable(engine: Engine, { target, adapter }: OpenStore): Promise<Window[]> {
	const { cursor, history } = await engine.database.inWorkspace(target.workspaceId, async (scope) => ({
		cursor: await pullCursor(scope, target.storeId),
		history: await backfillOf(scope, target.storeId),
	}));
	if (!cursor) return [];
	const now = addMillis(engine.now().toISOString(), -adapter.manifest.pull.marginSeconds * 1000 - SETTLE);
	const newest = cursor.watermark < now ? cursor.watermark : now;
	const oldest = history ? history.reached : newest;
	const length = Math.min(engine.options.gapWindowHours * HOUR, adapter.manifest.pull.maxWindowDays * DAY);
	const earliest = Math.max(Date.parse(oldest), Date.parse(newest) - engine.options.gapDays * DAY);
	const windows: Window[] = [];
	// Aligned to the clock, so that the same window is found again the next night.
	for (let start = Math.floor(Date.parse(newest) / length) * length; start + length > earliest; start -= length) {
		const from = new Date(Math.max(start, earliest)).toISOString();
		const until = start + length < Date.parse(newest) ? new Date(start + length).toISOString() : newest;
		if (from < until) windows.push({ from, until, order: 'oldest' });
	}
	return windows;
}

/** @returns whether the window has a gap. */
async function compare(engine: Engine, { target }: OpenStore, window: Window, theirs: number): Promise<boolean> {
	return await engine.database.inWorkspace(target.workspaceId, async (scope) => {
		const ours = await countInWindow(scope, target.storeId, window.from, window.until);
		if (ours >= theirs) return false;
		const { storeId, workspaceId } = target;
		const { gapId, added } = await openGap(scope, { storeId, from: window.from, until: window.until, ours, theirs });
		await engine.jobs.enqueue(gapRefill, { workspaceId, storeId, gapId }, { scope });
		if (added) await recordEvent(scope, { kind: 'store.changed', storeId, ids: [storeId] });
		return true;
	});
}

/** Pulls a gap's window again and counts anew: `filled` when nothing is missing any more, `unexplained` when something still is. */
export async function refillGap(
	engine: Engine,
	ids: { workspaceId: string; gapId: string },
	signal: AbortSignal,
): Promise<StoreRun<'filled' | 'unexplained'>> {
	const gap = await engine.database.inWorkspace(ids.workspaceId, (scope) => gapById(scope, ids.gapId));
	if (!gap) throw new NotActiveError('missing', `No gap ${ids.gapId}`);
	const storeIds = { workspaceId: ids.workspaceId, storeId: gap.store_id };
	return await withStore(engine, storeIds, { signal, urgent: false }, async (store) => {
		const window: Window = { from: gap.window_from, until: gap.window_until, order: 'oldest' };
		await pullWindow(engine, store, window);
		const theirs = (await store.adapter.orders.count(store.context, window)) ?? gap.theirs;
		return await engine.database.inWorkspace(ids.workspaceId, async (scope) => {
			const ours = await countInWindow(scope, gap.store_id, window.from, window.until);
			const state = ours >= theirs ? 'filled' : 'unexplained';
			await setGap(scope, ids.gapId, { ours, theirs, state });
			await recordEvent(scope, { kind: 'store.changed', storeId: gap.store_id, ids: [gap.store_id] });
			return state;
		});
	});
}

/** Pulls one window outside the cursors. */
async function pullWindow(engine: Engine, { adapter, context, target }: OpenStore, window: Window): Promise<void> {
	for await (const page of adapter.orders.pull(context, window, null)) {
		const stillActive = async (scope: Scope): Promise<Hint[]> => {
			await guard(scope, target.storeId);
			return [];
		};
		await ingestPage(engine, target, page, 'pull', stillActive, true);
		context.signal.throwIfAborted();
		if (page.next === null) return;
	}
}

import {
	backfillOf,
	closeGap,
	countHeld,
	gapById,
	lackingOrders,
	moveGap,
	openGap,
	pullCursor,
	type RecountSource,
	saveRecount,
	saveRecountWindow,
	type Scope,
	setGap,
	waitingRecount,
} from '@pangea/db';
import { addMillis, NotActiveError } from '@pangea/domain';
import { gapRefill, noticesLook } from '@pangea/jobs';
import { PlatformError, type Window } from '@pangea/platform-contract';
import { recordEvent } from '@pangea/realtime';
import type { OpenStore } from './context.ts';
import type { Engine } from './engine.ts';
import { type Hint, ingestPage } from './ingest.ts';
import { guard } from './guard.ts';
import { type Counted, lookBehindList } from './listed.ts';
import { type StoreRun, withStore } from './trouble.ts';

type Ids = { workspaceId: string; storeId: string };
const DAY = 86_400_000;
const HOUR = 3_600_000;
/** Orders that change while both sides count would look like a gap. */
const SETTLE = 15 * 60_000;
/** Orders fetched by their numbers in one page. */
const NAMED_AT_ONCE = 50;

/**
 * Compares our orders per window of their last change with a second source of the platform: names where it has a report, else what its list
 * shows beside the number it states. Where something lacks, a gap is opened and its refill sent. Only windows that pull and backfill have
 * both passed are compared; each is kept with both counts, and the store with what became of it.
 * @returns how many windows lack orders, or null where there is no second source.
 */
export async function checkGaps(engine: Engine, ids: Ids, signal: AbortSignal): Promise<StoreRun<number | null>> {
	const run = await withStore(engine, ids, { signal, urgent: false, patient: true }, async (store) =>
		store.adapter.orders.name ? await compareNames(engine, store) : await compareLists(engine, store),
	);
	if (run.state === 'refused') await note(engine, ids, 'refused', { source: 'none', errorCode: run.code });
	return run;
}

async function note(
	engine: Engine,
	{ workspaceId, storeId }: Ids,
	state: 'waiting' | 'compared' | 'nothing' | 'refused',
	of: { source: RecountSource; window?: Window | null; ticket?: string; errorCode?: string },
): Promise<void> {
	const { source, window = null, ticket = null, errorCode = null } = of;
	await engine.database.inWorkspace(workspaceId, async (scope) => {
		await saveRecount(scope, storeId, { state, source, window, ticket, errorCode });
		await recordEvent(scope, { kind: 'store.changed', storeId, ids: [storeId] });
	});
}

/** What the list shows of each window and what it counts. */
async function compareLists(engine: Engine, store: OpenStore): Promise<number | null> {
	const { target, context } = store;
	const whole = await comparable(engine, store);
	if (!whole) return nothingAsked(store);
	let open = 0;
	const seen = new Set<string>();
	for (const window of windowsOf(engine, store, whole)) {
		const found = await lookBehindList(engine, store, window, { ours: null, seen });
		if (found === null) {
			await note(engine, target, 'nothing', { source: 'none' });
			return null;
		}
		const lacks = await engine.database.inWorkspace(target.workspaceId, (scope) =>
			settleWindow(engine, scope, target, { window, source: 'total', ...found }),
		);
		if (lacks) open++;
		context.signal.throwIfAborted();
	}
	await note(engine, target, 'compared', { source: 'total' });
	return open;
}

/** The numbers of the orders themselves. A source that takes a while is asked for once and found again by its ticket. */
async function compareNames(engine: Engine, store: OpenStore): Promise<number | null> {
	const { target, adapter, context } = store;
	const waiting = await engine.database.inWorkspace(target.workspaceId, (scope) => waitingRecount(scope, target.storeId));
	const window = waiting ? { from: waiting.from, until: waiting.until, order: 'oldest' as const } : await comparable(engine, store);
	const naming = window && (await adapter.orders.name?.(context, window, waiting?.ticket ?? null));
	if (!naming) return nothingAsked(store);
	if (naming.state === 'waiting') {
		await note(engine, target, 'waiting', { source: 'report', window, ticket: naming.ticket });
		throw new PlatformError({
			kind: 'rateLimited',
			userMessage: { code: 'rateLimited' },
			detail: 'the second source is being made',
			retryAfter: naming.seconds * 1000,
		});
	}
	if (naming.state === 'nothing') {
		await note(engine, target, 'nothing', { source: 'report' });
		return null;
	}
	let open = 0;
	for (const part of windowsOf(engine, store, { ...window, until: naming.until })) {
		const named = naming.orders.filter((o) => o.updatedAt >= part.from && o.updatedAt < part.until);
		const lacks = await engine.database.inWorkspace(target.workspaceId, async (scope) => {
			const missing = await lackingOrders(scope, target.storeId, named);
			const ours = named.length - missing.length;
			return await settleWindow(engine, scope, target, { window: part, ours, theirs: named.length, source: 'report', missing });
		});
		if (lacks) open++;
		context.signal.throwIfAborted();
	}
	await note(engine, target, 'compared', { source: 'report' });
	return open;
}

/** The platform was not called, so a problem that is on show has not gone. */
function nothingAsked(store: OpenStore): number {
	store.hasProblem = false;
	return 0;
}

/** What pull and backfill have both passed, as far back as is compared; null when there is nothing yet. */
async function comparable(engine: Engine, { target, adapter }: OpenStore): Promise<Window | null> {
	const { cursor, history } = await engine.database.inWorkspace(target.workspaceId, async (scope) => ({
		cursor: await pullCursor(scope, target.storeId),
		history: await backfillOf(scope, target.storeId),
	}));
	if (!cursor) return null;
	const now = addMillis(engine.now().toISOString(), -adapter.manifest.pull.marginSeconds * 1000 - SETTLE);
	const until = cursor.watermark < now ? cursor.watermark : now;
	const reached = history ? history.reached : until;
	const length = windowMillis(engine, adapter.manifest.pull.maxWindowDays);
	// From the start of a window, so that the same ones are compared the next night.
	const days = Math.min(engine.options.gapDays, adapter.manifest.pull.maxWindowDays) * DAY;
	const start = new Date(Math.ceil((Date.parse(until) - days) / length) * length).toISOString();
	const from = start > reached ? start : reached;
	return from < until ? { from, until, order: 'oldest' } : null;
}

function windowMillis(engine: Engine, maxWindowDays: number): number {
	return Math.min(engine.options.gapWindowHours * HOUR, maxWindowDays * DAY);
}

/** Cut by the clock, newest first. */
function windowsOf(engine: Engine, { adapter }: OpenStore, whole: Window): Window[] {
	const length = windowMillis(engine, adapter.manifest.pull.maxWindowDays);
	const windows: Window[] = [];
	for (let start = Math.floor(Date.parse(whole.until) / length) * length; start + length > Date.parse(whole.from); start -= length) {
		const from = new Date(Math.max(start, Date.parse(whole.from))).toISOString();
		const until = new Date(Math.min(start + length, Date.parse(whole.until))).toISOString();
		if (from < until) windows.push({ from, until, order: 'oldest' });
	}
	return windows;
}

interface Compared extends Counted {
	window: Window;
	source: 'report' | 'total';
}

/** Keeps both counts of a window and opens a gap where orders lack. @returns whether they do. */
async function settleWindow(
	engine: Engine,
	scope: Scope,
	{ storeId, workspaceId }: Ids,
	{ window: { from, until }, ours, theirs, source, missing }: Compared,
): Promise<boolean> {
	await saveRecountWindow(scope, storeId, { from, until, ours, theirs, source });
	if (ours >= theirs) {
		if (await closeGap(scope, storeId, { from, ours, theirs }))
			await recordEvent(scope, { kind: 'store.changed', storeId, ids: [storeId] });
		return false;
	}
	const { gapId, added } = await openGap(scope, { storeId, from, until, ours, theirs, source, missing });
	await engine.jobs.enqueue(gapRefill, { workspaceId, storeId, gapId }, { scope });
	if (added) await recordEvent(scope, { kind: 'store.changed', storeId, ids: [storeId] });
	engine.log.warn({ workspaceId, storeId, gapId, from, until, ours, theirs, source }, 'orders lack');
	return true;
}

/**
 * Makes a gap good: fetches the orders that its source named, else pulls its window again, and looks anew. `filled` when nothing is missing
 * any more, `unexplained` when something still is.
 */
export async function refillGap(
	engine: Engine,
	ids: { workspaceId: string; gapId: string },
	signal: AbortSignal,
): Promise<StoreRun<'filled' | 'unexplained'>> {
	const gap = await engine.database.inWorkspace(ids.workspaceId, (scope) => gapById(scope, ids.gapId));
	if (!gap) throw new NotActiveError('missing', `No gap ${ids.gapId}`);
	const storeIds = { workspaceId: ids.workspaceId, storeId: gap.store_id };
	return await withStore(engine, storeIds, { signal, urgent: false, patient: true }, async (store) => {
		const window: Window = { from: gap.window_from, until: gap.window_until, order: 'oldest' };
		const { missing } = gap;
		if (missing.length > 0) await fetchNamed(engine, store, missing);
		if (gap.lacked > missing.length) await pullWindow(engine, store, window, { gapId: ids.gapId, cursor: gap.page_cursor });
		const is = await lookAnew(engine, store, gap, window);
		return await engine.database.inWorkspace(ids.workspaceId, async (scope) => {
			const state = is.ours >= is.theirs ? 'filled' : 'unexplained';
			const { ours, theirs } = is;
			await setGap(scope, ids.gapId, { ours, theirs, state, missing: [...new Set([...missing, ...is.missing])] });
			await saveRecountWindow(scope, gap.store_id, { from: window.from, until: window.until, ours, theirs, source: is.source });
			await recordEvent(scope, { kind: 'store.changed', storeId: gap.store_id, ids: [gap.store_id] });
			if (state === 'unexplained') await engine.jobs.enqueue(noticesLook, {}, { scope });
			engine.log.info({ ...storeIds, gapId: ids.gapId, lacked: gap.lacked, ours, theirs }, `gap ${state}`);
			return state;
		});
	});
}

/** What a gap's window holds on both sides by now. A report is not made again: what it named is held or not. */
async function lookAnew(
	engine: Engine,
	store: OpenStore,
	gap: { store_id: string; source: string; theirs: number; missing: readonly string[] },
	window: Window,
): Promise<Counted & { source: 'report' | 'total' }> {
	const { theirs, missing } = gap;
	if (gap.source !== 'report') {
		const found = await lookBehindList(engine, store, window, { ours: window.until, seen: new Set() });
		if (found) return { ...found, source: 'total' };
	}
	const held = await engine.database.inWorkspace(store.target.workspaceId, (scope) => countHeld(scope, gap.store_id, missing));
	return { theirs, missing, ours: theirs - missing.length + held, source: gap.source === 'report' ? 'report' : 'total' };
}

async function fetchNamed(engine: Engine, { adapter, context, target }: OpenStore, externalIds: readonly string[]): Promise<void> {
	for (let start = 0; start < externalIds.length; start += NAMED_AT_ONCE) {
		const page = await adapter.orders.fetch(context, externalIds.slice(start, start + NAMED_AT_ONCE));
		await ingestPage(engine, target, page, 'pull', stillActive(target.storeId), true);
		context.signal.throwIfAborted();
	}
}

function stillActive(storeId: string): (scope: Scope) => Promise<Hint[]> {
	return async (scope) => {
		await guard(scope, storeId);
		return [];
	};
}

/** Pulls a gap's window outside the store's cursors; a refill that had to stop, as for a spent budget, goes on where it was. */
async function pullWindow(
	engine: Engine,
	store: OpenStore,
	window: Window,
	{ gapId, cursor }: { gapId: string; cursor: string | null },
): Promise<void> {
	const { adapter, context, target } = store;
	let pages = 0;
	try {
		for await (const page of adapter.orders.pull(context, window, cursor)) {
			const progress = async (scope: Scope): Promise<Hint[]> => {
				await guard(scope, target.storeId);
				await moveGap(scope, gapId, page.next);
				return [];
			};
			await ingestPage(engine, target, page, 'pull', progress, true);
			pages++;
			context.signal.throwIfAborted();
			if (page.next === null) return;
		}
	} catch (error) {
		// The platform no longer knows the kept place; the window is walked from its start, which stores nothing twice.
		if (!(error instanceof PlatformError && error.kind === 'rejected' && cursor !== null && pages === 0)) throw error;
		await pullWindow(engine, store, window, { gapId, cursor: null });
	}
}

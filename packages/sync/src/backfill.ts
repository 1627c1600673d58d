import { type Backfill, backfillOf, markBackfill, moveBackfill, planBackfill, type Scope } from '@pangea/db';
import { addMillis, type Instant } from '@pangea/domain';
import { type HistoryJob, storeBackfill } from '@pangea/jobs';
import { PlatformError, type Window } from '@pangea/platform-contract';
import { recordEvent } from '@pangea/realtime';
import type { OpenStore } from './context.ts';
import { createStoreContext } from './context.ts';
import type { Engine } from './engine.ts';
import { type Hint, ingestPage } from './ingest.ts';
import { guard } from './guard.ts';
import { countSoldOfHistory } from './listings/sold.ts';
import { stuck } from './pull.ts';
import { type StoreRun, SupersededError, withStore } from './trouble.ts';

const DAY = 86_400_000;
type Ids = { workspaceId: string; storeId: string };

/** What is sent for a store's history. Where the platform counts no calls by store, the stores of a grant take turns. */
export function historyJob(engine: Pick<Engine, 'registry'>, ids: Ids, of: { platform: string; connectionId: string }): HistoryJob {
	const { workspaceId, storeId } = ids;
	const adapter = [...engine.registry.values()].find(({ id }) => id === of.platform);
	const alone = adapter?.manifest.budgets.some((budget) => budget.per === 'store') ?? true;
	return { workspaceId, storeId, ...(!alone && { turn: of.connectionId }) };
}

/** Plans a store's whole history again, or continues what was interrupted, and sends the job. @throws NotActiveError */
export async function requestBackfill(engine: Engine, ids: Ids): Promise<void> {
	const { adapter, connectionId } = await createStoreContext(engine, ids, { signal: new AbortController().signal, urgent: false });
	await engine.database.inWorkspace(ids.workspaceId, async (scope) => {
		const known = await backfillOf(scope, ids.storeId);
		if (!known || known.state === 'done') {
			const until = engine.now().toISOString();
			await planBackfill(scope, ids.storeId, addMillis(until, -adapter.manifest.pull.historyDays * DAY), until);
		} else await markBackfill(scope, ids.storeId, { state: 'waiting', errorCode: null });
		await engine.jobs.enqueue(storeBackfill, historyJob(engine, ids, { platform: adapter.id, connectionId }), { scope });
		await recordEvent(scope, { kind: 'sync.progressed', storeId: ids.storeId, ids: [] });
	});
}

/**
 * Walks a slice of a store's history from the newest window to the oldest; every page moves the progress row in its own transaction.
 * @returns `more` when the slice ended before the history did.
 * @throws PlatformError kinds `unavailable` and `unexpected`.
 */
export async function backfillStore(engine: Engine, ids: Ids, signal: AbortSignal): Promise<StoreRun<'more' | 'finished'>> {
	const run = await withStore(engine, ids, { signal, urgent: false }, (store) => walkSlice(engine, store));
	if (run.state === 'refused') {
		await engine.database.inWorkspace(ids.workspaceId, async (scope) => {
			await markBackfill(scope, ids.storeId, { state: 'failed', errorCode: run.code });
			await recordEvent(scope, { kind: 'sync.progressed', storeId: ids.storeId, ids: [] });
		});
	}
	return run;
}

async function walkSlice(engine: Engine, store: OpenStore): Promise<'more' | 'finished'> {
	const { target, context, adapter } = store;
	const end = Date.now() + engine.options.backfillSliceMillis;
	const read = (): Promise<Backfill | null> =>
		engine.database.inWorkspace(target.workspaceId, (scope) => backfillOf(scope, target.storeId));
	for (;;) {
		const row = await read();
		if (!row || row.state === 'done') return 'finished';
		if (row.state === 'waiting' && row.reached === row.historyUntil && row.expected === null) await expect(engine, store, row);
		const longest = addMillis(row.reached, -windowMillis(engine, row, adapter.manifest.pull.maxWindowDays));
		const from = row.windowFrom ?? (longest > row.historyFrom ? longest : row.historyFrom);
		if ((await walkWindow(engine, store, row, { from, until: row.reached, order: 'newest' }, end)) === 'more') return 'more';
		await countSoldOfHistory(engine, target, row.reached);
		context.signal.throwIfAborted();
		if (from <= row.historyFrom) return 'finished';
		if (Date.now() >= end) return 'more';
	}
}

/** Each window is as long as all before it, so the newest days come first and years take few requests. */
function windowMillis(engine: Engine, row: Backfill, maxWindowDays: number): number {
	const walked = Date.parse(row.historyUntil) - Date.parse(row.reached);
	return Math.min(Math.max(walked, engine.options.backfillWindowDays * DAY), maxWindowDays * DAY);
}

async function walkWindow(engine: Engine, store: OpenStore, row: Backfill, window: Window, end: number): Promise<'more' | 'walked'> {
	const { target, context, adapter } = store;
	type Place = Pick<Backfill, 'reached' | 'windowFrom' | 'pageCursor'>;
	let was: Place = row;
	let resume = row.windowFrom === null ? null : row.pageCursor;
	const after = (next: string | null): Place =>
		next === null
			? { reached: window.from, windowFrom: null, pageCursor: null }
			: { reached: window.until, windowFrom: window.from, pageCursor: next };
	const move = async (scope: Scope, is: Place, seen: number): Promise<Hint[]> => {
		await guard(scope, target.storeId);
		const state = is.reached <= row.historyFrom ? 'done' : 'running';
		if (!(await moveBackfill(scope, target.storeId, was, { ...is, state, seen }))) {
			throw new SupersededError(`The backfill of ${target.storeId} was continued elsewhere`);
		}
		return [{ kind: 'sync.progressed', storeId: target.storeId, ids: [] }];
	};
	for (;;) {
		let pages = 0;
		try {
			for await (const page of adapter.orders.pull(context, window, resume)) {
				if (page.next !== null && page.next === was.pageCursor) throw stuck(store);
				const is = after(page.next);
				await ingestPage(engine, target, page, 'backfill', (scope, { seenBefore }) =>
					move(scope, is, seenBefore && page.size !== undefined ? page.size : page.items.length),
				);
				was = is;
				pages++;
				context.signal.throwIfAborted();
				if (page.next === null) return 'walked';
				if (Date.now() >= end) return 'more';
			}
		} catch (error) {
			if (!(error instanceof PlatformError && error.kind === 'rejected' && resume !== null && pages === 0)) throw error;
			resume = null;
			continue;
		}
		const is = after(null);
		await engine.database.inWorkspace(target.workspaceId, async (scope) => {
			for (const hint of await move(scope, is, 0)) await recordEvent(scope, hint);
		});
		return 'walked';
	}
}

/** Asks how many orders the history holds, so that progress has an end; platforms that do not tell leave it open. */
async function expect(engine: Engine, store: OpenStore, row: Backfill): Promise<void> {
	const { context, adapter, target } = store;
	const longest = adapter.manifest.pull.maxWindowDays * DAY;
	let total: number | null = 0;
	for (let until: Instant = row.historyUntil; until > row.historyFrom && total !== null; ) {
		const start = addMillis(until, -longest);
		const from = start > row.historyFrom ? start : row.historyFrom;
		const n: number | null = await countOrNull(store, { from, until, order: 'newest' });
		total = n === null ? null : total + n;
		until = from;
		context.signal.throwIfAborted();
	}
	await engine.database.inWorkspace(target.workspaceId, (scope) =>
		markBackfill(scope, target.storeId, { state: 'running', expected: total }),
	);
}

async function countOrNull(store: OpenStore, window: Window): Promise<number | null> {
	try {
		return await store.adapter.orders.count(store.context, window);
	} catch (error) {
		if (error instanceof PlatformError && (error.kind === 'rejected' || error.kind === 'forbidden')) return null;
		throw error;
	}
}

import { movePullCursor, notePullAttempt, type PullCursor, pullCursor, type Scope, storeIsActive } from '@pangea/db';
import { addMillis, type Instant, NotActiveError } from '@pangea/domain';
import { PlatformError, type Window } from '@pangea/platform-contract';
import type { OpenStore } from './context.ts';
import type { Engine } from './engine.ts';
import { ingestPage } from './ingest.ts';
import { type StoreRun, SupersededError, withStore } from './trouble.ts';

export interface PullReport {
	pages: number;
	added: number;
	changed: number;
}

const SECOND = 1000;
const DAY = 86_400_000;

/**
 * Pulls what changed in a store since its watermark, window by window, page by page; each page moves the cursor in its own transaction,
 * so a killed process continues where it was. Windows stay behind "now" by the platform's margin and overlap by its late writes.
 * @throws PlatformError kinds `unavailable` and `unexpected`.
 */
export async function pullStore(
	engine: Engine,
	ids: { workspaceId: string; storeId: string },
	signal: AbortSignal,
): Promise<StoreRun<PullReport>> {
	await engine.database.inWorkspace(ids.workspaceId, (scope) => notePullAttempt(scope, ids.storeId, false));
	const run = await withStore(engine, ids, { signal, urgent: true }, (store) => pullWindows(engine, store));
	if (run.state === 'done') await engine.database.inWorkspace(ids.workspaceId, (scope) => notePullAttempt(scope, ids.storeId, true));
	return run;
}

async function pullWindows(engine: Engine, store: OpenStore): Promise<PullReport> {
	const { target, adapter } = store;
	const rules = adapter.manifest.pull;
	const report: PullReport = { pages: 0, added: 0, changed: 0 };
	// Fixed at the start: while a window is walked time goes on, and the pull would never end.
	const limit = addMillis(engine.now().toISOString(), -rules.marginSeconds * SECOND);
	for (;;) {
		const cursor = await engine.database.inWorkspace(target.workspaceId, (scope) => pullCursor(scope, target.storeId));
		if (!cursor) throw new NotActiveError('missing', `Store ${target.storeId} has no cursor`);
		const from = addMillis(cursor.watermark, -rules.overlapSeconds * SECOND);
		const longest = addMillis(from, rules.maxWindowDays * DAY);
		const until = cursor.windowUntil ?? (limit < longest ? limit : longest);
		if (until <= cursor.watermark) return report;
		const reached = await walkWindow(engine, store, { from, until, order: 'oldest' }, cursor, report);
		if (reached <= cursor.watermark) return report;
	}
}

/** @returns the watermark after the window. */
async function walkWindow(engine: Engine, store: OpenStore, window: Window, start: PullCursor, report: PullReport): Promise<Instant> {
	const { target, context, adapter } = store;
	let was = start;
	let resume = start.windowUntil === null ? null : start.pageCursor;
	const move = async (scope: Scope, is: PullCursor): Promise<void> => {
		await guard(scope, target.storeId);
		if (!(await movePullCursor(scope, target.storeId, was, is)))
			throw new SupersededError(`The pull of ${target.storeId} was continued elsewhere`);
	};
	for (;;) {
		let pages = 0;
		try {
			for await (const page of adapter.orders.pull(context, window, resume)) {
				if (page.next !== null && page.next === was.pageCursor) throw stuck(store);
				const is = nextPull(was, window, page);
				const tally = await ingestPage(engine, target, page, 'pull', async (scope) => {
					await move(scope, is);
					return [];
				});
				was = is;
				pages++;
				report.pages++;
				report.added += tally.added;
				report.changed += tally.changed;
				context.signal.throwIfAborted();
				if (page.next === null) return is.watermark;
			}
		} catch (error) {
			// A stored page cursor may have died meanwhile; the window is then walked from its start, which stores nothing twice.
			if (!(error instanceof PlatformError && error.kind === 'rejected' && resume !== null && pages === 0)) throw error;
			resume = null;
			continue;
		}
		// The pages ended without saying so, as for an empty window.
		const is = { watermark: window.until, windowUntil: null, pageCursor: null };
		await engine.database.inWorkspace(target.workspaceId, (scope) => move(scope, is));
		return is.watermark;
	}
}

function nextPull(was: PullCursor, window: Window, page: { next: string | null; watermark: Instant }): PullCursor {
	if (page.next !== null) return { watermark: was.watermark, windowUntil: window.until, pageCursor: page.next };
	const seen = page.watermark < window.until ? page.watermark : window.until;
	return { watermark: seen > was.watermark ? seen : was.watermark, windowUntil: null, pageCursor: null };
}

/** Nothing may be stored for a store that was switched off or disconnected while its page was under way. @throws NotActiveError */
export async function guard(scope: Scope, storeId: string): Promise<void> {
	if (!(await storeIsActive(scope, storeId))) throw notActive(storeId);
}

export function notActive(storeId: string): NotActiveError {
	return new NotActiveError('stopped', `Store ${storeId} is no longer active`);
}

/** A page that names itself as the next one would be fetched for ever. */
export function stuck(store: OpenStore): PlatformError {
	return new PlatformError({
		kind: 'unexpected',
		userMessage: { code: 'answerNotUnderstood' },
		detail: `${store.adapter.id}: a page of orders names itself as the next page`,
	});
}

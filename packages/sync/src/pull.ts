import { movePullCursor, notePullAttempt, type PullCursor, pullCursor, type Scope } from '@pangea/db';
import { addMillis, type Instant, NotActiveError, type Order } from '@pangea/domain';
import { type Page, PlatformError, type Window } from '@pangea/platform-contract';
import { Company } from './company.ts';
import type { OpenStore } from './context.ts';
import type { Engine } from './engine.ts';
import { guard } from './guard.ts';
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

async function pullWindows(engine: Engine, store: OpenStore, alone = false): Promise<PullReport> {
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
		const window: Window = { from, until, order: 'oldest' };
		const company = alone ? Company.ofNobody(engine, store) : await Company.of(engine, store, cursor, window);
		if (company.cameAlong(cursor, window)) return report;
		try {
			const reached = await walkWindow(engine, store, window, cursor, report, company);
			if (reached <= cursor.watermark) return report;
		} catch (error) {
			// One site that the grant has lost is enough for the platform to refuse them all: each store then finds out for itself.
			if (company.isEmpty || !isRefusal(error)) throw error;
			return await pullWindows(engine, store, true);
		}
	}
}

function isRefusal(error: unknown): boolean {
	return error instanceof PlatformError && ['forbidden', 'rejected', 'notFound'].includes(error.kind);
}

/** @returns the watermark after the window. */
async function walkWindow(
	engine: Engine,
	store: OpenStore,
	window: Window,
	start: PullCursor,
	report: PullReport,
	company: Company,
): Promise<Instant> {
	const { target, adapter } = store;
	const context = { ...store.context, alongside: company.sites };
	let was = start;
	let resume = start.windowUntil === null || company.startsOver ? null : start.pageCursor;
	const move = async (scope: Scope, is: PullCursor): Promise<void> => {
		await guard(scope, target.storeId);
		if (!(await movePullCursor(scope, target.storeId, was, is)))
			throw new SupersededError(`The pull of ${target.storeId} was continued elsewhere`);
	};
	for (;;) {
		let pages = 0;
		try {
			for await (const whole of adapter.orders.pull(context, window, resume)) {
				if (whole.next !== null && whole.next === was.pageCursor) throw stuck(store);
				const is = nextPull(was, window, whole);
				const page: Page<Order> = await company.take(whole, (had) => nextPull(had, window, whole), report);
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
		await company.move(() => is);
		await engine.database.inWorkspace(target.workspaceId, (scope) => move(scope, is));
		return is.watermark;
	}
}

function nextPull(was: PullCursor, window: Window, page: { next: string | null; watermark: Instant }): PullCursor {
	if (page.next !== null) return { watermark: was.watermark, windowUntil: window.until, pageCursor: page.next };
	const seen = page.watermark < window.until ? page.watermark : window.until;
	return { watermark: seen > was.watermark ? seen : was.watermark, windowUntil: null, pageCursor: null };
}

/** A page that names itself as the next one would be fetched for ever. */
export function stuck(store: OpenStore): PlatformError {
	return new PlatformError({
		kind: 'unexpected',
		userMessage: { code: 'answerNotUnderstood' },
		detail: `${store.adapter.id}: a page of orders names itself as the next page`,
	});
}

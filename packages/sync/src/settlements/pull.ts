import { dropDeferred, financeRead, noteFinanceRead } from '@pangea/db';
import { addMillis, type Instant } from '@pangea/domain';
import { type FinanceRules, type Finances, PlatformError } from '@pangea/platform-contract';
import { recordEvent } from '@pangea/realtime';
import type { OpenStore } from '../context.ts';
import type { Engine } from '../engine.ts';
import { type StoreRun, withStore } from '../trouble.ts';
import { keepBookings, type Kept } from './keep.ts';

const SECOND = 1000;
const DAY = 86_400_000;

export interface SettlementsRead {
	/** Bookings and statements that were new or said something newer. */
	written: number;
	unreadable: number;
	/** The past is not read to its end yet: run again. */
	more: boolean;
}

/**
 * Reads what a store's platform booked since the last look, then the days before what is read, newest first, for as long as a slice may last. Each
 * page is one transaction; how far is read moves after a window's last page, so a run that is killed reads that window again and writes nothing
 * twice. A platform without finances reads nothing.
 * @throws PlatformError kinds `unavailable` and `unexpected`.
 */
export async function pullSettlements(
	engine: Engine,
	ids: { workspaceId: string; storeId: string },
	signal: AbortSignal,
): Promise<StoreRun<SettlementsRead>> {
	return await withStore(engine, ids, { signal, urgent: false, patient: true }, async (store) => {
		const total: SettlementsRead = { written: 0, unreadable: 0, more: false };
		const { finances, manifest } = store.adapter;
		if (!finances || !manifest.finances) return total;
		try {
			await walk(engine, store, finances, manifest.finances, total);
		} catch (error) {
			if (!(error instanceof PlatformError && error.userMessage.code === 'scopeMissing')) throw error;
			await engine.database.inWorkspace(ids.workspaceId, (scope) => noteFinanceRead(scope, ids.storeId, { state: 'scopeMissing' }));
		}
		return total;
	});
}

async function walk(engine: Engine, store: OpenStore, finances: Finances, rules: FinanceRules, total: SettlementsRead): Promise<void> {
	const { workspaceId, storeId } = store.target;
	const end = Date.now() + engine.options.backfillSliceMillis;
	const now = engine.now().toISOString();
	const window = rules.windowDays * DAY;
	const before = await engine.database.inWorkspace(workspaceId, (scope) => financeRead(scope, storeId));
	let from = before.readUntil === null ? addMillis(now, -window) : addMillis(before.readUntil, -rules.overlapSeconds * SECOND);
	// After a long silence in steps, oldest first, so that what is read has no hole.
	while (from < now) {
		const until = earlier(addMillis(from, window), now);
		await readWindow(engine, store, finances, { from, until }, total);
		from = until;
	}
	await readDeferred(engine, store, finances, total);
	const first = addMillis(now, -rules.historyDays * DAY);
	for (;;) {
		const { readFrom } = await engine.database.inWorkspace(workspaceId, (scope) => financeRead(scope, storeId));
		if (readFrom === null || readFrom <= first) return;
		if (Date.now() >= end) {
			total.more = true;
			return;
		}
		await readWindow(engine, store, finances, { from: later(addMillis(readFrom, -window), first), until: readFrom }, total);
	}
}

async function readWindow(
	engine: Engine,
	store: OpenStore,
	finances: Finances,
	window: { from: Instant; until: Instant },
	total: SettlementsRead,
): Promise<void> {
	const { workspaceId, storeId } = store.target;
	const found: Kept = { written: 0, unreadable: 0 };
	for await (const page of finances.pull(store.context, window)) {
		const kept = await keepBookings(engine, store.target, page);
		found.written += kept.written;
		found.unreadable += kept.unreadable;
		store.context.signal.throwIfAborted();
	}
	total.written += found.written;
	total.unreadable += found.unreadable;
	await engine.database.inWorkspace(workspaceId, async (scope) => {
		await noteFinanceRead(scope, storeId, { state: 'read', ...window, unreadable: found.unreadable });
		if (found.written > 0) await recordEvent(scope, { kind: 'settlements.changed', storeId, ids: [] });
	});
}

/** What is held back now, where the platform tells it as a whole: what is not in it any more was released, or never will be. */
async function readDeferred(engine: Engine, store: OpenStore, finances: Finances, total: SettlementsRead): Promise<void> {
	if (!finances.deferred) return;
	const { workspaceId, storeId } = store.target;
	const met: string[] = [];
	let unreadable = 0;
	let written = 0;
	let stated = 0;
	let whole = true;
	for await (const page of finances.deferred(store.context)) {
		stated = page.total ?? stated;
		for (const item of page.items) {
			if (!item.ok) whole = false;
			else if ('settlement' in item.value) met.push(item.value.settlement.externalId);
		}
		const kept = await keepBookings(engine, store.target, page, { again: true });
		written += kept.written;
		unreadable += kept.unreadable;
		store.context.signal.throwIfAborted();
	}
	total.written += written;
	total.unreadable += unreadable;
	// Of a snapshot that was read in part only, or that moved while it was read, nobody knows what is gone.
	if (!whole || met.length < stated) return;
	await engine.database.inWorkspace(workspaceId, async (scope) => {
		const gone = await dropDeferred(scope, storeId, met);
		if (gone + written > 0) await recordEvent(scope, { kind: 'settlements.changed', storeId, ids: [] });
	});
}

const earlier = (a: Instant, b: Instant): Instant => (a < b ? a : b);
const later = (a: Instant, b: Instant): Instant => (a > b ? a : b);

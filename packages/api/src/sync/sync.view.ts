import type { JobGroup, NewsSource, recounts, recountWindows, storeOverview } from '@pangea/db';
import { isPlatformId, type PlatformId } from '@pangea/domain';
import type { PlatformAdapter } from '@pangea/platform-contract';
import type { JobView, RecountView, SecondSource, StoreSyncView } from '../shapes.ts';

type StoreRow = Awaited<ReturnType<typeof storeOverview>>[number];
type Registry = ReadonlyMap<PlatformId, PlatformAdapter>;

interface Found {
	recounts: Awaited<ReturnType<typeof recounts>>;
	windows: Awaited<ReturnType<typeof recountWindows>>;
	jobs: readonly JobGroup[];
	news: readonly NewsSource[];
}

/** A rate seen for less than this, or over less than this share, says nothing of the rest. */
const LEAST_MILLIS = 30_000;
const LEAST_SHARE = 0.02;

export function toStoreSync(row: StoreRow, found: Found, registry: Registry, now: Date): StoreSyncView {
	const adapter = isPlatformId(row.platform) ? registry.get(row.platform) : undefined;
	const news = found.news.find((n) => n.storeId === row.store_id);
	return {
		storeId: row.store_id,
		recount: toRecount(row, found, adapter),
		jobs: found.jobs.filter((job) => job.storeId === row.store_id).map(toJob),
		news: adapter && adapter.manifest.intake !== 'none' ? { told: news?.told ?? 0, asked: news?.asked ?? 0 } : null,
		historyEnds: historyEnds(row, now),
		writesStoppedAt: row.writes_stopped_at,
	};
}

export function toJob({ name, waiting, running, nextAt, attempts }: JobGroup): JobView {
	return { name, waiting, running, nextAt, attempts };
}

function toRecount(row: StoreRow, { recounts, windows }: Found, adapter: PlatformAdapter | undefined): RecountView {
	const last = recounts.find((r) => r.store_id === row.store_id);
	return {
		state: (last?.state ?? 'none') as RecountView['state'],
		source: (last && last.state !== 'refused' ? (last.source as SecondSource) : null) ?? secondSource(adapter),
		errorCode: last?.error_code ?? null,
		checkedAt: last?.ended_at ?? null,
		windows: windows
			.filter((w) => w.store_id === row.store_id)
			.map((w) => ({ from: w.window_from, until: w.window_until, ours: w.ours, theirs: w.theirs, checkedAt: w.checked_at })),
	};
}

function secondSource(adapter: PlatformAdapter | undefined): SecondSource {
	if (!adapter) return 'none';
	if (adapter.orders.name) return 'report';
	return adapter.manifest.limitations.some((limit) => limit.subject === 'orderCount') ? 'none' : 'total';
}

/**
 * When a history under way ends if it goes on as it has: by orders where the platform told how many there are, else by the time walked, which
 * says less since seasons differ.
 */
export function historyEnds(
	row: Pick<
		StoreRow,
		'backfill_state' | 'backfill_started' | 'backfill_at' | 'history_from' | 'reached' | 'orders_seen' | 'orders_expected'
	>,
	now: Date,
): StoreSyncView['historyEnds'] {
	const { backfill_started: started, history_from: from, reached, backfill_at: moved } = row;
	if (row.backfill_state !== 'running' || started === null || from === null || reached === null || moved === null) return null;
	const spent = Date.parse(moved) - Date.parse(started);
	if (spent < LEAST_MILLIS) return null;
	const expected = row.orders_expected;
	const seen = row.orders_seen ?? 0;
	const byOrders = expected !== null && expected > 0;
	const share = byOrders ? seen / expected : (Date.parse(started) - Date.parse(reached)) / (Date.parse(started) - Date.parse(from));
	// More than was expected has come: how much is left nobody knows.
	if (!(share >= LEAST_SHARE) || share >= 1) return null;
	const left = (spent / share) * (1 - share);
	return { at: new Date(now.getTime() + left).toISOString(), basis: byOrders ? 'orders' : 'time' };
}

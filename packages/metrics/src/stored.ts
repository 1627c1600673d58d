import { type Database, queueBacklog, type WorkspaceHealth, workspaceHealth } from '@pangea/db';
import { Gauge } from 'prom-client';
import type { Metrics } from './metrics.ts';

/** Scrapes that come closer together see the same figures. */
const KEEP_MILLIS = 5000;

/**
 * Adds what stands in the database to a process's figures: stores, queue, quarantine. Every worker tells the same, so take the greatest
 * over all of them.
 * @returns what to call before a scrape.
 */
export function watchStored(metrics: Metrics, database: Database, now: () => number = Date.now): () => Promise<void> {
	const gauge = <L extends string>(name: string, help: string, ...labelNames: L[]): Gauge<L> =>
		new Gauge({ name, help, labelNames, registers: [metrics.registry] });
	const lag = gauge('pangea_store_sync_lag_seconds', 'Since the instant up to which everything of a store is stored.', 'platform', 'store');
	const left = gauge('pangea_store_backfill_left_seconds', 'How much of a store’s history is still to be walked.', 'platform', 'store');
	const quarantined = gauge('pangea_quarantined_records', 'Records that wait because they could not be understood.', 'platform');
	const waiting = gauge('pangea_queue_waiting', 'Jobs whose time has come and that nobody has begun.', 'job');
	const age = gauge('pangea_queue_oldest_seconds', 'How long the oldest of them has waited.', 'job');
	const intake = gauge('pangea_intake_waiting', 'Accepted pushes of platforms that wait.');
	const intakeAge = gauge('pangea_intake_oldest_seconds', 'How long the oldest of them has waited.');
	const gaps = gauge('pangea_open_gaps', 'Windows in which a platform counts more orders than are stored.');

	const show = (all: readonly WorkspaceHealth[]): void => {
		// A store that was switched off or disconnected is told of no more.
		for (const each of [lag, left, quarantined]) each.reset();
		const held = new Map<string, number>();
		for (const { stores, quarantined: found } of all) {
			for (const { storeId: store, platform, lagSeconds, backfillLeftSeconds } of stores) {
				if (lagSeconds !== null) lag.set({ platform, store }, lagSeconds);
				if (backfillLeftSeconds !== null) left.set({ platform, store }, backfillLeftSeconds);
			}
			for (const { platform, count } of found) held.set(platform, (held.get(platform) ?? 0) + count);
		}
		for (const [platform, count] of held) quarantined.set({ platform }, count);
		intake.set(all.reduce((sum, each) => sum + each.intake.waiting, 0));
		intakeAge.set(Math.max(0, ...all.map((each) => each.intake.oldestSeconds)));
		gaps.set(all.reduce((sum, each) => sum + each.openGaps, 0));
	};
	const read = async (): Promise<void> => {
		const workspaceIds = await database.workspaceIds();
		const all: WorkspaceHealth[] = [];
		for (const id of workspaceIds) all.push(await database.inWorkspace(id, workspaceHealth));
		show(all);
		const [any] = workspaceIds;
		const backlog = any === undefined ? [] : await database.inWorkspace(any, queueBacklog);
		waiting.reset();
		age.reset();
		for (const { job, waiting: count, oldestSeconds } of backlog) {
			waiting.set({ job }, count);
			age.set({ job }, oldestSeconds);
		}
	};
	let readAt = Number.NEGATIVE_INFINITY;
	let reading: Promise<void> | null = null;
	return async () => {
		if (reading) return await reading;
		if (now() - readAt < KEEP_MILLIS) return;
		readAt = now();
		reading = read().finally(() => (reading = null));
		await reading;
	};
}

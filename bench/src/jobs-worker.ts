import { setTimeout as sleep } from 'node:timers/promises';
import { gapRefill, startJobs, storeBackfill } from '@pangea/jobs';

/*
 * A worker process of the `jobs` bench: notes when each job starts, and keeps history jobs running that send themselves again.
 */

export interface JobsStarted {
	/** Milliseconds since 1970 at which the handler was called, by its id. */
	starts: [string, number][];
	backfills: number;
	cpuMillis: number;
}

/** What a slice of a backfill takes in the bench. */
const SLICE_MILLIS = 20;

const jobs = await startJobs({
	url: process.env['DATABASE_URL'] ?? '',
	name: 'bench worker',
	maintains: true,
	onError: (error) => process.stderr.write(`${error.message}\n`),
});
let starts: JobsStarted['starts'] = [];
let backfills = 0;
let cpu = process.cpuUsage();
await jobs.work(gapRefill, { parallel: 4 }, ({ gapId }) => {
	starts.push([gapId, performance.timeOrigin + performance.now()]);
	return Promise.resolve();
});
await jobs.work(storeBackfill, { parallel: 4 }, async (ids) => {
	backfills++;
	await sleep(SLICE_MILLIS);
	await jobs.enqueue(storeBackfill, ids);
});
process.on('message', () => {
	const { user, system } = process.cpuUsage(cpu);
	const told: JobsStarted = { starts, backfills, cpuMillis: (user + system) / 1000 };
	process.send?.(told);
	starts = [];
	backfills = 0;
	cpu = process.cpuUsage();
});
process.on('disconnect', () => void jobs.stop(1000).then(() => process.exit(0)));
process.send?.('ready');

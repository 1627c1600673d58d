import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createEmptyWorkspace, Database } from '@pangea/db';
import { gapRefill, type Jobs, startJobs, storeBackfill } from '@pangea/jobs';
import { v7 as uuidv7 } from 'uuid';
import { openBenchDatabase } from './database.ts';
import { quantile, round } from './figures.ts';
import type { JobsStarted } from './jobs-worker.ts';

const WORKER = fileURLToPath(new URL('./jobs-worker.ts', import.meta.url));
const RATE = 300;
/** Jobs of one store run one after the other. */
const STORES = 50;
const BACKFILLS = 8;
const ROWS = 6000;
/** What the issue asks of the queue: milliseconds from commit to start, in the median. */
const LIMIT = 10;

/**
 * From the commit of a job to the call of its handler in another process, in milliseconds, while 300 are sent in each second and backfills run.
 */
export async function benchJobs(rows: number | null, step: (text: string) => void): Promise<object> {
	const wanted = rows ?? ROWS;
	const home = await openBenchDatabase();
	const database = new Database({ url: home.url, name: 'bench', maxConnections: 8, onIdleError: () => {} });
	const jobs = await startJobs({ url: home.url, name: 'bench sender', maintains: false, onError: () => {} });
	const worker = fork(WORKER, { env: { ...process.env, DATABASE_URL: home.url }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
	try {
		await once(worker, 'message');
		const workspaceId = uuidv7();
		await database.inWorkspace(workspaceId, (scope) => createEmptyWorkspace(scope, { name: 'Bench', baseCurrency: 'USD', zone: 'UTC' }));
		for (let i = 0; i < BACKFILLS; i++) await jobs.enqueue(storeBackfill, { workspaceId, storeId: uuidv7() });
		step('Warming up');
		await send(database, jobs, workspaceId, RATE * 3);
		await sleep(1000);
		await collect(worker);
		step(`Sending ${wanted} jobs, ${RATE} a second`);
		const began = performance.now();
		const sent = await send(database, jobs, workspaceId, wanted);
		const seconds = (performance.now() - began) / 1000;
		const told = await drain(worker, wanted);
		const waits = told.starts.map(([id, at]) => at - (sent.get(id) ?? at));
		const p50 = quantile(waits, 0.5);
		return {
			value: round(p50),
			limit: LIMIT,
			ratio: round(p50 / LIMIT),
			unit: 'ms from commit to start',
			p50: round(p50),
			p95: round(quantile(waits, 0.95)),
			p99: round(quantile(waits, 0.99)),
			rows: waits.length,
			perSecond: round(wanted / seconds, 0),
			backfillSlicesPerSecond: round(told.backfills / seconds, 0),
			workerCpuMicrosPerJob: round((told.cpuMillis * 1000) / (waits.length + told.backfills), 0),
		};
	} finally {
		if (worker.connected) worker.disconnect();
		if (worker.exitCode === null) await once(worker, 'exit');
		await jobs.stop(1000);
		await database.close();
		await home.close();
	}
}

/** When each was committed, by its id. Sent by the clock, however long the former ones take. */
async function send(database: Database, jobs: Jobs, workspaceId: string, count: number): Promise<Map<string, number>> {
	const sent = new Map<string, number>();
	const stores = Array.from({ length: STORES }, () => uuidv7());
	const running: Promise<void>[] = [];
	const began = performance.now();
	for (let i = 0; i < count; i++) {
		const due = began + (i * 1000) / RATE;
		if (due > performance.now()) await sleep(due - performance.now());
		const gapId = uuidv7();
		const storeId = stores[i % STORES] ?? gapId;
		running.push(
			database
				.inWorkspace(workspaceId, (scope) => jobs.enqueue(gapRefill, { workspaceId, storeId, gapId }, { scope }))
				.then(() => void sent.set(gapId, performance.timeOrigin + performance.now())),
		);
	}
	await Promise.all(running);
	return sent;
}

async function collect(worker: ChildProcess): Promise<JobsStarted> {
	worker.send('collect');
	const [told] = (await once(worker, 'message')) as [JobsStarted];
	return told;
}

async function drain(worker: ChildProcess, wanted: number): Promise<JobsStarted> {
	const all = await collect(worker);
	for (const end = performance.now() + 60_000; all.starts.length < wanted && performance.now() < end; ) {
		await sleep(250);
		const more = await collect(worker);
		all.starts.push(...more.starts);
		all.backfills += more.backfills;
		all.cpuMillis += more.cpuMillis;
	}
	if (all.starts.length < wanted) throw new Error(`Only ${all.starts.length} of ${wanted} jobs had started a minute later`);
	return all;
}

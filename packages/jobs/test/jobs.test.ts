import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Database, JobTable } from '@pangea/db';
import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { gapCheck, gapRefill, intakeProcess, type Jobs, nightRound, startJobs, storeBackfill, storePull, syncRound } from '../src/index.ts';

const WORKSPACE = '11111111-1111-7111-8111-111111111111';
const store = (n: number): string => `22222222-2222-7222-8222-00000000000${n}`;
const ofStore = (n: number) => ({ workspaceId: WORKSPACE, storeId: store(n) });
const ofAccount = (account: string) => ({ workspaceId: WORKSPACE, platform: 'temu', account });
let home: TestDatabase;
let database: Database;
let table: JobTable;
let jobs: Jobs;
let other: Jobs;

beforeAll(async () => {
	home = await createTestDatabase();
	database = new Database({ url: home.url, name: 'test', onIdleError: () => {} });
	table = new JobTable({ url: home.url, name: 'test', maxConnections: 2, onIdleError: () => {} });
	await database.inWorkspace(WORKSPACE, ({ db }) =>
		db.insertInto('workspace').values({ workspace_id: WORKSPACE, name: 'W', base_currency: 'USD', zone: 'UTC' }).execute(),
	);
});
beforeEach(async () => {
	await sql('truncate jobs.job, jobs.dead, jobs.slot, jobs.schedule');
	const options = { url: home.url, maintains: true, onError: () => {} };
	[jobs, other] = await Promise.all([startJobs({ ...options, name: 'one' }), startJobs({ ...options, name: 'two' })]);
});
afterEach(async () => {
	await jobs.stop(1000);
	await other.stop(1000);
});
afterAll(async () => {
	await table.close();
	await database.close();
	await home.drop();
});

async function sql(text: string): Promise<void> {
	await database.inWorkspace(WORKSPACE, async ({ client }) => {
		await client.query('set local role none');
		await client.query(text);
	});
}

async function until(done: () => boolean | Promise<boolean>, millis = 15_000): Promise<void> {
	for (const end = Date.now() + millis; Date.now() < end && !(await done()); ) await sleep(20);
	expect(await done()).toBe(true);
}

describe('jobs', () => {
	test('are visible after the commit of the scope that sent them, and never after a rollback', async () => {
		await database.inWorkspace(WORKSPACE, async (scope) => {
			expect(await jobs.enqueue(storeBackfill, ofStore(1), { scope })).toBe(true);
			expect(await jobs.pending(storeBackfill.name)).toBe(0);
		});
		expect(await jobs.pending(storeBackfill.name)).toBe(1);
		await database
			.inWorkspace(WORKSPACE, async (scope) => {
				await jobs.enqueue(storeBackfill, ofStore(2), { scope });
				throw new Error('no');
			})
			.catch(() => {});
		expect(await jobs.pending(storeBackfill.name)).toBe(1);
	});
	test('with an equal key wait once', async () => {
		expect(await jobs.enqueue(gapCheck, ofStore(3))).toBe(true);
		expect(await other.enqueue(gapCheck, ofStore(3))).toBe(false);
		expect(await other.enqueue(gapCheck, ofStore(4))).toBe(true);
		expect(await jobs.pending(gapCheck.name)).toBe(2);
	});
	test('that were waiting when a transaction sent an equal one run only after its commit', async () => {
		await jobs.enqueue(intakeProcess, ofAccount('a'), { startAfterSeconds: 0.3 });
		let committed = false;
		const seen: boolean[] = [];
		await jobs.work(intakeProcess, { parallel: 1, pollSeconds: 0.1 }, () => {
			seen.push(committed);
			return Promise.resolve();
		});
		await database.inWorkspace(WORKSPACE, async (scope) => {
			expect(await other.enqueue(intakeProcess, ofAccount('a'), { scope })).toBe(false);
			await sleep(800);
			committed = true;
		});
		await until(() => seen.length > 0);
		expect(seen).toEqual([true]);
	});
	test('sent while an equal one runs run after it, so that no news is lost', async () => {
		let runs = 0;
		await jobs.work(storePull, { parallel: 4 }, async () => {
			runs++;
			if (runs === 1) expect(await other.enqueue(storePull, ofStore(1))).toBe(true);
			await sleep(50);
		});
		await jobs.enqueue(storePull, ofStore(1));
		await until(() => runs === 2);
		await until(async () => (await jobs.pending(storePull.name)) === 0);
		expect(runs).toBe(2);
	});
	test('refuse a payload that is not of ids', async () => {
		await expect(jobs.enqueue(storePull, { workspaceId: 'x', storeId: store(1) })).rejects.toThrow(/Invalid UUID/);
	});
	test('of one group run one after the other over all processes, those of two groups side by side', async () => {
		const running = new Map<string, number>();
		const most = new Map<string, number>();
		let together = 0;
		let done = 0;
		const handle = async ({ storeId }: { storeId: string }): Promise<void> => {
			const now = (running.get(storeId) ?? 0) + 1;
			running.set(storeId, now);
			most.set(storeId, Math.max(most.get(storeId) ?? 0, now));
			together = Math.max(
				together,
				[...running.values()].reduce((a, b) => a + b, 0),
			);
			await sleep(15);
			running.set(storeId, now - 1);
			done++;
		};
		await jobs.work(gapRefill, { parallel: 3, pollSeconds: 0.1 }, handle);
		await other.work(gapRefill, { parallel: 3, pollSeconds: 0.1 }, handle);
		const sends = Array.from({ length: 40 }, (_, i) => jobs.enqueue(gapRefill, { ...ofStore(i % 2), gapId: randomUUID() }));
		await Promise.all(sends);
		await until(() => done === 40);
		expect([...most.values()]).toEqual([1, 1]);
		expect(together).toBe(2);
	});
	test('of history run one at a time while news that is due waits, and side by side when none does', async () => {
		const began: string[] = [];
		let hold = true;
		for (const n of [1, 2, 3]) await jobs.enqueue(storePull, ofStore(n));
		await sleep(600);
		for (const n of [4, 5, 6]) await jobs.enqueue(storeBackfill, ofStore(n));
		await jobs.work(storeBackfill, { parallel: 3, pollSeconds: 0.1 }, async () => {
			began.push('history');
			while (hold) await sleep(10);
		});
		await sleep(500);
		expect(began).toEqual(['history']);
		await jobs.work(storePull, { parallel: 1, pollSeconds: 0.1 }, async () => {
			began.push('news');
			await sleep(100);
		});
		await until(() => began.length === 6);
		hold = false;
		expect(began.toSorted()).toEqual(['history', 'history', 'history', 'news', 'news', 'news']);
		// The last of the news had begun, or had not yet waited long, when the others came.
		expect(began.slice(0, 3)).toEqual(['history', 'news', 'news']);
	});
	test('start within moments of being sent, and again after a failure, with growing delays', async () => {
		const seen: number[] = [];
		await jobs.work(storePull, { parallel: 1, pollSeconds: 0.1 }, () => {
			seen.push(performance.now());
			return seen.length === 1 ? Promise.reject(new Error('first attempt fails')) : Promise.resolve();
		});
		const sent = performance.now();
		await jobs.enqueue(storePull, ofStore(5));
		await until(() => seen.length === 1, 3000);
		expect((seen[0] ?? 0) - sent).toBeLessThan(500);
		await until(() => seen.length === 2);
		expect((seen[1] ?? 0) - (seen[0] ?? 0)).toBeGreaterThan((storePull.retryDelay / 2) * 1000 - 50);
	});
	test('that fail for good are kept among the dead without what the error said', async () => {
		await jobs.work(syncRound, { parallel: 1 }, () => Promise.reject(new TypeError('secret')));
		await jobs.enqueue(syncRound, {});
		await until(async () => (await jobs.dead(syncRound.name)) === 1);
		expect(await jobs.pending(syncRound.name)).toBe(0);
		const errors = await database.inWorkspace(WORKSPACE, async ({ client }) => (await client.query('select error from jobs.dead')).rows);
		expect(errors).toEqual([{ error: 'TypeError' }]);
	});
	test('of a worker that died run again when its lease is over', async () => {
		await jobs.enqueue(storeBackfill, ofStore(1));
		const [taken] = (await table.take(storeBackfill.name, 1, store(9), -1)).jobs;
		expect(taken?.attempts).toBe(1);
		const ran: string[] = [];
		await jobs.work(storeBackfill, { parallel: 1 }, ({ storeId }) => {
			ran.push(storeId);
			return Promise.resolve();
		});
		await until(() => ran.length === 1);
		expect(ran).toEqual([store(1)]);
	});
	test('are given back when the process stops before they end', async () => {
		let aborted = false;
		await jobs.work(storeBackfill, { parallel: 1 }, (_, signal) => {
			return new Promise<void>((_resolve, reject) => {
				signal.addEventListener('abort', () => {
					aborted = true;
					reject(new Error('stopped'));
				});
			});
		});
		await jobs.enqueue(storeBackfill, ofStore(1));
		await sleep(200);
		await jobs.stop(50);
		expect(aborted).toBe(true);
		let ran = false;
		await other.work(storeBackfill, { parallel: 1, pollSeconds: 0.1 }, () => {
			ran = true;
			return Promise.resolve();
		});
		await until(() => ran, 3000);
		jobs = await startJobs({ url: home.url, name: 'one', maintains: true, onError: () => {} });
	});
	test('asked for once in a stretch of seconds are accepted from one process only', async () => {
		const answers = await Promise.all(
			Array.from({ length: 10 }, (_, i) => (i % 2 ? jobs : other).enqueue(syncRound, {}, { oncePerSeconds: 3600 })),
		);
		expect(answers.filter(Boolean)).toHaveLength(1);
	});
	test('planned by a cron line are sent by one process when their moment comes', async () => {
		await jobs.schedule(nightRound, '10 3 * * *', 'UTC', {});
		const planned = await database.inWorkspace(
			WORKSPACE,
			async ({ client }) => (await client.query<{ next_at: string }>('select next_at from jobs.schedule')).rows[0]?.next_at,
		);
		expect(planned).toMatch(/T03:10:00/);
		// Known already, it keeps its moment.
		await jobs.schedule(nightRound, '10 3 * * *', 'UTC', {}, { firstAtOnce: true });
		expect(await jobs.pending(nightRound.name)).toBe(0);
		await sql("update jobs.schedule set next_at = now() - interval '1 minute'");
		await jobs.schedule(nightRound, '10 3 * * *', 'UTC', {});
		await until(async () => (await jobs.pending(nightRound.name)) === 1);
		await sleep(6000);
		expect(await jobs.pending(nightRound.name)).toBe(1);
	});
	test('planned for the first time start at once where that is asked', async () => {
		await jobs.schedule(gapCheck, '10 3 * * *', 'UTC', ofStore(1), { firstAtOnce: true });
		await until(async () => (await jobs.pending(gapCheck.name)) === 1);
		expect(await jobs.pending(gapCheck.name)).toBe(1);
	});
});

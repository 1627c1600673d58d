import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from '@pangea/db';
import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gapCheck, gapRefill, intakeProcess, type Jobs, startJobs, storeBackfill, storePull } from '../src/index.ts';

const WORKSPACE = '11111111-1111-7111-8111-111111111111';
const store = (n: number): string => `22222222-2222-7222-8222-00000000000${n}`;
let home: TestDatabase;
let database: Database;
let jobs: Jobs;
let other: Jobs;

beforeAll(async () => {
	home = await createTestDatabase();
	const options = { url: home.url, maintains: true, onError: () => {} };
	[jobs, other] = await Promise.all([startJobs({ ...options, name: 'one' }), startJobs({ ...options, name: 'two' })]);
	database = new Database({ url: home.url, name: 'test', onIdleError: () => {} });
	await database.inWorkspace(WORKSPACE, ({ db }) =>
		db.insertInto('workspace').values({ workspace_id: WORKSPACE, name: 'W', base_currency: 'USD', zone: 'UTC' }).execute(),
	);
});
afterAll(async () => {
	await jobs.stop(1000);
	await other.stop(1000);
	await database.close();
	await home.drop();
});

async function until(done: () => boolean, millis = 15_000): Promise<void> {
	for (const end = Date.now() + millis; Date.now() < end && !done(); ) await sleep(20);
	expect(done()).toBe(true);
}

describe('jobs', () => {
	test('are visible after the commit of the scope that sent them, and never after a rollback', async () => {
		const payload = { workspaceId: WORKSPACE, storeId: store(1) };
		await database.inWorkspace(WORKSPACE, async (scope) => {
			expect(await jobs.enqueue(storeBackfill, payload, { scope })).toBe(true);
			expect(await jobs.pending(storeBackfill.name)).toBe(0);
		});
		expect(await jobs.pending(storeBackfill.name)).toBe(1);
		await database
			.inWorkspace(WORKSPACE, async (scope) => {
				await jobs.enqueue(storeBackfill, { ...payload, storeId: store(2) }, { scope });
				throw new Error('no');
			})
			.catch(() => {});
		expect(await jobs.pending(storeBackfill.name)).toBe(1);
	});
	test('with an equal key wait once', async () => {
		const payload = { workspaceId: WORKSPACE, storeId: store(3) };
		expect(await jobs.enqueue(gapCheck, payload)).toBe(true);
		expect(await other.enqueue(gapCheck, payload)).toBe(false);
		expect(await other.enqueue(gapCheck, { ...payload, storeId: store(4) })).toBe(true);
	});
	test('refuse a payload that is not of ids', async () => {
		await expect(jobs.enqueue(storePull, { workspaceId: 'x', storeId: store(1) })).rejects.toThrow(/Invalid UUID/);
	});
	test('all run, those of two groups side by side', async () => {
		const running = new Map<string, number>();
		let most = 0;
		let done = 0;
		const handle = async ({ account }: { account: string }): Promise<void> => {
			const now = (running.get(account) ?? 0) + 1;
			running.set(account, now);
			most = Math.max(
				most,
				[...running.values()].reduce((a, b) => a + b, 0),
			);
			await sleep(30);
			running.set(account, now - 1);
			done++;
		};
		await jobs.work(intakeProcess, { parallel: 2 }, handle);
		await other.work(intakeProcess, { parallel: 2 }, handle);
		for (let i = 0; i < 12; i++) {
			await jobs.enqueue(intakeProcess, { workspaceId: WORKSPACE, intakeId: store(i % 10), account: `account ${i % 2}` });
		}
		await until(() => done === 12);
		expect(most).toBeGreaterThan(1);
	});
	test('start within moments of being sent, and again after a failure', async () => {
		const seen: number[] = [];
		await jobs.work(storePull, { parallel: 1 }, async () => {
			seen.push(Date.now());
			if (seen.length === 1) throw new Error('first attempt fails');
		});
		await sleep(200);
		const sent = Date.now();
		await jobs.enqueue(storePull, { workspaceId: WORKSPACE, storeId: store(5) });
		await until(() => seen.length === 1, 3000);
		expect((seen[0] ?? 0) - sent).toBeLessThan(900);
		await until(() => seen.length === 2);
	});
	test('that are in the hands of a killed process are given to another within the heartbeat, not after their whole time', async () => {
		const owner = new pg.Client({ connectionString: home.url });
		await owner.connect();
		const payload = { workspaceId: WORKSPACE, storeId: store(6), gapId: store(7) };
		let begun = 0;
		// The first attempt never ends, as that of a process that is gone.
		await jobs.work(gapRefill, { parallel: 2 }, async () => {
			if (++begun === 1) await new Promise(() => {});
		});
		await jobs.enqueue(gapRefill, payload);
		await until(() => begun === 1);
		const silent = `update pgboss.job set heartbeat_on = now() - interval '21 seconds', retry_delay = 0 where name = $1 and state = 'active'`;
		expect((await owner.query(silent, [gapRefill.name])).rowCount).toBe(1);
		await until(() => begun === 2, 20_000);
		await owner.end();
	}, 40_000);
});

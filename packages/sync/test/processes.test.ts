import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pullStore } from '../src/index.ts';
import { bindStore, contents, type Home, MASTER, openHome, WORKSPACE } from './home.ts';

const HOUR = 3_600_000;
const ORDERS = 60;
let home: Home;
let ids: { workspaceId: string; storeId: string };
const children: ChildProcess[] = [];

beforeEach(async () => {
	home = await openHome();
	const now = Date.now();
	for (let i = 0; i < ORDERS; i++)
		home.platform.orders.set(`o${i}`, { id: `o${i}`, updatedAt: now - (i + 1) * HOUR, status: 'PAID', parcels: [`p${i}`] });
	ids = await bindStore(home.engine, WORKSPACE, new Date(now - (ORDERS + 2) * HOUR).toISOString());
});
afterEach(async () => {
	for (const child of children.splice(0)) child.kill('SIGKILL');
	await home.close();
});

async function start(task: string, times = 0): Promise<ChildProcess> {
	const facts = JSON.stringify({ ids, url: home.url, platformUrl: home.platform.url, master: MASTER, times });
	const child = fork(fileURLToPath(new URL('./child.ts', import.meta.url)), [task, facts], { execArgv: [] });
	children.push(child);
	await once(child, 'message');
	return child;
}
async function result(child: ChildProcess): Promise<unknown> {
	const answer = once(child, 'message');
	child.send('go');
	return (await answer)[0];
}
const stored = async (): Promise<number> => (await contents(home.database)).orders.length;

describe('a killed process', () => {
	test.each([
		['pull', 0],
		['backfill', ORDERS],
	] as const)(
		'leaves a %s that the next one finishes with no gap, no double and no event lost',
		async (task, counted) => {
			home.platform.pageDelay = 40;
			for (const least of [5, 20]) {
				const child = await start(task);
				child.send('go');
				while ((await stored()) < least) await sleep(5);
				// In the middle of whatever it does.
				await sleep(Math.random() * 40);
				child.kill('SIGKILL');
				await once(child, 'exit');
				expect(await stored()).toBeLessThan(ORDERS);
			}
			const searches = home.platform.requests.filter((r) => r === '/search').length;
			home.platform.pageDelay = 0;
			expect(await result(await start(task))).toMatchObject({ state: 'done' });
			// It continued: fewer pages were left than the whole has.
			expect(home.platform.requests.filter((r) => r === '/search').length - searches).toBeLessThan(ORDERS / 5);
			const now = await contents(home.database);
			expect(now.orders).toHaveLength(ORDERS);
			expect([now.history, now.parcels.length, now.buyers]).toEqual([ORDERS, ORDERS, ORDERS]);
			const seqs = now.events.map((e) => Number(e.seq));
			expect(seqs).toEqual(seqs.map((_, i) => i + 1));
			const row = await home.database.inWorkspace(WORKSPACE, ({ db }) =>
				db.selectFrom('backfill').select('orders_seen').executeTakeFirstOrThrow(),
			);
			expect(row.orders_seen).toBe(counted);
		},
		90_000,
	);
});

describe('eight processes', () => {
	test('that renew one grant a thousand times at once never use a refresh token twice', async () => {
		home.platform.refreshDelay = 1;
		const workers = await Promise.all(Array.from({ length: 8 }, () => start('storm', 125)));
		const failed = await Promise.all(workers.map(result));
		expect(failed.flat()).toEqual([]);
		expect(home.platform.burned).toBe(0);
		// Who waited behind another's renewal takes what that one brought.
		expect(home.platform.refreshes).toBeGreaterThan(125);
		expect(home.platform.refreshes).toBeLessThanOrEqual(1000);
		const secret = await home.database.inWorkspace(WORKSPACE, ({ db }) =>
			db.selectFrom('connection_secret').select('version').executeTakeFirstOrThrow(),
		);
		expect(secret.version).toBe(home.platform.refreshes + 1);
	}, 120_000);
});

describe('two processes', () => {
	test('renew a grant once: the refresh token is spent a single time and both hold the new one', async () => {
		const [one, two] = await Promise.all([start('renew'), start('renew')]);
		const [a, b] = await Promise.all([result(one), result(two)]);
		expect(home.platform.refreshes).toBe(1);
		expect(a).toEqual(['refresh-1', 'refresh-1']);
		expect(b).toEqual(a);
	}, 60_000);
	test('pulling one store at the same moment store every order once', async () => {
		home.platform.pageDelay = 10;
		const pair = await Promise.all([start('pull'), start('pull')]);
		const runs = (await Promise.all(pair.map(result))) as { state: string }[];
		expect(runs.filter((r) => r.state === 'done').length).toBeGreaterThanOrEqual(1);
		await pullStore(home.engine, ids, new AbortController().signal);
		const now = await contents(home.database);
		expect([now.orders.length, now.history, now.parcels.length]).toEqual([ORDERS, ORDERS, ORDERS]);
	}, 60_000);
});

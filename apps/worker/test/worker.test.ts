import { hostVariable, loadConfig } from '@pangea/config';
import { Database, gapById, openGap } from '@pangea/db';
import { createLogger } from '@pangea/logging';
import { type Simulator, startSimulator } from '@pangea/simulator';
import { bindConnection, saveApp } from '@pangea/sync';
import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningWorker, startWorker } from '../src/index.ts';
import { until } from './until.ts';

const WORKSPACE = '11111111-1111-7111-8111-111111111111';
const DAY = 86_400_000;
interface TemuFacts {
	gateways: Record<string, { base: string; appKey: string; appSecret: string }>;
	stores: { id: string; tokens: Record<string, string | null> }[];
}

let home: TestDatabase;
let simulator: Simulator;
let worker: RunningWorker;
let database: Database;
let temu: TemuFacts;

async function start(): Promise<RunningWorker> {
	const hosts = Object.entries(temu.gateways).map(([key, gateway]) => [`PANGEA_HOST_${hostVariable('temu', key)}`, gateway.base]);
	const config = loadConfig({
		DATABASE_URL: home.url,
		PANGEA_MASTER_KEY: Buffer.alloc(32, 5).toString('hex'),
		...Object.fromEntries(hosts),
	});
	return await startWorker({ config, roundSeconds: 1, graceMillis: 2000, logger: createLogger({ name: 'test', level: 'silent' }) });
}

beforeAll(async () => {
	simulator = await startSimulator({ size: 400, years: 0.2 });
	temu = simulator.platforms['temu'] as unknown as TemuFacts;
	home = await createTestDatabase();
	database = new Database({ url: home.url, name: 'test', onIdleError: () => {} });
	await database.inWorkspace(WORKSPACE, ({ db }) =>
		db.insertInto('workspace').values({ workspace_id: WORKSPACE, name: 'W', base_currency: 'USD', zone: 'UTC' }).execute(),
	);
	worker = await start();
}, 60_000);
afterAll(async () => {
	await worker.stop();
	await database.close();
	await home.drop();
	await simulator.stop();
});

/** The mall's orders of the whole past as the simulator knows them. */
function truth(store: string): string[] {
	const { orders } = simulator.control.truth({ store, by: 'placed', from: Date.now() - 360 * DAY, to: Date.now() + DAY }, 100_000);
	return orders.map((o) => o.id).sort();
}
const stored = (connectionId: string): Promise<string[]> =>
	database.inWorkspace(WORKSPACE, async ({ db }) => {
		const rows = await db
			.selectFrom('orders as o')
			.innerJoin('store as s', 's.store_id', 'o.store_id')
			.select('o.external_id')
			.where('s.connection_id', '=', connectionId)
			.orderBy('o.external_id')
			.execute();
		return rows.map((r) => r.external_id);
	});

describe('the worker', () => {
	let connectionId: string;
	let mall: { id: string };

	test('brings a bound store’s whole history by itself', async () => {
		const selling = temu.stores.flatMap((store) =>
			Object.entries(store.tokens).flatMap(([host, token]) =>
				token !== null && ['us', 'eu', 'global'].includes(host) ? [{ id: store.id, host, token }] : [],
			),
		);
		const found = selling.find((s) => truth(s.id).length > 5);
		expect(found).toBeDefined();
		mall = found!;
		const fields = Object.entries(temu.gateways).flatMap(([key, g]) => [
			[`${key}AppKey`, g.appKey],
			[`${key}AppSecret`, g.appSecret],
		]);
		await saveApp(worker.engine, WORKSPACE, 'temu', Object.fromEntries(fields) as Record<string, string>);
		const bound = await bindConnection(worker.engine, WORKSPACE, 'temu', {
			kind: 'paste',
			fields: { accessToken: found!.token },
			host: found!.host,
		});
		connectionId = bound.connectionId;
		const progress = () =>
			database.inWorkspace(WORKSPACE, ({ db }) => db.selectFrom('backfill').select(['state', 'orders_seen']).execute());
		const ended = await until(progress, (rows) => rows.length > 0 && rows.every((r) => r.state === 'done'));
		expect(ended.map((r) => r.state)).toEqual(bound.stores.map(() => 'done'));
		expect(await stored(connectionId)).toEqual(truth(mall.id));
	}, 90_000);

	test('stops while it works and the next one goes on, with new orders polled', async () => {
		await worker.stop();
		const news = simulator.control.createOrder(mall.id);
		worker = await start();
		await database.inWorkspace(WORKSPACE, ({ db }) =>
			db.updateTable('pull_cursor').set({ last_attempt_at: '2026-01-01T00:00:00.000Z' }).execute(),
		);
		// The platform's margin keeps the newest half minute out of a window; the cursor catches up with the clock.
		const seen = await until(
			async () => {
				await database.inWorkspace(WORKSPACE, ({ db }) =>
					db.updateTable('pull_cursor').set({ last_attempt_at: '2026-01-01T00:00:00.000Z' }).execute(),
				);
				return await stored(connectionId);
			},
			(ids) => ids.includes(news.id),
			75_000,
		);
		expect(seen).toContain(news.id);
	}, 120_000);

	test('that starts on a database without jobs, as restored, refills the gaps it finds', async () => {
		await worker.stop();
		const gap = { from: '2026-01-01T00:00:00.000Z', until: '2026-01-02T00:00:00.000Z', ours: 0, theirs: 1 };
		const { gapId } = await database.inWorkspace(WORKSPACE, async (scope) => {
			await scope.client.query('delete from jobs.job');
			await scope.client.query('delete from jobs.schedule');
			const store = await scope.db.selectFrom('store').select('store_id').executeTakeFirstOrThrow();
			return await openGap(scope, { storeId: store.store_id, ...gap, source: 'total', missing: [] });
		});
		worker = await start();
		const state = () => database.inWorkspace(WORKSPACE, (scope) => gapById(scope, gapId));
		expect((await until(state, (row) => row?.state !== 'open'))?.state).toBe('filled');
	}, 90_000);
});

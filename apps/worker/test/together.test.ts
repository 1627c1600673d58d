import { Database } from '@pangea/db';
import { type Jobs, startJobs } from '@pangea/jobs';
import { registry } from '@pangea/platform-registry';
import { type Simulator, startSimulator } from '@pangea/simulator';
import { bindConnection, createEngine, pullStore, saveApp } from '@pangea/sync';
import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import { masterKeyFromText } from '@pangea/vault';
import { afterAll, beforeAll, expect, test } from 'vitest';

const WORKSPACE = '11111111-1111-7111-8111-111111111111';
const HOUR = 3_600_000;

interface AmazonFacts {
	clientId: string;
	clientSecret: string;
	tokenUrl: string;
	regions: Record<string, string>;
	accounts: { region: string; sellingPartnerId: string; refreshToken: string; stores: { store: string; marketplaceId: string }[] }[];
}

let simulator: Simulator;
let home: TestDatabase;
let database: Database;
let jobs: Jobs;

beforeAll(async () => {
	simulator = await startSimulator({ size: 400, years: 0.1 });
	home = await createTestDatabase();
	database = new Database({ url: home.url, name: 'test', onIdleError: () => {} });
	jobs = await startJobs({ url: home.url, name: 'test', maintains: false, onError: () => {} });
	await database.inWorkspace(WORKSPACE, ({ db }) =>
		db.insertInto('workspace').values({ workspace_id: WORKSPACE, name: 'W', base_currency: 'USD', zone: 'UTC' }).execute(),
	);
}, 60_000);
afterAll(async () => {
	await jobs.stop(1000);
	await database.close();
	await home.drop();
	await simulator.stop();
});

test('one search brings the changes of all marketplaces of an Amazon seller, each into its own store', async () => {
	const amazon = simulator.platforms['amazon'] as unknown as AmazonFacts;
	const account = amazon.accounts.find((one) => one.stores.length > 1)!;
	const engine = createEngine({
		database,
		jobs,
		registry,
		master: masterKeyFromText(Buffer.alloc(32, 3).toString('hex')),
		log: { info: () => {}, warn: () => {}, error: () => {} },
		hosts: (adapter) => ({ ...adapter.manifest.hosts, ...amazon.regions, lwa: amazon.tokenUrl.replace('/auth/o2/token', '') }),
		now: () => new Date(simulator.control.clock.now()),
	});
	await saveApp(engine, WORKSPACE, 'amazon', { clientId: amazon.clientId, clientSecret: amazon.clientSecret });
	const { stores } = await bindConnection(engine, WORKSPACE, 'amazon', {
		kind: 'paste',
		fields: { sellerId: account.sellingPartnerId, refreshToken: account.refreshToken },
		host: account.region,
	});
	expect(stores.length).toBeGreaterThan(1);
	await database.inWorkspace(WORKSPACE, ({ db }) =>
		db
			.updateTable('pull_cursor')
			.set({ watermark: new Date(simulator.control.clock.now() - HOUR).toISOString() })
			.execute(),
	);
	const made = account.stores.flatMap(({ store, marketplaceId }) =>
		[1, 2].map(() => `${simulator.control.createOrder(store).id}@${marketplaceId}`),
	);
	// Amazon tells nothing of the last two minutes.
	simulator.control.setClock({ advance: 180_000 });
	const before = simulator.control.calls().length;
	const [first] = stores;
	expect(await pullStore(engine, { workspaceId: WORKSPACE, storeId: first!.storeId }, new AbortController().signal)).toMatchObject({
		state: 'done',
	});
	const searches = simulator.control
		.calls()
		.slice(before)
		.filter((call) => call.operation === 'searchOrders');
	expect(searches).toHaveLength(1);
	const rows = await database.inWorkspace(WORKSPACE, ({ db }) =>
		db
			.selectFrom('orders')
			.innerJoin('store', 'store.store_id', 'orders.store_id')
			.select(['orders.external_id as id', 'store.site_id as site'])
			.execute(),
	);
	const there = rows.map((row) => `${row.id}@${row.site}`);
	expect(made.filter((one) => !there.includes(one))).toEqual([]);
	const marks = await database.inWorkspace(WORKSPACE, ({ db }) => db.selectFrom('pull_cursor').select('watermark').distinct().execute());
	expect(marks).toHaveLength(1);
}, 60_000);

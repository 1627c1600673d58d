import { hostVariable, loadConfig } from '@pangea/config';
import { Database, messagePulls } from '@pangea/db';
import { createLogger } from '@pangea/logging';
import { type Simulator, startSimulator } from '@pangea/simulator';
import { authorizeUrl, bindConnection, saveApp } from '@pangea/sync';
import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningWorker, startWorker } from '../src/index.ts';
import { until } from './until.ts';

const WORKSPACE = '11111111-1111-7111-8111-111111111111';
const MESSAGES = 'seller.customer_service';
const OTHERS = ['seller.authorization.info', 'seller.shop.info', 'seller.order.info', 'seller.return_refund.basic', 'seller.product.basic'];
const REDIRECT = 'http://localhost/connected/tiktok-shop';

interface TikTokFacts {
	apiUrl: string;
	authUrl: string;
	servicesUrl: string;
	appKey: string;
	appSecret: string;
	serviceId: string;
	accounts: { account: string; shops: { store: string; region: string }[] }[];
}

let simulator: Simulator;
let home: TestDatabase;
let database: Database;
let worker: RunningWorker;
let tiktok: TikTokFacts;

beforeAll(async () => {
	simulator = await startSimulator({ size: 400, years: 0.1 });
	tiktok = simulator.platforms['tiktok-shop'] as unknown as TikTokFacts;
	home = await createTestDatabase();
	database = new Database({ url: home.url, name: 'test', onIdleError: () => {} });
	await database.inWorkspace(WORKSPACE, ({ db }) =>
		db.insertInto('workspace').values({ workspace_id: WORKSPACE, name: 'W', base_currency: 'USD', zone: 'UTC' }).execute(),
	);
	const hosts = {
		global: tiktok.apiUrl,
		us: tiktok.apiUrl,
		token: tiktok.authUrl,
		consentGlobal: tiktok.servicesUrl,
		consentUs: tiktok.servicesUrl,
	};
	const config = loadConfig({
		DATABASE_URL: home.url,
		PANGEA_MASTER_KEY: Buffer.alloc(32, 5).toString('hex'),
		...Object.fromEntries(Object.entries(hosts).map(([key, base]) => [`PANGEA_HOST_${hostVariable('tiktok-shop', key)}`, base])),
	});
	worker = await startWorker({ config, roundSeconds: 1, graceMillis: 2000, logger: createLogger({ name: 'test', level: 'silent' }) });
}, 60_000);
afterAll(async () => {
	await worker.stop();
	await database.close();
	await home.drop();
	await simulator.stop();
});

/** As the seller does it in the browser. */
async function bind(account: string): Promise<string[]> {
	const asked = { state: 'x', redirectUri: REDIRECT, codeChallenge: 'c', host: 'global' };
	const consent = new URL(await authorizeUrl(worker.engine, WORKSPACE, 'tiktok-shop', asked));
	consent.searchParams.set('account', account);
	const back = new URL((await fetch(consent, { redirect: 'manual' })).headers.get('location') ?? '', REDIRECT);
	const params = Object.fromEntries(back.searchParams);
	const { stores } = await bindConnection(worker.engine, WORKSPACE, 'tiktok-shop', {
		kind: 'redirect',
		params,
		redirectUri: REDIRECT,
		codeVerifier: 'v',
		host: 'global',
	});
	return stores.map((one) => one.storeId);
}

const pulls = () => database.inWorkspace(WORKSPACE, (scope) => messagePulls(scope, null));

// TikTok Shop opens customer service to an app only after it has looked at it (contract §1).
test('messages that TikTok Shop has not approved yet are a state of the inbox, orders come, and approval brings what was written', async () => {
	const { account, shops } = tiktok.accounts.find((one) => one.shops.every((shop) => shop.region !== 'US'))!;
	simulator.control.configure('tiktok-shop', { redirectUrl: REDIRECT, scopes: OTHERS });
	await saveApp(worker.engine, WORKSPACE, 'tiktok-shop', {
		appKey: tiktok.appKey,
		appSecret: tiktok.appSecret,
		serviceId: tiktok.serviceId,
	});
	const stores = await bind(account);
	expect(
		(await until(pulls, (rows) => rows.length > 0 && rows.every((row) => row.state === 'scopeMissing'))).map((row) => row.state),
	).toEqual(stores.map(() => 'scopeMissing'));
	const conversations = () =>
		database.inWorkspace(WORKSPACE, ({ db }) => db.selectFrom('conversation').select('conversation_id').execute());
	expect(await conversations()).toEqual([]);
	const state = () =>
		database.inWorkspace(WORKSPACE, ({ db }) =>
			db
				.selectFrom('connection as c')
				.innerJoin('backfill as b', 'b.workspace_id', 'c.workspace_id')
				.select(['c.state', 'b.state as history'])
				.distinct()
				.execute(),
		);
	const calm = await until(state, (rows) => rows.length > 0 && rows.every((row) => row.history === 'done'));
	expect(calm).toEqual([{ state: 'active', history: 'done' }]);

	simulator.control.configure('tiktok-shop', { redirectUrl: REDIRECT, scopes: [...OTHERS, MESSAGES] });
	const said = simulator.control.buyerWrites(shops[0]!.store, 'Where is my parcel?');
	expect(said).not.toBe('');
	await bind(account);
	const read = await until(pulls, (rows) => rows.every((row) => row.state === 'read'));
	expect(read.map((row) => row.state)).toEqual(stores.map(() => 'read'));
	expect((await until(conversations, (rows) => rows.length > 0)).length).toBeGreaterThan(0);
}, 150_000);

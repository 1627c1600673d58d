import { randomUUID } from 'node:crypto';
import { Database } from '@pangea/db';
import { type Jobs, startJobs } from '@pangea/jobs';
import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AdminDoor, checkReadiness, createMetrics, startAdminDoor, watchStored } from '../src/index.ts';

const WORKSPACE = '11111111-1111-7111-8111-111111111111';
let home: TestDatabase;
let database: Database;
let jobs: Jobs;
let door: AdminDoor;
let admin: pg.Client;
const metrics = createMetrics('worker');
let clock = 0;

beforeAll(async () => {
	home = await createTestDatabase();
	database = new Database({ url: home.url, name: 'test', onIdleError: () => {} });
	jobs = await startJobs({ url: home.url, name: 'test', maintains: false, onError: () => {} });
	admin = new pg.Client({ connectionString: home.url });
	await admin.connect();
	door = await startAdminDoor({
		listen: '127.0.0.1',
		port: 0,
		metrics,
		ready: () => checkReadiness(database, jobs),
		beforeScrape: watchStored(metrics, database, () => clock),
		onTrouble: () => {},
	});
}, 120_000);
afterAll(async () => {
	await door.close();
	await admin.end();
	await jobs.stop(500);
	await database.close();
	await home.drop();
});

async function get(path: string): Promise<{ status: number; text: string }> {
	clock += 60_000;
	const reply = await fetch(`http://127.0.0.1:${door.port}${path}`);
	return { status: reply.status, text: await reply.text() };
}

test('a scrape tells how far stores and queue are behind, by ids and kinds and without a name', { timeout: 60_000 }, async () => {
	const [connection, store, order] = [randomUUID(), randomUUID(), randomUUID()];
	await database.inWorkspace(WORKSPACE, async ({ client }) => {
		await client.query(`insert into workspace values ($1, 'Secret Seller', 'USD', 'UTC')`, [WORKSPACE]);
		await client.query(
			`insert into connection (workspace_id, connection_id, platform, external_account_id, account_name, host, state)
				values ($1, $2, 'temu', 'account-7', 'Ana', 'us', 'active')`,
			[WORKSPACE, connection],
		);
		await client.query(
			`insert into store (workspace_id, store_id, connection_id, platform, external_id, site_id, name, country, currency, zone, language, mode, active)
				values ($1, $2, $3, 'temu', 'shop-7', 'temu-us', 'Ana Shop', 'US', 'USD', 'UTC', 'en', 'local', true)`,
			[WORKSPACE, store, connection],
		);
		await client.query(
			`insert into pull_cursor (workspace_id, store_id, resource, watermark) values ($1, $2, 'orders', now() - interval '300 seconds')`,
			[WORKSPACE, store],
		);
		await client.query(
			`insert into backfill (workspace_id, store_id, resource, state, history_from, history_until, reached)
				values ($1, $2, 'orders', 'running', now() - interval '10 days', now(), now() - interval '9 days')`,
			[WORKSPACE, store],
		);
		await client.query(
			`insert into quarantine (workspace_id, quarantine_id, platform, external_id, cause, digest, sealed) values ($1, $2, 'temu', 'order-7', 'x', '', '')`,
			[WORKSPACE, order],
		);
	});
	metrics.budgetWait('temu', 'orders', 3);
	metrics.eventSent(0.02);
	const { status, text } = await get('/metrics');
	expect(status).toBe(200);
	const value = (line: string): number =>
		Number(
			text
				.split('\n')
				.find((l) => l.startsWith(line))
				?.split(' ')
				.at(-1),
		);
	expect(value(`pangea_store_sync_lag_seconds{platform="temu",store="${store}"`)).toBeGreaterThan(299);
	expect(value(`pangea_store_backfill_left_seconds{platform="temu",store="${store}"`)).toBeCloseTo(86_400, -1);
	expect(value('pangea_quarantined_records{platform="temu"')).toBe(1);
	expect(value('pangea_budget_wait_seconds_sum{process="worker",platform="temu",operation="orders"}')).toBe(3);
	expect(value('pangea_event_lag_seconds_count')).toBe(1);
	expect(value('process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
	for (const secret of ['Secret Seller', 'Ana', 'account-7', 'shop-7', 'order-7']) expect(text).not.toContain(secret);

	// What is switched off is told of no more.
	await admin.query('update store set enabled = false');
	expect((await get('/metrics')).text).not.toContain(store);
});

test('readiness names what is missing, and a scrape goes on without the database', { timeout: 60_000 }, async () => {
	expect(await get('/health/live')).toEqual({ status: 200, text: '{"status":"live"}' });
	expect(await checkReadiness(database, jobs)).toEqual({ ready: true, checks: { database: 'ok', schema: 'ok', queue: 'ok' } });
	await admin.query(
		`create table kept as select * from kysely_migration; delete from kysely_migration where name = (select max(name) from kept)`,
	);
	expect(await get('/health/ready')).toMatchObject({ status: 503, text: expect.stringContaining('"schema":"failed"') });
	await admin.query(
		'insert into kysely_migration select * from kept where name not in (select name from kysely_migration); drop table kept',
	);
	expect((await get('/health/ready')).status).toBe(200);
	await admin.query('alter function pangea_workspace_ids() rename to away');
	expect(await get('/health/ready')).toMatchObject({ status: 503, text: expect.stringContaining('"database":"failed"') });
	expect((await get('/metrics')).text).toContain('process_resident_memory_bytes');
	await admin.query('alter function away() rename to pangea_workspace_ids');
	expect((await get('/elsewhere')).status).toBe(404);
});

test('a taken port ends in a sentence', async () => {
	await expect(
		startAdminDoor({
			listen: '127.0.0.1',
			port: door.port,
			metrics,
			ready: () => checkReadiness(database, jobs),
			onTrouble: () => {},
		}),
	).rejects.toThrow(/Cannot serve health and metrics on 127\.0\.0\.1:\d+: .* Change PANGEA_ADMIN_PORT\./);
});

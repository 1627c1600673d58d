import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Database } from '../src/index.ts';

const WORKSPACE = '11111111-1111-7111-8111-111111111111';
let home: TestDatabase;
let database: Database;
let owner: pg.Client;

beforeAll(async () => {
	home = await createTestDatabase();
	database = new Database({ url: home.url, name: 'lost', maxConnections: 2, onIdleError: () => {} });
	owner = new pg.Client({ connectionString: home.url });
	await owner.connect();
});
afterAll(async () => {
	await owner.end();
	await database.close();
	await home.drop();
});

const write = (): Promise<unknown> =>
	database.inWorkspace(WORKSPACE, ({ db }) =>
		db.insertInto('workspace').values({ workspace_id: WORKSPACE, name: 'W', base_currency: 'USD', zone: 'UTC' }).execute(),
	);
const cut = (): Promise<unknown> => owner.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'lost'`);

describe('a connection that is lost', () => {
	test('between two statements of a transaction fails the transaction and not the process', async () => {
		const lost = database.inWorkspace(WORKSPACE, async ({ client }) => {
			await client.query('select 1');
			await cut();
			// The loss arrives while nobody asks anything.
			await sleep(200);
			await client.query('select 1');
		});
		await expect(lost).rejects.toThrow(/connection|terminat/i);
	});
	test('during a statement does the same, and the next transaction has a new one', async () => {
		const lost = database.inWorkspace(WORKSPACE, async ({ client }) => {
			await Promise.all([client.query('select pg_sleep(5)'), sleep(100).then(cut)]);
		});
		await expect(lost).rejects.toThrow(/connection|terminat/i);
		await write();
		expect(await database.workspaceIds()).toEqual([WORKSPACE]);
	});
});

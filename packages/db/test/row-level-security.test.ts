import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Database, DatabaseError } from '../src/index.ts';
import { fillRow, workspaceTables } from './made-up-rows.ts';

const OURS = '11111111-1111-7111-8111-111111111111';
const THEIRS = '22222222-2222-7222-8222-222222222222';
let home: TestDatabase;
let admin: pg.Client;
let database: Database;
let tables: string[];

beforeAll(async () => {
	home = await createTestDatabase();
	admin = new pg.Client({ connectionString: home.url });
	await admin.connect();
	database = new Database({ url: home.url, name: 'test', onIdleError: () => {} });
	tables = await workspaceTables(admin);
	// Foreign keys are off while rows are made up: only visibility is tested here.
	await admin.query(`set session_replication_role = replica`);
	for (const workspace of [OURS, THEIRS]) for (const table of tables) await fillRow(admin, table, workspace);
});
afterAll(async () => {
	await database.close();
	await admin.end();
	await home.drop();
});

async function countAs(setting: string | null, table: string): Promise<number> {
	const client = new pg.Client({ connectionString: home.url, options: '-c role=pangea_app' });
	await client.connect();
	try {
		if (setting !== null) await client.query(`select set_config('pangea.workspace_id', $1, false)`, [setting]);
		return Number((await client.query(`select count(*) as n from ${table}`)).rows[0]?.n);
	} finally {
		await client.end();
	}
}

describe('row-level security', () => {
	test('every table has it, and a workspace_id as first column of its primary key', async () => {
		const rows = await admin.query<{ t: string; secured: boolean; first: string }>(`
			select c.relname as t, c.relrowsecurity as secured, a.attname as first
			from pg_class c join pg_namespace n on n.oid = c.relnamespace
			join pg_index i on i.indrelid = c.oid and i.indisprimary
			join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
			where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relname not like 'kysely%'`);
		expect(rows.rows.length).toBe(tables.length);
		expect(rows.rows.filter((r) => !r.secured || r.first !== 'workspace_id')).toEqual([]);
	});
	test('each table holds a row of each of two workspaces, seen by the owner of the database', async () => {
		for (const table of tables)
			expect([table, Number((await admin.query(`select count(*) as n from ${table}`)).rows[0]?.n)]).toEqual([table, 2]);
	});
	test('a query without a scope sees nothing in any table', async () => {
		for (const table of tables) expect([table, await countAs(null, table)]).toEqual([table, 0]);
	});
	test('an empty scope sees nothing in any table', async () => {
		for (const table of tables) expect([table, await countAs('', table)]).toEqual([table, 0]);
	});
	test('a scope sees its own row and not the other workspace’s, in every table', async () => {
		for (const table of tables) {
			const client = new pg.Client({ connectionString: home.url, options: '-c role=pangea_app' });
			await client.connect();
			await client.query(`select set_config('pangea.workspace_id', $1, false)`, [OURS]);
			const rows = await client.query<{ workspace_id: string }>(`select workspace_id from ${table}`);
			await client.end();
			expect([table, rows.rows.map((r) => r.workspace_id)]).toEqual([table, [OURS]]);
		}
	});
	test('a row of another workspace can be neither written nor changed nor deleted', async () => {
		await expect(
			database.inWorkspace(OURS, ({ db }) =>
				db
					.insertInto('workspace')
					.values({ workspace_id: '33333333-3333-7333-8333-333333333333', name: 'x', base_currency: 'USD', zone: 'UTC' })
					.execute(),
			),
		).rejects.toThrow(/row-level security/);
		const changed = await database.inWorkspace(OURS, ({ db }) =>
			db.updateTable('workspace').set({ name: 'taken' }).where('workspace_id', '=', THEIRS).executeTakeFirst(),
		);
		expect(changed.numUpdatedRows).toBe(0n);
		const deleted = await database.inWorkspace(OURS, ({ db }) =>
			db.deleteFrom('connection').where('workspace_id', '=', THEIRS).executeTakeFirst(),
		);
		expect(deleted.numDeletedRows).toBe(0n);
	});
	test('a scope ends with its transaction, also on a pooled connection', async () => {
		const single = new Database({ url: home.url, name: 'single', maxConnections: 1, onIdleError: () => {} });
		const seen = await single.inWorkspace(OURS, ({ db }) => db.selectFrom('workspace').select('workspace_id').execute());
		expect(seen).toHaveLength(1);
		expect(await single.membershipsOf('nobody')).toEqual([]);
		const next = await single.inWorkspace(THEIRS, ({ db }) => db.selectFrom('workspace').select('workspace_id').execute());
		expect(next.map((r) => r.workspace_id)).toEqual([THEIRS]);
		await single.close();
	});
	test('the app cannot read people’s passwords and sessions', async () => {
		const client = new pg.Client({ connectionString: home.url, options: '-c role=pangea_app' });
		await client.connect();
		await expect(client.query('select * from auth.account')).rejects.toThrow(/permission denied/);
		await client.end();
	});
	test('the audit trail and the events can be added to, never changed', async () => {
		await expect(database.inWorkspace(OURS, ({ db }) => db.deleteFrom('audit').execute())).rejects.toThrow(/permission denied/);
		await expect(database.inWorkspace(OURS, ({ db }) => db.updateTable('event').set({ kind: 'x' }).execute())).rejects.toThrow(
			/permission denied/,
		);
	});
	test('a malformed workspace id is refused before it reaches the database', async () => {
		await expect(database.inWorkspace(`'; drop table orders; --`, () => Promise.resolve())).rejects.toThrow(DatabaseError);
	});
	test('effects after commit run once on commit and never on rollback', async () => {
		const ran: string[] = [];
		await database.inWorkspace(OURS, (scope) => {
			scope.onCommit(() => ran.push('kept'));
			return Promise.resolve();
		});
		await database
			.inWorkspace(OURS, (scope) => {
				scope.onCommit(() => ran.push('lost'));
				return Promise.reject(new Error('no'));
			})
			.catch(() => {});
		expect(ran).toEqual(['kept']);
	});
	test('times come back as ISO text in UTC', async () => {
		const row = await database.inWorkspace(OURS, ({ db }) =>
			db.selectFrom('orders').select(['placed_at', 'local_day']).executeTakeFirstOrThrow(),
		);
		expect(row).toEqual({ placed_at: '2026-01-01T00:00:00.000Z', local_day: '2026-01-01' });
	});
});

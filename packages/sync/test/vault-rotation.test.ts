import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Database, dataKeys, rewrapSigningKey, SEALED_TABLES, signingKey } from '@pangea/db';
import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import { checkMasterKey, type MasterKey, masterKeyFromText, newMasterKeyText, newWrappedKey } from '@pangea/vault';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createKeyring, type Keyring, PLACES, resealAll, rewrapKeys } from '../src/index.ts';

const OLD = newMasterKeyText();
const NEW = newMasterKeyText();
const BOTH = `${NEW} ${OLD}`;
let home: TestDatabase;
let database: Database;
let admin: pg.Client;
const children: ChildProcess[] = [];

beforeEach(async () => {
	home = await createTestDatabase();
	database = new Database({ url: home.url, name: 'test', onIdleError: () => {} });
	admin = new pg.Client({ connectionString: home.url });
	await admin.connect();
});
afterEach(async () => {
	for (const child of children.splice(0)) child.kill('SIGKILL');
	await database.close();
	await admin.end();
	await home.drop();
});

const numbers = async (query: string): Promise<number> => Number((await admin.query<{ n: string }>(query)).rows[0]?.n);
const keyring = (text: string, refreshMillis = 30_000): Keyring => createKeyring(database, masterKeyFromText(text), refreshMillis);

async function makeWorkspaces(count: number): Promise<string[]> {
	const ids = Array.from({ length: count }, () => randomUUID());
	await admin.query(
		`insert into workspace (workspace_id, name, base_currency, zone) select id, 'W', 'USD', 'UTC' from unnest($1::uuid[]) id`,
		[ids],
	);
	return ids;
}

async function keepReplies(keys: Keyring, workspaceId: string, texts: readonly string[]): Promise<Map<string, string>> {
	const box = await keys.box(workspaceId);
	const kept = new Map(texts.map((text) => [randomUUID() as string, text]));
	await database.inWorkspace(workspaceId, ({ client }) =>
		client.query(
			`insert into raw_reply (workspace_id, raw_reply_id, platform, operation, fetched_at, digest, size, sealed)
				select $1, id, 'temu', 'orders', now(), 'x', 1, sealed from unnest($2::uuid[], $3::bytea[]) as x(id, sealed)`,
			[workspaceId, [...kept.keys()], [...kept].map(([id, text]) => box.seal(text, PLACES.reply(id)))],
		),
	);
	return kept;
}

async function readReplies(keys: Keyring, workspaceId: string): Promise<Map<string, string>> {
	const rows = await database.inWorkspace(workspaceId, ({ db }) => db.selectFrom('raw_reply').select(['raw_reply_id', 'sealed']).execute());
	const box = await keys.box(workspaceId);
	return new Map(rows.map((r) => [r.raw_reply_id, box.open(r.sealed, PLACES.reply(r.raw_reply_id)).toString()]));
}

/** Runs a rotation in a process of its own and kills it hard once `begun` says that it is in the middle. */
async function killInTheMiddle(task: 'rewrap' | 'reseal', begun: () => Promise<boolean>): Promise<void> {
	const child = fork(
		fileURLToPath(new URL('./rotation-child.ts', import.meta.url)),
		[task, JSON.stringify({ url: home.url, master: BOTH })],
		{
			execArgv: [],
		},
	);
	children.push(child);
	const exited = once(child, 'exit');
	while (!(await begun())) await sleep(5);
	child.kill('SIGKILL');
	expect(await exited).toEqual([null, 'SIGKILL']);
}

const rotation = (text: string): { database: Database; databaseUrl: string; master: MasterKey } => ({
	database,
	databaseUrl: home.url,
	master: masterKeyFromText(text),
});
const settings = { keyRefreshSeconds: 0.2, forgetAfterSeconds: 86_400, report: () => {} };

test('a first key that another process made meanwhile seals at once', async () => {
	const [workspaceId = ''] = await makeWorkspaces(1);
	const master = masterKeyFromText(NEW);
	await database.inWorkspace(workspaceId, async (scope) => {
		// Begun, and so dated, before the key is there.
		await scope.client.query('select 1');
		const theirs = await database.inWorkspace(workspaceId, (other) => dataKeys(other, () => newWrappedKey(master)));
		const ours = await dataKeys(scope, () => newWrappedKey(master));
		expect(ours).toEqual(theirs);
		expect(ours.map((key) => key.seals)).toEqual([true]);
	});
});

describe('a change of the master key', () => {
	test('goes on after a kill in the middle, and nothing is unreadable at any moment', async () => {
		const ids = await makeWorkspaces(60);
		const before = keyring(OLD);
		for (const id of ids) await keepReplies(before, id, [id]);
		const signing = await masterKeyFromText(OLD).unwrap(await signingKey(home.url, () => newWrappedKey(masterKeyFromText(OLD))));
		const newId = masterKeyFromText(NEW).id;
		const done = (): Promise<number> => numbers(`select count(*) as n from workspace_key where master_key_id = '${newId}'`);

		await killInTheMiddle('rewrap', async () => (await done()) > 3);
		const half = await done();
		expect(half).toBeLessThan(ids.length);
		// Processes that have both keys read all of them, before and after the kill, whether they had opened them or not.
		const both = keyring(BOTH);
		for (const id of ids) expect([...(await readReplies(both, id)).values()]).toEqual([id]);

		const { rewrapped } = await rewrapKeys(rotation(BOTH));
		// The signing key may have been done before the kill.
		expect([ids.length - half, ids.length - half + 1]).toContain(rewrapped);
		expect(await rewrapKeys(rotation(BOTH))).toEqual({ workspaces: ids.length, rewrapped: 0 });
		const after = keyring(NEW);
		for (const id of ids) expect([...(await readReplies(after, id)).values()]).toEqual([id]);
		expect(
			await masterKeyFromText(NEW).unwrap(await signingKey(home.url, () => Promise.reject(new Error('there is one already')))),
		).toEqual(signing);
	}, 180_000);

	test('without the former key ends in a sentence that names it and changes nothing', async () => {
		const [id = ''] = await makeWorkspaces(1);
		await keepReplies(keyring(OLD), id, ['x']);
		const oldId = masterKeyFromText(OLD).id;
		await expect(rewrapKeys(rotation(NEW))).rejects.toThrow(`under master key ${oldId}`);
		await expect(keyring(NEW).box(id)).rejects.toThrow(/Restore the former key file/);
		await expect(checkMasterKey(masterKeyFromText(NEW), await database.masterKeyIds())).rejects.toThrow(`under master key ${oldId}`);
		await checkMasterKey(masterKeyFromText(BOTH), await database.masterKeyIds());
		expect([...(await readReplies(keyring(OLD), id)).values()]).toEqual(['x']);
	});

	test('wraps the signing key once when two run at the same moment', async () => {
		await signingKey(home.url, () => newWrappedKey(masterKeyFromText(OLD)));
		const { master } = rotation(BOTH);
		const rewrap = async (key: { masterKeyId: string; wrapped: Buffer }) => await master.wrap(await master.unwrap(key));
		const done = await Promise.all([rewrapSigningKey(home.url, master.id, rewrap), rewrapSigningKey(home.url, master.id, rewrap)]);
		expect(done.reduce((sum, n) => sum + n, 0)).toBe(1);
	});
});

describe('the move to a new data key', () => {
	test('goes on after a kill in the middle, while other processes read and write', async () => {
		const [id = ''] = await makeWorkspaces(1);
		const running = keyring(BOTH, 100);
		const count = 800;
		const written = await keepReplies(
			running,
			id,
			Array.from({ length: count }, (_, i) => `reply ${i}`),
		);
		let busy = true;
		const work = (async () => {
			for (let i = 0; busy; i++) {
				for (const [reply, text] of await keepReplies(running, id, [`meanwhile ${i}`])) written.set(reply, text);
				if (i % 10 === 0) await readReplies(running, id);
				await sleep(20);
			}
		})();
		const old = (): Promise<number> => numbers('select count(*) as n from raw_reply where get_byte(sealed, 0) = 1');

		// Announced first: for a while the running process goes on with the key it knows.
		const moved = (): Promise<number> => numbers('select count(*) as n from raw_reply where get_byte(sealed, 0) = 2');
		await killInTheMiddle('reseal', async () => (await moved()) > 50);
		expect(await old()).toBeGreaterThan(0);
		expect(await numbers('select count(*) as n from workspace_key')).toBe(2);
		// A process that starts now, between the two runs, reads everything.
		expect((await readReplies(keyring(BOTH), id)).size).toBeGreaterThanOrEqual(count);

		const left = await old();
		expect((await resealAll(rotation(BOTH), settings)).values).toBeGreaterThanOrEqual(left);
		busy = false;
		await work;
		expect(await old()).toBe(0);
		expect(await readReplies(running, id)).toEqual(written);
		expect(await readReplies(keyring(BOTH), id)).toEqual(written);
	}, 180_000);

	test('forgets the former key only after its time and only when nothing needs it', async () => {
		const [id = ''] = await makeWorkspaces(1);
		await keepReplies(keyring(BOTH), id, ['kept']);
		const before = keyring(BOTH, 3_600_000);
		await before.box(id);
		expect(await resealAll(rotation(BOTH), settings)).toEqual({ values: 1, forgotten: 0 });
		// A process that slept through it all still wrote with the former key.
		await keepReplies(before, id, ['late']);
		expect((await resealAll(rotation(BOTH), { ...settings, forgetAfterSeconds: 0 })).forgotten).toBe(0);
		expect((await resealAll(rotation(BOTH), { ...settings, forgetAfterSeconds: 0 })).forgotten).toBe(2);
		expect([...(await readReplies(keyring(BOTH), id)).values()].toSorted()).toEqual(['kept', 'late']);
	}, 30_000);

	test('stops at a value that does not open and keeps the former key', async () => {
		const [id = ''] = await makeWorkspaces(1);
		await keepReplies(keyring(BOTH), id, ['x']);
		await admin.query(`update raw_reply set sealed = set_byte(sealed, 20, (get_byte(sealed, 20) + 1) % 256)`);
		await expect(resealAll(rotation(BOTH), settings)).rejects.toThrow(/Cannot open the sealed value for reply/);
		expect(await numbers('select count(*) as n from workspace_key where retired_at is null')).toBe(2);
	});

	test('knows every table that holds sealed values', async () => {
		const found = await admin.query<{ t: string }>(
			`select table_name as t from information_schema.columns where table_schema = 'public' and data_type = 'bytea' and column_name = 'sealed' order by 1`,
		);
		expect(found.rows.map((r) => r.t)).toEqual(Object.keys(SEALED_TABLES).toSorted());
	});
});

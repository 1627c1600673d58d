import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { backup, BackupError, knownMigrations, migrate, restore } from '../src/index.ts';
import { fillRow, workspaceTables } from './made-up-rows.ts';

const WORKSPACES = ['11111111-1111-7111-8111-111111111111', '22222222-2222-7222-8222-222222222222'];
const KEY = 'aaaabbbbccccdddd';
const MAGIC = 8;
let folder: string;
let source: TestDatabase;
let good: string;
let target: TestDatabase;

/** A digest of the rows of each table, in whatever order they lie. */
async function digests(url: string): Promise<Map<string, string>> {
	return await asOwner(url, async (client) => {
		const tables = await client.query<{ t: string }>(
			`select format('%I.%I', schemaname, tablename) as t from pg_tables where schemaname in ('public', 'auth') and tablename not like 'kysely%' order by 1`,
		);
		const found = new Map<string, string>();
		for (const { t } of tables.rows) {
			const rows = await client.query<{ row: string }>(`select row from (select x::text as row from ${t} x) rows order by row collate "C"`);
			found.set(
				t,
				`${rows.rows.length} ${createHash('sha256')
					.update(rows.rows.map((r) => r.row).join('\n'))
					.digest('hex')}`,
			);
		}
		return found;
	});
}

async function asOwner<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		return await work(client);
	} finally {
		await client.end();
	}
}

async function fill(url: string): Promise<void> {
	await asOwner(url, async (client) => {
		await client.query('set session_replication_role = replica');
		for (const workspace of WORKSPACES) for (const table of await workspaceTables(client)) await fillRow(client, table, workspace);
		await client.query(`update workspace_key set master_key_id = $1`, [KEY]);
		// What COPY has to escape, and what a client must not round.
		await client.query(`update orders set first_title = E'tab\\t line\\n \\\\N back\\\\slash 环球 \\u202E', total_minor = 9007199254740993,
			ship_by = '2026-03-01T00:00:00.123456Z', warnings = array['a,"b"', 'null', ''], digest = '\\x0a5c09ff00'`);
		await client.query(`update rate_bucket set tokens = 0.1 + 0.2`);
		await client.query('set session_replication_role = origin');
		await client.query(`insert into auth."user" (id, name, email) values ('u1', 'Ana', 'ana@example.test')`);
		await client.query(`insert into auth.session (id, token, "expiresAt", "userId") values ('s1', 'session-token', now(), 'u1')`);
	});
}

const hasMasterKey = (id: string): boolean => id === KEY;
const clear = (url: string): Promise<unknown> =>
	asOwner(url, (client) => client.query('drop schema public, auth, jobs cascade; create schema public'));
/** Nothing of the product, or its tables without a row. */
async function isEmpty(url: string): Promise<boolean> {
	return [...(await digests(url)).values()].every((digest) => digest.startsWith('0 '));
}

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'pangea backup '));
	source = await createTestDatabase();
	await fill(source.url);
	good = join(folder, 'good');
	await backup({ url: source.url, file: good });
}, 120_000);
afterAll(async () => {
	await source.drop();
	rmSync(folder, { recursive: true });
});
beforeEach(async () => {
	target = await createTestDatabase();
});
afterEach(() => target.drop());

describe('a backup', () => {
	test('restored gives the same rows in every table, but for sessions', { timeout: 60_000 }, async () => {
		const { head, rows, migrated } = await restore({ url: target.url, file: good, hasMasterKey });
		expect([head.masterKeyIds, migrated]).toEqual([[KEY], []]);
		expect(rows).toBeGreaterThan(50);
		const [before, after] = [await digests(source.url), await digests(target.url)];
		expect(before.get('auth.session')).toMatch(/^1 /);
		expect(after.get('auth.session')).toMatch(/^0 /);
		before.delete('auth.session');
		after.delete('auth.session');
		expect(after).toEqual(before);
	});
	test('is readable to its owner only, and says nothing until it is complete', async () => {
		expect(statSync(good).mode & 0o777).toBe(0o600);
		await expect(backup({ url: source.url, file: good })).rejects.toThrow(/exists already/);
		await clear(target.url);
		await expect(backup({ url: target.url, file: join(folder, 'none') })).rejects.toThrow(/holds nothing of Pangea yet/);
		expect(readdirSync(folder)).toEqual(['good']);
	});
	test('of an older schema is restored and brought up to date', { timeout: 60_000 }, async () => {
		const migrations = await knownMigrations();
		const old = await createTestDatabase();
		await clear(old.url);
		await migrate(old.url, migrations.at(-2));
		await asOwner(old.url, (client) => fillRow(client, 'workspace', WORKSPACES[0] ?? ''));
		const file = join(folder, 'old');
		await backup({ url: old.url, file });
		await old.drop();
		const { migrated } = await restore({ url: target.url, file, hasMasterKey });
		expect(migrated).toEqual(migrations.slice(-1));
		expect((await digests(target.url)).get('public.workspace')).toMatch(/^1 /);
	});
	test('covers all there is: no table has a sequence of its own, which it would have to set', async () => {
		const found = await asOwner(source.url, (client) =>
			client.query(`select sequencename from pg_sequences where schemaname in ('public', 'auth')`),
		);
		expect(found.rows).toEqual([]);
	});
});

describe('a restore refuses', () => {
	const refused = async (file: string, options: { has?: (id: string) => boolean } = {}): Promise<unknown> =>
		await restore({ url: target.url, file, hasMasterKey: options.has ?? hasMasterKey }).then(
			() => null,
			(error: unknown) => error,
		);
	const repacked = (name: string, change: (plain: Buffer) => Buffer): string => {
		const bytes = readFileSync(good);
		const file = join(folder, name);
		writeFileSync(file, Buffer.concat([bytes.subarray(0, MAGIC), zstdCompressSync(change(zstdDecompressSync(bytes.subarray(MAGIC))))]));
		return file;
	};

	test('a database that is not empty, and leaves it as it was', async () => {
		await asOwner(target.url, (client) => fillRow(client, 'workspace', WORKSPACES[1] ?? ''));
		const before = await digests(target.url);
		expect(await refused(good)).toMatchObject({ name: 'BackupError', message: expect.stringContaining('public.workspace holds rows') });
		expect(await digests(target.url)).toEqual(before);
	});
	test('a database that a running Pangea uses', async () => {
		const running = new pg.Client({ connectionString: target.url, application_name: 'pangea worker' });
		await running.connect();
		expect(await refused(good)).toMatchObject({ message: expect.stringContaining('Pangea runs on this database (pangea worker)') });
		await running.end();
	});
	test('a backup whose master key is not at hand', async () => {
		expect(await refused(good, { has: () => false })).toMatchObject({ message: expect.stringContaining(`master key ${KEY}`) });
	});
	test('a backup of a newer schema', async () => {
		const newest = (await knownMigrations()).at(-1) ?? '';
		const file = repacked('newer', (plain) =>
			Buffer.from(plain.toString('latin1').replaceAll(newest, newest.replace('2026', '2126')), 'latin1'),
		);
		expect(await refused(file)).toMatchObject({ message: expect.stringContaining('made by a newer Pangea') });
	});
	test('a file that is none, or is not there', async () => {
		const file = join(folder, 'text');
		writeFileSync(file, 'just a text of more than eight bytes');
		expect(await refused(file)).toMatchObject({ message: expect.stringContaining('is no backup of Pangea') });
		expect(await refused(join(folder, 'absent'))).toMatchObject({ message: expect.stringContaining('Check the path') });
	});
	/** With a byte changed on which what is packed hangs: of two places that hold the same, the packed bytes may name either. */
	const spoiled = (bytes: Buffer, plain: Buffer): Buffer => {
		for (let at = Math.floor(bytes.length / 2); ; at++) {
			const changed = flip(bytes, at);
			try {
				if (!zstdDecompressSync(changed.subarray(MAGIC)).equals(plain)) return changed;
			} catch {
				return changed;
			}
		}
	};
	test('a file that was cut off or changed anywhere, and keeps nothing of it', { timeout: 180_000 }, async () => {
		const bytes = readFileSync(good);
		const plain = zstdDecompressSync(bytes.subarray(MAGIC));
		const damage: [string, () => string][] = [
			['cut in the packed bytes', () => write('cut', bytes.subarray(0, bytes.length - 40))],
			['changed in the packed bytes', () => write('flipped', spoiled(bytes, plain))],
			['cut at the end', () => repacked('short', (all) => all.subarray(0, all.length - 30))],
			['cut between two tables', () => repacked('between', (all) => all.subarray(0, all.lastIndexOf('T\0')))],
			[
				'one digit of a row',
				() => repacked('digit', (all) => Buffer.from(all.toString('latin1').replace('9007199254740993', '9007199254740992'), 'latin1')),
			],
			['a table left out', () => repacked('fewer', withoutATable)],
			['a row in the middle', () => repacked('middle', () => flip(plain, Math.floor(plain.length / 2)))],
		];
		for (const [what, make] of damage) {
			expect([what, await refused(make())]).toEqual([what, expect.any(BackupError)]);
			expect([what, await isEmpty(target.url)]).toEqual([what, true]);
		}
		// And the very same database takes a good one afterwards.
		expect(await restore({ url: target.url, file: good, hasMasterKey })).toMatchObject({ migrated: [] });
	});

	function write(name: string, bytes: Buffer): string {
		const file = join(folder, name);
		writeFileSync(file, bytes);
		return file;
	}
	function flip(bytes: Buffer, at: number): Buffer {
		const changed = Buffer.from(bytes);
		changed[at] = (changed[at] ?? 0) ^ 1;
		return changed;
	}
	/** The frames without those of the last table that has rows. */
	function withoutATable(all: Buffer): Buffer {
		const frames: { kind: string; bytes: Buffer }[] = [];
		for (let at = 0; at < all.length; ) {
			const end = at + 5 + all.readUInt32BE(at + 1);
			frames.push({ kind: all.toString('latin1', at, at + 1), bytes: all.subarray(at, end) });
			at = end;
		}
		const lastRows = frames.findLastIndex((f) => f.kind === 'D');
		const from = frames.findLastIndex((f, i) => i < lastRows && f.kind === 'T');
		const to = frames.findIndex((f, i) => i > lastRows && f.kind === 'E');
		return Buffer.concat([...frames.slice(0, from), ...frames.slice(to + 1)].map((f) => f.bytes));
	}
});

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LocalPostgres, startLocalPostgres } from '@pangea/local-postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { databaseFolder, masterKey } from '../src/data-folder.ts';
import { readOptions } from '../src/options.ts';

const REPLAY = fileURLToPath(new URL('../src/replay.ts', import.meta.url));

let folder: string;
let data: string;
let document: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'pangea launcher '));
	data = join(folder, 'data');
	document = join(folder, 'page.json');
	writeFileSync(
		document,
		JSON.stringify({
			code: 0,
			message: 'Success',
			request_id: '1',
			data: { orders: [{ id: '577', status: 'AWAITING_SHIPMENT', create_time: 1, update_time: 1, line_items: [] }], total_count: 1 },
		}),
	);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function replay(...args: string[]): { status: number | null; stdout: string; stderr: string } {
	const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => key !== 'DATABASE_URL' && !key.startsWith('PANGEA_')));
	return spawnSync(process.execPath, [REPLAY, ...args], { encoding: 'utf8', env });
}

async function makeDatabase(): Promise<LocalPostgres> {
	mkdirSync(data, { recursive: true });
	masterKey(data);
	const server = await startLocalPostgres({ folder: databaseFolder(data), durable: false });
	await server.ensureDatabase('pangea');
	return server;
}

const isUp = (): boolean => existsSync(join(databaseFolder(data), 'data', 'postmaster.pid'));

test('without a database the replay says what to start', () => {
	const { status, stderr } = replay('--data', data, '--platform', 'tiktok-shop', document);
	expect(status).toBe(2);
	expect(stderr).toMatch(/no database in .* yet\. Start the workbench once with npm start/);
	expect(existsSync(data)).toBe(false);
});

test('the replay starts the embedded database of a stopped workbench, and stops it', { timeout: 60_000 }, async () => {
	await (await makeDatabase()).stop();
	const { status, stdout, stderr } = replay('--data', data, '--platform', 'tiktok-shop', document);
	expect(stderr).toBe('');
	expect(stdout).toContain('quarantined\t577');
	expect(status).toBe(0);
	expect(isUp()).toBe(false);
});

test('the replay uses the database of a running workbench, and leaves it running', { timeout: 60_000 }, async () => {
	const server = await makeDatabase();
	writeFileSync(join(data, 'launcher.pid'), String(process.pid));
	try {
		const { status, stdout } = replay('--platform', 'tiktok-shop', document, '--data', data);
		expect(stdout).toContain('quarantined\t577');
		expect(status).toBe(0);
		expect(isUp()).toBe(true);
	} finally {
		await server.stop();
	}
});

test('a start afresh with somebody’s own database is refused, for it would not be emptied', () => {
	const env = { DATABASE_URL: 'postgres://me@db.example/pangea' };
	expect(() => readOptions(['--fresh'], env, '/home')).toThrow(/never the one that DATABASE_URL names/);
	expect(readOptions([], env, '/home')).toMatchObject({ fresh: false, databaseUrl: env.DATABASE_URL });
});

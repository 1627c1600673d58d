import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FileStore, folderStore, s3Store } from '../src/index.ts';
import { collect } from './home.ts';
import { KEY, type StandIn, startStandIn } from './s3-stand-in.ts';

const key = `${crypto.randomUUID()}/${crypto.randomUUID()}`;
let folder: string;
let standIn: StandIn;
const stores: Record<string, () => FileStore> = {
	'a folder': () => folderStore(folder),
	'a bucket': () => s3Store({ ...KEY, url: standIn.url }),
};
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'pangea-store-'));
	standIn = await startStandIn();
});
afterAll(async () => {
	await standIn.close();
	await rm(folder, { recursive: true, force: true });
});

async function* pieces(bytes: Buffer, fails = false): AsyncGenerator<Buffer> {
	for (let at = 0; at < bytes.length; at += 300_000) yield bytes.subarray(at, at + 300_000);
	if (fails) throw new Error('the rows ended badly');
}

describe.each(Object.keys(stores))('%s', (name) => {
	test('gives back what it was given, small and of several parts', async () => {
		const store = stores[name]?.() ?? folderStore(folder);
		for (const size of [0, 1000, 8 * 1024 * 1024, 20_000_001]) {
			const bytes = randomBytes(size);
			expect(await store.write(key, pieces(bytes))).toBe(size);
			expect((await collect(store.read(key))).equals(bytes)).toBe(true);
		}
		await store.remove(key);
		await store.remove(key);
		await expect(collect(store.read(key))).rejects.toMatchObject({ code: 'ENOENT' });
	});

	test('keeps nothing of what ended badly', async () => {
		const store = stores[name]?.() ?? folderStore(folder);
		for (const size of [1000, 20_000_000])
			await expect(store.write(key, pieces(randomBytes(size), true))).rejects.toThrow('the rows ended badly');
		await expect(collect(store.read(key))).rejects.toMatchObject({ code: 'ENOENT' });
		expect(standIn.open.size).toBe(0);
		expect(await readdir(join(folder, key.split('/')[0] ?? ''))).toEqual([]);
	});
});

describe('a bucket', () => {
	test('refuses who signs with another secret, and an upload whose part fails is aborted', async () => {
		const other = s3Store({ ...KEY, secret: 'another', url: standIn.url });
		await expect(other.write(key, pieces(randomBytes(10)))).rejects.toThrow('403');
		standIn.failPart = 2;
		await expect(s3Store({ ...KEY, url: standIn.url }).write(key, pieces(randomBytes(20_000_000)))).rejects.toThrow('403');
		standIn.failPart = null;
		expect([standIn.open.size, standIn.objects.size]).toEqual([0, 0]);
	});
});

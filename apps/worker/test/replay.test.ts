import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestDatabase, type TestDatabase, witness } from '@pangea/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { splitLines } from '../src/documents.ts';
import { readCommand, UsageError } from '../src/replay.ts';

const main = fileURLToPath(new URL('../src/replay-main.ts', import.meta.url));
let home: TestDatabase;
let folder: string;

beforeAll(async () => {
	home = await createTestDatabase();
	folder = mkdtempSync(join(tmpdir(), 'pangea-replay-'));
});
afterAll(async () => {
	await home.drop();
	rmSync(folder, { recursive: true, force: true });
});

function replay(
	args: string[],
	options: { input?: string; env?: Record<string, string> } = {},
): Promise<{ code: number; out: string; err: string }> {
	const env = {
		...process.env,
		DATABASE_URL: home.url,
		PANGEA_MASTER_KEY: Buffer.alloc(32, 5).toString('hex'),
		INIT_CWD: folder,
		...options.env,
	};
	return new Promise((resolve) => {
		const child = execFile(process.execPath, [main, ...args], { env, maxBuffer: 1 << 26 }, (error, out, err) => {
			resolve({ code: error ? Number(error.code) : 0, out, err });
		});
		child.stdin?.end(options.input ?? '');
	});
}

describe('the command line', () => {
	test.each([
		[['file.json'], /--platform is missing/],
		[['--platform', 'ebay', 'file.json'], /"ebay" is none of amazon, temu/],
		[['--platform', 'temu'], /No path is given/],
		[['--platform', 'temu', '--store', 'x', 'file.json'], /--store must be an id/],
		[['--platform', 'temu', '--frobnicate', 'file.json'], /frobnicate/],
	])('refuses %j with a sentence', (args, sentence) => {
		expect(() => readCommand(args, '/')).toThrow(UsageError);
		expect(() => readCommand(args, '/')).toThrow(sentence);
	});
	test('takes paths relative to where it was called', () => {
		expect(readCommand(['--platform', 'temu', 'a.json', '/b.json', '-'], '/home/x')?.paths).toEqual(['/home/x/a.json', '/b.json', '-']);
	});
	test('ends with code 2 and the usage for a wrong platform, a missing file and a missing database', async () => {
		for (const [args, env, sentence] of [
			[['--platform', 'ebay', 'x'], {}, 'is none of'],
			[['--platform', 'temu', 'missing.json'], {}, 'cannot be read'],
			[['--platform', 'temu', '--site', 'XX', 'missing.json'], {}, 'has no site XX'],
			[['--platform', 'temu', 'x'], { DATABASE_URL: '' }, 'DATABASE_URL is missing'],
		] as const) {
			const { code, err } = await replay([...args], { env });
			expect([code, err.includes(sentence)]).toEqual([2, true]);
		}
	}, 60_000);
	test('tells its usage when asked', async () => {
		expect(await replay(['--help'])).toMatchObject({ code: 0, err: '', out: expect.stringContaining('Usage: npm run replay') });
	});
});

describe('files', () => {
	test('with one JSON document a line give one document each, others stay whole', () => {
		const names = (text: string): string[] => splitLines('f', Buffer.from(text)).map((d) => d.name);
		expect(names('{"a":1}\n{"b":2}\n\n[3]')).toEqual(['f:1', 'f:2', 'f:4']);
		expect(names('{\n"a": 1\n}')).toEqual(['f']);
		expect(names('id\tname\n1\tx')).toEqual(['f']);
		expect(names('{"a":1}\n{broken')).toEqual(['f:1', 'f:2']);
		expect(names('')).toEqual(['f']);
	});
	test('that hold no orders are named as such, from folders and standard input alike', async () => {
		mkdirSync(join(folder, 'deep', 'er'), { recursive: true });
		writeFileSync(join(folder, 'deep', 'er', 'a.json'), '{"hello": 1}');
		writeFileSync(join(folder, 'deep', 'b.txt'), 'no order');
		const { code, out } = await replay(['--platform', 'mercado-libre', 'deep', '-'], { input: '{"x":1}\n{"y":2}\n' });
		expect(code).toBe(1);
		expect(out.match(/^notAnOrderDocument\t-\t/gm)).toHaveLength(4);
		expect(out).toContain('4 records: 4 notAnOrderDocument');
	}, 30_000);
});

interface Pair {
	request: unknown;
	response: unknown;
}

/** The static sandbox pairs that Amazon publishes inside its models, one JSON document a line. */
function sandboxPairs(model: unknown): string[] {
	if (typeof model !== 'object' || model === null) return [];
	const own = 'x-amzn-api-sandbox' in model ? ((model['x-amzn-api-sandbox'] as { static?: Pair[] }).static ?? []) : [];
	return [...own.map((pair) => JSON.stringify(pair)), ...Object.values(model).flatMap(sandboxPairs)];
}

async function twice(platform: string, path: string): Promise<{ first: string; second: string }> {
	const runs = [];
	for (let i = 0; i < 2; i++) {
		const run = await replay(['--platform', platform, path]);
		expect(run).toMatchObject({ code: 0, err: '' });
		runs.push(run.out);
	}
	const [first = '', second = ''] = runs;
	return { first, second };
}
const lines = (out: string, became: string): number => out.match(new RegExp(`^${became}\\t`, 'gm'))?.length ?? 0;

const amazon = witness('amazon');
describe.skipIf(!amazon)('Amazon’s sandbox pairs', () => {
	test('are accounted for one by one, those that contradict themselves with their cause, and nothing is new the second time', async () => {
		const pairs = ['orders_2026-01-01', 'ordersV0'].flatMap((name) => sandboxPairs(amazon?.json(`models/openapi/${name}.json`)));
		expect(pairs.length).toBeGreaterThan(30);
		const file = join(folder, 'pairs.ndjson');
		writeFileSync(file, pairs.join('\n'));
		const { first, second } = await twice('amazon', file);
		expect(lines(first, 'new')).toBeGreaterThan(5);
		expect(lines(first, 'quarantined')).toBe(first.match(/^quarantined\t.+\t.+\t\S.*$/gm)?.length);
		expect(first.match(/^\w+\t/gm)?.length).toBeGreaterThanOrEqual(pairs.length);
		expect([lines(second, 'new'), lines(second, 'changed')]).toEqual([0, 0]);
		expect(lines(second, 'quarantined')).toBe(lines(first, 'quarantined'));
	}, 60_000);
});

describe.each(['temu', 'mercado-libre', 'tiktok-shop'])('the sample answers of %s', (platform) => {
	const published = witness(platform);
	test.skipIf(!published)(
		'are all accounted for, the orders among them are stored, and nothing is new the second time',
		async () => {
			const { first, second } = await twice(platform, join(published?.folder ?? '', 'samples'));
			expect(lines(first, 'new')).toBeGreaterThan(4);
			const documents = new Set(first.match(/^\w+\t[^\t]*\t[^\t\n]+/gm)?.map((l) => l.split('\t')[2]?.replace(/:\d+$/, '')));
			expect(documents.size).toBe(published?.files('samples', '').length);
			expect([lines(second, 'new'), lines(second, 'changed')]).toEqual([0, 0]);
		},
		60_000,
	);
});

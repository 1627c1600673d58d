import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openReplayHome, type ReplayHome, storedRows } from './replay-home.ts';

const main = fileURLToPath(new URL('../src/replay-main.ts', import.meta.url));
let home: ReplayHome;
let folder: string;

beforeAll(async () => {
	home = await openReplayHome();
	folder = mkdtempSync(join(tmpdir(), 'pangea-replay-'));
});
afterAll(async () => {
	await home.close();
	rmSync(folder, { recursive: true, force: true });
});

/** The command as a person starts it. */
async function run(args: string[], input = ''): Promise<{ code: number | null; out: string; err: string }> {
	const env = { ...process.env, DATABASE_URL: home.url, PANGEA_MASTER_KEY: Buffer.alloc(32, 7).toString('hex'), INIT_CWD: folder };
	const child = spawn(process.execPath, [main, ...args], { env });
	const texts = { out: '', err: '' };
	child.stdout.on('data', (chunk: Buffer) => void (texts.out += chunk));
	child.stderr.on('data', (chunk: Buffer) => void (texts.err += chunk));
	child.stdin.on('error', () => {});
	child.stdin.end(input);
	const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
	return { code, ...texts };
}

const write = (name: string, content: string): string => {
	writeFileSync(join(folder, name), content);
	return join(folder, name);
};

/** An answer of ordersV0 with one order, an empty one-line document of a store's export. */
const order = (id: string, more: object = {}): object => ({
	AmazonOrderId: id,
	PurchaseDate: '2026-10-01T10:00:00Z',
	LastUpdateDate: '2026-10-01T10:00:00Z',
	OrderStatus: 'Unshipped',
	MarketplaceId: 'ATVPDKIKX0DER',
	OrderTotal: { Amount: '10.10', CurrencyCode: 'USD' },
	...more,
});

describe('a command that cannot be run ends with code 2, a sentence and the usage', () => {
	test.each<[string, string[], string, string]>([
		['an unknown platform', ['--platform', 'ebay', 'x'], '', '--platform "ebay" is none of amazon'],
		['a path that is not there', ['--platform', 'temu', 'nowhere.json'], '', 'nowhere.json cannot be read'],
		['an empty standard input', ['--platform', 'temu', '-'], '', 'Standard input is empty.'],
		['a store that is not there', ['--platform', 'temu', '--store', randomUUID(), '-'], '{}', 'There is no store '],
		['a workspace that is not there', ['--platform', 'temu', '--workspace', randomUUID(), '-'], '{}', 'There is no workspace '],
	])(
		'%s',
		async (_name, args, input, sentence) => {
			const { code, err } = await run(args, input);
			expect(err).toContain(sentence);
			expect(err).toContain('Usage: npm run replay');
			expect([code, err.includes('    at ')]).toEqual([2, false]);
		},
		30_000,
	);

	test('a store of another platform, an empty folder, a broken link, before anything is fed', async () => {
		const { storeId } = await home.feed('amazon', ['-'], { input: JSON.stringify(order('known')) });
		mkdirSync(join(folder, 'empty'), { recursive: true });
		mkdirSync(join(folder, 'broken'), { recursive: true });
		const good = write('good.json', JSON.stringify(order('not fed')));
		symlinkSync(join(folder, 'gone.json'), join(folder, 'broken', 'link.json'));
		const refused = async (paths: string[], more = {}) =>
			await home.feed('temu', paths, more).catch((error: Error) => [error.name, error.message]);
		expect(await refused([good], { storeId })).toEqual(['UsageError', `The store ${storeId} is one of amazon, not of temu.`]);
		expect(await refused([good, join(folder, 'empty')])).toEqual([
			'UsageError',
			expect.stringMatching(/^The folder .*empty holds no file\.$/),
		]);
		expect(await refused([good, join(folder, 'broken')])).toEqual(['UsageError', expect.stringMatching(/link\.json cannot be read/)]);
		expect(
			(await storedRows(home.database, (await home.feed('amazon', ['-'], { input: JSON.stringify(order('known')) })).workspaceId)).has(
				'not fed',
			),
		).toBe(false);
	});

	// A file that exists and refuses to be read, also to the superuser.
	const unreadable = '/proc/self/mem';
	test.skipIf(!existsSync(unreadable))('a file that refuses to be read', async () => {
		await expect(home.feed('temu', [unreadable])).rejects.toMatchObject({ name: 'UsageError', message: `${unreadable} cannot be read.` });
	});
});

describe('documents without orders', () => {
	test('end with code 1 and a sentence when nothing else was fed, each named with its cause', async () => {
		write('text.txt', 'Dear support, please find my orders attached');
		write('void.json', '');
		write('other.json', '{"hello":"world"}');
		const { code, out, err } = await run(['--platform', 'tiktok-shop', 'text.txt', 'void.json', 'other.json']);
		expect(out.split('\n').slice(0, 3)).toEqual([
			`notAnOrderDocument\t-\t${join(folder, 'text.txt')}\tIt is no JSON, and no other text of this platform`,
			`notAnOrderDocument\t-\t${join(folder, 'void.json')}\tIt is empty`,
			`notAnOrderDocument\t-\t${join(folder, 'other.json')}\tIt holds no order of this platform`,
		]);
		expect([code, err]).toEqual([1, 'Nothing was read: what was given holds no order answer of TikTok Shop.\n']);
	}, 30_000);

	test('beside one with orders do no harm', async () => {
		const { code, out, err } = await run(
			['--platform', 'amazon', '-'],
			`${JSON.stringify(order('115-0000001-0000001'))}\n{"hello":"world"}\n`,
		);
		expect([code, err]).toEqual([0, '']);
		expect(out).toContain('new\t115-0000001-0000001\tstandard input:1\n');
		expect(out).toContain('2 records: 1 new, 1 notAnOrderDocument');
	}, 30_000);

	test('are no empty lists of orders', async () => {
		const { fates } = await home.feed('amazon', ['-'], { input: '{"orders":[]}' });
		expect(fates).toEqual([{ became: 'noOrders', id: '-', document: 'standard input', cause: '' }]);
	});
});

describe('the same records', () => {
	test('come alike from lines, from a folder and from standard input, and once stored are unchanged', async () => {
		const documents = ['1', '2', '3'].map((id) => JSON.stringify(order(id)));
		const lines = write('orders.ndjson', `${documents.join('\n')}\n`);
		mkdirSync(join(folder, 'case', 'deep'), { recursive: true });
		documents.forEach((text, i) => write(join('case', i === 2 ? 'deep' : '', `${i}.json`), text));
		symlinkSync(join(folder, 'case'), join(folder, 'case', 'deep', 'round'));
		const ways: [string[], string?][] = [[[lines]], [[join(folder, 'case')]], [['-'], documents.join('\n')]];
		const seen = [];
		for (const [paths, input] of ways) {
			const workspaceId = await home.workspace();
			const feed = async () => await home.feed('amazon', paths, { workspaceId, ...(input === undefined ? {} : { input }) });
			expect((await feed()).fates.map((f) => [f.became, f.id])).toEqual([
				['new', '1'],
				['new', '2'],
				['new', '3'],
			]);
			expect((await feed()).fates.map((f) => f.became)).toEqual(['unchanged', 'unchanged', 'unchanged']);
			seen.push([...(await storedRows(home.database, workspaceId)).values()].sort((a, b) => (a.id < b.id ? -1 : 1)));
		}
		expect(seen[0]).toHaveLength(3);
		expect(seen[1]).toEqual(seen[0]);
		expect(seen[2]).toEqual(seen[0]);
	});

	test('go into the store that is named, newer ones change it, older ones never win', async () => {
		const at = (minute: string, status: string): string =>
			JSON.stringify(order('9', { LastUpdateDate: `2026-10-01T10:${minute}:00Z`, OrderStatus: status }));
		const { storeId, workspaceId } = await home.feed('amazon', ['-'], {
			input: at('10', 'Unshipped'),
			workspaceId: await home.workspace(),
		});
		const became = async (input: string) => (await home.feed('amazon', ['-'], { input, storeId })).fates.map((f) => f.became);
		expect(await became(at('20', 'Shipped'))).toEqual(['changed']);
		expect(await became(at('05', 'Canceled'))).toEqual(['older']);
		expect((await storedRows(home.database, workspaceId)).get('9')).toMatchObject({ state: 'shipped', rawStatus: 'Shipped' });
	});

	test('that cannot be read wait in quarantine and leave it when they come readable', async () => {
		const workspaceId = await home.workspace();
		const broken = JSON.stringify(order('7', { PurchaseDate: 'soon' }));
		const feed = async (input: string) => (await home.feed('amazon', ['-'], { input, workspaceId })).fates.map((f) => [f.became, f.cause]);
		const waiting = async () =>
			await home.database.inWorkspace(workspaceId, ({ db }) => db.selectFrom('quarantine').select(['external_id', 'state']).execute());
		expect(await feed(broken)).toEqual([['quarantined', 'PurchaseDate "soon" is not a plausible time']]);
		expect(await feed(broken)).toEqual([['quarantined', 'PurchaseDate "soon" is not a plausible time']]);
		expect(await waiting()).toEqual([{ external_id: '7', state: 'waiting' }]);
		expect(await feed(JSON.stringify(order('7')))).toEqual([['new', '']]);
		expect(await waiting()).toEqual([{ external_id: '7', state: 'replayed' }]);
	});
});

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Database } from '@pangea/db';
import type { Order } from '@pangea/domain';
import { type Jobs, startJobs } from '@pangea/jobs';
import type { Outcome, PlatformAdapter } from '@pangea/platform-contract';
import type { HeldOrder, PublishedPlatform } from '@pangea/platform-contract/mutations';
import { bindConnection, createEngine, pullStore, saveApp } from '@pangea/sync';
import { createTestDatabase, mutate, type Mutation, recordMutations, type TestDatabase, witness } from '@pangea/testing';
import { masterKeyFromText } from '@pangea/vault';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publishedAmazon } from '../../../packages/platforms/amazon/test/published-amazon.ts';
import { publishedGlobal, publishedLocal } from '../../../packages/platforms/mercado-libre/test/published-mercado-libre.ts';
import { publishedTemu } from '../../../packages/platforms/temu/test/published-temu.ts';
import { publishedTiktok } from '../../../packages/platforms/tiktok-shop/test/published-tiktok.ts';

/*
 * Mutated orders on their whole way: over real HTTP, through the adapter and the engine's pull, into PostgreSQL, which has its own ideas of
 * characters, numbers and times. Every second order is a good one.
 */

const WORKSPACE = '11111111-1111-7111-8111-111111111111';
const SIZE = process.env['PANGEA_MUTATIONS'] ? 1000 : 80;
const SEED = Number(process.env['PANGEA_SEED'] ?? 1);

const platforms: [string, PublishedPlatform | null][] = [
	['Amazon', of('amazon', publishedAmazon)],
	['TikTok Shop', of('tiktok-shop', publishedTiktok)],
	['Temu', of('temu', publishedTemu)],
	['Mercado Libre, cross-border', of('mercado-libre', publishedGlobal)],
	['Mercado Libre, local sellers', of('mercado-libre', publishedLocal)],
];

function of(name: string, make: (found: NonNullable<ReturnType<typeof witness>>) => PublishedPlatform): PublishedPlatform | null {
	const found = witness(name);
	return found && make(found);
}

let home: TestDatabase;
let database: Database;
let jobs: Jobs;
beforeAll(async () => {
	home = await createTestDatabase();
	database = new Database({ url: home.url, name: 'test', onIdleError: () => {} });
	jobs = await startJobs({ url: home.url, name: 'test', maintains: false, onError: () => {} });
	await database.inWorkspace(WORKSPACE, ({ db }) =>
		db.insertInto('workspace').values({ workspace_id: WORKSPACE, name: 'W', base_currency: 'USD', zone: 'UTC' }).execute(),
	);
});
afterAll(async () => {
	await jobs.stop(1000);
	await database.close();
	await home.drop();
});

/** What PostgreSQL cannot hold: a zero character, half a pair, more than its integers, more than an index takes. */
const HOSTILE: Omit<Mutation, 'place'>[] = [
	{ kind: 'text', choice: 13 },
	{ kind: 'text', choice: 21 },
	{ kind: 'number', choice: 18 },
	{ kind: 'number', choice: 13 },
	{ kind: 'huge', choice: 7 },
];

/** Orders five seconds apart, every second one mutated: in turn by chance and by what PostgreSQL cannot hold. */
function heldBy(platform: PublishedPlatform): { held: HeldOrder[]; good: string[] } {
	const mutations = fc.sample(recordMutations, { numRuns: SIZE, seed: SEED });
	HOSTILE.forEach((hostile, nth) => {
		for (let i = 3 + 4 * nth, place = 0; i < SIZE; i += 4 * HOSTILE.length, place++) mutations[i] = [{ ...hostile, place }];
	});
	const held = Array.from({ length: SIZE }, (_, i) => {
		const order = platform.orders[i % platform.orders.length] ?? '';
		const placed = platform.placed(order, 1000 + i, Date.parse(platform.window.from) + i * 5000);
		return i % 2 === 0 ? placed : { ...placed, text: mutate(placed.text, mutations[i] ?? []).toString('utf8') };
	});
	return { held, good: held.filter((_, i) => i % 2 === 0).map((one) => one.id) };
}

async function serve(platform: PublishedPlatform, held: readonly HeldOrder[]) {
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const body = Buffer.concat(chunks).toString('utf8');
			const url = `http://platform.example${request.url}`;
			const answer = platform.answer(held, { operation: '', method: 'GET', url, body: body === '' ? '{}' : body, idempotent: true });
			const { status, body: text } = typeof answer === 'string' ? { status: 200, body: answer } : answer;
			response.writeHead(status, { 'content-type': 'application/json' }).end(text);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		stop: () => void (server.closeAllConnections(), server.close()),
	};
}

/** The adapter with a grant in hand and no budget to wait for; `seen` takes what its pages hold. */
function bound(platform: PublishedPlatform, seen: Outcome<Order>[]): PlatformAdapter {
	const { adapter } = platform;
	return {
		...adapter,
		manifest: { ...adapter.manifest, budgets: adapter.manifest.budgets.map((b) => ({ ...b, rate: 100_000, burst: 100_000 })) },
		authorization: { exchange: () => Promise.resolve(platform.grant) },
		stores: { list: () => Promise.resolve([platform.store]) },
		orders: {
			...adapter.orders,
			async *pull(...call) {
				for await (const page of adapter.orders.pull(...call)) {
					seen.push(...page.items);
					yield page;
				}
			},
		},
	};
}

// PostgreSQL's text has no zero character and no half of a pair.
const stored = (id: string): string => Buffer.from(id.replaceAll('\0', '\uFFFD')).toString('utf8');

describe('mutated orders of', () => {
	test.each(platforms)(
		'%s end as rows or in quarantine, and the store’s cursor goes on',
		async (name, platform) => {
			if (!platform) return;
			const { held, good } = heldBy(platform);
			const server = await serve(platform, held);
			const seen: Outcome<Order>[] = [];
			const adapter = bound(platform, seen);
			const engine = createEngine({
				database,
				jobs,
				registry: new Map([[adapter.id, adapter]]),
				master: masterKeyFromText(Buffer.alloc(32, 3).toString('hex')),
				log: { info: () => {}, warn: () => {}, error: () => {} },
				hosts: () => Object.fromEntries(Object.keys(adapter.manifest.hosts).map((key) => [key, server.base])),
				now: () => platform.now,
			});
			await saveApp(engine, WORKSPACE, adapter.id, platform.app);
			const { stores } = await bindConnection(engine, WORKSPACE, adapter.id, { kind: 'paste', fields: {}, host: platform.grant.host });
			const storeId = stores[0]?.storeId ?? '';
			const since = platform.window.from;
			await database.inWorkspace(WORKSPACE, ({ db }) =>
				db.updateTable('pull_cursor').set({ watermark: since }).where('store_id', '=', storeId).execute(),
			);
			const run = await pullStore(engine, { workspaceId: WORKSPACE, storeId }, new AbortController().signal);
			server.stop();
			const { cursor, rows, aside } = await database.inWorkspace(WORKSPACE, async ({ db }) => ({
				cursor: await db.selectFrom('pull_cursor').selectAll().where('store_id', '=', storeId).executeTakeFirstOrThrow(),
				rows: await db.selectFrom('orders').select('external_id').where('store_id', '=', storeId).execute(),
				aside: await db.selectFrom('quarantine').select(['external_id', 'cause']).where('store_id', '=', storeId).execute(),
			}));
			const ids = new Set(rows.map((row) => row.external_id));
			const kept = new Set(aside.map((row) => row.external_id));
			expect(run).toMatchObject({ state: 'done' });
			expect(cursor).toMatchObject({ page_cursor: null, window_until: null });
			expect(Date.parse(cursor.watermark)).toBeGreaterThan(Date.parse(since) + SIZE * 5000);
			expect(good.filter((id) => !ids.has(id))).toEqual([]);
			const lost = seen.filter((one) => {
				const id = one.ok ? stored(one.value.externalId) : one.externalId && stored(one.externalId);
				return one.ok ? !ids.has(id ?? '') && !kept.has(id) : !kept.has(id);
			});
			expect(lost).toEqual([]);
			expect(aside.filter((row) => row.cause === '')).toEqual([]);
			expect(aside.length).toBeGreaterThan(SIZE / 20);
			const refused = Object.entries(Object.groupBy(aside, (row) => /\(database code \w+\)/.exec(row.cause)?.[0] ?? 'not understood'));
			const told = refused.map(([cause, all]) => `${all?.length} ${cause}`).join(', ');
			if (process.env['PANGEA_MUTATIONS'])
				process.stdout.write(`\n${name} in PostgreSQL: ${SIZE / 2} mutated of ${SIZE}; ${rows.length} rows, quarantined ${told}\n`);
		},
		600_000,
	);
});

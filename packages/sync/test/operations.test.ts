import { setTimeout as sleep } from 'node:timers/promises';
import {
	alignBuyerDeaths,
	chooseBuyerDataDays,
	connectionById,
	connectionSecret,
	findOverdue,
	pairingLock,
	purgeRuns,
	type Scope,
	saveGrantTimes,
	setConnectionState,
	storeListingsLock,
	storeMessagesLock,
	storeOrdersLock,
} from '@pangea/db';
import { storeBackfill, storePull } from '@pangea/jobs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NotActiveError } from '@pangea/domain';
import {
	backfillStore,
	bindConnection,
	buyerDataLives,
	createOperations,
	disconnect,
	pullStore,
	purgeExpired,
	refreshStores,
	sharedBudgets,
} from '../src/index.ts';
import { buyerDeath } from '../src/buyer-data.ts';
import { toOrder } from './scripted-platform.ts';
import { bindStore, contents, type Home, openHome, OTHER_WORKSPACE, WORKSPACE } from './home.ts';

const HOUR = 3_600_000;
const SIGNAL = new AbortController().signal;
let home: Home;
let now: number;

beforeEach(async () => {
	home = await openHome({ backfillWindowDays: 20 });
	now = Date.now();
});
afterEach(() => home.close());

/** Puts `n` orders on the platform, one an hour, the newest `newest` hours ago. */
function fill(n: number, newest = 1): void {
	for (let i = 0; i < n; i++) home.platform.orders.set(`o${i}`, { id: `o${i}`, updatedAt: now - (newest + i) * HOUR, status: 'PAID' });
}
const since = (hours: number): string => new Date(now - hours * HOUR).toISOString();
const events = async (kind: string): Promise<number> => (await contents(home.database)).events.filter((e) => e.kind === kind).length;

describe('binding', () => {
	test('makes connection, secret, store, cursor, history plan and jobs, and again keeps them', async () => {
		const ids = await bindStore(home.engine, WORKSPACE, since(3));
		const again = await bindConnection(home.engine, WORKSPACE, 'temu', { kind: 'paste', fields: {}, host: 'api' });
		expect(again).toEqual({ connectionId: ids.connectionId, stores: [{ storeId: ids.storeId, externalId: 'shop-1', added: false }] });
		const cursor = await home.database.inWorkspace(WORKSPACE, ({ db }) =>
			db.selectFrom('pull_cursor').selectAll().executeTakeFirstOrThrow(),
		);
		expect(cursor.watermark).toBe(since(3));
		expect([await home.jobs.pending(storePull.name), await home.jobs.pending(storeBackfill.name)]).toEqual([1, 1]);
	});
	test('keeps no secret in the clear anywhere', async () => {
		await bindStore(home.engine);
		const rows = await home.database.inWorkspace(WORKSPACE, async ({ db }) => [
			await db.selectFrom('connection_secret').selectAll().execute(),
			await db.selectFrom('app_credential').selectAll().execute(),
			await db.selectFrom('connection').selectAll().execute(),
		]);
		const text = JSON.stringify(rows, (_, v: unknown) =>
			v && typeof v === 'object' && 'data' in v ? Buffer.from(v.data as number[]).toString('latin1') : v,
		);
		expect(text).not.toMatch(/access-0|refresh-0|abcdef/);
	});
	test('refuses app credentials of the wrong form by the field’s name', async () => {
		await expect(createOperations(home.engine).saveApp(WORKSPACE, 'temu', { secret: 'x' })).rejects.toMatchObject({
			userMessage: { code: 'appCredentialsWrong', params: { field: 'secret' } },
		});
	});
	test('refreshing the stores emits only when something changed', async () => {
		const ids = await bindStore(home.engine);
		const before = await events('connection.changed');
		expect(await refreshStores(home.engine, ids, SIGNAL)).toBe(1);
		expect(await events('connection.changed')).toBe(before);
	});
	test('ends with disconnecting: secrets, buyers and evidence go, orders stay, jobs find nothing', async () => {
		fill(4);
		const ids = await bindStore(home.engine, WORKSPACE, since(10));
		await pullStore(home.engine, ids, SIGNAL);
		expect(await disconnect(home.engine, WORKSPACE, ids.connectionId)).toEqual({
			revokedAtPlatform: false,
			secrets: 1,
			erased: [{ storeId: ids.storeId, buyers: 4, replies: 1, setAside: 0, messages: 0 }],
			stores: 1,
			ordersKept: 4,
		});
		const now = await contents(home.database);
		expect({ orders: now.orders.length, buyers: now.buyers, replies: now.replies }).toEqual({ orders: 4, buyers: 0, replies: 0 });
		expect((await pullStore(home.engine, ids, SIGNAL)).state).toBe('notActive');
		await expect(disconnect(home.engine, OTHER_WORKSPACE, ids.connectionId)).rejects.toThrow(NotActiveError);
	});
	test('waits for all that is being written of the account before it touches anything, so that neither waits for the other', async () => {
		const ids = await bindStore(home.engine);
		const writers: [string, string | ((scope: Scope) => Promise<unknown>)][] = [
			['orders', storeOrdersLock(ids.storeId)],
			['messages', storeMessagesLock(ids.storeId)],
			['listings', storeListingsLock(ids.storeId)],
			['pairings', pairingLock(WORKSPACE)],
			['the grant', (scope) => connectionSecret(scope, ids.connectionId, true)],
		];
		for (const [what, first] of writers) {
			const under = Promise.withResolvers<void>();
			const wrote = home.database.inWorkspace(
				WORKSPACE,
				async (scope) => {
					if (typeof first !== 'string') await first(scope);
					under.resolve();
					await sleep(150);
					// What the writer needs last is what disconnecting changes.
					await saveGrantTimes(scope, ids.connectionId, { access: null, grant: null });
				},
				typeof first === 'string' ? { lock: first } : {},
			);
			await under.promise;
			const [writer, ended] = await Promise.allSettled([wrote, disconnect(home.engine, WORKSPACE, ids.connectionId)]);
			expect([what, writer.status, ended.status]).toEqual([what, 'fulfilled', 'fulfilled']);
			await bindStore(home.engine);
		}
	});
	test('is done again while the grant is being renewed, and neither waits for the other', async () => {
		const ids = await bindStore(home.engine);
		const under = Promise.withResolvers<void>();
		const renewed = home.database.inWorkspace(WORKSPACE, async (scope) => {
			await connectionSecret(scope, ids.connectionId, true);
			under.resolve();
			await sleep(150);
			await saveGrantTimes(scope, ids.connectionId, { access: null, grant: null });
		});
		await under.promise;
		const ends = await Promise.allSettled([renewed, bindStore(home.engine)]);
		expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
	});
	test('is not undone by work under way that the platform refuses meanwhile', async () => {
		const ids = await bindStore(home.engine);
		fill(1);
		home.platform.pageDelay = 300;
		const pulled = pullStore(home.engine, ids, SIGNAL);
		await sleep(100);
		await disconnect(home.engine, WORKSPACE, ids.connectionId);
		await pulled;
		await home.database.inWorkspace(WORKSPACE, async (scope) => {
			expect(await setConnectionState(scope, ids.connectionId, 'needsReconnect', null)).toBe(false);
			expect((await connectionById(scope, ids.connectionId))?.state).toBe('disconnected');
		});
	});
	test('brings buyers and evidence back when the account is bound again, though no order changed meanwhile', async () => {
		fill(4);
		const ids = await bindStore(home.engine);
		await backfillStore(home.engine, ids, SIGNAL);
		const before = await contents(home.database);
		await disconnect(home.engine, WORKSPACE, ids.connectionId);
		expect((await bindStore(home.engine)).storeId).toBe(ids.storeId);
		expect(await backfillStore(home.engine, ids, SIGNAL)).toEqual({ state: 'done', value: 'finished' });
		const now = await contents(home.database);
		expect(now.buyers).toBe(before.buyers);
		expect(now.replies).toBeGreaterThan(0);
		expect([now.orders.length, now.history]).toEqual([before.orders.length, before.history]);
		expect(await backfillStore(home.engine, ids, SIGNAL)).toEqual({ state: 'done', value: 'finished' });
		expect((await contents(home.database)).orders).toEqual(now.orders);
	});
});

describe('retention', () => {
	test('deletes buyers past their date and old evidence, and nothing else', async () => {
		fill(3);
		const ids = await bindStore(home.engine, WORKSPACE, since(10));
		await pullStore(home.engine, ids, SIGNAL);
		expect(await purgeExpired(home.engine, WORKSPACE)).toMatchObject({ buyers: 0, replies: 0, overdue: 0 });
		expect((await contents(home.database)).buyerIds).toBe(3);
		const later = { ...home.engine, now: () => new Date(now + 91 * 24 * HOUR) };
		expect(await purgeExpired(later, WORKSPACE)).toMatchObject({ buyers: 3, replies: 1, overdue: 0 });
		const left = await contents(home.database);
		expect(left.orders).toHaveLength(3);
		expect(left.buyerIds).toBe(0);
	});
	test('keeps a record of each run that says what went of which store and that nothing is overdue', async () => {
		fill(3);
		const ids = await bindStore(home.engine, WORKSPACE, since(10));
		await pullStore(home.engine, ids, SIGNAL);
		const later = { ...home.engine, now: () => new Date(now + 91 * 24 * HOUR) };
		await purgeExpired(later, WORKSPACE);
		const [run] = await home.database.inWorkspace(WORKSPACE, (scope) => purgeRuns(scope, 1));
		expect(run).toMatchObject({
			cause: 'rule',
			at: later.now().toISOString(),
			stores: [{ storeId: ids.storeId, buyers: 3, replies: 1, setAside: 0 }],
			overdue: 0,
			nextAt: null,
		});
	});
	test('tells by the orders’ own dates what should have gone, whatever date stands beside the data', async () => {
		home.platform.orders.set('late', { id: 'late', updatedAt: now, status: 'DELIVERED' });
		const ids = await bindStore(home.engine, WORKSPACE, since(10));
		await pullStore(home.engine, ids, SIGNAL);
		const lives = [{ platform: 'temu', days: 30, openDays: 90, promised: false }];
		const at = (days: number) => new Date(now + days * 24 * HOUR).toISOString();
		const overdue = (days: number) => home.database.inWorkspace(WORKSPACE, (scope) => findOverdue(scope, lives, at(days), at(-999)));
		expect((await overdue(29)).overdue).toBe(0);
		await home.database.inWorkspace(WORKSPACE, async ({ client }) => {
			await client.query(`update buyer_data set dies_at = now() + interval '9 years'`);
			await client.query(`update raw_reply set dies_at = null`);
		});
		expect((await overdue(31)).overdue).toBe(1);
		// The run gives the data its date back before it deletes.
		const later = { ...home.engine, now: () => new Date(now + 31 * 24 * HOUR) };
		expect(await purgeExpired(later, WORKSPACE)).toMatchObject({ buyers: 1, overdue: 0 });
	});
	test('follows what a workspace chose, but never beyond the platform’s own rule', async () => {
		home.platform.orders.set('chosen', { id: 'chosen', updatedAt: now, status: 'DELIVERED' });
		const ids = await bindStore(home.engine, WORKSPACE, since(10));
		await pullStore(home.engine, ids, SIGNAL);
		await home.database.inWorkspace(WORKSPACE, (scope) => chooseBuyerDataDays(scope, 'temu', 5, 'somebody'));
		const later = { ...home.engine, now: () => new Date(now + 6 * 24 * HOUR) };
		expect(await purgeExpired(later, WORKSPACE)).toMatchObject({ buyers: 1, replies: 0, overdue: 0 });
		await home.database.inWorkspace(WORKSPACE, (scope) => chooseBuyerDataDays(scope, 'temu', 300, 'somebody'));
		const lives = await home.database.inWorkspace(WORKSPACE, (scope) => buyerDataLives(home.engine, scope));
		expect(lives.find((life) => life.platform === 'temu')?.days).toBe(300);
		const strict = { from: '2024-01-01', days: 30, openDays: 90, promised: false, standing: 'platform', source: 'a document' } as const;
		const [adapter] = home.engine.registry.values();
		if (!adapter) throw new Error('No platform');
		const stricter = new Map([[adapter.id, { ...adapter, manifest: { ...adapter.manifest, buyerData: [strict] as const } }]]);
		const bound = await home.database.inWorkspace(WORKSPACE, (scope) => buyerDataLives({ ...home.engine, registry: stricter }, scope));
		expect(bound[0]?.days).toBe(30);
	});
	test('takes the promised day for the delivery that a platform never tells', async () => {
		const order = toOrder({ id: 'shipped', updatedAt: now, status: 'SHIPPED' });
		const shipped = { ...order, state: 'shipped' as const, deliverBy: new Date(now + 5 * 24 * HOUR).toISOString(), deliveredAt: null };
		const life = { platform: 'temu', days: 30, openDays: 90 };
		const inDays = (at: string) => (Date.parse(at) - now) / (24 * HOUR);
		expect(inDays(buyerDeath(shipped, { ...life, promised: true }))).toBe(35);
		expect(inDays(buyerDeath({ ...shipped, deliverBy: null }, { ...life, promised: true }))).toBe(30);
		expect(inDays(buyerDeath(shipped, { ...life, promised: false }))).toBe(90);
		const ids = await bindStore(home.engine, WORKSPACE, since(10));
		home.platform.orders.set('one', { id: 'one', updatedAt: now, status: 'PAID' });
		await pullStore(home.engine, ids, SIGNAL);
		await home.database.inWorkspace(WORKSPACE, async (scope) => {
			await scope.client.query(`update orders set state = 'shipped', deliver_by = $1`, [shipped.deliverBy]);
			await alignBuyerDeaths(scope, [{ ...life, promised: true }]);
			const { rows } = await scope.client.query<{ dies_at: string }>('select dies_at from buyer_data');
			expect(rows.map((row) => Math.round(inDays(row.dies_at)))).toEqual([35]);
		});
	});
	test('lets a reply go with the first buyer in it, and keeps none of buyers whose time is over', async () => {
		home.platform.orders.set('old', { id: 'old', updatedAt: now - 40 * 24 * HOUR, status: 'DELIVERED' });
		home.platform.orders.set('new', { id: 'new', updatedAt: now - 20 * 24 * HOUR, status: 'DELIVERED' });
		const ids = await bindStore(home.engine);
		await backfillStore(home.engine, ids, SIGNAL);
		const { rows } = await home.database.inWorkspace(WORKSPACE, ({ client }) =>
			client.query<{ dies_at: string | null; bytes: number }>(
				`select dies_at, coalesce((select sum(parts[3 * i - 1]) from generate_series(1, cardinality(parts) / 3) i), 0)::integer as bytes from raw_reply`,
			),
		);
		// Fetched today, it would stay thirty days for its age alone.
		const ends = rows.filter((row) => row.bytes > 0).map((row) => row.dies_at);
		expect(ends).toEqual([new Date(now + 10 * 24 * HOUR).toISOString()]);
		expect((await contents(home.database)).buyers).toBe(1);
	});
	test('does not even store the buyers of orders delivered long ago', async () => {
		home.platform.orders.set('old', { id: 'old', updatedAt: now - 40 * 24 * HOUR, status: 'DELIVERED' });
		const ids = await bindStore(home.engine);
		await backfillStore(home.engine, ids, SIGNAL);
		const stored = await contents(home.database);
		expect([stored.orders.length, stored.buyers, stored.buyerIds]).toEqual([1, 0, 0]);
	});
});

describe('rate budgets', () => {
	const manifest = {
		id: 'temu' as const,
		budgets: [{ operation: 'call', rate: 20, burst: 10, per: 'connection' as const, source: 'test' }],
	};
	const owner = (urgent: boolean) => ({ workspaceId: WORKSPACE, connectionId: 'c1', storeId: null, urgent });

	test('are shared by several takers to the token', async () => {
		const stop = new AbortController();
		let granted = 0;
		const started = Date.now();
		const takers = Array.from({ length: 4 }, async () => {
			const budgets = sharedBudgets(home.engine, manifest, owner(true));
			for (;;) {
				await budgets.take('call', stop.signal);
				granted++;
			}
		});
		await sleep(1500);
		stop.abort(new Error('over'));
		await Promise.allSettled(takers);
		const most = 10 + (20 * (Date.now() - started)) / 1000;
		expect(granted).toBeLessThanOrEqual(Math.ceil(most) + 1);
		expect(granted).toBeGreaterThan(25);
	});
	test('let live work go before history', async () => {
		const scarce = { ...manifest, budgets: [{ ...manifest.budgets[0]!, rate: 20, burst: 1 }] };
		const stop = new AbortController();
		const done = { live: 0, history: 0 };
		const run = async (kind: 'live' | 'history') => {
			const budgets = sharedBudgets(home.engine, scarce, owner(kind === 'live'));
			for (;;) {
				await budgets.take('call', stop.signal);
				done[kind]++;
			}
		};
		const runs = [run('history'), run('live'), run('live')];
		await sleep(1200);
		stop.abort(new Error('over'));
		await Promise.allSettled(runs);
		expect(done.live).toBeGreaterThan(5 * Math.max(1, done.history));
	});
	test('obey what the platform says: silence, then another rate', async () => {
		const budgets = sharedBudgets(home.engine, manifest, owner(true));
		await budgets.take('call');
		await budgets.adjust('call', { waitMillis: 400, rate: 50 });
		const started = Date.now();
		await sharedBudgets(home.engine, manifest, owner(true)).take('call');
		expect(Date.now() - started).toBeGreaterThanOrEqual(380);
		const bucket = await home.database.inWorkspace(WORKSPACE, ({ db }) =>
			db.selectFrom('rate_bucket').selectAll().executeTakeFirstOrThrow(),
		);
		expect(bucket).toMatchObject({ bucket_key: 'temu:c1:call', rate: 50, base_rate: 20 });
	});
});

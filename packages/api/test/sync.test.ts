import { addMember, openGap, saveRecount, saveRecountWindow, startPullCursor, upsertConnection, upsertStores } from '@pangea/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SessionUser } from '../src/index.ts';
import { historyEnds } from '../src/sync/sync.view.ts';
import { createTestApi, type TestApi } from './workbench.ts';

let api: TestApi;
let owner: SessionUser;
let agent: SessionUser;
let workspaceId: string;
let foreign: string;
let stores: string[];

/** One that the console still tells of. */
const DAY = { from: startOfDay(-2), until: startOfDay(-1) };

function startOfDay(days: number): string {
	return `${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)}T00:00:00.000Z`;
}

async function workspaceWithStores(user: SessionUser): Promise<{ workspaceId: string; stores: string[] }> {
	const made = await api.as(user).workspace.create({ name: 'W', baseCurrency: 'CNY', zone: 'UTC' });
	const ids = await api.database.inWorkspace(made.workspaceId, async (scope) => {
		const connectionId = await upsertConnection(scope, {
			platform: 'temu',
			externalAccountId: 'a',
			accountName: 'A',
			host: 'us',
			scopes: [],
			accessExpiresAt: null,
			grantExpiresAt: null,
		});
		const written = await upsertStores(
			scope,
			connectionId,
			['one', 'two'].map((externalId) => ({
				platform: 'temu',
				externalId,
				name: externalId,
				siteId: 'US',
				mode: 'local',
				active: true,
				attributes: {},
				country: 'US',
				currency: 'USD',
				zone: 'UTC',
				language: 'en',
				problem: null,
			})),
		);
		for (const { storeId } of written) await startPullCursor(scope, storeId, DAY.until);
		return written.map((w) => w.storeId);
	});
	return { workspaceId: made.workspaceId, stores: ids };
}

beforeAll(async () => {
	api = await createTestApi();
	owner = await api.user('owner');
	agent = await api.user('agent');
	({ workspaceId, stores } = await workspaceWithStores(owner));
	({ workspaceId: foreign } = await workspaceWithStores(owner));
	const [one = '', two = ''] = stores;
	await api.database.inWorkspace(workspaceId, async (scope) => {
		await addMember(scope, { userId: agent.id, name: 'agent', email: agent.email, role: 'agent', storeScope: [two] });
		await saveRecountWindow(scope, one, { ...DAY, ours: 99, theirs: 100, source: 'report' });
		await saveRecount(scope, one, { state: 'compared', source: 'report', window: null, ticket: null, errorCode: null });
		await openGap(scope, { storeId: one, ...DAY, ours: 99, theirs: 100, source: 'report', missing: ['x'] });
		await scope.client.query(
			`insert into jobs.dead (job_id, name, payload, attempts, error, created_at) values (1, 'store.pull', $1, 4, 'PlatformError', now())`,
			[JSON.stringify({ workspaceId, storeId: one })],
		);
		await scope.client.query(`insert into jobs.job (name, payload, run_at) values ('gap.check', $1, now() + interval '1 hour')`, [
			JSON.stringify({ workspaceId, storeId: one }),
		]);
	});
});
afterAll(() => api.close());

describe('the sync console', () => {
	test('tells of each store what was compared, what waits and what was given up', async () => {
		const [one = '', two = ''] = stores;
		const view = await api.as(owner, workspaceId).sync.overview();
		expect(view.stores.map((s) => s.storeId).sort()).toEqual([...stores].sort());
		expect(view.stores.find((s) => s.storeId === one)).toMatchObject({
			recount: { state: 'compared', source: 'report', windows: [{ ...DAY, ours: 99, theirs: 100 }] },
			jobs: [{ name: 'gap.check', waiting: 1, running: 0 }],
		});
		expect(view.stores.find((s) => s.storeId === two)).toMatchObject({ recount: { state: 'none', windows: [] }, jobs: [] });
		expect(view.dead).toMatchObject([{ name: 'store.pull', error: 'PlatformError', count: 1, storeIds: [one] }]);
		expect(await api.as(owner, workspaceId).stores.gaps({})).toMatchObject([
			{ lacked: 1, source: 'report', state: 'open', filledAt: null },
		]);
	});

	test('shows nothing of a store outside the member’s, and nothing of another workspace', async () => {
		const [one = '', two = ''] = stores;
		const mine = await api.as(agent, workspaceId).sync.overview();
		expect(mine.stores.map((s) => s.storeId)).toEqual([two]);
		expect(JSON.stringify(mine)).not.toContain(one);
		expect(mine.dead).toEqual([]);
		const other = await api.as(owner, foreign).sync.overview();
		expect(JSON.stringify(other)).not.toContain(one);
		expect(other.dead).toEqual([]);
	});

	test('lets those who may send given-up jobs again, within their stores, and keeps a trail', async () => {
		const of = { name: 'store.pull', error: 'PlatformError' };
		await expect(api.as(agent, workspaceId).sync.retryDead(of)).rejects.toMatchObject({ code: 'FORBIDDEN' });
		await api.as(owner, workspaceId).sync.retryDead(of);
		expect(api.calls.filter((c) => c.name === 'retryDead').map((c) => c.args)).toEqual([[workspaceId, null, of]]);
		const trail = await api.database.inWorkspace(workspaceId, ({ db }) =>
			db.selectFrom('audit').select(['action', 'subject', 'user_id']).where('action', '=', 'sync.retryDead').execute(),
		);
		expect(trail).toEqual([{ action: 'sync.retryDead', subject: 'store.pull', user_id: owner.id }]);
	});

	test('compares all stores that are read', async () => {
		await api.as(owner, workspaceId).stores.setEnabled({ storeId: stores[0] ?? '', enabled: false });
		expect(await api.as(owner, workspaceId).sync.checkAll({})).toEqual({ requested: 1 });
		expect(api.calls.filter((c) => c.name === 'checkGaps').map((c) => c.args)).toEqual([[workspaceId, stores[1]]]);
	});
});

describe('the end of a history', () => {
	const row = {
		backfill_state: 'running',
		backfill_started: '2026-11-28T10:00:00.000Z',
		backfill_at: '2026-11-28T11:00:00.000Z',
		history_from: '2026-11-18T10:00:00.000Z',
		reached: '2026-11-26T10:00:00.000Z',
		orders_seen: 250,
		orders_expected: 1000,
	};
	const now = new Date('2026-11-28T11:00:00.000Z');

	test('is estimated by orders where the platform told how many there are', () => {
		expect(historyEnds(row, now)).toEqual({ at: '2026-11-28T14:00:00.000Z', basis: 'orders' });
	});
	test('is estimated by time where it did not', () => {
		expect(historyEnds({ ...row, orders_expected: null }, now)).toEqual({ at: '2026-11-28T15:00:00.000Z', basis: 'time' });
	});
	test.each([
		['nothing has been seen yet', { orders_seen: 0 }],
		['it began a moment ago', { backfill_at: '2026-11-28T10:00:20.000Z' }],
		['more came than was expected', { orders_seen: 1001 }],
		['it is done', { backfill_state: 'done' }],
	])('is not told when %s', (_when, change) => {
		expect(historyEnds({ ...row, ...change }, now)).toBeNull();
	});
});

describe('the kill switch', () => {
	test('stops one store or all, tells since when, and keeps the first moment', async () => {
		const caller = api.as(owner, workspaceId);
		const [one = ''] = stores;
		await caller.sync.setWrites({ storeId: one, allowed: false });
		const since = (await caller.sync.overview()).stores.find((store) => store.storeId === one)?.writesStoppedAt;
		expect(since).toEqual(expect.any(String));
		await caller.sync.setWrites({ storeId: one, allowed: false });
		const after = await caller.sync.overview();
		expect(after.stores.map((store) => store.writesStoppedAt).filter(Boolean)).toEqual([since]);
		expect(after.writesStoppedAt).toBeNull();
		await caller.sync.setWrites({ storeId: null, allowed: false });
		expect((await caller.sync.overview()).writesStoppedAt).toEqual(expect.any(String));
		await caller.sync.setWrites({ storeId: null, allowed: true });
		await caller.sync.setWrites({ storeId: one, allowed: true });
		expect((await caller.sync.overview()).writesStoppedAt).toBeNull();
	});

	test('is not for the stores of others: who sees some can neither stop nor allow all', async () => {
		const [one = '', two = ''] = stores;
		const narrow = await api.user('narrow');
		await api.database.inWorkspace(workspaceId, (scope) =>
			addMember(scope, { userId: narrow.id, name: 'narrow', email: narrow.email, role: 'manager', storeScope: [two] }),
		);
		const caller = api.as(narrow, workspaceId);
		await expect(caller.sync.setWrites({ storeId: null, allowed: false })).rejects.toThrow('notAllowed');
		await expect(caller.sync.setWrites({ storeId: one, allowed: false })).rejects.toThrow('notFound');
		await expect(api.as(owner, workspaceId).sync.setWrites({ storeId: crypto.randomUUID(), allowed: false })).rejects.toThrow('notFound');
		await caller.sync.setWrites({ storeId: two, allowed: false });
		await caller.sync.setWrites({ storeId: two, allowed: true });
	});
});

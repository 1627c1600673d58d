import { deadJobs } from '@pangea/db';
import { gapRefill } from '@pangea/jobs';
import type { NamedOrder, Naming, PlatformAdapter, Window } from '@pangea/platform-contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { acceptDelivery, backfillStore, checkGaps, createOperations, processIntake, pullStore, refillGap } from '../src/index.ts';
import { bindStore, contents, type Home, openHome, OTHER_WORKSPACE, WORKSPACE } from './home.ts';
import { scriptedAdapter } from './scripted-platform.ts';

const HOUR = 3_600_000;
const SIGNAL = new AbortController().signal;
let home: Home;
let now: number;

beforeEach(async () => {
	home = await openHome({ backfillWindowDays: 20 });
	now = Date.now();
});
afterEach(() => home.close());

const since = (hours: number): string => new Date(now - hours * HOUR).toISOString();

/** Orders of the last hours, some of which lists leave out, read as far as lists go. */
async function readWithout(hidden: readonly string[]) {
	for (let i = 0; i < 40; i++) home.platform.orders.set(`o${i}`, { id: `o${i}`, updatedAt: now - (1 + i) * HOUR, status: 'PAID' });
	for (const id of hidden) home.platform.hidden.add(id);
	const ids = await bindStore(home.engine, WORKSPACE, since(60));
	await backfillStore(home.engine, ids, SIGNAL);
	await pullStore(home.engine, ids, SIGNAL);
	return ids;
}

/** The scripted platform with a report beside its list that is ready at the second look. */
function withReport(asked: (Window | string)[]): PlatformAdapter {
	const adapter = scriptedAdapter({ url: home.platform.url });
	const name = (_context: unknown, window: Window, ticket: string | null): Promise<Naming> => {
		asked.push(ticket ?? window);
		if (ticket === null) return Promise.resolve({ state: 'waiting', ticket: 'report 1', seconds: 5 });
		const orders: NamedOrder[] = [...home.platform.orders.values()]
			.map((o) => ({ externalId: o.id, updatedAt: new Date(o.updatedAt).toISOString() }))
			.filter((o) => o.updatedAt >= window.from && o.updatedAt < window.until);
		return Promise.resolve({ state: 'named', orders, until: window.until });
	};
	return { ...adapter, orders: { ...adapter.orders, name } };
}

const read = <T>(table: 'gap' | 'recount' | 'recount_window'): Promise<T[]> =>
	home.database.inWorkspace(WORKSPACE, async ({ db }) => (await db.selectFrom(table).selectAll().execute()) as T[]);

describe('a second source that names orders', () => {
	test('is asked for once, found again by its ticket, and what it names beyond ours is fetched by number', async () => {
		const ids = await readWithout(['o5', 'o30']);
		expect((await contents(home.database)).orders).toHaveLength(38);
		const asked: (Window | string)[] = [];
		const engine = home.another(withReport(asked));
		expect(await checkGaps(engine, ids, SIGNAL)).toEqual({ state: 'wait', seconds: 5 });
		expect(await read('recount')).toMatchObject([{ state: 'waiting', source: 'report', ticket: 'report 1' }]);
		// Another process goes on.
		expect(await checkGaps(home.another(withReport(asked)), ids, SIGNAL)).toEqual({ state: 'done', value: 2 });
		expect(asked).toEqual([expect.objectContaining({ order: 'oldest' }), 'report 1']);
		expect(await read('recount')).toMatchObject([{ state: 'compared', source: 'report', ticket: null }]);
		const gaps = await read<{ gap_id: string; missing: string[]; lacked: number; state: string }>('gap');
		expect(gaps.flatMap((g) => g.missing).sort()).toEqual(['o30', 'o5']);
		expect(gaps.every((g) => g.lacked === 1 && g.state === 'open')).toBe(true);
		for (const { gap_id: gapId } of gaps)
			expect(await refillGap(engine, { workspaceId: WORKSPACE, gapId }, SIGNAL)).toEqual({ state: 'done', value: 'filled' });
		expect((await contents(home.database)).orders).toHaveLength(40);
		const windows = await read<{ ours: number; theirs: number }>('recount_window');
		expect(windows.length).toBeGreaterThan(1);
		expect(windows.filter((w) => w.ours !== w.theirs)).toEqual([]);
	});

	test('tells an order that we hold in an older state', async () => {
		const ids = await readWithout([]);
		home.platform.orders.set('o20', { id: 'o20', updatedAt: now - 2 * HOUR, status: 'SHIPPED' });
		const engine = home.another(withReport([]));
		await checkGaps(engine, ids, SIGNAL);
		expect(await checkGaps(engine, ids, SIGNAL)).toEqual({ state: 'done', value: 1 });
		const [gap] = await read<{ gap_id: string; missing: string[] }>('gap');
		expect(gap?.missing).toEqual(['o20']);
		await refillGap(engine, { workspaceId: WORKSPACE, gapId: gap?.gap_id ?? '' }, SIGNAL);
		expect((await contents(home.database)).orders.find((o) => o.external_id === 'o20')?.raw_status).toBe('SHIPPED');
	});
});

describe('a second source that only counts', () => {
	test('leaves the gap told, and closes it when the order comes by itself', async () => {
		const ids = await readWithout(['o5']);
		expect(await checkGaps(home.engine, ids, SIGNAL)).toEqual({ state: 'done', value: 1 });
		const [gap] = await read<{ gap_id: string }>('gap');
		const ofGap = { workspaceId: WORKSPACE, gapId: gap?.gap_id ?? '' };
		expect(await refillGap(home.engine, ofGap, SIGNAL)).toEqual({ state: 'done', value: 'unexplained' });
		// The same window is not told twice, though its end moves on.
		await checkGaps(home.engine, ids, SIGNAL);
		expect(await read('gap')).toHaveLength(1);
		home.platform.hidden.delete('o5');
		await refillGap(home.engine, ofGap, SIGNAL);
		expect(await checkGaps(home.engine, ids, SIGNAL)).toEqual({ state: 'done', value: 0 });
		expect(await read('gap')).toMatchObject([{ state: 'filled', lacked: 1 }]);
	});

	test('sees an order that lacks beside one that has changed since the last poll', async () => {
		const ids = await readWithout(['o5']);
		// It has left the window at the platform; ours still stands there until the next poll.
		home.platform.orders.set('o6', { id: 'o6', updatedAt: now, status: 'SHIPPED' });
		expect(await checkGaps(home.engine, ids, SIGNAL)).toEqual({ state: 'done', value: 1 });
		expect(await read('gap')).toMatchObject([{ lacked: 1, missing: [] }]);
	});

	test('takes no order for lacking that came as news while lists leave it out', async () => {
		const ids = await readWithout(['o5', 'o7']);
		const body = Buffer.from(JSON.stringify({ delivery: 'd1', account: 'seller-1', ids: ['o5'] }));
		await acceptDelivery(home.engine, { workspaceId: WORKSPACE, platform: 'temu' }, { headers: { 'x-secret': 'abcdef' }, url: '/', body });
		await processIntake(home.engine, { workspaceId: WORKSPACE, platform: 'temu', account: 'seller-1' }, SIGNAL);
		await checkGaps(home.engine, ids, SIGNAL);
		const gaps = await read<{ lacked: number }>('gap');
		expect(gaps.reduce((sum, gap) => sum + gap.lacked, 0)).toBe(1);
	});

	test('names an order that its list shows and no pull brought, and fetches it', async () => {
		const ids = await readWithout([]);
		home.platform.orders.set('late', { id: 'late', updatedAt: now - 5 * HOUR, status: 'PAID' });
		await checkGaps(home.engine, ids, SIGNAL);
		const [gap] = await read<{ gap_id: string; missing: string[] }>('gap');
		expect(gap?.missing).toEqual(['late']);
		expect(await refillGap(home.engine, { workspaceId: WORKSPACE, gapId: gap?.gap_id ?? '' }, SIGNAL)).toEqual({
			state: 'done',
			value: 'filled',
		});
		expect((await contents(home.database)).orders.map((o) => o.external_id)).toContain('late');
	});

	test('goes on with its refill where a spent budget stopped it', async () => {
		// In whichever day it falls, twenty stand beside it: enough for several pages at any hour.
		const ids = await readWithout(['o20']);
		await checkGaps(home.engine, ids, SIGNAL);
		const [gap] = await read<{ gap_id: string }>('gap');
		const ofGap = { workspaceId: WORKSPACE, gapId: gap?.gap_id ?? '' };
		const stop = new AbortController();
		const searches = (): number => home.platform.requests.filter((r) => r === '/search').length;
		home.platform.pageDelay = 20;
		const before = searches();
		let ended = false;
		const whole = refillGap(home.engine, ofGap, stop.signal).finally(() => (ended = true));
		while (!ended && searches() < before + 2) await new Promise((resolve) => setTimeout(resolve, 2));
		stop.abort(new Error('stopped'));
		await expect(whole).rejects.toThrow('stopped');
		const [kept] = await read<{ page_cursor: string | null }>('gap');
		expect(kept?.page_cursor).not.toBeNull();
		const rest = searches();
		await refillGap(home.engine, ofGap, SIGNAL);
		expect(searches() - rest).toBeLessThan(8);
		expect(await read('gap')).toMatchObject([{ state: 'unexplained', page_cursor: null }]);
	});
});

describe('a store of which nothing is read yet', () => {
	test('is not called compared, and keeps the problem it shows', async () => {
		const ids = await bindStore(home.engine);
		const problem = { error_code: 'modeNotServed', error_at: since(0) };
		await home.database.inWorkspace(WORKSPACE, ({ db }) => db.updateTable('store').set(problem).execute());
		expect(await checkGaps(home.engine, ids, SIGNAL)).toEqual({ state: 'done', value: 0 });
		expect(await read('recount')).toEqual([]);
		const [store] = await home.database.inWorkspace(WORKSPACE, ({ db }) => db.selectFrom('store').select('error_code').execute());
		expect(store?.error_code).toBe('modeNotServed');
	});
});

describe('dead jobs', () => {
	test('of a workspace are sent again, and nobody else’s', async () => {
		const { storeId } = await bindStore(home.engine);
		const put = (workspaceId: string): Promise<unknown> =>
			home.database.inWorkspace(workspaceId, ({ client }) =>
				client.query(
					`insert into jobs.dead (job_id, name, payload, attempts, error, created_at)
						select coalesce(max(job_id), 0) + 1, $1, $2, 5, 'PlatformError', now() from jobs.dead`,
					[gapRefill.name, JSON.stringify({ workspaceId, storeId, gapId: storeId })],
				),
			);
		await put(WORKSPACE);
		await put(OTHER_WORKSPACE);
		const waiting = await home.jobs.pending(gapRefill.name);
		const of = { name: gapRefill.name, error: 'PlatformError' };
		const operations = createOperations(home.engine);
		// Somebody who does not see the store.
		expect(await operations.retryDead(WORKSPACE, ['99999999-9999-7999-8999-999999999999'], of)).toBe(0);
		expect(await operations.retryDead(WORKSPACE, [storeId], of)).toBe(1);
		expect(await home.jobs.pending(gapRefill.name)).toBe(waiting + 1);
		const left = (workspaceId: string) => home.database.inWorkspace(workspaceId, (scope) => deadJobs(scope, null));
		expect(await left(WORKSPACE)).toEqual([]);
		expect(await left(OTHER_WORKSPACE)).toMatchObject([{ name: gapRefill.name, error: 'PlatformError', count: 1, storeIds: [storeId] }]);
	});
});

import { gapRefill, intakeProcess, storeBackfill } from '@pangea/jobs';
import { PlatformError } from '@pangea/platform-contract';
import { registry } from '@pangea/platform-registry';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
	ingestPage,
	acceptDelivery,
	backfillStore,
	checkGaps,
	createStoreContext,
	historyJob,
	processIntake,
	pullStore,
	refillGap,
	replayDocuments,
	replayQuarantine,
	requestBackfill,
	runRound,
} from '../src/index.ts';
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

/** Puts `n` orders on the platform, one an hour, the newest `newest` hours ago. */
function fill(n: number, newest = 1): void {
	for (let i = 0; i < n; i++) home.platform.orders.set(`o${i}`, { id: `o${i}`, updatedAt: now - (newest + i) * HOUR, status: 'PAID' });
}
const since = (hours: number): string => new Date(now - hours * HOUR).toISOString();
const events = async (kind: string): Promise<number> => (await contents(home.database)).events.filter((e) => e.kind === kind).length;
const intakes = (): Promise<{ state: string; error: string | null }[]> =>
	home.database.inWorkspace(WORKSPACE, ({ db }) => db.selectFrom('intake').select(['state', 'error']).orderBy('intake_id').execute());

describe('live pull', () => {
	test('stores what changed since the watermark and then nothing more', async () => {
		fill(12);
		const ids = await bindStore(home.engine, WORKSPACE, since(20));
		expect(await pullStore(home.engine, ids, SIGNAL)).toMatchObject({ state: 'done', value: { added: 12 } });
		const before = await contents(home.database);
		expect(await pullStore(home.engine, ids, SIGNAL)).toMatchObject({ state: 'done', value: { added: 0, changed: 0 } });
		expect(await contents(home.database)).toEqual(before);
	});
	test('by two workers at once stores each order once and both end', async () => {
		fill(40);
		home.platform.pageDelay = 5;
		const ids = await bindStore(home.engine, WORKSPACE, since(50));
		const other = home.another(scriptedAdapter({ url: home.platform.url }));
		const runs = await Promise.all([pullStore(home.engine, ids, SIGNAL), pullStore(other, ids, SIGNAL)]);
		expect(runs.map((r) => r.state).sort()).toEqual(['done', 'superseded']);
		const now = await contents(home.database);
		expect(now.orders).toHaveLength(40);
		expect(now.history).toBe(40);
	});
	test('walks its window from the start when the stored page cursor has died', async () => {
		fill(12);
		const ids = await bindStore(home.engine, WORKSPACE, since(20));
		await home.database.inWorkspace(WORKSPACE, ({ db }) =>
			db
				.updateTable('pull_cursor')
				.set({ window_until: since(0), page_cursor: 'dead' })
				.execute(),
		);
		const adapter = scriptedAdapter({ url: home.platform.url });
		const engine = home.another({
			...adapter,
			orders: {
				...adapter.orders,
				pull: (context, window, cursor) => {
					if (cursor === 'dead') throw new PlatformError({ kind: 'rejected', userMessage: { code: 'platformRefused' }, detail: 'cursor' });
					return adapter.orders.pull(context, window, cursor);
				},
			},
		});
		expect(await pullStore(engine, ids, SIGNAL)).toMatchObject({ state: 'done', value: { added: 12 } });
	});
	test('of a store whose grant died flips the connection once, tells it and stops', async () => {
		const ids = await bindStore(home.engine, WORKSPACE, since(5));
		home.platform.failWith = 401;
		const before = await events('connection.changed');
		expect((await pullStore(home.engine, ids, SIGNAL)).state).toBe('notActive');
		expect((await pullStore(home.engine, ids, SIGNAL)).state).toBe('notActive');
		expect((await events('connection.changed')) - before).toBe(1);
		const connection = await home.database.inWorkspace(WORKSPACE, ({ db }) =>
			db.selectFrom('connection').selectAll().executeTakeFirstOrThrow(),
		);
		expect(connection).toMatchObject({ state: 'needsReconnect', error_code: 'grantExpired' });
		const asked = home.platform.requests.length;
		await pullStore(home.engine, ids, SIGNAL);
		expect(home.platform.requests.length).toBe(asked);
	});
	test('shows a refusal on the store and clears it with the next success', async () => {
		fill(2);
		const ids = await bindStore(home.engine, WORKSPACE, since(5));
		const problem = (): Promise<string | null> =>
			home.database.inWorkspace(
				WORKSPACE,
				async ({ db }) => (await db.selectFrom('store').select('error_code').executeTakeFirstOrThrow()).error_code,
			);
		home.platform.failWith = 403;
		expect(await pullStore(home.engine, ids, SIGNAL)).toEqual({ state: 'refused', code: 'scopeMissing' });
		expect(await problem()).toBe('scopeMissing');
		home.platform.failWith = 500;
		await expect(pullStore(home.engine, ids, SIGNAL)).rejects.toThrow(/scripted 500/);
		expect(await problem()).toBe('platformDown');
		home.platform.failWith = null;
		expect((await pullStore(home.engine, ids, SIGNAL)).state).toBe('done');
		expect(await problem()).toBeNull();
		expect(await events('store.changed')).toBe(3);
	});
	test('says how long to wait when the platform asks for silence', async () => {
		const ids = await bindStore(home.engine, WORKSPACE, since(5));
		home.platform.failWith = 429;
		expect(await pullStore(home.engine, ids, SIGNAL)).toEqual({ state: 'wait', seconds: 7 });
	});
	test('stops between pages when it is told to, and the next one continues', async () => {
		fill(30);
		home.platform.pageDelay = 10;
		const ids = await bindStore(home.engine, WORKSPACE, since(40));
		const stop = new AbortController();
		setTimeout(() => stop.abort(new Error('stopping')), 60);
		await expect(pullStore(home.engine, ids, stop.signal)).rejects.toThrow('stopping');
		expect(await pullStore(home.engine, ids, SIGNAL)).toMatchObject({ state: 'done' });
		expect((await contents(home.database)).orders).toHaveLength(30);
	});
});

describe('backfill', () => {
	test('of stores that share a rate budget takes turns, of others goes side by side', async () => {
		const ids = await bindStore(home.engine);
		const groups = [...registry].map(([platform, adapter]) => [
			platform,
			storeBackfill.group?.(historyJob({ registry: new Map([[platform, adapter]]) }, ids, { platform, connectionId: 'grant' })),
		]);
		expect(Object.fromEntries(groups)).toEqual({
			amazon: 'grant',
			'mercado-libre': 'grant',
			temu: 'grant',
			'tiktok-shop': ids.storeId,
		});
	});

	test('brings the newest window first and ends with every order and its count', async () => {
		fill(30, 30);
		for (let i = 0; i < 30; i++)
			home.platform.orders.set(`old${i}`, { id: `old${i}`, updatedAt: now - (40 * 24 + i) * HOUR, status: 'PAID' });
		const ids = await bindStore(home.engine);
		const engine = home.another(scriptedAdapter({ url: home.platform.url }), { backfillSliceMillis: 0 });
		expect(await backfillStore(engine, ids, SIGNAL)).toEqual({ state: 'done', value: 'more' });
		expect((await contents(home.database)).orders.every((o) => !o.external_id.startsWith('old'))).toBe(true);
		for (let i = 0; i < 100 && (await backfillStore(engine, ids, SIGNAL)).state === 'done'; i++) {
			if ((await progress()).state === 'done') break;
		}
		expect(await progress()).toMatchObject({ state: 'done', orders_seen: 60, orders_expected: 60 });
		expect((await contents(home.database)).orders).toHaveLength(60);
		expect(await events('sync.progressed')).toBeGreaterThan(10);
	});
	test('that was done can be asked for again and changes nothing', async () => {
		fill(10, 30);
		const ids = await bindStore(home.engine);
		await backfillStore(home.engine, ids, SIGNAL);
		const before = (await contents(home.database)).orders;
		await requestBackfill(home.engine, ids);
		expect((await progress()).state).toBe('waiting');
		expect(await backfillStore(home.engine, ids, SIGNAL)).toEqual({ state: 'done', value: 'finished' });
		expect((await contents(home.database)).orders).toEqual(before);
	});
	test('that the platform refuses is shown as failed', async () => {
		const ids = await bindStore(home.engine);
		home.platform.failWith = 403;
		await backfillStore(home.engine, ids, SIGNAL);
		expect(await progress()).toMatchObject({ state: 'failed', error_code: 'scopeMissing' });
	});
	const progress = () => home.database.inWorkspace(WORKSPACE, ({ db }) => db.selectFrom('backfill').selectAll().executeTakeFirstOrThrow());
});

describe('intake', () => {
	const request = (body: object, secret = 'abcdef') => ({
		headers: { 'x-secret': secret },
		url: '/',
		body: Buffer.from(JSON.stringify(body)),
	});
	const accept = (body: object, secret?: string) =>
		acceptDelivery(home.engine, { workspaceId: WORKSPACE, platform: 'temu' }, request(body, secret));
	const work = (account = 'seller-1', engine = home.engine) =>
		processIntake(engine, { workspaceId: WORKSPACE, platform: 'temu', account }, SIGNAL);

	test('takes a delivery once, answers repeats alike, and the job stores the orders as they are now', async () => {
		fill(3);
		await bindStore(home.engine);
		const answers = [
			await accept({ delivery: 'd1', account: 'seller-1', ids: ['o1'] }),
			await accept({ delivery: 'd1', account: 'seller-1', ids: ['o1'] }),
		];
		expect(answers).toEqual([
			{ accepted: true, status: 200, body: 'OK' },
			{ accepted: true, status: 200, body: 'OK' },
		]);
		expect(await home.jobs.pending(intakeProcess.name)).toBe(1);
		await work();
		const now = await contents(home.database);
		expect(now.orders.map((o) => o.external_id)).toEqual(['o1']);
		expect(await intakes()).toEqual([{ state: 'done', error: null }]);
	});
	test('acts on all that wait for an account at once', async () => {
		fill(5);
		await bindStore(home.engine);
		for (let i = 0; i < 5; i++) await accept({ delivery: `d${i}`, account: 'shop-1', ids: [`o${i}`] });
		const asked = home.platform.requests.length;
		await work('shop-1');
		expect(home.platform.requests.slice(asked)).toEqual(['/get']);
		expect((await intakes()).every((i) => i.state === 'done')).toBe(true);
		expect((await contents(home.database)).orders).toHaveLength(5);
	});
	test('stores what it can around an order that the database refuses, and is done', async () => {
		fill(3);
		await bindStore(home.engine);
		home.platform.orders.set('huge', { id: 'huge', updatedAt: now - HOUR, status: 'PAID', quantity: 3_000_000_000 });
		await accept({ delivery: 'd1', account: 'shop-1', ids: ['o0', 'huge', 'o2'] });
		await work('shop-1');
		const { orders, quarantine } = await contents(home.database);
		expect(orders.map((o) => o.external_id).toSorted()).toEqual(['o0', 'o2']);
		expect(quarantine).toMatchObject([{ external_id: 'huge', cause: 'cannot be stored (database code 22003)' }]);
		expect(await intakes()).toEqual([{ state: 'done', error: null }]);
	});
	test('refuses a wrong signature, an unknown platform and a workspace without credentials, and keeps nothing', async () => {
		await bindStore(home.engine);
		expect(await accept({ delivery: 'd1', account: 'seller-1' }, 'wrong')).toMatchObject({ accepted: false, status: 401 });
		expect(await acceptDelivery(home.engine, { workspaceId: WORKSPACE, platform: 'amazon' }, request({}))).toMatchObject({
			accepted: false,
			status: 404,
		});
		expect(await acceptDelivery(home.engine, { workspaceId: OTHER_WORKSPACE, platform: 'temu' }, request({}))).toMatchObject({
			accepted: false,
			status: 404,
		});
		expect(await intakes()).toEqual([]);
	});
	test('sets aside news of an account we do not have', async () => {
		await bindStore(home.engine);
		await accept({ delivery: 'd1', account: 'stranger', ids: ['o1'] });
		await work('stranger');
		expect(await intakes()).toEqual([{ state: 'ignored', error: 'unknownStore' }]);
	});
	test('believes a platform that says the grant was revoked', async () => {
		const ids = await bindStore(home.engine);
		await accept({ delivery: 'd1', account: 'seller-1', revoked: true });
		await work();
		await expect(createStoreContext(home.engine, ids, { signal: SIGNAL, urgent: true })).rejects.toThrow(/needsReconnect/);
	});
	test('left behind by a crash is sent again by the round, and given up after its attempts', async () => {
		await bindStore(home.engine);
		await accept({ delivery: 'd1', account: 'seller-1', ids: ['o1'] });
		await home.database.inWorkspace(WORKSPACE, ({ db }) =>
			db
				.updateTable('intake')
				.set({ received_at: since(1) })
				.execute(),
		);
		await home.database.inWorkspace(WORKSPACE, ({ client }) => client.query('delete from jobs.job where name = $1', [intakeProcess.name]));
		await runRound(home.engine);
		expect(await home.jobs.pending(intakeProcess.name)).toBe(1);
		home.platform.failWith = 500;
		const engine = home.another(scriptedAdapter({ url: home.platform.url }), { intakeAttempts: 2 });
		for (let i = 0; i < 2; i++) await expect(work('seller-1', engine)).rejects.toThrow(/500/);
		expect(await intakes()).toEqual([{ state: 'failed', error: 'platformDown' }]);
	});
});

describe('gaps', () => {
	test('are found by count, filled by pulling their window, and told', async () => {
		fill(30, 2);
		const ids = await bindStore(home.engine, WORKSPACE, since(60));
		await backfillStore(home.engine, ids, SIGNAL);
		home.platform.orders.set('lost', { id: 'lost', updatedAt: now - 26 * HOUR, status: 'PAID' });
		await pullStore(home.engine, { ...ids }, SIGNAL);
		await home.database.inWorkspace(WORKSPACE, ({ db }) => db.deleteFrom('orders').where('external_id', '=', 'lost').execute());
		expect(await checkGaps(home.engine, ids, SIGNAL)).toEqual({ state: 'done', value: 1 });
		expect(await home.jobs.pending(gapRefill.name)).toBe(1);
		const gap = await home.database.inWorkspace(WORKSPACE, ({ db }) => db.selectFrom('gap').selectAll().executeTakeFirstOrThrow());
		expect(gap).toMatchObject({ state: 'open', theirs: gap.ours + 1 });
		expect(await refillGap(home.engine, { workspaceId: WORKSPACE, gapId: gap.gap_id }, SIGNAL)).toEqual({ state: 'done', value: 'filled' });
		expect(await checkGaps(home.engine, ids, SIGNAL)).toEqual({ state: 'done', value: 0 });
		expect((await contents(home.database)).orders).toHaveLength(31);
	});
	test('that pulling cannot close are called unexplained', async () => {
		fill(30, 2);
		const ids = await bindStore(home.engine, WORKSPACE, since(60));
		home.platform.orders.set('hidden', { id: 'hidden', updatedAt: now - 26 * HOUR, status: 'PAID' });
		home.platform.hidden.add('hidden');
		await backfillStore(home.engine, ids, SIGNAL);
		await pullStore(home.engine, ids, SIGNAL);
		expect(await checkGaps(home.engine, ids, SIGNAL)).toEqual({ state: 'done', value: 1 });
		const gap = await home.database.inWorkspace(WORKSPACE, ({ db }) => db.selectFrom('gap').selectAll().executeTakeFirstOrThrow());
		expect(await refillGap(home.engine, { workspaceId: WORKSPACE, gapId: gap.gap_id }, SIGNAL)).toEqual({
			state: 'done',
			value: 'unexplained',
		});
	});
});

describe('quarantine and replay', () => {
	test('reads a record again once the adapter understands it', async () => {
		fill(2);
		home.platform.orders.set('bad', { id: 'bad', updatedAt: now - HOUR, status: 'NEW', poison: true });
		const ids = await bindStore(home.engine, WORKSPACE, since(5));
		await pullStore(home.engine, ids, SIGNAL);
		const [record] = (await contents(home.database)).quarantine;
		expect(record).toMatchObject({ external_id: 'bad', state: 'waiting' });
		expect(await replayQuarantine(home.engine, WORKSPACE, [record!.quarantine_id], SIGNAL)).toEqual({ replayed: 1, waiting: 0 });
		const now_ = await contents(home.database);
		expect(now_.quarantine[0]).toMatchObject({ state: 'replayed' });
		expect(now_.orders.map((o) => o.external_id)).toContain('bad');
	});
	test('keeps a record waiting that is still not understood, with today’s cause', async () => {
		home.platform.orders.set('bad', { id: 'bad', updatedAt: now - HOUR, status: 'NEW', poison: true });
		const ids = await bindStore(home.engine, WORKSPACE, since(5));
		await pullStore(home.engine, ids, SIGNAL);
		const adapter = scriptedAdapter({ url: home.platform.url });
		const engine = home.another({ ...adapter, orders: { ...adapter.orders, read: () => null } });
		const [record] = (await contents(home.database)).quarantine;
		expect(await replayQuarantine(engine, WORKSPACE, [record!.quarantine_id], SIGNAL)).toEqual({ replayed: 0, waiting: 1 });
	});
	test('asks the platform for a record that its own text does not hold whole, though the reply it came in could be read', async () => {
		home.platform.orders.set('bad', { id: 'bad', updatedAt: now - HOUR, status: 'NEW', poison: true, title: 'A part' });
		const ids = await bindStore(home.engine, WORKSPACE, since(5));
		await pullStore(home.engine, ids, SIGNAL);
		const [record] = (await contents(home.database)).quarantine;
		home.platform.orders.set('bad', { id: 'bad', updatedAt: now - HOUR, status: 'NEW', title: 'The whole' });
		const adapter = scriptedAdapter({ url: home.platform.url });
		// The record rests on several answers: a search's page reads well, the record itself says that it is not all.
		const read: typeof adapter.orders.read = (document, store) => {
			const found = adapter.orders.read(document, store);
			if (document.body.includes('"total"')) return found;
			return found?.map(() => ({ ok: false, externalId: 'bad', cause: 'not whole', raw: document.body.toString(), replies: [] })) ?? null;
		};
		const engine = home.another({ ...adapter, orders: { ...adapter.orders, read } });
		const asked = home.platform.requests.length;
		expect(await replayQuarantine(engine, WORKSPACE, [record!.quarantine_id], SIGNAL)).toEqual({ replayed: 1, waiting: 0 });
		expect(home.platform.requests.slice(asked)).toEqual(['/get']);
		expect((await contents(home.database)).lines.map((l) => l.title)).toEqual(['The whole']);
	});
	test('keeps the cause of a record whose id cannot be read, for trying again tells nothing new', async () => {
		const ids = await bindStore(home.engine);
		const target = { workspaceId: WORKSPACE, storeId: ids.storeId, platform: 'temu', zone: 'UTC' } as const;
		const reply = { operation: 'list', fetchedAt: since(0), body: Buffer.from('{}') };
		const items = [{ ok: false as const, externalId: null, cause: 'id: not a text', replies: [0], raw: '{"id":7}' }];
		await ingestPage(home.engine, target, { items, replies: [reply], next: null, watermark: since(0), total: null }, 'pull');
		const [record] = (await contents(home.database)).quarantine;
		expect(await replayQuarantine(home.engine, WORKSPACE, [record!.quarantine_id], SIGNAL)).toEqual({ replayed: 0, waiting: 1 });
		const [after] = (await contents(home.database)).quarantine;
		expect(after).toMatchObject({ state: 'waiting', cause: 'id: not a text' });
	});
	test('of stored documents says what became of every record, and the second time nothing changes', async () => {
		const ids = await bindStore(home.engine);
		const document = (name: string, items: object[]) => ({ name, body: Buffer.from(JSON.stringify({ items })) });
		const a = { id: 'a', updatedAt: now, status: 'PAID' };
		const documents = [
			document('1.json', [a]),
			document('2.json', [
				{ ...a, updatedAt: now + 1, status: 'SHIPPED' },
				{ ...a, updatedAt: now - 1, parcels: [] },
			]),
			{ name: 'x.txt', body: Buffer.from('hello') },
		];
		const run = async () => {
			const records = [];
			for await (const record of replayDocuments(home.engine, ids, documents))
				records.push(`${record.document} ${record.externalId} ${record.became}`);
			return records;
		};
		expect(await run()).toEqual(['1.json a new', '2.json a changed', '2.json a older', 'x.txt null notAnOrderDocument']);
		const before = await contents(home.database);
		expect((await run()).filter((r) => / (new|changed)$/.test(r))).toEqual([]);
		expect((await contents(home.database)).events).toEqual(before.events);
	});
});

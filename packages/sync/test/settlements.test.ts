import { dueFinanceReads, financeRead, settledOfOrder, statementBalances } from '@pangea/db';
import type { Settlement, Statement } from '@pangea/domain';
import { type Booked, type Finances, type Page, type PlatformAdapter, PlatformError } from '@pangea/platform-contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Engine } from '../src/index.ts';
import { pullSettlements } from '../src/settlements/pull.ts';
import { bindStore, type Home, openHome, WORKSPACE } from './home.ts';
import { scriptedAdapter } from './scripted-platform.ts';

const DAY = 86_400_000;
const RULES = { pollSeconds: 3600, overlapSeconds: 2 * 86_400, windowDays: 10, historyDays: 35, source: 'x' };
const at = (day: number): string => new Date(Date.now() - day * DAY).toISOString();
const gbp = (amountMinor: bigint) => ({ amountMinor, currency: 'GBP' });

let home: Home;
let engine: Engine;
let ids: { workspaceId: string; storeId: string };
let ledger: { at: string; booked: Booked }[];
let held: Settlement[];
let stated: number | null;
let asked: { from: string; until: string }[];
let closed: boolean;

const settlement = (externalId: string, more: Partial<Settlement> = {}): Settlement => ({
	externalId,
	statementId: 'S1',
	externalOrderId: 'O1',
	rawType: 'ORDER',
	state: 'released',
	postedAt: at(3),
	knownAt: new Date().toISOString(),
	lines: [{ kind: 'sale', rawKind: 'sale', externalLineId: null, sellerSku: null, amount: gbp(1000n) }],
	...more,
});
const statement = (externalId: string, total: bigint, more: Partial<Statement> = {}): Statement => ({
	externalId,
	total: gbp(total),
	closedAt: at(3),
	rawStatus: 'PROCESSING',
	payoutId: null,
	knownAt: new Date().toISOString(),
	...more,
});

/** A platform that has booked what `ledger` says, and holds back what `held` says. */
function withFinances(adapter: PlatformAdapter): PlatformAdapter {
	const page = (booked: readonly Booked[], total: number | null = null): Page<Booked> => {
		// As on the wire: no word of when we asked.
		const body = JSON.stringify(booked, (key, value: unknown) =>
			key === 'knownAt' ? undefined : typeof value === 'bigint' ? `${value}` : value,
		);
		return {
			items: booked.map((value) => ({ ok: true, value, replies: [0] })),
			replies: [{ operation: 'books', fetchedAt: new Date().toISOString(), body: Buffer.from(body) }],
			next: null,
			watermark: at(0),
			total,
		};
	};
	const finances: Finances = {
		async *pull(_, window) {
			asked.push(window);
			if (closed) throw new PlatformError({ kind: 'forbidden', userMessage: { code: 'scopeMissing' }, detail: 'x' });
			const found = ledger.filter((one) => one.at >= window.from && one.at < window.until).map((one) => one.booked);
			yield await Promise.resolve(page(found));
		},
		async *deferred() {
			yield await Promise.resolve(
				page(
					held.map((one) => ({ settlement: one })),
					stated ?? held.length,
				),
			);
		},
	};
	return { ...adapter, finances, manifest: { ...adapter.manifest, finances: RULES } };
}

beforeAll(async () => {
	home = await openHome();
	engine = home.another(withFinances(scriptedAdapter({ url: home.platform.url })));
	ids = await bindStore(engine);
});
afterAll(() => home.close());
beforeEach(async () => {
	ledger = [];
	held = [];
	asked = [];
	stated = null;
	closed = false;
	await inScope(async ({ db }) => {
		for (const table of ['settlement_line', 'settlement', 'statement', 'finance_read', 'raw_reply'] as const)
			await db.deleteFrom(table).execute();
	});
});

type InScope = Parameters<Home['database']['inWorkspace']>[1];
const inScope = <T>(work: (scope: Parameters<InScope>[0]) => Promise<T>): Promise<T> => home.database.inWorkspace(WORKSPACE, work);
const read = async () => {
	const run = await pullSettlements(engine, ids, new AbortController().signal);
	if (run.state !== 'done') throw new Error(run.state);
	return run.value;
};
const ofOrder = async () =>
	(await inScope((scope) => settledOfOrder(scope, ids.storeId, 'O1'))).map(({ kind, state, amountMinor }) => [kind, state, amountMinor]);
/** Each version of each row; a row that is written again has a new one. */
const versions = () =>
	inScope(async ({ client }) => {
		const tables = ['raw_reply', 'settlement', 'settlement_line', 'statement'];
		const { rows: found } = await client.query<{ of: string; row: string }>(
			tables.map((table) => `select '${table}' as of, ctid::text || ' ' || xmin::text as row from ${table}`).join(' union all ') +
				' order by 1, 2',
		);
		return found;
	});
const rows = () =>
	inScope(async ({ db }) => ({
		settlements: await db.selectFrom('settlement').selectAll().orderBy('external_id').execute(),
		replies: await db.selectFrom('raw_reply').select('raw_reply_id').execute(),
	}));

describe('reading settlements', () => {
	test('keeps what was booked with its evidence, and the same again writes no row', async () => {
		ledger = [
			{ at: at(3), booked: { settlement: settlement('T1') } },
			{ at: at(3), booked: { statement: statement('S1', 1000n) } },
		];
		expect(await read()).toMatchObject({ written: 2, unreadable: 0, more: false });
		const before = await rows();
		expect(before.settlements[0]?.raw_reply_id).toBe(before.replies[0]?.raw_reply_id);
		expect(await read()).toMatchObject({ written: 0 });
		expect(await rows()).toEqual(before);
		expect(await inScope((scope) => statementBalances(scope, { storeScope: [ids.storeId], limit: 5 }))).toMatchObject([
			{ externalId: 'S1', totalMinor: 1000n, remainderMinor: 0n, rawStatus: 'PROCESSING' },
		]);
	});

	test('begins with the newest days, walks back without a hole to where history ends, and then asks for news only', async () => {
		await read();
		expect(asked).toHaveLength(4);
		for (const [n, window] of asked.slice(1).entries()) expect(window.until).toBe(asked[n]?.from);
		const { readFrom, readUntil } = await inScope((scope) => financeRead(scope, ids.storeId));
		expect([readFrom, readUntil]).toEqual([asked.at(-1)?.from, asked[0]?.until]);
		expect(Date.now() - Date.parse(readFrom ?? '')).toBeGreaterThanOrEqual(35 * DAY);
		asked = [];
		await read();
		expect(asked.length).toBeLessThanOrEqual(2);
		expect(asked[0]?.from).toBe(new Date(Date.parse(readUntil ?? '') - RULES.overlapSeconds * 1000).toISOString());
	});

	test('follows a payout that is made after the statement was read', async () => {
		ledger = [{ at: at(1), booked: { statement: statement('S1', 1000n) } }];
		await read();
		ledger = [{ at: at(1), booked: { statement: statement('S1', 1000n, { rawStatus: 'PAID', payoutId: 'P1' }) } }];
		expect(await read()).toMatchObject({ written: 1 });
		expect(await inScope((scope) => statementBalances(scope, { storeScope: null, limit: 5 }))).toMatchObject([
			{ rawStatus: 'PAID', payoutId: 'P1' },
		]);
	});

	test('lets what was held back go once it is settled, also under another number, and takes it up when it comes back', async () => {
		held = [settlement('D1', { state: 'deferred', statementId: null })];
		await read();
		expect(await ofOrder()).toEqual([['sale', 'deferred', 1000n]]);
		held = [];
		ledger = [{ at: at(1), booked: { settlement: settlement('T1') } }];
		await read();
		expect(await ofOrder()).toEqual([['sale', 'released', 1000n]]);
		held = [settlement('D1', { state: 'deferred', statementId: null })];
		await read();
		expect(await ofOrder()).toEqual([
			['sale', 'deferred', 1000n],
			['sale', 'released', 1000n],
		]);
	});

	test('writes nothing while nothing is said but what was said before, however often it is asked', async () => {
		held = [settlement('D1', { state: 'deferred', statementId: null }), settlement('D2', { state: 'deferred', externalOrderId: null })];
		ledger = [
			{ at: at(1), booked: { settlement: settlement('T1', { postedAt: at(1) }) } },
			{ at: at(1), booked: { statement: statement('S1', 1000n, { closedAt: at(1) }) } },
		];
		await read();
		const before = await versions();
		expect(before.map(({ of }) => of)).toEqual([
			'raw_reply',
			'raw_reply',
			'settlement',
			'settlement',
			'settlement',
			'settlement_line',
			'settlement_line',
			'settlement_line',
			'statement',
		]);
		for (let poll = 0; poll < 3; poll++) {
			// Each time it is said at a later moment, and in another order.
			held = held.toReversed().map((one) => ({ ...one, knownAt: new Date().toISOString() }));
			expect(await read()).toMatchObject({ written: 0, unreadable: 0 });
			expect(await versions()).toEqual(before);
		}
		held = held.map((one) => ({ ...one, knownAt: new Date().toISOString(), rawType: one.externalId === 'D1' ? 'ORDER_2' : one.rawType }));
		expect(await read()).toMatchObject({ written: 1 });
		const changed = (await versions()).filter(({ of, row }) => !before.some((one) => one.of === of && one.row === row));
		expect(changed.map(({ of }) => of)).toEqual(['raw_reply', 'settlement', 'settlement_line']);
	});

	test('forgets nothing that is held back when the platform shows less than it states', async () => {
		held = [settlement('D1', { state: 'deferred', statementId: null })];
		await read();
		held = [];
		stated = 1;
		await read();
		expect(await ofOrder()).toEqual([['sale', 'deferred', 1000n]]);
	});

	test('is not due again before its time, and a closed book is no problem of the store', async () => {
		const due = () => inScope((scope) => dueFinanceReads(scope, new Map([['temu', 3600]])));
		// The history of orders goes first.
		expect(await due()).toEqual([]);
		await inScope(({ db }) => db.updateTable('backfill').set({ state: 'done' }).execute());
		expect(await due()).toEqual([ids.storeId]);
		closed = true;
		expect(await read()).toMatchObject({ written: 0, more: false });
		expect(await due()).toEqual([]);
		const [row] = await inScope(({ db }) => db.selectFrom('finance_read').select(['state', 'read_until']).execute());
		expect(row).toEqual({ state: 'scopeMissing', read_until: null });
	});
});

import { randomUUID } from 'node:crypto';
import { SETTLEMENT_KINDS, SETTLEMENT_STATES, type Settlement, type SettlementLine, type Statement } from '@pangea/domain';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepSettlements, keepStatements, type Scope, settledOfOrder, statementBalances } from '../src/index.ts';
import { type ListHome, openListHome, WORKSPACE } from './list-home.ts';

let home: ListHome;
beforeAll(async () => {
	home = await openListHome(1);
});
afterAll(() => home.close());

const inScope = <T>(work: (scope: Scope) => Promise<T>): Promise<T> => home.database.inWorkspace(WORKSPACE, work);
const at = (minute: number): string => new Date(Date.UTC(2026, 10, 1) + minute * 60_000).toISOString();
const line = (kind: SettlementLine['kind'], amountMinor: bigint, currency = 'GBP'): SettlementLine => ({
	kind,
	rawKind: kind,
	externalLineId: null,
	sellerSku: null,
	amount: { amountMinor, currency },
});
const settlement = (externalId: string, more: Partial<Settlement>): Settlement => ({
	externalId,
	statementId: 'S1',
	externalOrderId: 'O1',
	rawType: 'ORDER',
	state: 'released',
	postedAt: at(0),
	knownAt: at(0),
	lines: [],
	...more,
});
const statement = (externalId: string, total: bigint, more: Partial<Statement> = {}): Statement => ({
	externalId,
	total: { amountMinor: total, currency: 'GBP' },
	closedAt: at(0),
	rawStatus: 'PAID',
	payoutId: null,
	knownAt: at(0),
	...more,
});

describe('settlements', () => {
	test('of any ledger give the same sums in any order, in any pages and with any repeats', async () => {
		const lines = fc.array(
			fc
				.record({
					kind: fc.constantFrom(...SETTLEMENT_KINDS),
					minor: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
					currency: fc.constantFrom('GBP', 'JPY'),
				})
				.map(({ kind, minor, currency }) => line(kind, minor, currency)),
			{ maxLength: 4 },
		);
		const word = fc.record({
			externalId: fc.constantFrom('T1', 'T2', 'T3'),
			state: fc.constantFrom(...SETTLEMENT_STATES),
			externalOrderId: fc.constantFrom('O1', 'O2', null),
			statementId: fc.constantFrom('S1', null),
			lines,
		});
		const ledger = fc
			.array(word, { minLength: 1, maxLength: 8 })
			.map((words) => words.map((w, n) => settlement(w.externalId, { ...w, knownAt: at(n) })));
		const told = ledger.chain((all) =>
			fc.record({
				all: fc.constant(all),
				repeated: fc.array(fc.constantFrom(...all), { maxLength: 6 }).chain((more) => {
					const calls = [...all, ...more];
					return fc.shuffledSubarray(calls, { minLength: calls.length, maxLength: calls.length });
				}),
				page: fc.integer({ min: 1, max: 5 }),
			}),
		);
		await fc.assert(
			fc.asyncProperty(told, async ({ all, repeated, page }) => {
				const storeId = randomUUID();
				for (let n = 0; n < repeated.length; n += page) {
					await inScope((scope) => keepSettlements(scope, storeId, repeated.slice(n, n + page), null));
				}
				const holding = ['T1', 'T2', 'T3'].flatMap((id) => {
					const words = all.filter((s) => s.externalId === id);
					return words.findLast((s) => s.state !== 'deferred') ?? words.at(-1) ?? [];
				});
				for (const orderId of ['O1', 'O2']) {
					const expected = new Map<string, bigint>();
					for (const s of holding) {
						if (s.externalOrderId !== orderId || s.state === 'replaced') continue;
						for (const { kind, amount } of s.lines) {
							const key = `${kind} ${s.state} ${amount.currency}`;
							expected.set(key, (expected.get(key) ?? 0n) + amount.amountMinor);
						}
					}
					const sums = await inScope((scope) => settledOfOrder(scope, storeId, orderId));
					expect(new Map(sums.map((s) => [`${s.kind} ${s.state} ${s.currency}`, s.amountMinor]))).toEqual(expected);
				}
			}),
			{ numRuns: 60 },
		);
	});
	test('that were released are not deferred again by a word read later', async () => {
		const storeId = randomUUID();
		const released = settlement('T1', { lines: [line('sale', 1000n)] });
		expect(await inScope((scope) => keepSettlements(scope, storeId, [released], null))).toBe(1);
		const later = settlement('T1', { state: 'deferred', knownAt: at(9), lines: [line('sale', 900n)] });
		expect(await inScope((scope) => keepSettlements(scope, storeId, [later, released], null))).toBe(0);
		expect(await inScope((scope) => settledOfOrder(scope, storeId, 'O1'))).toEqual([
			{ kind: 'sale', state: 'released', currency: 'GBP', amountMinor: 1000n, lines: 1 },
		]);
	});
	test('that are released by another one count once, whichever is heard first', async () => {
		const deferred = settlement('D1', { state: 'deferred', statementId: null, lines: [line('sale', 900n)] });
		const release = settlement('R1', { replaces: 'D1', knownAt: at(5), lines: [line('sale', 900n)] });
		for (const heard of [
			[deferred, release],
			[release, deferred],
			[deferred, release, { ...deferred, knownAt: at(9) }],
		]) {
			const storeId = randomUUID();
			for (const one of heard) await inScope((scope) => keepSettlements(scope, storeId, [one], null));
			expect(await inScope((scope) => settledOfOrder(scope, storeId, 'O1'))).toMatchObject([{ state: 'released', amountMinor: 900n }]);
		}
		const together = randomUUID();
		await inScope((scope) => keepSettlements(scope, together, [release, deferred], null));
		expect(await inScope((scope) => settledOfOrder(scope, together, 'O1'))).toMatchObject([{ state: 'released', amountMinor: 900n }]);
	});
	test('name orders in the orders’ own collation, without which no index serves their join', async () => {
		const { rows } = await inScope((scope) =>
			scope.client.query<{ collation_name: string | null }>(
				`select collation_name from information_schema.columns
				where (table_name, column_name) in (('orders', 'external_id'), ('settlement', 'external_order_id'))`,
			),
		);
		expect(rows).toEqual([{ collation_name: 'C' }, { collation_name: 'C' }]);
	});
	test('of another store with the same ids stay apart', async () => {
		const [one, other] = [randomUUID(), randomUUID()];
		await inScope((scope) => keepSettlements(scope, one, [settlement('T1', { lines: [line('sale', 1n)] })], null));
		await inScope((scope) => keepSettlements(scope, other, [settlement('T1', { lines: [line('sale', 2n)] })], null));
		const sums = await inScope((scope) => settledOfOrder(scope, one, 'O1'));
		expect(sums.map((s) => s.amountMinor)).toEqual([1n]);
	});
});

describe('a statement', () => {
	const balances = (storeId: string) => inScope((scope) => statementBalances(scope, { storeScope: [storeId], limit: 10 }));
	test('adds up to the cent from its released lines, the payout itself left out', async () => {
		const storeId = randomUUID();
		await inScope(async (scope) => {
			await keepStatements(scope, storeId, [statement('S1', 2084n, { payoutId: 'P1' })], null);
			await keepSettlements(
				scope,
				storeId,
				[
					settlement('T1', { lines: [line('sale', 3398n), line('commission', -308n)] }),
					settlement('T2', { externalOrderId: null, rawType: 'RESERVE', lines: [line('reserve', -1006n)] }),
					settlement('T3', { externalOrderId: null, rawType: 'PAYOUT', lines: [line('payout', -2084n)] }),
					settlement('T4', { state: 'deferred', lines: [line('sale', 77n)] }),
					settlement('T5', { state: 'replaced', lines: [line('sale', 88n)] }),
				],
				null,
			);
		});
		expect(await balances(storeId)).toMatchObject([
			{
				storeId,
				externalId: 'S1',
				currency: 'GBP',
				totalMinor: 2084n,
				linesMinor: 2084n,
				remainderMinor: 0n,
				foreignLines: 0,
				payoutId: 'P1',
			},
		]);
	});
	test('shows what its lines do not explain, and never adds another currency to it', async () => {
		const storeId = randomUUID();
		await inScope(async (scope) => {
			await keepStatements(scope, storeId, [statement('S1', 1000n)], null);
			await keepSettlements(scope, storeId, [settlement('T1', { lines: [line('sale', 990n), line('tax', 10n, 'USD')] })], null);
		});
		expect(await balances(storeId)).toMatchObject([{ linesMinor: 990n, remainderMinor: 10n, foreignLines: 1 }]);
	});
	test('keeps its newest word, and the newest statement stands first', async () => {
		const storeId = randomUUID();
		await inScope(async (scope) => {
			const paid = statement('S1', 500n, { knownAt: at(5) });
			expect(await keepStatements(scope, storeId, [statement('S1', 400n, { rawStatus: 'PROCESSING' }), paid], null)).toBe(1);
			expect(await keepStatements(scope, storeId, [statement('S1', 400n, { rawStatus: 'PROCESSING' })], null)).toBe(0);
			await keepStatements(scope, storeId, [statement('S2', 7n, { closedAt: at(60) })], null);
		});
		expect(await balances(storeId)).toMatchObject([
			{ externalId: 'S2', totalMinor: 7n, linesMinor: 0n, remainderMinor: 7n },
			{ externalId: 'S1', totalMinor: 500n, rawStatus: 'PAID' },
		]);
	});
	test('of a store outside the scope is not told', async () => {
		const storeId = randomUUID();
		await inScope((scope) => keepStatements(scope, storeId, [statement('S1', 1n)], null));
		expect(await inScope((scope) => statementBalances(scope, { storeScope: [], limit: 10 }))).toEqual([]);
	});
});

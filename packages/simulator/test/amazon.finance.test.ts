import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../src/index.ts';
import { amazon, amazonAccess } from './amazon-client.ts';

const AT = Date.parse('2026-11-22T12:00:00Z');
const DAY = 86_400_000;
const US = 'ATVPDKIKX0DER';
let simulator: Simulator;
let token: string;

beforeEach(async () => {
	simulator = await startSimulator({ size: 6_000, seed: 5, clock: { at: AT, frozen: true } });
	simulator.control.configure('amazon', { rateFactor: 1000 });
	token = await amazonAccess(simulator);
});
afterEach(() => simulator.stop());

const iso = (at: number): string => new Date(at).toISOString();
interface Amount {
	currencyAmount: number;
}
interface Step {
	breakdownAmount: Amount;
	breakdowns: Step[];
}
interface Item {
	totalAmount: Amount;
	breakdowns: Step[];
}
interface Transaction extends Item {
	transactionId: string;
	transactionType: string;
	transactionStatus: string;
	relatedIdentifiers: { relatedIdentifierName: string; relatedIdentifierValue: string }[];
	marketplaceDetails: { marketplaceId: string };
	items: Item[];
}
interface Group {
	FinancialEventGroupId: string;
	ProcessingStatus: string;
	OriginalTotal: { CurrencyAmount: number };
}

/** All transactions, and how many pages were empty. */
async function all(query: Record<string, string>): Promise<{ rows: Transaction[]; empty: number }> {
	const rows: Transaction[] = [];
	let empty = 0;
	let next: string | undefined;
	do {
		const answer = await amazon(simulator, 'na', token, '/finances/2024-06-19/transactions', {
			query: { ...query, ...(next === undefined ? {} : { nextToken: next }) },
		});
		expect(answer.status).toBe(200);
		if (answer.body.payload.transactions.length === 0) empty++;
		rows.push(...answer.body.payload.transactions);
		next = answer.body.payload.nextToken;
	} while (next !== undefined);
	return { rows, empty };
}

const lately = { postedAfter: iso(AT - 60 * DAY) };
const cents = ({ currencyAmount }: Amount): number => Math.round(currencyAmount * 100);

describe("Amazon's finances in the simulator", () => {
	it('defer, then release by a transaction of its own, each naming the other', async () => {
		const { rows } = await all(lately);
		const related = (row: Transaction, name: string): string | undefined =>
			row.relatedIdentifiers.find((one) => one.relatedIdentifierName === name)?.relatedIdentifierValue;
		const byId = new Map(rows.map((row) => [row.transactionId, row]));
		expect(byId.size).toBe(rows.length);
		const replaced = rows.filter((row) => row.transactionStatus === 'DEFERRED_RELEASED');
		expect(replaced.length).toBeGreaterThan(20);
		for (const row of replaced) {
			const release = byId.get(related(row, 'RELEASE_TRANSACTION_ID')!);
			// It may still be late.
			if (!release) continue;
			expect(related(release, 'DEFERRED_TRANSACTION_ID')).toBe(row.transactionId);
			expect(release).toMatchObject({ transactionStatus: 'RELEASED', totalAmount: row.totalAmount, items: row.items });
		}
		const deferred = rows.filter((row) => row.transactionStatus === 'DEFERRED');
		expect(deferred.length).toBeGreaterThan(5);
		expect(deferred.every((row) => related(row, 'FINANCIAL_EVENT_GROUP_ID') === undefined)).toBe(true);
	});

	it('tell by item and for the whole what comes to the same, with a fee now and then that has no name', async () => {
		const { rows } = await all(lately);
		let unnamed = 0;
		for (const row of rows) {
			const { items } = row;
			const sum = (parts: readonly Step[]): number => parts.reduce((total, part) => total + cents(part.breakdownAmount), 0);
			expect(sum(row.breakdowns)).toBe(cents(row.totalAmount));
			if (items.length === 0) continue;
			expect(items.reduce((total, item) => total + cents(item.totalAmount), 0)).toBe(cents(row.totalAmount));
			for (const item of items) {
				expect(sum(item.breakdowns)).toBe(cents(item.totalAmount));
				unnamed += item.breakdowns.filter((part) => sum(part.breakdowns) !== cents(part.breakdownAmount)).length;
			}
		}
		expect(unnamed).toBeGreaterThan(0);
	});

	it('hide orders that the seller ships where the United States are asked for by name', async () => {
		const whole = (await all(lately)).rows.filter((row) => row.marketplaceDetails.marketplaceId === US);
		const asked = (await all({ ...lately, marketplaceId: US })).rows;
		expect(asked.length).toBeGreaterThan(10);
		expect(asked.length).toBeLessThan(whole.length);
	});

	it('have empty pages, close periods, and know a token only with what it was asked with', async () => {
		const far = await all({ postedAfter: iso(AT - 170 * DAY) });
		expect(far.empty).toBeGreaterThan(0);
		expect((await all({ postedAfter: iso(AT - 200 * DAY) })).rows).toEqual([]);
		const { body } = await amazon(simulator, 'na', token, '/finances/v0/financialEventGroups', {
			query: { FinancialEventGroupStartedAfter: iso(AT - 60 * DAY) },
		});
		const groups: Group[] = body.payload.FinancialEventGroupList;
		expect(new Set(groups.map((group) => group.ProcessingStatus))).toEqual(new Set(['Open', 'Closed']));
		const closed = groups.findLast((group) => group.ProcessingStatus === 'Closed' && group.OriginalTotal.CurrencyAmount > 0)!;
		const { rows } = await all({
			relatedIdentifierName: 'FINANCIAL_EVENT_GROUP_ID',
			relatedIdentifierValue: closed.FinancialEventGroupId,
		});
		const booked = rows.filter((row) => row.transactionType !== 'Transfer').reduce((sum, row) => sum + cents(row.totalAmount), 0);
		expect(booked).toBe(Math.round(closed.OriginalTotal.CurrencyAmount * 100));
		const first = await amazon(simulator, 'na', token, '/finances/2024-06-19/transactions', { query: lately });
		const wrong = await amazon(simulator, 'na', token, '/finances/2024-06-19/transactions', {
			query: { postedAfter: iso(AT - 50 * DAY), nextToken: first.body.payload.nextToken },
		});
		expect(wrong.status).toBe(400);
		expect((await amazon(simulator, 'na', token, '/finances/2024-06-19/transactions')).status).toBe(400);
	});
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../src/index.ts';
import { tiktok } from './tiktok-client.ts';

const NOW = Date.parse('2026-11-22T08:00:00Z');
const DAY = 86_400;
const STORE = 'tiktok-gb';
const STATEMENTS = '/finance/202309/statements';

let simulator: Simulator;
beforeAll(async () => {
	simulator = await startSimulator({ clock: { at: NOW, frozen: true }, size: 20_000 });
});
afterAll(() => simulator.stop());

type Fields = Record<string, unknown>;
const get = async (path: string, query: Record<string, string>) => {
	// Fifty calls a second are allowed.
	simulator.control.setClock({ advance: 20 });
	return await tiktok(simulator, 'GET', path, { store: STORE, query });
};

/** All records of a list, fourteen days of statements by default, in pages of a few. */
async function all(path: string, field: string, query: Record<string, string>): Promise<Fields[]> {
	const records: Fields[] = [];
	let token = '';
	do {
		const answer = await get(path, { page_size: '7', ...query, ...(token === '' ? {} : { page_token: token }) });
		expect(answer.code).toBe(0);
		records.push(...(answer.data[field] as Fields[]));
		token = String(answer.data['next_page_token']);
	} while (token !== '');
	return records;
}
const lately = { sort_field: 'statement_time', statement_time_ge: String(NOW / 1000 - 40 * DAY), statement_time_lt: String(NOW / 1000) };
const cents = (value: unknown): bigint => {
	const [whole = '0', fraction = ''] = (typeof value === 'string' ? value : '0').split('.');
	return BigInt(whole + fraction.padEnd(2, '0'));
};
const sum = (records: readonly Fields[], field: string): bigint => records.reduce((total, one) => total + cents(one[field]), 0n);
const transactions = (id: unknown) => `/finance/202501/statements/${String(id)}/statement_transactions`;

describe("TikTok Shop's statements in the simulator", () => {
	it('pay out what their transactions come to, one a day at midnight UTC', async () => {
		const statements = await all(STATEMENTS, 'statements', lately);
		expect(statements.length).toBeGreaterThan(10);
		expect(statements.every((one) => Number(one['statement_time']) % DAY === 0)).toBe(true);
		const types = new Set<unknown>();
		for (const { id, settlement_amount: settlement } of statements) {
			const rows = await all(transactions(id), 'transactions', { sort_field: 'order_create_time' });
			const { data } = await get(transactions(id), { sort_field: 'order_create_time' });
			expect(sum(rows, 'settlement_amount')).toBe(cents(settlement));
			expect(cents(data['payable_amount'])).toBe(cents(settlement) + sum(rows, 'reserve_amount'));
			expect(data['total_count']).toBe(rows.length);
			for (const row of rows) {
				types.add(row['type']);
				if (row['type'] !== 'ORDER') continue;
				expect(cents(row['settlement_amount'])).toBe(
					cents(row['revenue_amount']) + cents(row['shipping_cost_amount']) + cents(row['fee_tax_amount']),
				);
			}
		}
		expect(types).toEqual(new Set(['GMV_PAYMENT_FOR_ADS', 'ORDER', 'PLATFORM_PENALTY', 'RESERVE']));
	});

	it('settle each order once, and hold back what is paid and not settled', async () => {
		const statements = await all(STATEMENTS, 'statements', lately);
		const settled: unknown[] = [];
		for (const { id } of statements)
			settled.push(
				...(await all(transactions(id), 'transactions', { sort_field: 'order_create_time' }))
					.filter((row) => row['type'] === 'ORDER')
					.map((row) => row['order_id']),
			);
		expect(new Set(settled).size).toBe(settled.length);
		const open = await all('/finance/202507/orders/unsettled', 'transactions', { sort_field: 'order_create_time' });
		expect(open.length).toBeGreaterThan(3);
		expect(open.filter((row) => settled.includes(row['order_id']))).toEqual([]);
	});

	it('are paid three days later, and never change otherwise', async () => {
		const newest = async () => (await all(STATEMENTS, 'statements', { ...lately, sort_order: 'DESC' }))[0];
		const before = await newest();
		expect(before).toMatchObject({ payment_status: 'PROCESSING', payment_id: '' });
		simulator.control.setClock({ advance: 4 * DAY * 1000 });
		expect(await newest()).toEqual({ ...before, payment_status: 'PAID', payment_id: expect.stringMatching(/^\d{19}$/) });
	});

	it('are refused without their one way of sorting, and to whom they do not belong', async () => {
		expect((await get(STATEMENTS, {})).code).toBe(36_009_004);
		expect((await get(transactions('7238800000000000001'), { sort_field: 'order_create_time' })).code).toBe(36_009_004);
	});
});

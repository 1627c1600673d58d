import { parse } from 'csv-parse/sync';
import { expect } from 'vitest';
import type { ProfitHome } from './profit-home.ts';

const PARTS = [
	'units',
	'unitsWithoutCost',
	'costOfGoods',
	'gross',
	'proceeds',
	'profitSettled',
	'profitEstimated',
	'unnamed',
	'difference',
] as const;

/** Whatever is told of the whole is the sum of its SKUs, on the screen and in the file. */
export async function expectSkusToAddUp(home: ProfitHome, asked: { from: string; until: string }): Promise<void> {
	const whole = (await home.numbers().profit(asked)).total;
	const view = await home.numbers().skuProfit(asked);
	expect(view.total).toEqual(whole);
	const { text } = await home.file({ ...asked, part: 'sku' });
	const [total, ...file] = parse(text, { columns: true, bom: true }) as Record<string, string>[];
	for (const id of PARTS) {
		const told = [...view.rows, ...(view.rest ? [view.rest] : [])].map(({ figures }) => figures[id]);
		const sum = told.every((one) => one === null) ? null : String(told.reduce((all, one) => all + BigInt(one ?? 0), 0n));
		// A whole of nothing has no rows.
		expect([id, sum ?? (id.startsWith('units') ? '0' : null)]).toEqual([id, whole[id]]);
		const minor = (row: Record<string, string> | undefined): bigint => BigInt((row?.[id] ?? '').replace('.', '') || 0);
		expect([id, file.reduce((all, row) => all + minor(row), 0n)]).toEqual([id, minor(total)]);
	}
}

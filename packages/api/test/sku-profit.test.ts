import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { actions, noon, openProfitHome, period, type ProfitHome } from './profit-home.ts';
import { expectSkusToAddUp } from './sku-sums.ts';

let home: ProfitHome;
beforeAll(async () => {
	home = await openProfitHome();
});
afterAll(() => home.close());
beforeEach(() => home.empty());

const { order, cost, rates, numbers, settle } = actions(() => home);

describe('what is left by SKU', () => {
	test('parts an order among its lines by their price, keeps what has no SKU in sight, and takes each line’s own cost', async () => {
		await rates();
		await cost('LAMP', 30, '10');
		await cost('BAG', 30, '1');
		await cost('BAG', 3, '2');
		// 100.01 dollars over prices of 60 and 30: the cent that cannot be parted goes to the later line.
		await order({
			store: 'us',
			at: noon(4),
			total: 12_000,
			payout: 10_001,
			lines: [
				{ sku: 'LAMP', quantity: 2, price: 3000 },
				{ sku: 'BAG', quantity: 2, cancelled: 1, price: 3000 },
			],
		});
		const settled = await order({ store: 'us', at: noon(2), total: 9000, payout: 1, lines: [{ sku: 'BAG', quantity: 1, price: 1 }] });
		await settle(settled, { sale: 7000, unknown: -500 });
		await order({ store: 'us', at: noon(2), total: 500, payout: 400, lines: [{ sku: null, quantity: 3, price: 100 }] });
		const asked = { ...period, base: 'USD' };
		const view = await numbers().skuProfit(asked);
		const of = (sku: string | null) => view.rows.find((row) => row.sellerSku === sku)?.figures;
		expect(view.rows.map((row) => row.sellerSku)).toEqual(['BAG', 'LAMP', null]);
		expect(of('LAMP')).toMatchObject({
			orders: '1',
			units: '2',
			gross: '8000',
			proceeds: '6667',
			costOfGoods: '500',
			profitEstimated: '6167',
		});
		expect(of('LAMP')).toMatchObject({ profitSettled: null, unnamed: null, profitOrders: '1', settledOrders: '0', margin: '0.7709' });
		expect(of('BAG')).toMatchObject({ orders: '2', units: '2', gross: '13000', proceeds: '9834', costOfGoods: '75' });
		expect(of('BAG')).toMatchObject({ profitEstimated: '3309', profitSettled: '6450', unnamed: '-500', difference: '6499' });
		expect(of(null)).toMatchObject({ orders: '1', units: '3', unitsWithoutCost: '3', proceeds: null, profitEstimated: null });
		expect(view).toMatchObject({ rest: null, gaps: { costMissing: 1 } });
		await expectSkusToAddUp(home, asked);
	});

	test('names those of which most is left, and adds up the rest', async () => {
		await rates();
		for (let n = 0; n < 130; n++) {
			await cost(`S${n}`, 30, '0.01');
			await order({ store: 'mx', at: noon(2), total: 1000 + n, fees: 0, lines: [{ sku: `S${n}`, quantity: 1 }] });
		}
		await order({ store: 'mx', at: noon(2), total: 10, fees: 0, lines: [{ sku: null, quantity: 1 }] });
		const view = await numbers().skuProfit(period);
		expect(view.rows.map(({ sellerSku }) => sellerSku).slice(0, 2)).toEqual(['S129', 'S128']);
		expect(view.rows.at(-1)?.sellerSku).toBeNull();
		expect([view.rows.length, view.rest?.skus, view.rest?.figures.orders]).toEqual([101, 30, '30']);
		await expectSkusToAddUp(home, period);
	});

	test('is refused to who does not see costs, also as a file, and a file of no part is none', async () => {
		await expect(home.asBlind().numbers.skuProfit(period)).rejects.toThrow('notAllowed');
		await expect(home.file({ ...period, part: 'sku' }, 'blind')).rejects.toThrow('notAllowed');
		await expect(home.file(period)).rejects.toThrow('inputWrong');
	});

	test('has a file of the other parts as well', async () => {
		await rates();
		await cost('LAMP', 30, '10');
		await order({ store: 'us', at: noon(4), total: 9000, payout: 7000, lines: [{ sku: 'LAMP', quantity: 1 }] });
		const { text, fileName } = await home.file({ ...period, part: 'groups', by: 'platform' });
		const rows = parse(text, { columns: true, bom: true }) as Record<string, string>[];
		expect(rows.map((row) => [row['part'], row['key'], row['profitEstimated'], row['margin'], row['base_currency']])).toEqual([
			['total', '', '270.00', '0.7500', 'CNY'],
			['platform', 'temu', '270.00', '0.7500', 'CNY'],
		]);
		expect(fileName).toBe(`pangea-profit-platform-${period.from}-${period.until}.csv`);
	});
});

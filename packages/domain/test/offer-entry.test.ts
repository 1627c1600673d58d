import { describe, expect, test } from 'vitest';
import { judgePrice, judgeStock, judgeTitle, plainTitle, readBlock, readTyped, shiftPrice } from '../src/index.ts';

describe('a number as it is typed or pasted', () => {
	test.each([
		['19.90', '.', '19.90'],
		['19,90', '.', '19.90'],
		['19,90', ',', '19.90'],
		['1.234,56', '.', '1234.56'],
		['1,234.56', ',', '1234.56'],
		['1,234', '.', '1234'],
		['1,234', ',', '1.234'],
		['1.234', ',', '1234'],
		['1.234', '.', '1.234'],
		['1.234.567', '.', '1234567'],
		['R$ 1.234,50', ',', '1234.50'],
		['MX$ 1,299.00', '.', '1299.00'],
		['¥1,299', '.', '1299'],
		['12 345,5', ',', '12345.5'],
		["1'234.50", '.', '1234.50'],
		[',5', ',', '0.5'],
		['-3', '.', '-3'],
		['−3', '.', '-3'],
		['40', '.', '40'],
	] as const)('%s with %s is %s', (text, decimal, read) => {
		expect(readTyped(text, decimal)).toBe(read);
	});

	test.each(['', 'abc', '1.23.4', '12,34,5', '1-2', '..', '1,2.3.4'])('%s is none', (text) => {
		expect(readTyped(text, '.')).toBeNull();
	});

	test('comes in blocks, one row a line', () => {
		expect(readBlock('19,90\t4\r\n\t5\n7 \t\n\n')).toEqual([
			['19,90', '4'],
			['', '5'],
			['7', ''],
		]);
	});
});

describe('a price that is moved with others', () => {
	test('goes by percent or by an amount, and ends as shop prices do, never lower', () => {
		expect(shiftPrice(1_999n, 'USD', { kind: 'percent', hundredths: -1_000n }, 'exact')).toBe(1_799n);
		expect(shiftPrice(1_999n, 'USD', { kind: 'percent', hundredths: 550n }, 'ninetyNine')).toBe(2_199n);
		expect(shiftPrice(1_000n, 'USD', { kind: 'amount', minor: -250n }, 'whole')).toBe(800n);
		expect(shiftPrice(1_980n, 'JPY', { kind: 'percent', hundredths: 1_000n }, 'ninetyNine')).toBe(2_179n);
		expect(shiftPrice(200n, 'USD', { kind: 'amount', minor: -200n }, 'ninetyNine')).toBeNull();
	});
});

describe('a change of an offer', () => {
	const was = { amountMinor: 2_000n, currency: 'USD' };
	const judged = (amount: string, floor: bigint | null = null) =>
		judgePrice(
			{ amount, currency: 'USD' },
			{ was, floor: floor === null ? null : { amountMinor: floor, currency: 'USD' }, obstacle: null },
		);

	test('is sent where nothing speaks against it, and looked at twice where it moves far', () => {
		expect(judged('14.00')).toEqual({ shall: '1400', refusal: null, bound: null, warnings: [] });
		expect(judged('13.99').warnings).toEqual(['bigChange']);
		expect(judged('26.01').warnings).toEqual(['bigChange']);
		expect(judgeStock(0, { was: 4, obstacle: null })).toEqual({ shall: '0', refusal: null, bound: null, warnings: ['soldOut'] });
	});

	test('is not sent below the floor, and at the floor it is', () => {
		expect(judged('14.99', 1_500n)).toMatchObject({ refusal: 'belowFloor', bound: '15.00' });
		expect(judged('15.00', 1_500n).refusal).toBeNull();
	});

	test('is not sent where it is none, or nothing is known to change', () => {
		for (const [amount, refusal] of [
			['20', 'same'],
			['0', 'noAmount'],
			['1.234', 'noAmount'],
		] as const)
			expect(judged(amount).refusal).toBe(refusal);
		expect(judgePrice({ amount: '1', currency: 'USD' }, { was: null, floor: null, obstacle: null }).refusal).toBe('untold');
		expect(judgePrice({ amount: '1', currency: 'EUR' }, { was, floor: null, obstacle: null })).toMatchObject({
			refusal: 'wrongCurrency',
			bound: 'USD',
		});
		expect(judgeStock(4, { was: 4, obstacle: null }).refusal).toBe('same');
		expect(judgeStock(4, { was: 4, obstacle: 'sharedStock' }).refusal).toBe('sharedStock');
	});
});

describe('a title', () => {
	const titles = { least: 3, most: 10, of: 'product', reviewed: true } as const;
	const judged = (asked: string, isOneOfSeveral = false) => judgeTitle(asked, { was: 'Lamp', obstacle: null, titles, isOneOfSeveral });

	test('is sent in one line, without marks that nobody sees', () => {
		expect(judged('  Lamp\r\n red\u202e\u200b ')).toEqual({ shall: 'Lamp red', refusal: null, bound: null, warnings: ['reviewed'] });
		expect(plainTitle('e\u0301')).toBe('é');
		// What joins the parts of a picture stays.
		expect(plainTitle('👩\u200d🔧')).toBe('👩\u200d🔧');
	});

	test('tells that all variants get it, where they have but one', () => {
		expect(judged('Lamp red', true).warnings).toEqual(['allVariants', 'reviewed']);
		expect(
			judgeTitle('Lamp red', { was: 'Lamp', obstacle: null, titles: { ...titles, of: 'variant', reviewed: false }, isOneOfSeveral: true })
				.warnings,
		).toEqual([]);
	});

	test('is counted in characters, not in bytes or halves of them', () => {
		expect(judged('灯'.repeat(10)).refusal).toBeNull();
		expect(judged('😀'.repeat(10)).refusal).toBeNull();
		expect(judged('灯'.repeat(11))).toMatchObject({ refusal: 'titleTooLong', bound: '10' });
		expect(judged('灯')).toMatchObject({ refusal: 'titleTooShort', bound: '3' });
		expect(judged(' \u200b ')).toMatchObject({ refusal: 'noTitle', shall: null });
		expect(judged('Lamp ').refusal).toBe('same');
		expect(judgeTitle('Lamp red', { was: 'Lamp', obstacle: 'titleAfterSales', titles, isOneOfSeveral: false }).refusal).toBe(
			'titleAfterSales',
		);
	});
});

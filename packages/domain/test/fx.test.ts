import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FACTOR_SCALE, isDay, type Rate, RateBook, RateFileError, readRateFile, roundExact, splitChange } from '../src/index.ts';

const HIST = `Date,USD,JPY,BRL,MXN,CNY,
2026-11-27,1.0512,164.33,6.1245,21.4032,7.6131,
2026-11-26,1.0488,163.9,6.1,21.35,7.6,
2026-11-25,1.05,163,N/A,21.3,7.59,
`;
const ecb = (currency: string, day: string, rate: string, more: Partial<Rate> = {}): Rate => ({
	currency,
	against: 'EUR',
	day,
	source: 'ecb',
	rate,
	...more,
});

/** A factor as a decimal. */
const decimal = (factor = 0n): Big => new Big(factor.toString()).div(FACTOR_SCALE.toString());

describe('the file of the European Central Bank', () => {
	test('gives a rate for each day and currency that has one, with the digits as written', () => {
		const rates = readRateFile(HIST);
		expect(rates).toHaveLength(14);
		expect(rates[1]).toEqual(ecb('JPY', '2026-11-27', '164.33'));
		expect(rates.filter((r) => r.currency === 'BRL').map((r) => r.day)).toEqual(['2026-11-27', '2026-11-26']);
	});
	test('of a single day is read too', () => {
		expect(readRateFile('Date, USD, JPY, \n27 November 2026, 1.0512, 164.33, \n')).toEqual([
			ecb('USD', '2026-11-27', '1.0512'),
			ecb('JPY', '2026-11-27', '164.33'),
		]);
	});
	test.each([
		['<html>', /does not begin with Date/],
		['Date,USD\n2026-02-30,1', /no day/],
		['Date,USD\n2026-11-27,1e3', /"1e3" for USD/],
		['Date,USD\n2026-11-27,0', /"0" for USD/],
		['Date,usd\n2026-11-27,1', /no currency/],
	])('%j is refused with the place', (text, message) => {
		expect(() => readRateFile(text)).toThrow(message);
		expect(() => readRateFile(text)).toThrow(RateFileError);
	});
	test('days are days of the calendar', () => {
		expect([isDay('2026-02-28'), isDay('2026-02-29'), isDay('2028-02-29'), isDay('2026-1-1')]).toEqual([true, false, true, false]);
	});
});

describe('a book of rates', () => {
	const book = new RateBook([
		...readRateFile(HIST),
		ecb('ARS', '2026-11-26', '1005.5', { against: 'USD', source: 'hand' }),
		ecb('UYU', '2026-11-27', '44.1', { source: 'second' }),
	]);
	test('crosses two currencies over the euro, in minor units', () => {
		// 100 yen have no minor unit, the dollar has a hundred: one yen is 1.0512 / 164.33 dollars, so 0.6397 cents.
		const cross = book.convert('JPY', 'USD', '2026-11-27');
		expect(cross).toMatchObject({ rateDay: '2026-11-27', sources: ['ecb'] });
		expect(decimal(cross?.factor).toFixed(6)).toBe(new Big('1.0512').div('164.33').times(100).toFixed(6));
	});
	test('takes on a day without rates the last one, and says of which day it is', () => {
		expect(book.convert('USD', 'EUR', '2026-11-29')).toMatchObject({ rateDay: '2026-11-27' });
		expect(book.convert('BRL', 'EUR', '2026-11-26')).toMatchObject({ rateDay: '2026-11-26' });
	});
	test('has nothing before the first rate and nothing for a currency without one', () => {
		expect(book.convert('BRL', 'EUR', '2026-11-25')).toBeNull();
		expect(book.convert('CLP', 'EUR', '2026-11-27')).toBeNull();
		expect(book.convert('', 'EUR', '2026-11-27')).toBeNull();
		expect(book.convert('???', '???', '2026-11-27')).toBeNull();
		expect(book.convert('EUR', 'USD', '2026-11-24')).toBeNull();
	});
	test('needs no rate for a currency itself', () => {
		expect(book.convert('CLP', 'CLP', '2026-11-27')).toMatchObject({ factor: FACTOR_SCALE, rateDay: null, sources: [] });
	});
	test('goes over the currency against which a person quoted, with the rate of that same day', () => {
		const found = book.convert('ARS', 'CNY', '2026-11-28');
		expect(found).toMatchObject({ rateDay: '2026-11-26', sources: ['hand', 'ecb'] });
		expect(decimal(found?.factor).toFixed(12)).toBe(new Big('7.6131').div(new Big('1005.5').times('1.0488')).toFixed(12));
	});
	test('a person’s word goes before the bank’s of the same day, and the bank’s before the second source’s', () => {
		const both = new RateBook([
			ecb('USD', '2026-11-27', '2'),
			ecb('USD', '2026-11-27', '4', { source: 'hand' }),
			ecb('USD', '2026-11-27', '8', { source: 'second' }),
			ecb('USD', '2026-11-28', '16', { source: 'second' }),
		]);
		expect(decimal(both.convert('USD', 'EUR', '2026-11-27')?.factor).toString()).toBe('0.25');
		expect(decimal(both.convert('USD', 'EUR', '2026-11-28')?.factor).toString()).toBe('0.0625');
	});
	test('currencies quoted against each other have no rate', () => {
		const circle = new RateBook([ecb('USD', '2026-11-27', '2', { against: 'ARS' }), ecb('ARS', '2026-11-27', '2', { against: 'USD' })]);
		expect(circle.convert('USD', 'EUR', '2026-11-27')).toBeNull();
	});
});

const CODES = ['USD', 'JPY', 'KWD', 'VND', 'BRL'] as const;
const rateText = fc
	.tuple(fc.integer({ min: 0, max: 99_999 }), fc.integer({ min: 1, max: 9999 }))
	.map(([whole, part]) => `${whole}.${String(part).padStart(4, '0')}`);

describe('for any rates', () => {
	const anyBook = fc.tuple(...CODES.map((c) => rateText.map((rate) => ecb(c, '2026-11-27', rate)))).map((rates) => new RateBook(rates));
	const code = fc.constantFrom(...CODES);
	const scale = (c: string): number => ({ JPY: 0, VND: 0, KWD: 3 })[c] ?? 2;
	test('there and back is the same amount, and a third currency on the way changes nothing that shows', () => {
		fc.assert(
			fc.property(anyBook, code, code, code, (book, a, b, c) => {
				const factor = (from: string, to: string): Big => decimal(book.convert(from, to, '2026-11-27')?.factor);
				const shift = (from: string, to: string): Big => new Big(10).pow(scale(from) - scale(to));
				const rate = (from: string, to: string): Big => factor(from, to).times(shift(from, to));
				const near = (x: Big, y: Big): boolean => x.minus(y).abs().lt(y.times('1e-9'));
				expect(near(rate(a, b).times(rate(b, a)), new Big(1))).toBe(true);
				expect(near(rate(a, b).times(rate(b, c)), rate(a, c))).toBe(true);
			}),
		);
	});
	test('a change is exactly trade and exchange together', () => {
		const amount = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });
		fc.assert(
			fc.property(amount, amount, amount, (now, atFormer, before) => {
				const { change, trade, exchange } = splitChange(now, atFormer, before);
				expect(trade + exchange).toBe(change);
				expect(before + change).toBe(now);
			}),
		);
	});
	test('a sum is rounded half to even, as big.js does', () => {
		fc.assert(
			fc.property(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), (sum) => {
				expect(roundExact(sum)).toBe(BigInt(new Big(sum.toString()).div('1e24').round(0, 2).toFixed()));
			}),
		);
		const halves = [1n, 3n, -1n, -3n, 4n].map((n) => roundExact((n * FACTOR_SCALE) / 2n));
		expect(halves).toEqual([0n, 2n, 0n, -2n, 2n]);
	});
});

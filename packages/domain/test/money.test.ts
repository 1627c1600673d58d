import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addMoney, currencyExponent, formatDecimal, MoneyError, negateMoney, parseMoney, timesMoney } from '../src/index.ts';

const currencies = fc.constantFrom('USD', 'EUR', 'JPY', 'CLP', 'COP', 'MXN', 'BRL', 'KWD', 'VND', 'ARS', 'SAR');
const money = fc.record({ amountMinor: fc.bigInt({ min: -(2n ** 63n - 1n), max: 2n ** 63n - 1n }), currency: currencies });

describe('money', () => {
	test('survives its decimal text exactly, far beyond 2^53', () => {
		fc.assert(
			fc.property(money, (m) => {
				expect(parseMoney(formatDecimal(m), m.currency)).toEqual(m);
			}),
		);
	});
	test('adds like integers and commutes', () => {
		fc.assert(
			fc.property(money, fc.bigInt(), (a, n) => {
				const b = { amountMinor: n, currency: a.currency };
				expect(addMoney(a, b)).toEqual(addMoney(b, a));
				expect(addMoney(addMoney(a, b), negateMoney(b))).toEqual(a);
			}),
		);
	});
	test.each([
		['12.34', 'USD', 1234n],
		['-0.5', 'USD', -50n],
		['1200', 'CLP', 1200n],
		['1200.00', 'CLP', 1200n],
		['0.1', 'KWD', 100n],
		['1e3', 'JPY', 1000n],
		['1.5E2', 'USD', 15000n],
		['+7', 'EUR', 700n],
	])('reads %s %s as %s minor units', (text, currency, minor) => {
		expect(parseMoney(text, currency).amountMinor).toBe(minor);
	});
	test.each(['', ' ', '1,5', '12.345', 'NaN', 'Infinity', '1e99', '0x10', '--1', '1.', '٣'])('refuses %j instead of guessing', (text) => {
		expect(() => parseMoney(text, 'USD')).toThrow(MoneyError);
	});
	test('refuses a fraction of a peso where the currency has none', () => {
		expect(() => parseMoney('10.5', 'CLP')).toThrow(/more decimals/);
	});
	test('refuses to add two currencies', () => {
		expect(() => addMoney({ amountMinor: 1n, currency: 'USD' }, { amountMinor: 1n, currency: 'MXN' })).toThrow(/without a rate/);
	});
	test('refuses a currency that ISO 4217 lacks', () => {
		expect(() => currencyExponent('XXQ')).toThrow(MoneyError);
	});
	test('multiplies by whole quantities only', () => {
		expect(timesMoney({ amountMinor: 250n, currency: 'USD' }, 3).amountMinor).toBe(750n);
		expect(() => timesMoney({ amountMinor: 250n, currency: 'USD' }, 1.5)).toThrow(MoneyError);
	});
});

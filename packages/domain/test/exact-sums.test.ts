import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Conversion, ExactSums, FACTOR_SCALE, type Rate, RateBook, roundExact } from '../src/index.ts';

const DAY = '2026-11-27';
const rate = (currency: string, text: string): Rate => ({ currency, against: 'EUR', day: DAY, source: 'ecb', rate: text });
/** Between the largest and the smallest that a rate book takes, and currencies without and with three decimals. */
const factor = fc
	.record({
		from: fc.constantFrom('JPY', 'USD', 'KWD'),
		to: fc.constantFrom('CLP', 'BRL', 'BHD'),
		ours: fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 15n - 1n }), fc.bigInt({ min: 1n, max: 10n ** 15n - 1n })),
		theirs: fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 15n - 1n }), fc.bigInt({ min: 1n, max: 10n ** 15n - 1n })),
	})
	.map(({ from, to, ours, theirs }): Conversion => {
		const text = ([whole, fraction]: readonly [bigint, bigint]) => `${whole}.${fraction.toString().padStart(15, '0')}`;
		const conversion = new RateBook([rate(from, text(ours)), rate(to, text(theirs))]).convert(from, to, DAY);
		if (!conversion) throw new Error('There are rates of both');
		return conversion;
	});
const usual = fc
	.integer({ min: 1, max: 9_999_999 })
	.map((n) => new RateBook([rate('USD', `1.${String(n).padStart(7, '0')}`)]).convert('USD', 'EUR', DAY))
	.map((one) => one ?? ({} as Conversion));
const value = fc.oneof(
	fc.integer({ min: -5_000_000, max: 5_000_000 }),
	fc.maxSafeInteger(),
	fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
	fc.constantFrom(0, 2 ** 44, -(2 ** 44), 2 ** 44 - 1, -(2 ** 22), 2 ** 22 - 1),
);
const product = fc.record({ place: fc.nat(2), value, conversion: fc.oneof(usual, usual, factor), times: fc.constantFrom(1, 1, 3, 700) });

describe('sums of converted amounts', () => {
	test('are those of big integers, and rounded as these are', () => {
		fc.assert(
			fc.property(fc.array(fc.array(product, { maxLength: 8 }), { minLength: 1, maxLength: 12 }), (parts) => {
				const whole = new ExactSums(3);
				const expected = [0n, 0n, 0n];
				for (const part of parts) {
					const sums = new ExactSums(3);
					for (const { place, value: amount, conversion, times } of part)
						for (let n = 0; n < times; n++) {
							sums.add(place, amount, conversion);
							expected[place] = (expected[place] ?? 0n) + BigInt(amount) * conversion.factor;
						}
					whole.addAll(sums);
				}
				const [a = 0n, b = 0n, c = 0n] = expected;
				expect([0, 1, 2].map((place) => whole.rounded(place))).toEqual(expected.map(roundExact));
				expect(whole.roundedDifference(0, 1)).toBe(roundExact(a - b));
				expect(whole.roundedDifference(2, 0)).toBe(roundExact(c - a));
				expect([0, 1, 2].map((place) => whole.exact(place))).toEqual(expected);
			}),
			{ numRuns: 2000 },
		);
	});

	test('round the middle between two to the even one, and what lies next to it to its own side', () => {
		const half: Conversion = { factor: FACTOR_SCALE / 2n, limbs: null, rateDay: null, sources: [] };
		const book = new RateBook([rate('USD', '2')]);
		for (const one of [half, book.convert('USD', 'EUR', DAY) ?? half])
			for (const [amount, rounded] of [
				[1, 0n],
				[3, 2n],
				[5, 2n],
				[-1, 0n],
				[-3, -2n],
				[2, 1n],
			] as const) {
				const sums = new ExactSums(2);
				sums.add(0, amount, one);
				expect(sums.rounded(0)).toBe(rounded);
				// The smallest that there is.
				sums.add(0, 1, { ...one, factor: 1n, limbs: one.limbs && [1, 0, 0, 0, 0] });
				expect(sums.rounded(0)).toBe(roundExact(BigInt(amount) * one.factor + 1n));
			}
	});
});

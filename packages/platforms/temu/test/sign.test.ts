import { createHash } from 'node:crypto';
import { witness } from '@pangea/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Params, sign, signedBody, type WireValue, writeJson } from '../src/client.ts';

interface Vector {
	name: string;
	appSecret: string;
	params: Params;
	stringToSign: string;
	sign: string;
}

// The vectors hold integers beyond 2^53; the plain parser would change them before the signer sees them.
function parseExactly(text: string): unknown {
	return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
		typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) ? BigInt(context?.source ?? '') : value,
	);
}

const contract = witness('temu');

describe.skipIf(!contract)('signatures of the contract', () => {
	const vectors = contract ? (parseExactly(contract.read('samples/sign-vectors.json')) as Vector[]) : [];

	it('are there from A to G and with the published one', () => {
		expect(vectors.map((vector) => vector.name[0])).toEqual(['A', 'B', 'C', 'D', 'E', 'F', 'P', 'G']);
	});

	it.each(vectors)('$name', (vector) => {
		expect(sign(vector.params, vector.appSecret)).toBe(vector.sign);
		expect(createHash('md5').update(vector.stringToSign).digest('hex').toUpperCase()).toBe(vector.sign);
	});
});

describe('the signer', () => {
	const inner: fc.Memo<WireValue> = fc.memo((depth) =>
		depth <= 1
			? fc.oneof(
					fc.string({ unit: 'binary' }),
					fc.integer(),
					fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
					fc.boolean(),
					fc.constant(null),
				)
			: fc.oneof(
					inner(1),
					fc.array(inner(depth - 1), { maxLength: 4 }),
					fc.dictionary(fc.string({ unit: 'grapheme' }), inner(depth - 1), { maxKeys: 4 }),
				),
	);
	const params = fc.dictionary(
		fc.string({ minLength: 1 }).filter((name) => name !== 'sign' && name !== '__proto__'),
		inner(3),
		{ maxKeys: 8 },
	);
	const secret = fc.string({ minLength: 16, maxLength: 40 });

	it('does not depend on the order of the top-level fields', () => {
		fc.assert(
			fc.property(params, secret, (fields, key) => {
				expect(sign(Object.fromEntries(Object.entries(fields).reverse()), key)).toBe(sign(fields, key));
			}),
		);
	});

	it('signs exactly what it sends', () => {
		fc.assert(
			fc.property(params, secret, (fields, key) => {
				const read = parseExactly(signedBody(fields, key)) as Record<string, WireValue>;
				const { sign: given, ...rest } = read;
				expect(given).toBe(sign(rest, key));
				expect(given).toMatch(/^[0-9A-F]{32}$/);
			}),
		);
	});

	it('changes with every value and every name', () => {
		fc.assert(
			fc.property(secret, fc.string(), fc.string(), (key, a, b) => {
				fc.pre(a !== b);
				expect(sign({ type: 'x', value: a }, key)).not.toBe(sign({ type: 'x', value: b }, key));
				expect(sign({ type: 'x', [`n${a}`]: '1' }, key)).not.toBe(sign({ type: 'x', [`n${b}`]: '1' }, key));
			}),
		);
	});

	it('neither signs nor sends undefined and null fields', () => {
		const key = 'k'.repeat(16);
		expect(sign({ a: 1, b: null, c: undefined }, key)).toBe(sign({ a: 1 }, key));
		expect(JSON.parse(signedBody({ a: 1, b: null, c: undefined }, key))).toEqual({ a: 1, sign: sign({ a: 1 }, key) });
	});

	it('writes every digit of integers beyond 2^53 and refuses numbers that have lost theirs', () => {
		fc.assert(
			fc.property(fc.bigInt(), (value) => {
				expect(writeJson({ list: [value] })).toBe(`{"list":[${value}]}`);
			}),
		);
		expect(() => writeJson(2 ** 53)).toThrow(RangeError);
		expect(() => writeJson(Number.NaN)).toThrow(RangeError);
	});

	it('writes text without escapes beyond those JSON needs and mends broken surrogates', () => {
		expect(writeJson('Café 咖啡杯 "x" \u{1F600}')).toBe('"Café 咖啡杯 \\"x\\" \u{1F600}"');
		expect(writeJson('a\ud800b')).toBe('"a\ufffdb"');
		expect(sign({ a: 'a\ud800b' }, 'k')).toBe(sign({ a: 'a\ufffdb' }, 'k'));
	});
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { causeText, entryOf, idText, JsonError, jsonText, parseJson } from '../src/index.ts';

/** What the parser promises, told the slow way. */
function bySource(_key: string, value: unknown, context?: { source?: string }): unknown {
	return typeof value !== 'number' || String(value) === context?.source ? value : context?.source;
}

const number = fc.oneof(
	fc.double().map(String),
	fc.bigInt().map(String),
	fc.constantFrom('1e3', '10.10', '9007199254740993', '0.30', '-0.0'),
);
const numberText = number.filter((text) => /^-?\d/.test(text));

describe('reading JSON', () => {
	it('keeps the digits of every number that a double would change, wherever it stands', () => {
		fc.assert(
			fc.property(fc.json({ maxDepth: 4 }), numberText, fc.string(), (json, digits, key) => {
				const text = `{${JSON.stringify(key)}:[${digits}, ${json}],"s":${JSON.stringify(`: ${digits}\\" [${digits}`)},"last":\n ${digits}}`;
				const read = parseJson(text);
				expect(read).toEqual(JSON.parse(text, /\d{16}|\d\.\d|\d[eE]/.test(text) ? bySource : undefined));
			}),
			{ numRuns: 1000 },
		);
	});

	it('goes as deep as the text does, and back', () => {
		const depth = 100_000;
		const text = `{"price":10.10,"toJSON":1,"deep":${'[{"a":1,"b":'.repeat(depth)}null${'}]'.repeat(depth)}}`;
		const read = parseJson(text);
		expect(() => JSON.stringify(read)).toThrow(RangeError);
		expect(jsonText(read)).toBe(text.replace('10.10', '"10.10"'));
		expect(jsonText({ a: [undefined, 1, 'x"'], b: undefined })).toBe('{"a":[null,1,"x\\""]}');
		expect(jsonText(undefined)).toBe('null');
	});

	it('refuses what is no JSON, also beside long numbers', () => {
		for (const text of ['', '{"a":01.5}', '{"a":1.5,}', '[9007199254740993', "{'a':1.5}", 'NaN', '{"a":1.}', '{"a":1.5}x'])
			expect(() => parseJson(text)).toThrow(JsonError);
	});
});

describe('words of the wire', () => {
	it('that every object answers to are in no table', () => {
		const table = { PAID: 'paid' };
		expect(entryOf(table, 'PAID')).toBe('paid');
		for (const word of ['constructor', '__proto__', 'toString', 'hasOwnProperty', '', null, undefined])
			expect(entryOf(table, word)).toBeUndefined();
	});

	it('are ids only when they are short texts or numbers', () => {
		expect([idText('a'), idText(7), idText(''), idText(null), idText(['a']), idText('x'.repeat(256))]).toEqual([
			'a',
			'7',
			null,
			null,
			null,
			null,
		]);
	});

	it('make causes of bounded length', () => {
		expect(causeText('short')).toBe('short');
		expect(causeText('x'.repeat(1_000_000))).toHaveLength(501);
	});
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentMutations, mutate, recordMutations, valueAt, withValues } from '../src/index.ts';

const SAMPLE = `{"id": 9007199254740993, "price":10.10, "state":"PAID","lines":[{"sku":"a\\"b","n":1},{"sku":"c","n":2e3}],"none":null,"at":"2026-10-01T00:00:00Z"}`;

describe('mutations of a record', () => {
	it('leave JSON, and nearly always another one', () => {
		let same = 0;
		fc.assert(
			fc.property(recordMutations, (mutations) => {
				const text = mutate(SAMPLE, mutations).toString('utf8');
				JSON.parse(text);
				if (text === mutate(SAMPLE, []).toString('utf8')) same++;
			}),
			{ numRuns: 600, seed: 1 },
		);
		expect(same).toBeLessThan(60);
	});

	it('keep every digit of what they do not touch', () => {
		const dropped = mutate(SAMPLE, [{ kind: 'drop', place: 3, choice: 0 }]).toString('utf8');
		expect(dropped).toBe(SAMPLE.replace('"state":"PAID",', '').replaceAll(': ', ':').replaceAll(', ', ','));
	});

	it('shrink to one change', () => {
		const details = fc.check(
			fc.property(recordMutations, (mutations) => !mutate(SAMPLE, mutations).includes('"constructor"')),
			{ numRuns: 5000, seed: 3 },
		);
		expect(details.counterexample?.[0]).toHaveLength(1);
	});
});

describe('mutations of a whole answer', () => {
	it('also break its text and its bytes', () => {
		let broken = 0;
		let notText = 0;
		fc.assert(
			fc.property(documentMutations, (mutations) => {
				const bytes = mutate(SAMPLE, mutations);
				if (bytes.toString('utf8').includes('\uFFFD')) notText++;
				try {
					JSON.parse(bytes.toString('utf8'));
				} catch {
					broken++;
				}
			}),
			{ numRuns: 600, seed: 1 },
		);
		expect(broken).toBeGreaterThan(90);
		expect(notText).toBeGreaterThan(15);
	});
});

describe('values of a document', () => {
	it('are read and replaced by path without touching the others', () => {
		expect(valueAt(SAMPLE, 'lines.1.n')).toBe('2e3');
		expect(withValues('{"a":1.10,"b":[{"c":1}]}', { 'b.0.c': '"x"', d: 'null' })).toBe('{"a":1.10,"b":[{"c":"x"}],"d":null}');
		expect(() => withValues('{"a":1}', { 'a.b': '1' })).toThrow('a.b leads nowhere');
	});
});

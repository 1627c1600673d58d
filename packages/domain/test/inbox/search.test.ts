import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldText, holdsTerms, searchMarks, searchStretches, searchTerms } from '../../src/index.ts';

/** Whether the marks of the texts let a question through, and the texts hold it. */
function finds(texts: string[], question: string): boolean {
	const terms = searchTerms(question);
	const marks = new Set(searchMarks(texts));
	const promised = terms.every((term) => term.marks.every((group) => group.some((mark) => marks.has(mark))));
	return terms.length > 0 && promised && holdsTerms(texts, terms);
}

const TEXT = fc.oneof(
	fc.string({ unit: 'grapheme', maxLength: 120 }),
	fc.string({ unit: fc.constantFrom(...Array.from('aábçdéeñß1239-_./ 退货单請何か한국어ﾃﾞΣς')), maxLength: 80 }),
);

describe('words that are looked for', () => {
	test.each([
		['a word in any case', 'My REFUND has not come', 'refund'],
		['the beginning of a word', 'Quero um reembolso, por favor', 'reemb'],
		['without its accents', 'É à prova d’água?', 'agua'],
		['with accents that the text does not have', 'Cuando llegara la devolucion', 'devolución'],
		['two Chinese signs', '你好，什么时候发货？', '发货'],
		['a Chinese phrase', '请问可以退货退款吗', '退货退款'],
		['full-width letters', 'ＳＫＵ　ＡＢ１２', 'sku ab12'],
		['Japanese', 'いつ発送しますか', '発送'],
		['Korean inside its word', '배송이 언제 되나요', '배송'],
		['an order id with hyphens', 'Order 123-4567890-1234567 is late', '123-4567890-1234567'],
		['an order id without its hyphens', 'Order 123-4567890-1234567 is late', '12345678901234567'],
		['the end of an order id', '订单576123456789012345号', '2345'],
		['a SKU', 'the TEE-RED-42 I bought', 'tee-red-42'],
		['both of two words', 'the box was broken when it came', 'broken box'],
	])('%s', (_, text, question) => {
		expect(finds([text], question)).toBe(true);
	});

	test.each([
		['the middle of a word', 'a preview of it', 'view'],
		['only one of two words', 'the box was broken', 'broken lamp'],
		['pairs that do not stand together', '退货的货单', '退货单'],
		['a longer word', 'refund', 'refunding'],
		['the beginning of a number', 'order 576123456789012345', '576123'],
	])('are not found in %s', (_, text, question) => {
		expect(finds([text], question)).toBe(false);
	});

	test('may stand in several texts of one message', () => {
		expect(finds(['Ana López', 'the lamp is broken'], 'lopez lamp')).toBe(true);
	});

	test('are none where nothing is long enough', () => {
		expect(searchTerms(' … 退 ')).toEqual([]);
	});

	test('of a text find that text, each and all', () => {
		fc.assert(
			fc.property(TEXT, (text) => {
				// A cut in the middle of the text would make words of it that are none.
				fc.pre(text.length <= 200);
				const lost = searchTerms(text).filter((term) => !finds([text], term.text));
				expect(lost).toEqual([]);
			}),
			{ numRuns: 2000 },
		);
	});

	test('are marked where they stand, and nowhere else', () => {
		fc.assert(
			fc.property(TEXT, TEXT, (before, after) => {
				const text = `${before} Devolución ${after}`;
				const terms = searchTerms('devolucion');
				const stretches = searchStretches(text, terms);
				expect(stretches.map(({ start, end }) => foldText(text.slice(start, end)))).toContain('devolucion');
				for (const [i, { start, end }] of stretches.entries()) {
					expect(start).toBeLessThan(end);
					expect(start).toBeGreaterThanOrEqual(stretches[i - 1]?.end ?? 0);
				}
			}),
		);
	});

	test('keep their place behind letters that fold to more than one', () => {
		const text = 'Straße ﬁx: 退货';
		const [stretch] = searchStretches(text, searchTerms('退货'));
		expect(stretch && text.slice(stretch.start, stretch.end)).toBe('退货');
	});

	test('are marked to the end of an id, hyphens and all', () => {
		const text = 'Order 123-4567890-1234567.';
		const [stretch] = searchStretches(text, searchTerms('01234567'));
		expect(stretch && text.slice(stretch.start, stretch.end)).toBe('0-1234567');
	});

	test('of an endless text are bounded', () => {
		const text = Array.from({ length: 50_000 }, (_, i) => String.fromCodePoint(0x4e00 + (i % 20_000), 0x4e00 + ((i * 7) % 20_000))).join(
			'',
		);
		expect(searchMarks([text]).length).toBeLessThanOrEqual(1500);
	});
});

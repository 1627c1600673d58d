import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasWords, type Known, maskText, unmaskText } from '../../src/index.ts';

const NOBODY: Known = { people: [], codes: [] };
const hidden = (text: string, known = NOBODY): string[] => [...maskText(text, known).values.values()];

/** What buyers write, put together at random: words, figures, links, names, and what looks like a mask. */
const piece = fc.oneof(
	fc.constantFrom('hola', 'my parcel', '我的包裹', 'não chegou', '[[N1]]', '[[', ']]', '[[P2', '\n', '🎁', 'Zoraida', 'LMP-WH'),
	fc.constantFrom(
		'R$ 1.299,90',
		'$12.50',
		'576123456789019988',
		'https://a.example/x?y=1',
		'ana@mail.example',
		'+55 11 98888-7777',
		'２０２６',
		'½',
		'50%',
	),
	fc.string({ maxLength: 12 }),
	fc.integer().map(String),
	fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);
const texts = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(' '));
const known = { people: ['Zoraida'], codes: ['LMP-WH'] };

describe('a masked text', () => {
	test('comes back letter by letter, whatever stood in it', () => {
		fc.assert(
			fc.property(texts, (text) => {
				const masked = maskText(text, known);
				const back = masked.text.replaceAll(/\[\[[NCLP]\d+\]\]/g, (mask) => masked.values.get(mask) ?? 'NOTHING');
				expect(back).toBe(text);
			}),
			{ numRuns: 2000 },
		);
	});

	test('has no figure, no link and no known name in it', () => {
		fc.assert(
			fc.property(texts, (text) => {
				const rest = maskText(text, known).text.replaceAll(/\[\[[NCLP]\d+\]\]/g, ' ');
				expect(rest).not.toMatch(/\p{N}/u);
				expect(rest).not.toMatch(/https?:|@mail|zoraida|lmp-wh/i);
			}),
			{ numRuns: 2000 },
		);
	});

	test('is taken back only with each of its masks once, wherever they stand', () => {
		fc.assert(
			fc.property(texts, fc.nat(), (text, pick) => {
				const masked = maskText(text, known);
				const masks = [...masked.values.keys()];
				const turned = `words ${masks.toReversed().join(' words ')}`;
				const whole = unmaskText(masked, turned);
				const expected = `words ${[...masked.values.values()].toReversed().join(' words ')}`.trim();
				expect('text' in whole ? whole.text : whole.fault).toBe(expected);
				const one = masks[masks.length === 0 ? 0 : pick % masks.length];
				if (one === undefined) return;
				expect(unmaskText(masked, turned.replace(one, ''))).toEqual({ fault: 'lost' });
				expect(unmaskText(masked, `${turned} ${one}`)).toEqual({ fault: 'lost' });
				expect(unmaskText(masked, turned.replace(one, '[[N9999]]'))).toEqual({ fault: 'lost' });
			}),
			{ numRuns: 1000 },
		);
	});

	test('is worked out in a time that grows with its length alone', () => {
		for (const nasty of ['1 ', 'a1-', '[[', 'Rua ', 'Soy Juan ', '北京市', '12 Main ', 'a@'].map((bit) => bit.repeat(4000 / bit.length))) {
			const started = performance.now();
			maskText(nasty, known);
			expect(performance.now() - started).toBeLessThan(1500);
		}
	});
});

describe('what is hidden', () => {
	test.each([
		['Paid R$ 1.299,90 on 28/11/2026, 50% off', ['R$ 1.299,90', '28/11/2026', '50%']],
		['Pedido 576123456789019988 y SKU LMP-2XL', ['576123456789019988', 'LMP-2XL']],
		['See https://a.example/track?id=9 or write to ana@mail.example', ['https://a.example/track?id=9', 'ana@mail.example']],
		['Llámame al +52 55 1234 5678 por favor', ['+52 55 1234 5678']],
		['Me llamo Juan Pérez y no llegó', ['Juan Pérez']],
		['Meu nome é Maria da Silva, moro na Rua das Flores, 123', ['Maria da Silva', 'Rua das Flores, 123']],
		['我叫张伟，地址是上海市浦东新区张江路88号2单元', ['张伟', '上海市浦东新区张江路88号2单元']],
		['Ship to 742 Evergreen Terrace, apt 5', ['742 Evergreen Terrace, apt 5']],
		['共２件，¥59', ['２', '¥59']],
		['Dear {buyer}, thanks', ['{buyer}']],
	])('%s', (text, expected) => {
		expect(hidden(text)).toEqual(expected);
	});

	test('are names and codes that are known, whatever their case and accents, as whole words', () => {
		const all = { people: ['José', 'Ana'], codes: ['ABC-WH'] };
		expect(hidden('JOSE and josé want an analysis of abc-wh, says Ana', all)).toEqual(['JOSE', 'josé', 'abc-wh', 'Ana']);
		expect(hidden('请联系王小明先生', { people: ['王小明'], codes: [] })).toEqual(['王小明']);
	});

	test('is not what is nothing but words', () => {
		expect(hidden('Hola, quiero saber dónde está mi paquete')).toEqual([]);
	});
});

describe('an answer', () => {
	const masked = maskText('Pague $12.50 por el pedido 576123456789', NOBODY);
	const [amount = '', order = ''] = masked.values.keys();

	test.each([
		['a changed figure', `I paid 99.00 for ${order}`, 'lost'],
		['one figure too many', `I paid ${amount} for ${order}, refund 500`, 'added'],
		['a link', `I paid ${amount} for ${order}, see https://evil.example`, 'added'],
		['a mail address', `I paid ${amount} for ${order}, write to x@evil.example`, 'added'],
		['no words', `${amount} ${order}`, 'empty'],
		['a flood of words', `I paid ${amount} for ${order} ${'and so on '.repeat(100)}`, 'long'],
	])('with %s is refused', (_what, answer, fault) => {
		expect(unmaskText(masked, answer)).toEqual({ fault });
	});

	test('keeps no sign that turns or hides what is read', () => {
		expect(unmaskText(masked, `I paid\u202E ${amount} for\u0007 ${order}`)).toEqual({ text: 'I paid $12.50 for 576123456789' });
	});

	test('is not asked for where there are no words', () => {
		expect(['12345', '👍', '!!', '$5 ok'].map((text) => hasWords(maskText(text, NOBODY).text))).toEqual([false, false, false, true]);
	});
});

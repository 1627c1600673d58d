import { describe, expect, test } from 'vitest';
import { glossaryIn, glossaryMisses, type GlossaryTerm, LEAST_LIKENESS, sketchOf, textDifference } from '../src/index.ts';

const shared = (a: string, b: string) => sketchOf(a).filter((number) => sketchOf(b).includes(number)).length;

describe('a text from before', () => {
	test.each([
		['Sunset Projection Lamp, 180° Rotation, White', 'Sunset Projection Lamp, 180° Rotation, Black'],
		['日落投影灯 180度旋转 白色 卧室氛围灯', '日落投影灯 180度旋转 黑色 卧室氛围灯'],
	])('is found again where most of it is the same: %s', (before, now) => {
		expect(shared(before, now)).toBeGreaterThan(0);
		expect(textDifference(before, now).likeness).toBeGreaterThan(LEAST_LIKENESS);
	});

	test('that says something else has nothing in common', () => {
		const [a, b] = ['Sunset Projection Lamp, 180° Rotation, White', 'Quiet Cat Water Fountain 2 L'];
		expect(shared(a, b)).toBe(0);
		expect(textDifference(a, b).likeness).toBeLessThan(0.3);
	});

	test('is shown with what differs, whole on both sides', () => {
		const { pieces } = textDifference('Lamp with 2 m cable, white', 'Lamp with 3 m  cable, warm white');
		expect(pieces).toEqual([
			{ kind: 'same', text: 'Lamp with ' },
			{ kind: 'gone', text: '2' },
			{ kind: 'new', text: '3' },
			{ kind: 'same', text: ' m cable, ' },
			{ kind: 'new', text: 'warm ' },
			{ kind: 'same', text: 'white' },
		]);
	});

	test('is the same whatever its spaces and width', () => {
		expect(textDifference('Ｌamp  white', 'Lamp white')).toEqual({ likeness: 1, pieces: [{ kind: 'same', text: 'Lamp white' }] });
		expect(textDifference('', '').likeness).toBe(0);
	});
});

describe('the glossary', () => {
	const TERMS: GlossaryTerm[] = [
		{ termId: '1', kind: 'brand', word: 'Aurora', language: null, translations: {} },
		{ termId: '2', kind: 'term', word: 'lamp', language: 'en', translations: { es: 'lámpara', 'es-MX': 'foco' } },
		{ termId: '3', kind: 'term', word: '台灯', language: 'zh-CN', translations: { en: 'desk lamp' } },
	];
	const uses = (text: string, into: string, from = 'en') => glossaryIn(TERMS, text, { from, into });

	test('keeps a brand word as the text writes it, and knows a term’s words by country first', () => {
		expect(uses('AURORA Lamp', 'es-MX')).toEqual([
			{ word: 'AURORA', becomes: 'AURORA' },
			{ word: 'Lamp', becomes: 'foco' },
		]);
		expect(uses('Aurora lamp', 'es-AR')[1]?.becomes).toBe('lámpara');
	});

	test('takes whole words only, except in scripts without spaces, and asks nothing in a language it has no word for', () => {
		expect(uses('Lampshade', 'es')).toEqual([]);
		expect(uses('北欧台灯卧室', 'en', 'zh-CN')).toEqual([{ word: '台灯', becomes: 'desk lamp' }]);
		expect(uses('lamp', 'pt-BR')).toEqual([]);
	});

	test('misses what a translation lacks', () => {
		const asked = uses('Aurora lamp', 'es');
		expect(glossaryMisses(asked, 'Lampara Aurora')).toEqual([]);
		expect(glossaryMisses(asked, 'Luz aurora').map(({ becomes }) => becomes)).toEqual(['Aurora', 'lámpara']);
	});
});

import { describe, expect, test } from 'vitest';
import { fillMacro, macroTextFor, type MacroText, unfilledVariables } from '../../src/index.ts';

const TEXTS: MacroText[] = [
	{ language: 'en', text: 'Hello' },
	{ language: 'es-MX', text: '¡Qué tal!' },
	{ language: 'es', text: 'Hola' },
	{ language: 'any', text: ':)' },
];

describe('the text of a macro', () => {
	test.each([
		['en', 'Hello'],
		['en-GB', 'Hello'],
		['es-MX', '¡Qué tal!'],
		['es-AR', 'Hola'],
		['pt-BR', ':)'],
	])('for buyers who speak %s', (language, text) => {
		expect(macroTextFor(TEXTS, language)?.text).toBe(text);
	});

	test('is the first where none fits, and none where there is none', () => {
		expect(macroTextFor(TEXTS.slice(0, 2), 'pt-BR')?.language).toBe('en');
		expect(macroTextFor([], 'en')).toBeUndefined();
	});
});

describe('a filled text', () => {
	test('has every fact in its place and keeps what has none', () => {
		const filled = fillMacro('{buyer}, {order}: {tracking} ({carrier}). {order}', { buyer: 'Ana', order: '7' });
		expect(filled).toBe('Ana, 7: {tracking} ({carrier}). 7');
		expect(unfilledVariables(filled)).toEqual(['tracking', 'carrier']);
	});

	test('fills nothing that a fact says: a buyer who is called like a variable opens no fact', () => {
		expect(fillMacro('{buyer}', { buyer: '{order} $& ', order: 'secret' })).toBe('{order} $& ');
	});

	test('lets braces stand that are no variable', () => {
		expect(fillMacro('{x} { buyer } {BUYER}', { buyer: 'Ana' })).toBe('{x} { buyer } {BUYER}');
		expect(unfilledVariables('{x} { buyer }')).toEqual([]);
	});
});

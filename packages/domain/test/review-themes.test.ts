import { expect, test } from 'vitest';
import { themesOf } from '../src/index.ts';

test('themes are found at the beginning of words, whatever the accents', () => {
	expect(themesOf('El tamaño es distinto y llegó ROTO.', 'es-MX')).toEqual(['damaged', 'notAsDescribed', 'size']);
	expect(themesOf('Chegou faltando uma peça, péssima qualidade', 'pt-BR')).toEqual(['quality', 'incomplete']);
	expect(themesOf('Unbroken, resized', 'en')).toEqual([]);
	expect(themesOf('质量很差，还少件', 'zh-CN')).toEqual(['quality', 'incomplete']);
});

test('of a language without words nothing is said', () => {
	expect(themesOf('Qualität', 'de')).toEqual([]);
});

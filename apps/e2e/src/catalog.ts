import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const LANGUAGES = ['zh-CN', 'en', 'pt-BR', 'es-MX'] as const;
export type Language = (typeof LANGUAGES)[number];

const ENTRY = /^msgid ((?:".*"\s*)+)msgstr ((?:".*"\s*)+)/gm;

/** The web app's texts in a language by their English original. */
export function catalog(language: Language): Map<string, string> {
	const file = fileURLToPath(new URL(`../../web/src/locales/${language}/messages.po`, import.meta.url));
	const texts = new Map<string, string>();
	for (const [, id = '', text = ''] of readFileSync(file, 'utf8').matchAll(ENTRY)) texts.set(unquote(id), unquote(text));
	texts.delete('');
	return texts;
}

/** One text in a language. @throws Error when the catalog does not have it. */
export function said(language: Language, original: string): string {
	const text = catalog(language).get(original);
	if (!text) throw new Error(`The ${language} catalog has no text for: ${original}`);
	return text;
}

/** Strings of a PO entry, which may go over several lines. */
function unquote(lines: string): string {
	return [...lines.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, part = '']) => JSON.parse(`"${part}"`) as string).join('');
}

import { readFileSync } from 'node:fs';

/** The English original of a problem's sentence, from the list itself: a message macro has no value outside a built app. */
export function sentenceOf(code: string): string {
	const source = readFileSync(new URL('../src/problems.ts', import.meta.url), 'utf8');
	const text = new RegExp(`\\t${code}: msg\`([^\`]*)\``).exec(source)?.[1];
	if (text === undefined) throw new Error(`There is no sentence for ${code}`);
	return text;
}

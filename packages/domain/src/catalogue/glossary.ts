import { fold } from '../inbox/folded.ts';
import { primaryLanguage } from './readiness.ts';

/**
 * One word of a workspace's glossary. A brand word stays as it is in every language; a term has one translation a language.
 */
export interface GlossaryTerm {
	termId: string;
	kind: 'brand' | 'term';
	word: string;
	/** Of a term: the language of the word, a BCP 47 tag; null of brand words. */
	language: string | null;
	/** Of a term: its words by language, without region or with one, which counts more. */
	translations: Readonly<Record<string, string>>;
}

/** The translation of a term in a language; null where it has none. */
function termIn({ translations }: Pick<GlossaryTerm, 'translations'>, language: string): string | null {
	return translations[language] ?? translations[primaryLanguage(language)] ?? null;
}

/** What a text in another language has to hold, and what of the source it stands for. */
export interface GlossaryUse {
	/** As the source writes it. */
	word: string;
	/** As it has to stand in the translation. */
	becomes: string;
}

/** Words of the glossary that stand in a text, with what they have to become; a term without words in the language asks for nothing. */
export function glossaryIn(terms: readonly GlossaryTerm[], text: string, languages: { from: string; into: string }): GlossaryUse[] {
	return terms.flatMap(({ kind, word, language, translations }) => {
		const stretch = stretchIn(word, text);
		if (stretch === null) return [];
		if (kind === 'brand') return [{ word: stretch, becomes: stretch }];
		if (language === null || primaryLanguage(language) !== primaryLanguage(languages.from)) return [];
		const becomes = termIn({ translations }, languages.into);
		return becomes === null ? [] : [{ word: stretch, becomes }];
	});
}

/** What of a glossary a stretch of the source is, whatever its case. */
export function glossaryUseOf(uses: readonly GlossaryUse[], stretch: string): GlossaryUse | undefined {
	const wanted = fold(stretch.trim()).text;
	return uses.find(({ word }) => fold(word).text === wanted);
}

/** What the glossary asks of a translation and does not find in it. A brand word has to stand there letter by letter. */
export function glossaryMisses(uses: readonly GlossaryUse[], translation: string): GlossaryUse[] {
	return uses.filter(({ word, becomes }) => (word === becomes ? !translation.includes(becomes) : stretchIn(becomes, translation) === null));
}

/** Where a word stands first, as the text writes it; whatever its case and accents, and in letters that stand in words only as a whole word. */
function stretchIn(word: string, text: string): string | null {
	const wanted = fold(word.trim()).text;
	const { text: whole, at: places } = fold(text);
	if (wanted === '') return null;
	const isBounded = /^[\p{Script=Latin}\p{Script=Cyrillic}\d]/u.test(wanted);
	for (let at = whole.indexOf(wanted); at !== -1; at = whole.indexOf(wanted, at + 1)) {
		const around = whole.charAt(at - 1) + whole.charAt(at + wanted.length);
		if (!isBounded || !/[\p{L}\p{N}]/u.test(around)) return text.slice(places[at], places[at + wanted.length]);
	}
	return null;
}

import { LANGUAGES } from '../language.ts';

/** What a macro can name; each stands in its text as `{buyer}`. */
export const MACRO_VARIABLES = ['buyer', 'order', 'tracking', 'carrier', 'item', 'store', 'agent'] as const;
export type MacroVariable = (typeof MACRO_VARIABLES)[number];

/** Languages in which a macro can be written: people's, Spanish of any country, and one text for all. */
export const MACRO_LANGUAGES = [...LANGUAGES, 'es', 'any'] as const;
export type MacroLanguage = (typeof MACRO_LANGUAGES)[number];

export interface MacroText {
	language: MacroLanguage;
	text: string;
}

/** What is known of a conversation. What nobody has told is left out. */
export type MacroFacts = Partial<Record<MacroVariable, string>>;

const PLACE = new RegExp(`\\{(${MACRO_VARIABLES.join('|')})\\}`, 'g');

/**
 * The text in a buyer's language: in that of their country, else in the language anywhere, else the one for all, else the first there is.
 * @param language a BCP 47 tag, `es-AR`
 */
export function macroTextFor(texts: readonly MacroText[], language: string): MacroText | undefined {
	const [base] = language.split('-');
	const wanted = [language, base, 'any'];
	for (const one of wanted) {
		const found = texts.find((text) => text.language === one);
		if (found) return found;
	}
	return texts[0];
}

/** Puts facts in the places of their variables. A variable without a fact stays as it is written, so that nobody sends a guess. */
export function fillMacro(text: string, facts: MacroFacts): string {
	return text.replace(PLACE, (place, variable: MacroVariable) => facts[variable] ?? place);
}

/** Variables that a text still names, each once: such a text is not sent. */
export function unfilledVariables(text: string): MacroVariable[] {
	return MACRO_VARIABLES.filter((variable) => text.includes(`{${variable}}`));
}

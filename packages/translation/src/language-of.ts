/** Tells the language of texts. */
export interface LanguageTeller {
	/**
	 * @param likely what the buyer probably writes, a BCP 47 tag: it decides where the text alone does not
	 * @returns an ISO 639-1 code; null where a text is too short or too mixed to tell
	 */
	of(text: string, likely: string): string | null;
}

/** Of these the tables tell even short texts apart. */
const WELL_TOLD: ReadonlySet<string> = new Set(['en', 'es', 'pt', 'zh', 'ja', 'ko']);
/** Scores this near to each other tell nothing. */
const NEAR = 0.1;
const LEAST_LETTERS = 3;
/** Figures, ids and addresses belong to no language. */
const NO_LANGUAGE = /https?:\S+|\S*[\d@_]\S*/g;

let opened: Promise<LanguageTeller> | null = null;

/** Its tables are read when the first text is asked for, and stay. Nothing leaves the process. */
export function languageTeller(): Promise<LanguageTeller> {
	opened ??= open();
	return opened;
}

async function open(): Promise<LanguageTeller> {
	// As good on our texts as the larger tables, at half their memory.
	const { eld } = await import('eld/extrasmall');
	return {
		of(text, likely) {
			const words = text.replaceAll(NO_LANGUAGE, ' ').trim();
			const letters = words.match(/\p{L}/gu)?.length ?? 0;
			if (letters === 0) return null;
			const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(words);
			if (!wide && letters < LEAST_LETTERS) return null;
			const [hint = ''] = likely.split('-');
			// Japanese is seldom without a letter of its own.
			if (hint !== 'ja' && !/(?!\p{Script=Han})\p{L}/u.test(words)) return 'zh';
			const result = eld.detect(words);
			const scores = result.getScores();
			const top = scores[result.language] ?? 0;
			if (result.isReliable() && WELL_TOLD.has(result.language)) return result.language;
			if (result.language === hint && result.language !== '') return hint;
			if (result.isReliable()) return (scores[hint] ?? 0) > top - NEAR ? hint : result.language;
			return null;
		},
	};
}

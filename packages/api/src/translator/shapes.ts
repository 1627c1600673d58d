/** Who translates for the workspace. The key is never told. */
export interface TranslatorView {
	/** Null: nobody has named a model, and the phrase book tells the gist. */
	model: { baseUrl: string; model: string; hasKey: boolean; savedBy: string; savedAt: string } | null;
	/** When the phrase book was looked through last, `2026-11-29`. */
	bookDay: string;
}

/** How a try went: what the model made of a sentence that is always the same, or a sentence's code with the host's own words. */
export type TranslatorTrialView =
	| { worked: true; text: string; millis: number }
	| { worked: false; code: string; host: string; words: string };

import type { MaskFault } from './inbox/masking.ts';
import type { FoundPhrase } from './inbox/phrase-book.ts';

/** Who turns texts into another language: a model behind an address that the workspace has named, or the phrase book that comes with us. */
export const TRANSLATORS = ['model', 'phraseBook'] as const;
export type TranslatorKind = (typeof TRANSLATORS)[number];

/** Why a translation is not shown. `missing`: the model left the text out. */
export type RenderingFault = MaskFault | 'missing';

/**
 * What a message says in a reader's language. `translation`: by a model; `own`: its writer's own words, which were translated for the buyer;
 * `gist`: subjects of the phrase book, which is no translation; `refused`: what came back is not shown, for the reason; `none`: there are no
 * words in it, or it is in that language already.
 */
export type Rendering =
	| { kind: 'translation' | 'own'; text: string }
	| { kind: 'gist'; phrases: FoundPhrase[] }
	| { kind: 'refused'; fault: RenderingFault }
	| { kind: 'none' };

/** A text to be rendered. */
export interface TextToRender {
	id: string;
	text: string;
}

/** The door to whoever translates. Nothing that comes back is ever sent or run: it is text for somebody to read. */
export interface Translator {
	readonly kind: TranslatorKind;
	/**
	 * By the texts' ids; one for each.
	 * @param into a BCP 47 tag
	 * @throws ModelError
	 */
	render(texts: readonly TextToRender[], into: string): Promise<Map<string, Rendering>>;
}

/** Why a model gave no answer: a sentence's code. */
export type ModelProblem =
	| 'modelAddressRefused'
	| 'modelKeyRefused'
	| 'modelUnknown'
	| 'modelBusy'
	| 'modelRefused'
	| 'modelDown'
	| 'modelAnswerWrong';

/** A model did not answer as it has to. `words` are its host's own, for whoever set it up; they are in no message, since they may repeat a text. */
export class ModelError extends Error {
	override name = 'ModelError';
	readonly code: ModelProblem;
	readonly host: string;
	readonly words: string;

	constructor(code: ModelProblem, host: string, words = '', options?: ErrorOptions) {
		super(`${code}: ${host}`, options);
		this.code = code;
		this.host = host;
		this.words = words;
	}
}

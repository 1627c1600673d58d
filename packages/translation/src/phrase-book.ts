import { phrasesIn, type Rendering, type Translator } from '@pangea/domain';

/** What needs no network and no model: the subjects of a text, as far as a book of phrases knows them. */
export const phraseBook: Translator = {
	kind: 'phraseBook',
	render: (texts) =>
		Promise.resolve(new Map(texts.map(({ id, text }): [string, Rendering] => [id, { kind: 'gist', phrases: phrasesIn(text) }]))),
};

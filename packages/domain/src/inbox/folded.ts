/** A text made comparable, with the way back to where each of its characters stands in the original. */
export interface Folded {
	text: string;
	/** Start in the original of each UTF-16 unit of `text`, and at the end the original's length. */
	at: readonly number[];
}

// Invisible characters that are set between letters to hide a word, and marks that turn the direction of text.
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
const MARKS = /\p{M}/gu;

// Letters of other scripts that look like Latin ones.
const LOOKALIKES: Readonly<Record<string, string>> = {
	а: 'a',
	в: 'b',
	е: 'e',
	к: 'k',
	м: 'm',
	н: 'h',
	о: 'o',
	р: 'p',
	с: 'c',
	т: 't',
	у: 'y',
	х: 'x',
	і: 'i',
	ѕ: 's',
	ԝ: 'w',
	α: 'a',
	ο: 'o',
	ρ: 'p',
	ι: 'i',
	ν: 'v',
	'。': '.',
	'·': '.',
	'・': '.',
	'．': '.',
	'﹒': '.',
	'－': '-',
	'–': '-',
	'—': '-',
	'‑': '-',
	'﹫': '@',
};

// A sentence that begins without a blank after the last one (`Obrigado.Com carinho`), which else reads like the name of a host.
const SENTENCE = /(?<=\p{Ll})\.(?=\p{Lu}\p{Ll}{1,20} \p{Ll})/uy;

/**
 * Folds full-width and decorated characters, case, accents and look-alikes, and drops what is not seen. One pass, one character at a time, so
 * the cost grows with the length alone.
 */
export function fold(original: string): Folded {
	const at: number[] = [];
	let text = '';
	for (let start = 0; start < original.length; ) {
		const code = original.codePointAt(start) ?? 0;
		const char = String.fromCodePoint(code);
		for (const part of code < 128 ? char.toLowerCase() : foldOne(char)) {
			text += part;
			for (let unit = 0; unit < part.length; unit += 1) at.push(start);
		}
		if (char === '.') {
			SENTENCE.lastIndex = start;
			if (SENTENCE.test(original)) {
				text += ' ';
				at.push(start);
			}
		}
		start += char.length;
	}
	at.push(original.length);
	return { text, at };
}

function foldOne(char: string): string {
	if (INVISIBLE.test(char)) return '';
	const plain = char.normalize('NFKD').toLowerCase().replaceAll(MARKS, '');
	return LOOKALIKES[plain] ?? plain;
}

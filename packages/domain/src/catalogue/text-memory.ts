/* Texts of listings that were translated before: which is the same, which is like it, and in what they differ. */

/** A text as two of them are compared: width, case of compatibility forms and spaces say nothing. */
export function memoryText(text: string): string {
	return text.normalize('NFKC').replaceAll(/\s+/g, ' ').trim();
}

/** Texts that share this much are shown as alike. */
export const LEAST_LIKENESS = 0.7;
/** Longer texts are only ever found again as they are. */
export const LONGEST_ALIKE = 6000;

const SKETCH = 12;
const PIECE = 3;

/**
 * Numbers of which like texts have some in common: the least of several hashes over all pieces of three characters. Two texts that share `s` of their
 * pieces have none in common with a chance of `(1 - s) ** 12`. Signed 32 bits each.
 */
export function sketchOf(text: string): number[] {
	const characters = Array.from(memoryText(text).toLowerCase());
	const pieces = new Set<string>();
	for (let at = 0; at <= Math.max(0, characters.length - PIECE); at++) pieces.add(characters.slice(at, at + PIECE).join(''));
	return Array.from({ length: SKETCH }, (_, seed) => {
		let least = 0x7fffffff;
		for (const piece of pieces) least = Math.min(least, hash(piece, seed));
		return least;
	});
}

/** FNV-1a with a seed, mixed at the end. Source: http://www.isthe.com/chongo/tech/comp/fnv */
function hash(text: string, seed: number): number {
	let value = 0x811c9dc5 ^ Math.imul(seed + 1, 0x9e3779b1);
	for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
	value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
	return value ^ (value >>> 13);
}

/** A stretch of two texts: in both, only in the one from before, or only in the present one. */
export interface DifferencePiece {
	kind: 'same' | 'gone' | 'new';
	text: string;
}

export interface TextDifference {
	/** From 0 to 1: what share of the words both have, in order. */
	likeness: number;
	pieces: DifferencePiece[];
}

let words: Intl.Segmenter | undefined;

/** In words, signs and spaces; in scripts without spaces as the platform's dictionary parts them. */
function tokensOf(text: string): string[] {
	words ??= new Intl.Segmenter('und', { granularity: 'word' });
	return Array.from(words.segment(memoryText(text)), ({ segment }) => segment);
}

/** In what a text differs from one from before, word by word. Both at most {@link LONGEST_ALIKE} characters long. */
export function textDifference(before: string, now: string): TextDifference {
	const [a, b] = [tokensOf(before), tokensOf(now)];
	const common = commonLengths(a, b);
	const pieces: DifferencePiece[] = [];
	const add = (kind: DifferencePiece['kind'], text: string): void => {
		const last = pieces.at(-1);
		if (last?.kind === kind) last.text += text;
		else pieces.push({ kind, text });
	};
	let [i, j, same] = [0, 0, 0];
	while (i < a.length || j < b.length) {
		const [left = '', right = ''] = [a[i], b[j]];
		if (i < a.length && j < b.length && left === right) {
			add('same', left);
			same += isSpace(left) ? 0 : 1;
			i++;
			j++;
		} else if (j >= b.length || (i < a.length && (common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0))) {
			add('gone', left);
			i++;
		} else {
			add('new', right);
			j++;
		}
	}
	const total = [...a, ...b].filter((token) => !isSpace(token)).length;
	return { likeness: total === 0 ? 0 : (2 * same) / total, pieces };
}

function isSpace(token: string): boolean {
	return token.trim() === '';
}

/** By place in both: how many tokens the rests have in common, in order. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint16Array[] {
	const rows = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
	for (let i = a.length - 1; i >= 0; i--)
		for (let j = b.length - 1; j >= 0; j--) {
			const [row, below] = [rows[i], rows[i + 1]];
			if (row && below) row[j] = a[i] === b[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
		}
	return rows;
}

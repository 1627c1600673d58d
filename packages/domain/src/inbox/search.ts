/** The longest question that is looked for, in UTF-16 units. */
export const LONGEST_SEARCH = 200;
/** Of one message so many different marks are kept; what is longer is found by its beginning. */
const MOST_MARKS = 1500;
/** More words than this narrow nothing down any further. */
const MOST_TERMS = 8;
/** Words are found by their beginnings of these lengths; shorter words whole. */
const BEGINNINGS = [8, 5, 3] as const;
/** Ids are found by their last characters, of these numbers. */
const ENDINGS = [6, 4] as const;

// Scripts that write without spaces, and Hangul, whose words carry their endings. The two signs stand in no script of their own.
const DENSE = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー々]`;
const SPACED = String.raw`(?!${DENSE})[\p{L}\p{M}\p{N}]`;
const RUN = new RegExp(String.raw`(${DENSE}+)|((?:${SPACED})+)`, 'gu');
const idOf = (parts: '*' | '+'): RegExp => new RegExp(String.raw`(?<!${SPACED})[a-z0-9]+(?:[-_./][a-z0-9]+)${parts}(?!${SPACED})`, 'gu');
/** What is written together as an id may be, hyphens within it. */
const ID = idOf('*');
const ID_IN_PARTS = idOf('+');
const CLUSTER = /[^\p{M}\u{ff9e}\u{ff9f}]?[\p{M}\u{ff9e}\u{ff9f}]*/gsu;
const SPELT: Readonly<Record<string, string>> = { ß: 'ss', ø: 'o', ł: 'l', đ: 'd', æ: 'ae', œ: 'oe', ı: 'i', ς: 'σ' };

/** One word of a question. */
export interface SearchTerm {
	/** As {@link foldText} writes it; of an id without hyphens. */
	text: string;
	/** `dense`: anywhere in the text; `word`: where a word begins; `id`: where an id ends; `idOrWord`: either. */
	kind: 'dense' | 'word' | 'id' | 'idOrWord';
	/** A text that holds the term has one mark of each of these. */
	marks: string[][];
}

/** A stretch of a text, in UTF-16 units, end exclusive. */
export interface Stretch {
	start: number;
	end: number;
}

function foldCluster(cluster: string): string {
	const flat = cluster
		.normalize('NFKC')
		.toLowerCase()
		.normalize('NFD')
		.replace(/(\p{Script=Latin})\p{M}+/gu, '$1')
		.normalize('NFC');
	return flat.replace(/[ßøłđæœıς]/g, (letter) => SPELT[letter] ?? letter);
}

/** A text as it is compared: compatible forms as one, lower case, Latin letters without accents. */
export function foldText(text: string): string {
	// oxlint-disable-next-line no-control-regex
	if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
	return text.replace(CLUSTER, foldCluster);
}

/** A folded text, and for each of its units where it comes from. */
function foldWithPlaces(text: string): { folded: string; starts: number[]; ends: number[] } {
	let folded = '';
	const starts: number[] = [];
	const ends: number[] = [];
	for (const { 0: cluster, index } of text.matchAll(CLUSTER)) {
		const flat = foldCluster(cluster);
		for (let unit = 0; unit < flat.length; unit++) {
			starts.push(index);
			ends.push(index + cluster.length);
		}
		folded += flat;
	}
	return { folded, starts, ends };
}

const compact = (id: string): string => id.replace(/[-_./]/g, '');
const isId = (id: string): boolean => id.length >= 4 && /\d/.test(id);
/** Nobody looks for the beginning of a number. */
const isNumber = (word: string): boolean => /^[0-9][a-z0-9]*$/.test(word);
/** Too short to have a beginning of its own. */
const isShort = (word: string): boolean => Array.from(word).length < (isNumber(word) ? 4 : 3);

function beginning(word: string): string {
	const letters = Array.from(word);
	const length = BEGINNINGS.find((one) => letters.length >= one);
	return isShort(word) || length === undefined ? `=${word}` : `^${letters.slice(0, length).join('')}`;
}

function ending(id: string): string {
	const length = ENDINGS.find((one) => id.length >= one) ?? id.length;
	return `$${id.slice(-length)}`;
}

function pairs(run: string): string[] {
	const letters = Array.from(run);
	return letters.slice(1).map((letter, i) => `~${letters[i]}${letter}`);
}

/**
 * What a text can be found by: beginnings of its words, last characters of its ids, pairs of neighbours where a script writes without spaces.
 * They are for keyed digests and for nothing else: together they tell the text.
 * @param texts words of people, and ids as platforms write them; null where there is none
 */
export function searchMarks(texts: readonly (string | null | undefined)[]): string[] {
	const marks = new Set<string>();
	for (const text of texts) {
		if (!text) continue;
		const folded = foldText(text);
		for (const [, dense, word] of folded.matchAll(RUN)) {
			if (dense !== undefined) for (const pair of pairs(dense)) marks.add(pair);
			if (word === undefined) continue;
			const letters = Array.from(word);
			if (isShort(word)) marks.add(`=${word}`);
			else if (!isNumber(word))
				for (const length of BEGINNINGS) if (letters.length >= length) marks.add(`^${letters.slice(0, length).join('')}`);
		}
		for (const [written] of folded.matchAll(ID)) {
			for (const id of new Set([compact(written), ...written.split(/[-_./]/)]))
				if (isId(id)) for (const length of ENDINGS) if (id.length >= length) marks.add(`$${id.slice(-length)}`);
		}
		if (marks.size >= MOST_MARKS) break;
	}
	return [...marks].slice(0, MOST_MARKS);
}

/** A question in words, each with the marks that find it. None where it is too short to be looked for: a single sign of a script without spaces. */
export function searchTerms(question: string): SearchTerm[] {
	const terms: SearchTerm[] = [];
	const folded = foldText(question.slice(0, LONGEST_SEARCH));
	// What is an id with hyphens is one term; all else goes by its words.
	const rest = folded.replace(ID_IN_PARTS, (written) => {
		const id = compact(written);
		if (!isId(id)) return written;
		terms.push({ text: id, kind: 'id', marks: [[ending(id)]] });
		return ' ';
	});
	for (const [, dense, word] of rest.matchAll(RUN)) {
		if (dense !== undefined) {
			const marks = pairs(dense).map((pair) => [pair]);
			if (marks.length > 0) terms.push({ text: dense, kind: 'dense', marks });
		} else if (word !== undefined) {
			if (!/^[a-z0-9]+$/.test(word) || !isId(word)) terms.push({ text: word, kind: 'word', marks: [[beginning(word)]] });
			else if (isNumber(word)) terms.push({ text: word, kind: 'id', marks: [[ending(word)]] });
			else terms.push({ text: word, kind: 'idOrWord', marks: [[ending(word), beginning(word)]] });
		}
	}
	return [...new Map(terms.map((term) => [`${term.kind} ${term.text}`, term])).values()].slice(0, MOST_TERMS);
}

function* stretchesOf(folded: string, term: SearchTerm): Generator<Stretch> {
	const { text, kind } = term;
	if (kind === 'dense') {
		for (let at = folded.indexOf(text); at >= 0; at = folded.indexOf(text, at + text.length)) yield { start: at, end: at + text.length };
		return;
	}
	if (kind === 'word' || kind === 'idOrWord') {
		const whole = isShort(text);
		for (const { 2: word, index } of folded.matchAll(RUN))
			if (word !== undefined && (whole ? word === text : word.startsWith(text))) yield { start: index, end: index + text.length };
	}
	if (kind === 'id' || kind === 'idOrWord')
		for (const { 0: written, index } of folded.matchAll(ID)) {
			if (compact(written).endsWith(text)) {
				// So many units from the end that all characters of the term are among them.
				let start = written.length;
				for (let left = text.length; left > 0; start--) if (!/[-_./]/.test(written[start - 1] ?? '')) left--;
				yield { start: index + start, end: index + written.length };
				continue;
			}
			let at = index;
			for (const part of written.split(/[-_./]/)) {
				if (part.endsWith(text)) yield { start: at + part.length - text.length, end: at + part.length };
				at += part.length + 1;
			}
		}
}

/** Where the terms stand in a text, in order, none overlapping. */
export function searchStretches(text: string, terms: readonly SearchTerm[]): Stretch[] {
	if (terms.length === 0) return [];
	const { folded, starts, ends } = foldWithPlaces(text);
	const found = terms
		.flatMap((term) => [...stretchesOf(folded, term)])
		.map(({ start, end }) => ({ start: starts[start] ?? 0, end: ends[end - 1] ?? text.length }))
		.toSorted((a, b) => a.start - b.start || b.end - a.end);
	const apart: Stretch[] = [];
	for (const stretch of found) {
		const last = apart.at(-1);
		if (last && stretch.start < last.end) last.end = Math.max(last.end, stretch.end);
		else apart.push(stretch);
	}
	return apart;
}

/** Whether each term stands in one of the texts: what marks only promise. */
export function holdsTerms(texts: readonly (string | null | undefined)[], terms: readonly SearchTerm[]): boolean {
	const folded = texts.flatMap((text) => (text ? [foldText(text)] : []));
	return terms.every((term) => folded.some((text) => stretchesOf(text, term).next().done === false));
}

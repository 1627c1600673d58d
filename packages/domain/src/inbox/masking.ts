import { fold } from './folded.ts';
import { emails, links } from './policy-links.ts';
import { phones } from './policy-phones.ts';
import { type Hit, unfold } from './policy-text.ts';

/** What a masked stretch is: a number or amount, a code or id, a link or mail address, or who a person is and how they are reached. */
export type MaskKind = 'N' | 'C' | 'L' | 'P';

/** A text in which nothing is left that must not change or must not be told, with what stood in each place. */
export interface MaskedText {
	/** With masks such as `[[N1]]`, each of them once. */
	text: string;
	/** By mask. */
	values: ReadonlyMap<string, string>;
}

/** What is known beside the text. */
export interface Known {
	/** Names, telephone numbers and parts of addresses of the people it may name. */
	people: readonly string[];
	/** Ids and codes that no pattern tells: an order's number, a SKU. */
	codes: readonly string[];
}

/**
 * Why an answer is not taken. `lost`: a mask is missing or stands there twice; `added`: a figure, link or address stands there that the
 * text had not; `empty`: there are no words; `long`: it is no translation of so short a text.
 */
export type MaskFault = 'lost' | 'added' | 'empty' | 'long';

const MASK = /\[\[[NCLP]\d{1,4}\]\]/g;
/** What could be taken for a mask. */
const BRACKETS = /\[\[|\]\]/g;
/** A place in a macro that no fact has filled. */
const VARIABLE = /\{[a-z]{2,20}\}/g;

const CURRENCY = '(?:US\\$|R\\$|MX\\$|[$€£¥￥]|(?:USD|BRL|MXN|CNY|RMB|EUR|GBP|ARS|CLP|COP|PEN|UYU)(?![A-Z]))';
const NUMBER = new RegExp(`(?:${CURRENCY}\\s?)?\\p{N}+(?:[.,:/'’ -]?\\p{N}+){0,30}(?:\\s?(?:%|‰|${CURRENCY}))?`, 'gu');
const CODE =
	/(?<![\p{L}\p{N}])(?=[A-Za-z_./-]{0,40}\d)(?=[\d_./-]{0,40}[A-Za-z])[A-Za-z0-9](?:[A-Za-z0-9_./-]{0,60}[A-Za-z0-9])(?![\p{L}\p{N}])/gu;

const NAME = "\\p{Lu}[\\p{L}'’.-]{1,30}(?: (?:d[aeo]s? |del |la |van |von )?\\p{Lu}[\\p{L}'’.-]{0,30}){0,4}";
const SAID_NAME = new RegExp(
	`(?<=(?<!\\p{L})(?:[Mm]y name is|[Ii]['’]m|[Ii] am|[Mm]e llamo|[Mm]i nombre es|[Ss]oy|[Mm]eu nome é|[Mm]e chamo|[Ss]ou|[Ss]ou [oa]|Mr\\.?|Mrs\\.?|Ms\\.?|Sra?\\.?) )${NAME}`,
	'gu',
);
const SAID_NAME_ZH = /(?<=我(?:的名字)?叫|名字是|收件人(?:是|[:：])\s?)(?![了你他她])\p{Script=Han}{2,4}(?=[\s,，。.!！;；]|$)/gu;
const SIGNED = new RegExp(
	`(?<=(?:[Ss]aludos|[Aa]tentamente|[Aa]tenciosamente|[Aa]tt|[Aa]bra[cç]os?|[Rr]egards|[Ss]incerely|[Cc]heers)[,.!]?\\s{1,3})${NAME}(?=[\\s.!]{0,3}$)`,
	'gu',
);
const STREET_LATIN =
	/(?<!\p{L})(?:rua|avenida|av\.|alameda|travessa|rodovia|estrada|praça|calle|carrera|cra\.|calzada|privada|cerrada|colonia|col\.|barrio|bairro|fraccionamiento)\s+[^\n,;!?]{2,60}?(?=[\n,;!?]|\.\s|\.?$)(?:,?\s{0,2}(?:n[º°o.]{0,2}\s?|#\s?)?\d{1,6}[\p{L}\d-]{0,6})?/giu;
const STREET_ENGLISH =
	/(?<![\p{L}\p{N}])\d{1,6}\s+(?:[\p{L}.'’-]{1,30}\s){1,4}(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|way|place|terrace)(?![\p{L}])\.?(?:,?\s(?:apt|apartment|unit|suite|#)\.?\s?[\p{L}\d-]{1,8})?/giu;
const STREET_CHINESE =
	/(?:[[\p{Script=Han}\d]--[是在到寄从住]]{1,12}?(?:省|市|区|县|镇|乡|村|路|街道|街|大道|巷|弄|号楼|号|栋|幢|单元|室)){2,8}/gv;

const WORDY = /\p{L}/u;

function stretchesOf(text: string, expression: RegExp): Hit[] {
	return [...text.matchAll(expression)].map((found) => ({ start: found.index, end: found.index + found[0].length, removable: false }));
}

/** Where known words stand, whatever their case and accents; in Latin letters only as whole words. */
function knownIn(folded: ReturnType<typeof fold>, words: readonly string[]): Hit[] {
	const hits: Hit[] = [];
	for (const word of words) {
		const wanted = fold(word.trim()).text;
		if (wanted.length < 2) continue;
		const bounded = /^[a-z0-9]/.test(wanted);
		for (let at = folded.text.indexOf(wanted); at !== -1; at = folded.text.indexOf(wanted, at + wanted.length)) {
			const end = at + wanted.length;
			const inside = /[\p{L}\p{N}]/u.test(folded.text.charAt(at - 1)) || /[\p{L}\p{N}]/u.test(folded.text.charAt(end));
			if (!bounded || !inside) hits.push(unfold(folded, { start: at, end, removable: false }));
		}
	}
	return hits;
}

/** A person's name whole and in its parts: people call themselves by one of them. */
export function partsOfName(name: string): string[] {
	const parts = name.split(/[\s,]+/).filter((part) => (/\p{Script=Han}/u.test(part) ? part.length >= 2 : part.length >= 3));
	return [name, ...parts];
}

/**
 * Puts masks in place of figures, ids, links, and of what tells who a person is, as far as it is known or looks like it. A name or an address in
 * a form that nobody knows stays.
 */
export function maskText(text: string, known: Known): MaskedText {
	const folded = fold(text);
	const context = { ownHosts: [], known: [] };
	const inFolded = (hits: readonly Hit[]): Hit[] => hits.map((hit) => unfold(folded, hit));
	const kinds: [MaskKind, Hit[]][] = [
		['L', inFolded([...links(folded.text, context), ...emails(folded.text, context)])],
		['P', [...inFolded(phones(folded.text, { ownHosts: [], known: known.codes })), ...knownIn(folded, known.people)]],
		['P', [SAID_NAME, SAID_NAME_ZH, SIGNED, STREET_LATIN, STREET_ENGLISH, STREET_CHINESE].flatMap((one) => stretchesOf(text, one))],
		['C', [...knownIn(folded, known.codes), ...[CODE, BRACKETS, VARIABLE].flatMap((one) => stretchesOf(text, one))]],
		['N', stretchesOf(text, NUMBER)],
	];
	const values = new Map<string, string>();
	let masked = '';
	let done = 0;
	for (const { start, end, kind } of merged(kinds)) {
		const mask = `[[${kind}${values.size + 1}]]`;
		values.set(mask, text.slice(start, end));
		masked += text.slice(done, start) + mask;
		done = end;
	}
	return { text: masked + text.slice(done), values };
}

/** In order and without overlap; of what overlaps, the kind that was named first. */
function merged(kinds: readonly [MaskKind, readonly Hit[]][]): { start: number; end: number; kind: MaskKind }[] {
	const all = kinds
		.flatMap(([kind, hits], rank) => hits.map(({ start, end }) => ({ start, end, kind, rank })))
		.filter(({ start, end }) => end > start)
		.toSorted((a, b) => a.start - b.start);
	const out: typeof all = [];
	for (const one of all) {
		const last = out.at(-1);
		if (!last || one.start >= last.end) out.push({ ...one });
		else {
			last.end = Math.max(last.end, one.end);
			if (one.rank < last.rank) [last.kind, last.rank] = [one.kind, one.rank];
		}
	}
	return out;
}

/** Whether anything but masks, signs and pictures stands in a masked text. */
export function hasWords(masked: string): boolean {
	return WORDY.test(masked.replaceAll(MASK, ''));
}

const HIDDEN = /(?![\n\t])\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;
/** A translation can be so many times as long as its text, and so many characters more. */
const LONGER = 5;
const LONGER_BY = 200;

/** What else a text has that nobody wrote: figures, links, mail addresses. Zero as Chinese writes it is a letter of theirs. */
function foreignIn(text: string): boolean {
	const rest = text.replaceAll(MASK, ' ').replaceAll('〇', '');
	const { text: folded } = fold(rest);
	const context = { ownHosts: [], known: [] };
	return /\p{N}/u.test(rest) || links(folded, context).length > 0 || emails(folded, context).length > 0;
}

/**
 * Puts back what was masked. Every mask has to stand there once, and nothing else that looks like a figure, a link or an address.
 * @param answer what came back for `masked.text`
 */
export function unmaskText(masked: MaskedText, answer: string): { text: string } | { fault: MaskFault } {
	const said = answer.replaceAll(HIDDEN, '').trim();
	if (!hasWords(said)) return { fault: 'empty' };
	if (said.length > masked.text.length * LONGER + LONGER_BY) return { fault: 'long' };
	const masks = said.match(MASK) ?? [];
	if (masks.length !== masked.values.size || new Set(masks).size !== masks.length) return { fault: 'lost' };
	if (masks.some((mask) => !masked.values.has(mask))) return { fault: 'lost' };
	if (foreignIn(said)) return { fault: 'added' };
	return { text: said.replaceAll(MASK, (mask) => masked.values.get(mask) ?? '') };
}

/**
 * Lossless reading of platform JSON. Integers beyond 2^53 and decimals come out as the text that was sent, everything else as
 * plain values: a wire schema that expects an id or an amount must accept string and number and keep the text.
 */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export class JsonError extends Error {
	override name = 'JsonError';
}

// A number token that a double may not hold exactly, with what stands before it: 16 or more digits, a fraction or an exponent.
const RISKY = /([:[,])\s*(-?(?:\d{16,}|\d+\.\d|\d+[eE])[\d.eE+-]*)/g;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Parses JSON text. Number tokens that a double would change in value or in written form (`9007199254740993`, `10.10`, `1e3`) become strings.
 * Nesting of any depth is read. A text without such a token takes the plain way.
 * @throws JsonError when the text is no JSON; the message names the place, never the content.
 */
export function parseJson(text: string): Json {
	try {
		const kept = keepDigits(text);
		if (kept !== null) return JSON.parse(kept) as Json;
		// Only a text that is JSON may be taken apart by its tokens.
		JSON.parse(text);
		return JSON.parse(text.replace(TOKENS, keepToken)) as Json;
	} catch (cause) {
		throw new JsonError(`Not JSON (${text.length} characters)`, { cause });
	}
}

/**
 * The text with quotes around the numbers that a double would change; null where one may stand in a string for all that its surroundings
 * say. Stays JSON exactly when it was: a number is quoted only where another value could stand.
 */
function keepDigits(text: string): string | null {
	let kept = '';
	let done = 0;
	for (const match of text.matchAll(RISKY)) {
		const [whole, before, token = ''] = match;
		if (!NUMBER.test(token) || String(Number(token)) === token) continue;
		const end = match.index + whole.length;
		const inside = before === ':' ? isAfterKey(text, match.index) : mayStandInList(text, end);
		if (inside === null) return null;
		if (!inside) continue;
		kept += `${text.slice(done, end - token.length)}"${token}"`;
		done = end;
	}
	return done === 0 ? text : kept + text.slice(done);
}

/** Whether a colon follows a key, and not a word inside a string. Null when the quote before it may as well begin a string. */
function isAfterKey(text: string, colon: number): boolean | null {
	let at = colon - 1;
	while (isSpace(text.charCodeAt(at))) at--;
	if (text.charCodeAt(at) !== QUOTE) return false;
	// The quote that opens the document: all of it is one string.
	if (at === 0) return null;
	const last = text.charCodeAt(at - 1);
	// A string begins only behind one of these; a backslash may make the quote one of the string's own.
	return isSpace(last) || last === BACKSLASH || last === COLON || last === COMMA || last === BRACE || last === BRACKET ? null : true;
}

/** False when what follows shows that the token stands inside a string; null when nothing shows it. */
function mayStandInList(text: string, end: number): false | null {
	let at = end;
	while (isSpace(text.charCodeAt(at))) at++;
	const next = text.charCodeAt(at);
	return next === COMMA || next === BRACKET_END ? null : false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const BRACE = 0x7b;
const BRACKET = 0x5b;
const BRACKET_END = 0x5d;

function isSpace(code: number): boolean {
	return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

// Strings and numbers of a text that is known to be JSON. A reviver would see the digits too, but it costs ten times as much and overflows
// the stack in a document that nests deeply.
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

function keepToken(token: string): string {
	return token.startsWith('"') || String(Number(token)) === token ? token : `"${token}"`;
}

/** The text of any parsed value, at any depth of nesting: `JSON.stringify` gives up where a hostile document goes deeper than the stack. */
export function jsonText(value: unknown): string {
	try {
		return JSON.stringify(value) ?? 'null';
	} catch (error) {
		if (!(error instanceof RangeError)) throw error;
		return deepText(value);
	}
}

function deepText(value: unknown): string {
	const parts: string[] = [];
	// What is still to be written, last first: a finished piece of text, or a value.
	const rest: ({ text: string } | { value: unknown })[] = [{ value }];
	for (let next = rest.pop(); next; next = rest.pop()) {
		if ('text' in next) parts.push(next.text);
		else if (typeof next.value !== 'object' || next.value === null) parts.push(JSON.stringify(next.value) ?? 'null');
		else {
			const isList = Array.isArray(next.value);
			const entries = Object.entries(next.value);
			rest.push({ text: isList ? ']' : '}' });
			for (const [i, [key, inner]] of [...entries.entries()].reverse()) {
				rest.push({ value: inner }, { text: `${i === 0 ? '' : ','}${isList ? '' : `${JSON.stringify(key)}:`}` });
			}
			rest.push({ text: isList ? '[' : '{' });
		}
	}
	return parts.join('');
}

/**
 * Lossless reading of platform JSON. Integers beyond 2^53 and decimals come out as the text that was sent, everything else as
 * plain values: a wire schema that expects an id or an amount must accept string and number and keep the text.
 */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export class JsonError extends Error {
	override name = 'JsonError';
}

// A number token that a double may not hold exactly: 16 or more digits, a fraction or an exponent.
const RISKY = /[:[,]\s*-?(?:\d{16,}|\d+\.\d|\d+(?:\.\d+)?[eE])/;

/**
 * Parses JSON text. Number tokens that a double would change in value or in written form (`9007199254740993`, `10.10`, `1e3`) become strings.
 * Nesting of any depth is read. A text without such a token takes the plain way.
 * @throws JsonError when the text is no JSON; the message names the place, never the content.
 */
export function parseJson(text: string): Json {
	try {
		const plain = JSON.parse(text) as Json;
		return RISKY.test(text) ? (JSON.parse(text.replace(TOKENS, keepDigits)) as Json) : plain;
	} catch (cause) {
		throw new JsonError(`Not JSON (${text.length} characters)`, { cause });
	}
}

// Strings and numbers of a text that is known to be JSON. A reviver would see the digits too, but it costs ten times as much and overflows
// the stack in a document that nests deeply.
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

function keepDigits(token: string): string {
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

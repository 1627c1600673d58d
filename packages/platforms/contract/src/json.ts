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
 * The reviver costs ten times a plain parse, so texts without such a token take the plain way.
 * @throws JsonError when the text is no JSON; the message names the place, never the content.
 */
export function parseJson(text: string): Json {
	try {
		if (!RISKY.test(text)) return JSON.parse(text) as Json;
		return JSON.parse(text, keepDigits) as Json;
	} catch (cause) {
		throw new JsonError(`Not JSON (${text.length} characters)`, { cause });
	}
}

function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
	if (typeof value !== 'number' || context?.source === undefined) return value;
	return String(value) === context.source ? value : context.source;
}

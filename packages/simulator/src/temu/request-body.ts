/** One top-level field of a request: its value, and the text the platform signs for it. */
export interface RequestField {
	value: unknown;
	signed: string;
}

/** Why a body is not a flat JSON object. */
export class MalformedBody extends Error {
	override name = 'MalformedBody';
}

/**
 * Reads a request body keeping the order, the native types and every digit of what was sent (contract temu §4): integers above 2^53 come
 * as bigint, and `signed` is the bare text of a string or the compact JSON of anything else, inner keys in the order sent.
 * @throws MalformedBody when the text is not a JSON object.
 */
export function readBody(text: string): Map<string, RequestField> {
	let root: unknown;
	try {
		root = JSON.parse(text, exact);
	} catch {
		throw new MalformedBody('The body is not JSON');
	}
	if (typeof root !== 'object' || root === null || Array.isArray(root)) throw new MalformedBody('The body is not a JSON object');
	const slices = topLevelSlices(text);
	const fields = new Map<string, RequestField>();
	for (const [name, value] of Object.entries(root)) {
		const signed = typeof value === 'string' ? value : compact(slices.get(name) ?? '');
		if (value !== null) fields.set(name, { value, signed });
	}
	return fields;
}

function exact(_key: string, value: unknown, context?: { source?: string }): unknown {
	const source = context?.source;
	return typeof value === 'number' && !Number.isSafeInteger(value) && source && /^-?\d+$/.test(source) ? BigInt(source) : value;
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gs;

function compact(json: string): string {
	return (json.match(token) ?? []).map((part) => (part.startsWith('"') ? JSON.stringify(JSON.parse(part)) : part)).join('');
}

/** The source text of each value of the outermost object; the text is known to be valid JSON. */
function topLevelSlices(text: string): Map<string, string> {
	const slices = new Map<string, string>();
	let depth = 0;
	let name = '';
	let start = -1;
	for (const match of text.matchAll(token)) {
		const part = match[0];
		const end = match.index + part.length;
		if (part === '{' || part === '[') depth++;
		if (depth === 1 && start < 0 && part.startsWith('"')) name = JSON.parse(part) as string;
		else if (depth === 1 && part === ':') start = end;
		else if (start >= 0 && ((depth === 1 && part === ',') || (depth === 1 && part === '}'))) {
			slices.set(name, text.slice(start, match.index));
			start = -1;
		}
		if (part === '}' || part === ']') depth--;
	}
	return slices;
}

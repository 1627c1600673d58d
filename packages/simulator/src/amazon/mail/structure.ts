import { headerOf } from './mail-folder.ts';

/** Part of a mail as a server sees it (RFC 3501, 7.4.2). */
export interface MailPart {
	type: string;
	subtype: string;
	parameters: [string, string][];
	encoding: string;
	disposition: { kind: string; parameters: [string, string][] } | null;
	/** As it stands in the mail, still encoded. */
	body: Buffer;
	/** Of multipart. */
	parts: MailPart[];
}

const DEEPEST = 100;

export function partsOf(bytes: Buffer, depth = 0): MailPart {
	const cut = bytes.indexOf('\r\n\r\n');
	const head = cut === -1 ? bytes : bytes.subarray(0, cut + 4);
	const body = cut === -1 ? Buffer.alloc(0) : bytes.subarray(cut + 4);
	const [kind, parameters] = valueOf(headerOf(head, 'content-type') || 'text/plain');
	const [type = 'text', subtype = 'plain'] = kind.toLowerCase().split('/');
	const disposed = headerOf(head, 'content-disposition');
	const [how, more] = valueOf(disposed);
	const boundary = parameters.find(([name]) => name === 'boundary')?.[1] ?? '';
	const isMultipart = type === 'multipart' && boundary !== '' && depth < DEEPEST;
	return {
		type,
		subtype,
		parameters,
		encoding: headerOf(head, 'content-transfer-encoding') || '7bit',
		disposition: disposed === '' ? null : { kind: how, parameters: more },
		body,
		parts: isMultipart ? splitAt(body, boundary).map((part) => partsOf(part, depth + 1)) : [],
	};
}

/** The part with a number such as `2.1`; of a mail that is one part that is `1`. */
export function partAt(mail: MailPart, number: string): MailPart | null {
	if (mail.parts.length === 0) return number === '1' ? mail : null;
	let at: MailPart | undefined = mail;
	for (const step of number.split('.')) at = at?.parts[Number(step) - 1];
	return at ?? null;
}

/** The parenthesised form. */
export function structureText(part: MailPart): string {
	const { type, subtype, parameters, encoding, disposition, body, parts } = part;
	const disposed = disposition === null ? 'NIL' : `(${quoted(disposition.kind)} ${listOf(disposition.parameters)})`;
	if (parts.length > 0) return `(${parts.map(structureText).join('')} ${quoted(subtype)} ${listOf(parameters)} ${disposed} NIL NIL)`;
	const lines = type === 'text' ? ` ${body.toString('latin1').split('\n').length}` : '';
	// A mail inside a mail is told as bytes: what is in it is not looked into here.
	const [shownType, shownSubtype] = type === 'multipart' || type === 'message' ? ['application', 'octet-stream'] : [type, subtype];
	return `(${quoted(shownType)} ${quoted(shownSubtype)} ${listOf(parameters)} NIL NIL ${quoted(encoding)} ${body.length}${lines} NIL ${disposed} NIL NIL)`;
}

function splitAt(body: Buffer, boundary: string): Buffer[] {
	const parts: Buffer[] = [];
	const edge = Buffer.from(`--${boundary}`, 'latin1');
	let from = -1;
	for (let at = body.indexOf(edge); at !== -1; at = body.indexOf(edge, at + edge.length)) {
		if (at > 0 && body[at - 1] !== 0x0a) continue;
		if (from !== -1) parts.push(body.subarray(from, Math.max(from, at - 2)));
		if (body.subarray(at + edge.length, at + edge.length + 2).toString('latin1') === '--') return parts;
		const line = body.indexOf('\r\n', at);
		from = line === -1 ? body.length : line + 2;
	}
	if (from !== -1) parts.push(body.subarray(from));
	return parts;
}

/** A header's value and its parameters (RFC 2045, 5.1). */
function valueOf(text: string): [value: string, parameters: [string, string][]] {
	const [value = ''] = text.split(';', 1);
	const parameters = [...text.slice(value.length).matchAll(/;\s*([\w*.-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))/g)].map(
		([, name = '', inQuotes, bare]): [string, string] => [name.toLowerCase(), (inQuotes ?? bare ?? '').replaceAll(/\\(.)/g, '$1')],
	);
	return [value.trim(), parameters];
}

function quoted(text: string): string {
	return `"${text.replaceAll(/["\\]/g, '\\$&').replaceAll(/[\r\n\0]/g, ' ')}"`;
}

function listOf(parameters: readonly [string, string][]): string {
	return parameters.length === 0 ? 'NIL' : `(${parameters.flat().map(quoted).join(' ')})`;
}

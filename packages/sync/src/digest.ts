import { createHash, hash } from 'node:crypto';
import type { Order } from '@pangea/domain';
import { orderText } from './order-text.ts';

export function sha256(bytes: Buffer | string): Buffer {
	return hash('sha256', bytes, 'buffer');
}

/**
 * Of the answers behind a page, without the values of fields that differ from one answer to the next, such as the number of a request: two
 * pages with the same digest tell the same.
 */
export function pageDigest(bodies: readonly Buffer[], volatileFields: readonly string[]): Buffer {
	const sum = createHash('sha256');
	const marks = volatileFields.map((name) => Buffer.from(`"${name}":"`));
	for (const body of bodies) {
		let done = 0;
		for (const end of cutsIn(body, marks)) {
			sum.update(body.subarray(done, end));
			const quote = body.indexOf(QUOTE, end);
			done = quote < 0 ? body.length : quote;
		}
		sum.update(body.subarray(done)).update(SEPARATOR);
	}
	return sum.digest();
}

const QUOTE = 0x22;
// Occurs in no UTF-8 text.
const SEPARATOR = Buffer.from([0xff]);

/** Where the values of the marked fields begin, in order. */
function cutsIn(body: Buffer, marks: readonly Buffer[]): number[] {
	const cuts: number[] = [];
	for (const mark of marks) for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at + 1)) cuts.push(at + mark.length);
	return cuts.sort((a, b) => a - b);
}

/** Of an order's content, whatever the order of its keys. */
export function orderDigest(order: Order): Buffer {
	return sha256(orderText(order));
}

/** JSON with sorted keys and big integers as text. */
export function canonicalText(value: unknown): string {
	if (typeof value === 'string') return JSON.stringify(value);
	if (typeof value === 'bigint') return `"${value}"`;
	if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
	let text = '';
	if (Array.isArray(value)) {
		for (const item of value) text += `${text === '' ? '' : ','}${canonicalText(item)}`;
		return `[${text}]`;
	}
	const fields = value as Readonly<Record<string, unknown>>;
	for (const key of Object.keys(value).sort()) {
		if (fields[key] !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalText(fields[key])}`;
	}
	return `{${text}}`;
}

/** An id that the same words always give, in the form of a UUID of version 8 (RFC 9562). */
export function nameId(...words: string[]): string {
	const hex = hash('sha256', words.join('\0'), 'hex');
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

import { createHash } from 'node:crypto';
import type { Order } from '@pangea/domain';

export function sha256(bytes: Buffer | string): Buffer {
	return createHash('sha256').update(bytes).digest();
}

/** Of an order's content, whatever the order of its keys. */
export function orderDigest(order: Order): Buffer {
	return sha256(canonicalText(order));
}

/** JSON with sorted keys and big integers as text. */
export function canonicalText(value: unknown): string {
	if (typeof value === 'bigint') return `"${value}"`;
	if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
	if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
	const entries = Object.entries(value).filter(([, v]) => v !== undefined);
	entries.sort(([a], [b]) => (a < b ? -1 : 1));
	return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonicalText(v)}`).join(',')}}`;
}

/** An id that the same words always give, in the form of a UUID of version 8 (RFC 9562). */
export function nameId(...words: string[]): string {
	const hex = sha256(words.join('\0')).toString('hex');
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

import { hashText } from './random.ts';
import type { Position } from './world.ts';

/** What an opaque page token carries: the place to go on after, the digest of the frozen query, when it was issued, and the total. */
export interface PageMark {
	after: Position;
	query: number;
	issuedAt: number;
	total: number;
}

/** A digest of everything that must not change between pages. */
export function queryDigest(parts: unknown): number {
	return hashText(JSON.stringify(parts));
}

/** An opaque token, safe in addresses when percent-encoded; it contains `+`, `/` or `=` like the real ones. */
export function writePageToken(mark: PageMark): string {
	return Buffer.from(
		JSON.stringify([mark.after.time, mark.after.store, mark.after.index, mark.query, mark.issuedAt, mark.total, '??>']),
	).toString('base64');
}

/** Null when the text is no token of ours. */
export function readPageToken(token: string): PageMark | null {
	let value: unknown;
	try {
		value = JSON.parse(Buffer.from(token, 'base64').toString('utf8'));
	} catch {
		return null;
	}
	if (!Array.isArray(value) || value.length !== 7) return null;
	const [time, store, index, query, issuedAt, total] = value.map(Number);
	if (
		time === undefined ||
		store === undefined ||
		index === undefined ||
		query === undefined ||
		issuedAt === undefined ||
		total === undefined
	)
		return null;
	return { after: { time, store, index }, query, issuedAt, total };
}

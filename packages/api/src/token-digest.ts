import { createHash } from 'node:crypto';

/** What is kept of a link's token: its SHA-256, so that who reads the database cannot use the link. */
export function digestOf(token: string): Buffer {
	return createHash('sha256').update(token).digest();
}

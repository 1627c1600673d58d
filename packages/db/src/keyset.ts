/** Opaque page cursors: the sort key of the last row, packed. */
export class CursorError extends Error {
	override name = 'CursorError';
}

export function packCursor(parts: readonly string[]): string {
	return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** @throws CursorError when the text is no cursor of `length` parts. */
export function unpackCursor(cursor: string, length: number): string[] {
	try {
		const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
		if (Array.isArray(parts) && parts.length === length && parts.every((p) => typeof p === 'string')) return parts;
	} catch {
		// falls through to the one error below
	}
	throw new CursorError('Not a page cursor of this list');
}

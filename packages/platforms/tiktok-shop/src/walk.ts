import { PlatformError } from '@pangea/platform-contract';
import { z } from 'zod';

/*
 * Page tokens are no safe way through a window that is alive: a record that changes leaves the window, all behind it move up, and the
 * record at the page's edge is never shown. So every page narrows the window to the time of its last record and asks anew; page tokens
 * serve only inside one second that holds more records than a page. The platform's own answers may also lie outside the window
 * ("update times may exceed the selected search range"), so such records take no part in narrowing.
 */

/** Where a walk through records sorted by last change stands. Times in Unix seconds, half-open. */
export interface Position {
	ge: number;
	lt: number;
	/** Continues a page within the same window; null asks anew. */
	token: string | null;
	/** Ids at the window's edge that were handed over already. */
	seen: string[];
}

export interface Sighting {
	id: string | null;
	changedAt: number | null;
}

export type Direction = 'newest' | 'oldest';

/** The position after a page; null at the end of the window. */
export function advance(position: Position, page: readonly Sighting[], nextToken: string | null, direction: Direction): Position | null {
	if (nextToken === null) return null;
	const times = page.map((s) => s.changedAt).filter((at): at is number => at !== null && at >= position.ge && at < position.lt);
	const first = times[0];
	const last = times.at(-1);
	// A page without order, or of one second only, gives no edge to narrow to.
	if (first === undefined || last === undefined || first === last || !sorted(times, direction)) return { ...position, token: nextToken };
	const seen = idsOf(page.filter((s) => s.changedAt === last || s.changedAt === null));
	return direction === 'oldest' ? { ge: last, lt: position.lt, token: null, seen } : { ge: position.ge, lt: last + 1, token: null, seen };
}

function idsOf(sightings: readonly Sighting[]): string[] {
	return sightings.map((s) => s.id).filter((id) => id !== null);
}

function sorted(times: readonly number[], direction: Direction): boolean {
	const sign = direction === 'oldest' ? 1 : -1;
	return times.every((at, i) => sign * (at - (times[i - 1] ?? at)) >= 0);
}

const Cursor = z.strictObject({
	stage: z.enum(['orders', 'returns', 'cancellations']),
	ge: z.int(),
	lt: z.int(),
	token: z.string().nullable(),
	seen: z.array(z.string()),
	/** What the platform said the whole window holds. */
	total: z.int().nullable(),
});
export type Cursor = z.infer<typeof Cursor>;

export function encodeCursor(cursor: Cursor): string {
	return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** @throws PlatformError kind `rejected` for a text that is no cursor of ours */
export function decodeCursor(text: string): Cursor {
	try {
		return Cursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
	} catch {
		throw new PlatformError({
			kind: 'rejected',
			userMessage: { code: 'answerNotUnderstood' },
			detail: 'The cursor is not one of this adapter',
		});
	}
}

import type { Window } from '@pangea/platform-contract';
import { z } from 'zod';

/**
 * Walking a window of the search. The platform pages by row offset and only up to a thousand rows, so a window is cut into slices that
 * hold no more (contract §3.3). Slices touch without a gap; each is left before the next is begun.
 */

/** Rows that offsets may reach in one slice (contract §3.3). */
export const MAX_ROWS = 1000;

/** A half-open span in epoch milliseconds. */
export interface Slice {
	from: number;
	until: number;
}

const position = z.object({
	/** Index into the searches of the walk, e.g. all orders, then cancelled ones. */
	search: z.number().int().nonnegative(),
	/** Where the slice begins in walking direction. */
	edge: z.number().int(),
	width: z.number().int().positive(),
	offset: z.number().int().nonnegative(),
	/** Rows the slice held when its last page was read; null on its first page. */
	total: z.number().int().nonnegative().nullable(),
});
export type Position = z.output<typeof position>;

interface Bounds extends Slice {
	order: Window['order'];
}

export function boundsOf(window: Window): Bounds {
	return { from: Date.parse(window.from), until: Date.parse(window.until), order: window.order };
}

export function startOf(bounds: Bounds, search = 0): Position {
	const edge = bounds.order === 'newest' ? bounds.until : bounds.from;
	return { search, edge, width: Math.max(1, bounds.until - bounds.from), offset: 0, total: null };
}

/** The cursor of a position; {@link readCursor} is its inverse. */
export function writeCursor(at: Position): string {
	return JSON.stringify(at);
}

/** Null when the text is no cursor of this window: then the caller must not guess where to go on. */
export function readCursor(bounds: Bounds, text: string): Position | null {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return null;
	}
	const parsed = position.safeParse(value);
	if (!parsed.success) return null;
	const { edge } = parsed.data;
	return edge >= bounds.from && edge <= bounds.until ? parsed.data : null;
}

export function sliceAt(bounds: Bounds, at: Position): Slice {
	if (bounds.order === 'newest') return { from: Math.max(bounds.from, at.edge - at.width), until: at.edge };
	return { from: at.edge, until: Math.min(bounds.until, at.edge + at.width) };
}

/** The same edge with a narrower slice when this one holds more than offsets can reach; null when it fits or cannot be cut further. */
export function narrowed(bounds: Bounds, at: Position, total: number | null): Position | null {
	const slice = sliceAt(bounds, at);
	const width = slice.until - slice.from;
	if (total === null || total <= MAX_ROWS || width <= 1 || at.offset > 0) return null;
	// Rows are rarely spread evenly: aim below the limit, and halve at least so that the search for a width ends.
	const aimed = Math.floor((width * MAX_ROWS * 0.7) / total);
	return { ...at, width: Math.max(1, Math.min(aimed, Math.floor(width / 2))), total: null };
}

/** What a page told. */
export interface Seen {
	rows: number;
	total: number | null;
	pageSize: number;
}

/** Where to go after a page; null at the end of the window. */
export function advanced(bounds: Bounds, at: Position, seen: Seen): Position | null {
	return nextPage(at, seen) ?? nextSlice(bounds, at, seen);
}

function nextPage(at: Position, { rows, total, pageSize }: Seen): Position | null {
	// An order that changes leaves the slice, and the rows behind it move up: as many as left are read again.
	const left = at.total !== null && total !== null ? Math.max(0, at.total - total) : 0;
	if (left > 0) return { ...at, offset: Math.max(0, at.offset - left), total };
	const offset = at.offset + rows;
	if (rows === 0) return null;
	if (total !== null && offset < total) return { ...at, offset, total };
	// Totals can be wrong (contract §12.6): a full page is followed by a look behind it as far as offsets reach.
	if (rows >= pageSize && offset < MAX_ROWS) return { ...at, offset, total };
	return null;
}

function nextSlice(bounds: Bounds, at: Position, { total }: Seen): Position | null {
	const slice = sliceAt(bounds, at);
	const edge = bounds.order === 'newest' ? slice.from : slice.until;
	if (edge === (bounds.order === 'newest' ? bounds.from : bounds.until)) return null;
	const width = total !== null && total < MAX_ROWS / 4 ? at.width * 2 : at.width;
	return { search: at.search, edge, width: Math.min(width, bounds.until - bounds.from), offset: 0, total: null };
}

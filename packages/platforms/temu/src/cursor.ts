import type { Window } from '@pangea/platform-contract';
import { toMillis } from '@pangea/domain';
import { notUnderstood } from './errors.ts';

/** Inclusive epoch seconds, as `updateAtStart` and `updateAtEnd` take them. */
export interface Seconds {
	start: number;
	end: number;
}

/** The whole seconds inside a half-open window; null when it holds none. */
export function secondsOf(window: Pick<Window, 'from' | 'until'>): Seconds | null {
	const start = Math.ceil(toMillis(window.from) / 1000);
	const end = Math.ceil(toMillis(window.until) / 1000) - 1;
	return start <= end ? { start, end } : null;
}

/**
 * Where a walk through a window stands. The list is sorted by last change, newest first, and an order that changes meanwhile leaves the
 * window: page numbers would then skip its successor. So the walk lowers the window's end to the oldest second seen and starts at page 1
 * again, leaving out what it has had of that second; page numbers count only inside one second.
 */
export interface Position {
	/** `updateAtEnd` of the next request. */
	end: number;
	page: number;
	/** Items that earlier pages with this end brought. */
	before: number;
	/** Orders of the second `end` that were handed out already. */
	seen: readonly string[];
	/** What the platform said the whole window holds. */
	total: number | null;
	/** Set for the rest of the walk once a page came unsorted: its oldest second says nothing about the rest, so only page numbers count. */
	plain: boolean;
}

export function startOf(seconds: Seconds): Position {
	return { end: seconds.end, page: 1, before: 0, seen: [], total: null, plain: false };
}

export function writeCursor(position: Position): string {
	const { end, page, before, total, plain, seen } = position;
	return JSON.stringify([1, end, page, before, total, plain, seen]);
}

/** @throws PlatformError kind `unexpected` for a text that {@link writeCursor} did not write, or for another window. */
export function readCursor(cursor: string, seconds: Seconds): Position {
	const refuse = (cause?: unknown) => notUnderstood('bg.order.list.v2.get', 'the cursor is not one of ours for this window', cause);
	let value: unknown;
	try {
		value = JSON.parse(cursor);
	} catch (cause) {
		throw refuse(cause);
	}
	if (!Array.isArray(value) || value.length !== 7 || value[0] !== 1) throw refuse();
	const [, end, page, before, total, plain, seen] = value as unknown[];
	if (!isCount(end) || end < seconds.start || end > seconds.end || !isCount(page) || page < 1 || !isCount(before)) throw refuse();
	if ((total !== null && !isCount(total)) || typeof plain !== 'boolean' || !isTexts(seen)) throw refuse();
	return { end, page, before, seen, total, plain };
}

function isCount(value: unknown): value is number {
	return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isTexts(value: unknown): value is string[] {
	return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

/** What paging needs to know of an item. */
export interface ItemKey {
	sn: string | null;
	/** Seconds; null when it cannot be read. */
	updateTime: number | null;
}

/** The position after a page, or null when the window is walked through. `items` are all items of the reply, also repeated ones. */
export function nextPosition(
	at: Position,
	items: readonly ItemKey[],
	totalItemNum: number | null,
	pageSize: number,
	start: number,
): Position | null {
	const total = at.total ?? totalItemNum;
	const before = at.before + items.length;
	if (items.length === 0 || (totalItemNum === null ? items.length < pageSize : before >= totalItemNum)) return null;
	// A time outside the window is damaged: narrowing to it would leave out all that lies between.
	const known = (time: number | null): time is number => time !== null && time >= start && time <= at.end;
	const times = items.map((item) => item.updateTime).filter(known);
	const oldest = Math.min(...times);
	const seenAt = (second: number) =>
		items.flatMap((item) => ((item.updateTime === second || !known(item.updateTime)) && item.sn !== null ? [item.sn] : []));
	const plain = at.plain || times.length === 0 || !isDescending(times);
	if (plain || oldest >= at.end) {
		return { end: at.end, page: at.page + 1, before, seen: [...new Set([...at.seen, ...seenAt(at.end)])], total, plain };
	}
	return { end: oldest, page: 1, before: 0, seen: [...new Set(seenAt(oldest))], total, plain };
}

function isDescending(times: readonly number[]): boolean {
	return times.every((time, index) => index === 0 || time <= (times[index - 1] ?? time));
}

import { addMillis, type Instant } from '@pangea/domain';

/** Minutes until the first question, and from each to the next. What a platform has not told after all of them it tells with the order's next change, if ever. */
const FIRST_PAUSE = 5;
const PAUSES = [15, 60, 4 * 60, 12 * 60, 24 * 60, 48 * 60, 96 * 60];

/** When an order is asked for again that was just found to lack something. */
export function firstAsk(now: Date): Instant {
	return later(now, FIRST_PAUSE);
}

/** When an order that still lacks something is asked for again, after so many questions; null when it is given up. */
export function nextAsk(now: Date, asked: number): Instant | null {
	const minutes = PAUSES[asked - 1];
	return minutes === undefined ? null : later(now, minutes);
}

function later(now: Date, minutes: number): Instant {
	return addMillis(now.toISOString(), minutes * 60_000);
}

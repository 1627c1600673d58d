import { addMillis, type Instant } from '@pangea/domain';

/** Minutes from one question to the next. What a platform has not told after all of them it tells with the order's next change, if ever. */
const PAUSES = [5, 15, 60, 4 * 60, 12 * 60, 24 * 60, 48 * 60, 96 * 60];

/** When an order that lacks something is asked for again, after so many questions; null when it is given up. */
export function nextAsk(now: Date, asked: number): Instant | null {
	const minutes = PAUSES[asked];
	return minutes === undefined ? null : addMillis(now.toISOString(), minutes * 60_000);
}

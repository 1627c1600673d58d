import type { Instant } from '../time.ts';
import { LEFT_OUT, type LeftOut } from './clock-rule.ts';
import { type ReplyClock, waited } from './conversation-clock.ts';

/** How fast a store answered, as its platform figures it. */
export interface ReplyPerformance {
	/** Waits that count and are decided: answered, closed as needing no reply, or past their due instant. */
	decided: number;
	inTime: number;
	/** `inTime / decided`, from 0 to 1; nothing where none is decided. */
	rate: number | null;
	/** Median milliseconds until an answer by a person or what counts as one; of an even number the mean of the middle two. */
	medianMillis: number | null;
	/** Counted waits of the window that are neither answered nor due. */
	open: number;
	/** Waits that the platform's figure leaves out. */
	leftOut: Record<LeftOut, number>;
	/** Later waits of a session whose first answer is the one that is figured. */
	later: number;
	/** Whether all rules behind the figure are confirmed; else it is an estimate and has to be shown as one. */
	confirmed: boolean;
}

/** What became of a wait: decided in time or too late, not yet decided, or not in the platform's figure. */
export type WaitOutcome = 'inTime' | 'late' | 'open' | 'leftOut' | 'later';

/** What became of a wait by what was known at an instant. `later`: the first answer of its session is the one that is figured. */
export function outcomeOf(clock: ReplyClock, asOf: Instant): WaitOutcome {
	if (clock.leftOut) return 'leftOut';
	if (!clock.counts) return 'later';
	const ended = clock.endedAt !== null && clock.endedAt <= asOf ? clock.endedAt : null;
	if (ended === null) return asOf <= clock.due ? 'open' : 'late';
	return ended <= clock.due ? 'inTime' : 'late';
}

/**
 * The figure over the waits that started from `from` (inclusive) to `until` (exclusive), with what was known at `asOf`.
 * @param clocks of any number of conversations ({@link replyClocks}).
 */
export function replyPerformance(
	clocks: readonly ReplyClock[],
	{ from, until, asOf }: { from: Instant; until: Instant; asOf: Instant },
): ReplyPerformance {
	const leftOut = Object.fromEntries(LEFT_OUT.map((reason) => [reason, 0])) as Record<LeftOut, number>;
	const times: number[] = [];
	let decided = 0;
	let inTime = 0;
	let open = 0;
	let later = 0;
	let confirmed = true;
	for (const clock of clocks) {
		if (clock.startedAt < from || clock.startedAt >= until || clock.startedAt > asOf) continue;
		const outcome = outcomeOf(clock, asOf);
		if (clock.leftOut) leftOut[clock.leftOut] += 1;
		else if (outcome === 'later') later += 1;
		if (outcome === 'leftOut' || outcome === 'later') continue;
		confirmed &&= clock.standing === 'confirmed';
		if (outcome === 'open') {
			open += 1;
			continue;
		}
		decided += 1;
		if (outcome === 'inTime') inTime += 1;
		const answered = clock.endedBy === 'answer' && clock.endedAt !== null && clock.endedAt <= asOf;
		const millis = answered ? waited(clock) : null;
		if (millis !== null) times.push(millis);
	}
	return { decided, inTime, rate: decided ? inTime / decided : null, medianMillis: median(times), open, leftOut, later, confirmed };
}

function median(values: number[]): number | null {
	values.sort((a, b) => a - b);
	const upper = values[values.length >> 1];
	if (upper === undefined) return null;
	const lower = values[(values.length - 1) >> 1] ?? upper;
	return (lower + upper) / 2;
}

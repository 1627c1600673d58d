import { addDays, atLocalTime, type Instant, instantFromMillis, localDay, startOfDay, TimeError, toMillis, weekday } from '../time.ts';
import type { CountedTime } from './clock-rule.ts';

/** Why a clock stands still. */
export type Pause = 'outsideHours' | 'weekday' | 'holiday';

/** No calendar keeps more days in a row free; a rule that finds none counts nothing at all. */
const LONGEST = 60;

interface Span {
	from: number;
	until: number;
}

function always({ hours, weekdays, holidays }: CountedTime): boolean {
	return !hours && !weekdays && !holidays?.length;
}

/** Why nothing of a calendar day counts, or nothing if some of it does. */
export function dayOff({ weekdays, holidays }: CountedTime, day: string): Exclude<Pause, 'outsideHours'> | null {
	if (weekdays && !weekdays.includes(weekday(day))) return 'weekday';
	return holidays?.some((holiday) => holiday.day === day) ? 'holiday' : null;
}

function spanOf(counted: CountedTime, day: string, zone: string): Span | null {
	if (dayOff(counted, day)) return null;
	const from = counted.hours ? atLocalTime(day, counted.hours.open, zone) : startOfDay(day, zone);
	const until = atLocalTime(day, counted.hours?.close ?? '24:00', zone);
	return { from: toMillis(from), until: toMillis(until) };
}

/**
 * The earliest instant at which so much counted time has gone by.
 * @param millis counted milliseconds, 0 or more.
 * @throws TimeError for an unknown zone or a rule under which no time counts.
 */
export function addCounted(counted: CountedTime, start: Instant, millis: number, zone: string): Instant {
	const begin = toMillis(start);
	if (always(counted) || millis === 0) return instantFromMillis(begin + millis);
	let left = millis;
	let empty = 0;
	for (let day = localDay(start, zone); empty < LONGEST; day = addDays(day, 1)) {
		const span = spanOf(counted, day, zone);
		const from = span && Math.max(span.from, begin);
		if (!span || from === null || from >= span.until) {
			empty += 1;
			continue;
		}
		empty = 0;
		if (left <= span.until - from) return instantFromMillis(from + left);
		left -= span.until - from;
	}
	throw new TimeError('No time counts under this rule');
}

/** Milliseconds of counted time between two instants; 0 if the second is not later. */
export function countedBetween(counted: CountedTime, from: Instant, until: Instant, zone: string): number {
	const begin = toMillis(from);
	const end = toMillis(until);
	if (end <= begin) return 0;
	if (always(counted)) return end - begin;
	let sum = 0;
	const last = localDay(until, zone);
	for (let day = localDay(from, zone); day <= last; day = addDays(day, 1)) {
		const span = spanOf(counted, day, zone);
		if (span) sum += Math.max(0, Math.min(span.until, end) - Math.max(span.from, begin));
	}
	return sum;
}

/** The end of the n-th counted day after the one on which an instant falls. */
export function endOfCountedDay(counted: CountedTime, start: Instant, days: number, zone: string): Instant {
	let left = days;
	let empty = 0;
	for (let day = addDays(localDay(start, zone), 1); empty < LONGEST; day = addDays(day, 1)) {
		if (dayOff(counted, day)) {
			empty += 1;
			continue;
		}
		empty = 0;
		left -= 1;
		if (left <= 0) return atLocalTime(day, counted.hours?.close ?? '24:00', zone);
	}
	throw new TimeError('No day counts under this rule');
}

/**
 * Whether time counts at an instant, and what comes next.
 * @returns `now`: why it stands still, if it does. `until`: when that changes, or nothing where time always counts. `next`: why it then stands still.
 */
export function pauseAt(counted: CountedTime, at: Instant, zone: string): { now: Pause | null; until: Instant | null; next: Pause | null } {
	if (always(counted)) return { now: null, until: null, next: null };
	const millis = toMillis(at);
	const today = localDay(at, zone);
	const span = spanOf(counted, today, zone);
	if (span && millis >= span.from && millis < span.until) {
		let day = today;
		let end = span.until;
		// Without opening hours a run of working days has no pause at midnight.
		for (let run = 0; run < 14; run += 1) {
			day = addDays(day, 1);
			const off = dayOff(counted, day);
			if (off && !counted.hours) return { now: null, until: instantFromMillis(end), next: off };
			const following = spanOf(counted, day, zone);
			if (!following || following.from > end) return { now: null, until: instantFromMillis(end), next: off ?? 'outsideHours' };
			end = following.until;
		}
		return { now: null, until: null, next: null };
	}
	for (let day = today, tried = 0; tried < LONGEST; day = addDays(day, 1), tried += 1) {
		const coming = spanOf(counted, day, zone);
		if (coming && coming.from >= millis)
			return { now: dayOff(counted, today) ?? 'outsideHours', until: instantFromMillis(coming.from), next: null };
	}
	throw new TimeError('No time counts under this rule');
}

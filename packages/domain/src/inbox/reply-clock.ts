import { addDays, addMillis, atLocalTime, type Instant, localDay, weekday } from '../time.ts';
import type { ReplyClockRule } from './clock-rule.ts';
import { addCounted, countedBetween, endOfCountedDay, type Pause, pauseAt } from './counted-time.ts';

/** A waiting buyer: since when, under which rule, on whose clock. */
export interface RunningClock {
	rule: ReplyClockRule;
	startedAt: Instant;
	/** IANA zone. */
	zone: string;
	/** Whether the seller lets automatic answers work, which some rules ask. */
	automation: boolean;
}

/**
 * The last instant at which an answer is in time, as the platform counts.
 * @throws TimeError for an unknown zone or a rule under which no time counts.
 */
export function dueAt({ rule, startedAt, zone, automation }: RunningClock): Instant {
	const fixed = rule.fixedDue;
	const day = localDay(startedAt, zone);
	if (fixed && (automation || !fixed.needsAutomation) && fixed.startedOn.includes(weekday(day))) {
		let due = addDays(day, 1);
		while (weekday(due) !== fixed.weekday) due = addDays(due, 1);
		return atLocalTime(due, fixed.time, zone);
	}
	if ('days' in rule.budget) return endOfCountedDay(rule.counted, startedAt, rule.budget.days, zone);
	return addCounted(rule.counted, startedAt, rule.budget.hours * 3_600_000, zone);
}

/** All in milliseconds of counted time, except `overdue`. */
export interface TimeLeft {
	due: Instant;
	/** From the start to the due instant. */
	budget: number;
	/** Never more than the budget. */
	used: number;
	left: number;
	/** Milliseconds of the wall's clock since the due instant; 0 before. */
	overdue: number;
}

/** How much of a clock is used and left at an instant: `used + left = budget`. */
export function timeLeft(clock: RunningClock, at: Instant): TimeLeft {
	const due = dueAt(clock);
	const { counted } = clock.rule;
	const end = at < due ? at : due;
	const used = countedBetween(counted, clock.startedAt, end, clock.zone);
	const budget = countedBetween(counted, clock.startedAt, due, clock.zone);
	return { due, budget, used, left: budget - used, overdue: at > due ? Date.parse(at) - Date.parse(due) : 0 };
}

/** Whether an answer given at an instant is in time; the due instant itself still is. */
export function isInTime(clock: RunningClock, answeredAt: Instant): boolean {
	return answeredAt <= dueAt(clock);
}

/** What a person can do or await that stops, moves or holds the clock. */
export interface Pauses {
	/** Why the clock stands still now. */
	now: Pause | null;
	/** When it goes on, or when it next stands still. */
	until: Instant | null;
	next: Pause | null;
	/** What ends or restarts it. `smallTalk` is named only where a bare greeting is enough. */
	by: readonly ('answer' | 'automaticAnswer' | 'smallTalk' | 'noReplyNeeded' | 'newMessage')[];
}

/** What holds a clock at an instant, and what would. */
export function pausesOf({ rule, zone }: RunningClock, at: Instant): Pauses {
	const by: Pauses['by'][number][] = ['answer'];
	if (rule.stops.automaticAnswer) by.push('automaticAnswer');
	if (rule.stops.smallTalk) by.push('smallTalk');
	if (rule.stops.noReplyNeeded) by.push('noReplyNeeded');
	if (rule.restarts) by.push('newMessage');
	return { ...pauseAt(rule.counted, at, zone), by };
}

/** A conversation comes back at least this long before its answer is due, so that there is time to write it. */
export const SNOOZE_MARGIN_MINUTES = 30;

/**
 * The latest instant to which a conversation may sleep, or nothing when it may not at all any more.
 * @param marginMinutes how long before the due instant it has to be back.
 */
export function latestSnooze(clock: RunningClock, now: Instant, marginMinutes: number = SNOOZE_MARGIN_MINUTES): Instant | null {
	const latest = addMillis(dueAt(clock), -marginMinutes * 60_000);
	return latest > now ? latest : null;
}

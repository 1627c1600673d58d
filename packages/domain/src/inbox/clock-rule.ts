import type { ConversationKind } from '../conversation.ts';
import { type Instant, localDay } from '../time.ts';

/** What a buyer wrote: after a purchase, before one, or a case in which the platform decides. */
export const REPLY_KINDS = ['message', 'question', 'claim'] as const;
export type ReplyKind = (typeof REPLY_KINDS)[number];

const REPLY_KIND: Record<ConversationKind, ReplyKind> = {
	chat: 'message',
	purchase: 'message',
	question: 'question',
	claim: 'claim',
	case: 'claim',
};

/** By which of the platform's rules a conversation of a kind goes. */
export function replyKindOf(kind: string): ReplyKind {
	return REPLY_KIND[kind as ConversationKind];
}

/** A public holiday, on the calendar of the place that keeps it. */
export interface Holiday {
	/** ISO date. */
	day: string;
	name: string;
}

/** Which time uses a clock up. Without any of these every minute does. */
export interface CountedTime {
	/** Only between these times of the site's clock, such as `08:00` to `21:00`; until may be `24:00`. */
	hours?: { open: string; close: string };
	/** Only on these weekdays, Monday is 1. */
	weekdays?: readonly number[];
	/** Not on these days. Years that are not listed count as if they had none: due comes earlier, never later. */
	holidays?: readonly Holiday[];
}

/** How much counted time an answer may take: hours of it, or to the end of the n-th counted day after the one on which the clock started. */
export type ClockBudget = { hours: number } | { days: number };

/** What keeps a conversation out of the platform's figure. */
export const LEFT_OUT = ['sellerStarted', 'solvedByAutomation', 'holidayMode', 'buyerBlocked'] as const;
export type LeftOut = (typeof LEFT_OUT)[number];

/** How a platform counts the time until an answer, from a day on. Data of an adapter. */
export interface ReplyClockRule {
	/** Stable, by which a workspace's own setting names it: `tiktok-shop.sea.12h`. */
	id: string;
	kind: ReplyKind;
	/** Ids of sites; none means all that no other rule of the kind names. */
	sites?: readonly string[];
	/** ISO date on the site's calendar. A rule holds until a later one of the same kind and site begins. */
	from: string;
	budget: ClockBudget;
	counted: CountedTime;
	/** Clocks started on these weekdays are due at one fixed time, if the seller lets automatic answers work. */
	fixedDue?: { startedOn: readonly number[]; weekday: number; time: string; needsAutomation: boolean };
	/** Whether a further message of a waiting buyer begins the clock anew. */
	restarts: boolean;
	/** Whether these stop the clock. */
	stops: { automaticAnswer: boolean; smallTalk: boolean; noReplyNeeded: boolean };
	/** Whether a greeting of the buyer alone starts it. */
	startsOnSmallTalk: boolean;
	leavesOut: readonly LeftOut[];
	/** Hours of silence of the buyer after which the next message is a new session; of each session only the first answer is in the figure. */
	sessionHours?: number;
	/** Share of answers in time under which the platform acts, from 0 to 1. */
	target?: number;
	/** `platform`: a rule of the platform. `ours`: it publishes none, and the workspace keeps its own. */
	standing: 'platform' | 'ours';
	/** Whether a text of the platform itself was read. What is not confirmed is never told as fact. */
	confirmed: boolean;
	source: string;
}

/** A workspace's own choice for a rule that its platform does not publish or that is not confirmed; for a confirmed one it may only be stricter. */
export interface ClockSetting {
	ruleId: string;
	hours: number;
}

/** A rule as it holds, and what may be said of it. */
export interface ChosenClock {
	rule: ReplyClockRule;
	/** `confirmed`: the platform says so. `unconfirmed`: others say so. `ours`: the workspace's or our own choice. */
	standing: 'confirmed' | 'unconfirmed' | 'ours';
}

/**
 * The rule by which a clock runs that starts at an instant, or nothing where the platform knows none for that kind.
 * @param zone IANA zone of the store or site, on whose calendar rules begin.
 * @throws TimeError for an unknown zone.
 */
export function chooseClock(
	rules: readonly ReplyClockRule[],
	{ site, kind, at, zone }: { site: string; kind: ReplyKind; at: Instant; zone: string },
	settings: readonly ClockSetting[] = [],
): ChosenClock | null {
	const day = localDay(at, zone);
	const ofKind = rules.filter((rule) => rule.kind === kind);
	const named = ofKind.filter((rule) => rule.sites?.includes(site));
	const candidates = named.length > 0 ? named : ofKind.filter((rule) => !rule.sites);
	let rule: ReplyClockRule | null = null;
	for (const each of candidates) if (each.from <= day && (!rule || each.from >= rule.from)) rule = each;
	if (!rule) return null;
	const setting = settings.find(({ ruleId }) => ruleId === rule.id);
	if (setting && mayChoose(rule, setting.hours)) {
		return { rule: { ...rule, budget: { hours: setting.hours } }, standing: 'ours' };
	}
	return { rule, standing: rule.standing === 'ours' ? 'ours' : rule.confirmed ? 'confirmed' : 'unconfirmed' };
}

/** Whether a workspace may keep a budget of its own under a rule: any sensible one, but no looser one than the platform is known to keep. */
export function mayChoose(rule: ReplyClockRule, hours: number): boolean {
	if (!Number.isFinite(hours) || hours <= 0 || hours > 24 * 14) return false;
	if (rule.standing === 'ours' || !rule.confirmed) return true;
	return 'hours' in rule.budget && hours <= rule.budget.hours;
}

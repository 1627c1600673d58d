import { addMillis, type Instant, toMillis } from '../time.ts';
import { type ChosenClock, type ClockSetting, chooseClock, type LeftOut, type ReplyKind, type ReplyClockRule } from './clock-rule.ts';
import { dueAt } from './reply-clock.ts';

/** One message, as far as clocks care. */
export interface MessageFact {
	at: Instant;
	by: 'buyer' | 'seller' | 'automatic';
	/** A greeting or thanks alone ({@link isSmallTalk}). */
	smallTalk: boolean;
}

/** One conversation, as far as clocks care. */
export interface ConversationFacts {
	site: string;
	kind: ReplyKind;
	/** IANA zone of the store. */
	zone: string;
	/** In the order in which the platform received them. */
	messages: readonly MessageFact[];
	/** When somebody marked that no reply is needed. */
	noReplyNeeded: readonly Instant[];
	/** When the store was away (holiday mode); the last may be open. */
	away: readonly { from: Instant; until: Instant | null }[];
	/** Whether the store lets automatic answers work. */
	automation: boolean;
	/** Whether the platform says that no person was needed. */
	solvedByAutomation: boolean;
	buyerBlocked: boolean;
}

/** A buyer's wait, from the message that started it to what ended it. */
export interface ReplyClock extends ChosenClock {
	startedAt: Instant;
	due: Instant;
	/** When it ended, and by what; nothing while the buyer waits. */
	endedAt: Instant | null;
	endedBy: 'answer' | 'noReplyNeeded' | null;
	/** Whether the platform's figure has it: a first wait of its session that nothing leaves out. */
	counts: boolean;
	leftOut: LeftOut | null;
}

type Step = MessageFact | { at: Instant; by: 'noReplyNeeded' };

/**
 * All waits of a conversation in their order; the last one runs while its `endedAt` is null. A message that restarts a clock moves it, unless
 * the clock had already run out: then the missed one stays and another begins.
 * @throws TimeError for an unknown zone.
 */
export function replyClocks(
	rules: readonly ReplyClockRule[],
	facts: ConversationFacts,
	settings: readonly ClockSetting[] = [],
): readonly ReplyClock[] {
	const marks = facts.noReplyNeeded.map((at): Step => ({ at, by: 'noReplyNeeded' }));
	// The sort is stable: of two at one instant the message comes first, and what it asks is closed by the mark.
	const steps: Step[] = [...facts.messages, ...marks].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
	const sellerStarted = steps.find((step) => step.by === 'buyer' || step.by === 'seller')?.by === 'seller';
	const clocks: ReplyClock[] = [];
	let running: ReplyClock | null = null;
	let spokeAt: Instant | null = null;
	// Whether the session that the buyer's last message belongs to has had its wait that counts.
	let had = false;
	for (const step of steps) {
		if (step.by === 'buyer') {
			const previous = spokeAt;
			spokeAt = step.at;
			if (running && (!running.rule.restarts || step.smallTalk)) continue;
			const next = begin(rules, facts, settings, step, sellerStarted);
			if (!next) continue;
			if (isNewSession(next.rule, previous, step.at)) had = false;
			if (running && step.at <= running.due) clocks.pop();
			else if (had) next.counts = false;
			had = true;
			clocks.push(next);
			running = next;
		} else if (running && ends(running.rule, step)) {
			running.endedAt = step.at;
			running.endedBy = step.by === 'noReplyNeeded' ? 'noReplyNeeded' : 'answer';
			running = null;
		}
	}
	return clocks;
}

function begin(
	rules: readonly ReplyClockRule[],
	facts: ConversationFacts,
	settings: readonly ClockSetting[],
	message: MessageFact,
	sellerStarted: boolean,
): ReplyClock | null {
	const chosen = chooseClock(rules, { site: facts.site, kind: facts.kind, at: message.at, zone: facts.zone }, settings);
	if (!chosen || (message.smallTalk && !chosen.rule.startsOnSmallTalk)) return null;
	const leftOut = whyLeftOut(chosen.rule, facts, message.at, sellerStarted);
	const due = dueAt({ rule: chosen.rule, startedAt: message.at, zone: facts.zone, automation: facts.automation });
	return { ...chosen, startedAt: message.at, due, endedAt: null, endedBy: null, counts: leftOut === null, leftOut };
}

function isNewSession({ sessionHours }: ReplyClockRule, previous: Instant | null, at: Instant): boolean {
	return sessionHours === undefined || previous === null || at >= addMillis(previous, sessionHours * 3_600_000);
}

function ends({ stops }: ReplyClockRule, step: Step): boolean {
	if (step.by === 'noReplyNeeded') return stops.noReplyNeeded;
	if (step.by === 'buyer' || (step.by === 'automatic' && !stops.automaticAnswer)) return false;
	return !step.smallTalk || stops.smallTalk;
}

function whyLeftOut({ leavesOut }: ReplyClockRule, facts: ConversationFacts, at: Instant, sellerStarted: boolean): LeftOut | null {
	const holds: Record<LeftOut, boolean> = {
		sellerStarted,
		solvedByAutomation: facts.solvedByAutomation,
		holidayMode: facts.away.some(({ from, until }) => at >= from && (until === null || at < until)),
		buyerBlocked: facts.buyerBlocked,
	};
	return leavesOut.find((reason) => holds[reason]) ?? null;
}

/** Milliseconds from the start of a wait to the answer, of the wall's clock. */
export function waited({ startedAt, endedAt }: ReplyClock): number | null {
	return endedAt === null ? null : toMillis(endedAt) - toMillis(startedAt);
}

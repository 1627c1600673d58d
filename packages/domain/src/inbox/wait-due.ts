import type { CaseFacts } from '../conversation.ts';
import type { Instant } from '../time.ts';
import { chooseClock, type ReplyClockRule, replyKindOf } from './clock-rule.ts';
import { dueAt } from './reply-clock.ts';

/** A buyer who waits for an answer. */
export interface BuyersWait {
	since: Instant;
	/** Of the conversation. */
	kind: string;
	caseFacts: CaseFacts | null;
	/** Of the store: its site, and its IANA zone. */
	site: string;
	zone: string;
}

/** `confirmed`: the platform's own text says so; `unconfirmed`: others say so; `ours`: the platform publishes no time, and this is ours. */
export interface WaitDue {
	at: Instant;
	standing: 'confirmed' | 'unconfirmed' | 'ours';
	source: string;
}

/**
 * When a wait is over, as the platform counts it, or as it says of this very case; null where it keeps no time. Automatic answers are not switched
 * on for anybody.
 */
export function waitDue(rules: readonly ReplyClockRule[], { since, kind, caseFacts, site, zone }: BuyersWait): WaitDue | null {
	if (caseFacts?.dueAt) return { at: caseFacts.dueAt, standing: 'confirmed', source: caseFacts.rawStatus };
	const chosen = chooseClock(rules, { site, kind: replyKindOf(kind), at: since, zone });
	if (!chosen) return null;
	const { rule, standing } = chosen;
	return { at: dueAt({ rule, startedAt: since, zone, automation: false }), standing, source: rule.source };
}

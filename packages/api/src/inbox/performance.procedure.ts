import { conversationsWithWaits, placesOfStores, type SaidInTime, saidInTime, type Scope, type TimedConversation } from '@pangea/db';
import {
	addDays,
	addMillis,
	atLocalTime,
	isPlatformId,
	isSmallTalk,
	type MessageFact,
	replyClocks,
	type ReplyClock,
	replyPerformance,
	waited,
} from '@pangea/domain';
import type { SealedBox } from '@pangea/vault';
import { z } from 'zod';
import { daysBetween } from '../numbers/period.ts';
import { problem } from '../problem.ts';
import { type Member, memberProcedure } from '../trpc.ts';
import { openBody, replyKindOf } from './inbox.view.ts';
import type { PersonPerformanceView, PerformanceRowView, PerformanceView } from './shapes.ts';

/** Days at once; older messages of buyers are mostly deleted by then. */
export const MOST_PERFORMANCE_DAYS = 92;
/** So many conversations are read in one go. */
const AT_ONCE = 1000;
/** So many late ones are named of each row, newest first. */
const LATE_NAMED = 20;
const DAY = 86_400_000;

const question = z.object({ from: z.iso.date(), until: z.iso.date(), stores: z.array(z.uuid()).max(500).default([]) });

export const performanceProcedures = {
	/** How fast buyers were answered, by store and rule, as each platform figures it, over waits that began on days of each store's own calendar. */
	performance: memberProcedure('inbox.read')
		.input(question)
		.query(({ ctx: { member }, input }): Promise<PerformanceView> => answerPerformance(member, input)),
};

/** A wait of the period, with what is told of it. */
interface Timed {
	conversationId: string;
	storeId: string;
	kind: PerformanceRowView['kind'];
	clock: ReplyClock;
	/** Who wrote the answer here; null when it was written anywhere else, undefined while there is none. */
	answeredBy: string | null | undefined;
}

async function answerPerformance(member: Member, q: z.output<typeof question>): Promise<PerformanceView> {
	const days = daysBetween(q.from, q.until);
	if (days < 1 || days > MOST_PERFORMANCE_DAYS) throw problem('inputWrong', { field: 'until' });
	const asOf = new Date().toISOString();
	const box = await member.services.operations.box(member.workspaceId);
	const timed = await member.scoped((scope) => timedWaits(member, scope, box, q));
	const groups = Map.groupBy(timed, ({ storeId, clock }) => `${storeId} ${clock.rule.id}`);
	const rows = [...groups.values()].flatMap((group) => rowOf(group, asOf));
	return { rows, people: peopleOf(timed, asOf) };
}

async function timedWaits(member: Member, scope: Scope, box: SealedBox, q: z.output<typeof question>): Promise<Timed[]> {
	// A day of some zone begins up to a day earlier or later than that of UTC.
	const [from, until] = [addMillis(`${q.from}T00:00:00.000Z`, -DAY), addMillis(`${q.until}T00:00:00.000Z`, 2 * DAY)];
	const conversations = await conversationsWithWaits(scope, { storeScope: member.storeScope, stores: q.stores, from, until });
	const places = await placesOfStores(
		scope,
		conversations.map(({ storeId }) => storeId),
	);
	const timed: Timed[] = [];
	for (let start = 0; start < conversations.length; start += AT_ONCE) {
		const part = conversations.slice(start, start + AT_ONCE);
		const said = Map.groupBy(
			await saidInTime(
				scope,
				part.map(({ conversationId }) => conversationId),
			),
			({ conversationId }) => conversationId,
		);
		for (const conversation of part) {
			const place = places.get(conversation.storeId);
			if (place) timed.push(...waitsOf(member, box, conversation, { place, said: said.get(conversation.conversationId) ?? [], q }));
		}
	}
	return timed;
}

function waitsOf(
	member: Member,
	box: SealedBox,
	{ conversationId, storeId, platform, kind }: TimedConversation,
	{ place, said, q }: { place: { siteId: string; zone: string }; said: readonly SaidInTime[]; q: { from: string; until: string } },
): Timed[] {
	const rules = isPlatformId(platform) ? (member.services.registry.get(platform)?.manifest.replyClocks ?? []) : [];
	const clocks = replyClocks(rules, {
		site: place.siteId,
		kind: replyKindOf(kind),
		zone: place.zone,
		messages: said.map((message) => factOf(message, box)),
		// None of these is told by any platform.
		noReplyNeeded: [],
		away: [],
		automation: false,
		solvedByAutomation: false,
		buyerBlocked: false,
	});
	const from = atLocalTime(q.from, '00:00', place.zone);
	const until = atLocalTime(addDays(q.until, 1), '00:00', place.zone);
	return clocks.flatMap((clock) => {
		if (clock.startedAt < from || clock.startedAt >= until) return [];
		const answer = clock.endedAt === null ? undefined : said.find(({ at, sender }) => at === clock.endedAt && !isBuyer(sender));
		return [
			{
				conversationId,
				storeId,
				kind: replyKindOf(kind),
				clock,
				answeredBy: clock.endedAt === null ? undefined : (answer?.userId ?? null),
			},
		];
	});
}

const isBuyer = (sender: string): boolean => sender === 'buyer' || sender === 'assistant';

function factOf(message: SaidInTime, box: SealedBox): MessageFact {
	const by = isBuyer(message.sender) ? 'buyer' : message.sender === 'robot' ? 'automatic' : 'seller';
	return { at: message.at, by, smallTalk: isSaidLightly(message, box) };
}

/** A picture or a card is no small talk. */
function isSaidLightly({ messageId, sealed }: SaidInTime, box: SealedBox): boolean {
	if (sealed === null) return false;
	const { text, imageUrl } = openBody({ message_id: messageId, sealed }, box);
	return text !== null && text !== '' && imageUrl === null && isSmallTalk(text);
}

const EVER = { from: '0000', until: '9999' };

function rowOf(group: readonly Timed[], asOf: string): PerformanceRowView[] {
	const [first] = group;
	if (!first) return [];
	const { rule, standing } = first.clock;
	const {
		confirmed: _,
		leftOut,
		...figures
	} = replyPerformance(
		group.map(({ clock }) => clock),
		{ ...EVER, asOf },
	);
	const late = group
		.filter(({ clock }) => clock.counts && (clock.endedAt ?? asOf) > clock.due)
		.toSorted((a, b) => (a.clock.startedAt < b.clock.startedAt ? 1 : -1))
		.slice(0, LATE_NAMED)
		.map(({ conversationId, clock }) => ({ conversationId, startedAt: clock.startedAt, due: clock.due, endedAt: clock.endedAt }));
	return [
		{
			...figures,
			storeId: first.storeId,
			kind: first.kind,
			ruleId: rule.id,
			budget: rule.budget,
			target: rule.target ?? null,
			standing,
			source: rule.source,
			leftOut: Object.values(leftOut).reduce((sum, n) => sum + n, 0),
			untold: [
				...rule.leavesOut.filter((reason) => reason !== 'sellerStarted'),
				...(rule.stops.noReplyNeeded ? (['noReplyNeeded'] as const) : []),
			],
			late,
		},
	];
}

/** Whoever answered, busiest first. */
function peopleOf(timed: readonly Timed[], asOf: string): PersonPerformanceView[] {
	const answered = timed.filter(({ clock, answeredBy }) => answeredBy !== undefined && clock.counts);
	const people = [...Map.groupBy(answered, ({ answeredBy }) => answeredBy ?? null)].map(([userId, of]) => {
		const { inTime, medianMillis } = replyPerformance(
			of.map(({ clock }) => clock),
			{ ...EVER, asOf },
		);
		return { userId, answers: of.filter(({ clock }) => waited(clock) !== null).length, inTime, medianMillis };
	});
	return people.toSorted((a, b) => b.answers - a.answers);
}

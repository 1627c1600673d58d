import { type TimedWait, timedWaits, type WaitReader } from '@pangea/db';
import { dayCount, isPlatformId, outcomeOf, replyPerformance, waited } from '@pangea/domain';
import { z } from 'zod';
import { problem } from '../problem.ts';
import { type Member, memberProcedure } from '../trpc.ts';
import { openBody } from './inbox.view.ts';
import type { PerformanceRowView, PersonPerformanceView, PerformanceView } from './shapes.ts';

/** Days at once; older messages of buyers are mostly deleted by then. */
export const MOST_PERFORMANCE_DAYS = 92;
/** So many late ones are named of each row, newest first. */
const LATE_NAMED = 20;

const question = z.object({ from: z.iso.date(), until: z.iso.date(), stores: z.array(z.uuid()).max(500).default([]) });

export const performanceProcedures = {
	/** How fast buyers were answered, by store and rule, as each platform figures it, over waits that began on days of each store's own calendar. */
	performance: memberProcedure('inbox.read')
		.input(question)
		.query(({ ctx: { member }, input }): Promise<PerformanceView> => answerPerformance(member, input)),
};

async function answerPerformance(member: Member, q: z.output<typeof question>): Promise<PerformanceView> {
	const days = dayCount(q.from, q.until);
	if (days < 1 || days > MOST_PERFORMANCE_DAYS) throw problem('inputWrong', { field: 'until' });
	const asOf = new Date().toISOString();
	const box = await member.services.operations.box(member.workspaceId);
	const reader: WaitReader = {
		rulesOf: (platform) => (isPlatformId(platform) ? (member.services.registry.get(platform)?.manifest.replyClocks ?? []) : []),
		bodyOf: (messageId, sealed) => openBody({ message_id: messageId, sealed }, box),
	};
	const { from, until, stores } = q;
	const asked = { storeScope: member.storeScope, stores, days: { from, until } };
	const timed = await member.scoped(async (scope) => {
		const all: TimedWait[] = [];
		for await (const waits of timedWaits(scope, asked, reader)) all.push(...waits);
		return all;
	});
	const groups = Map.groupBy(timed, ({ storeId, clock }) => `${storeId} ${clock.rule.id}`);
	const rows = [...groups.values()].flatMap((group) => rowOf(group, asOf));
	return { rows, people: peopleOf(timed, asOf) };
}

const EVER = { from: '0000', until: '9999' };

function rowOf(group: readonly TimedWait[], asOf: string): PerformanceRowView[] {
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
		.filter(({ clock }) => outcomeOf(clock, asOf) === 'late')
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
function peopleOf(timed: readonly TimedWait[], asOf: string): PersonPerformanceView[] {
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

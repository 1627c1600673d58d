import type { ReplyClockRule } from '@pangea/domain';

/** Temu publishes no time for an answer (contract, section 11, open points). This one is ours and shown as such. */
export const replyClocks: readonly ReplyClockRule[] = [
	{
		id: 'temu.claim.ours',
		kind: 'claim',
		from: '2020-01-01',
		budget: { hours: 24 },
		counted: {},
		restarts: false,
		stops: { automaticAnswer: false, smallTalk: false, noReplyNeeded: true },
		startsOnSmallTalk: true,
		leavesOut: [],
		standing: 'ours',
		confirmed: false,
		source: 'no published time for an answer was found',
	},
];

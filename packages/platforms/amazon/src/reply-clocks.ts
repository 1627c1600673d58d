import type { ReplyClockRule } from '@pangea/domain';

/** Amazon's help page could not be read; three independent texts agree, so the rule is used and shown as unconfirmed. */
export const replyClocks: readonly ReplyClockRule[] = [
	{
		id: 'amazon.message',
		kind: 'message',
		from: '2020-01-01',
		budget: { hours: 24 },
		counted: {},
		restarts: true,
		stops: { automaticAnswer: true, smallTalk: true, noReplyNeeded: true },
		startsOnSmallTalk: true,
		leavesOut: [],
		target: 0.9,
		standing: 'platform',
		confirmed: false,
		source: 'https://ecomsellertools.com/forbidden-activity-buyer-seller-messaging-what-to-do-and-what-not-to-do',
	},
];

import type { ReplyClockRule } from '@pangea/domain';

const API = 'https://partner.tiktokshop.com/docv2/page/customer-service-api-overview';
const SEA = ['TH', 'ID', 'MY', 'VN', 'PH', 'SG'];

const common = {
	kind: 'message',
	counted: {},
	restarts: false,
	startsOnSmallTalk: true,
	// A chat closes after six hours of silence of the buyer (contract, section 7).
	sessionHours: 6,
	standing: 'platform',
} as const;

const day: Pick<ReplyClockRule, 'from' | 'budget' | 'stops' | 'leavesOut' | 'target' | 'confirmed' | 'source'> = {
	from: '2024-07-01',
	budget: { hours: 24 },
	stops: { automaticAnswer: true, smallTalk: true, noReplyNeeded: false },
	leavesOut: ['holidayMode'],
	target: 0.8,
	confirmed: true,
	source: API,
};

// South-East Asia's own share, from the day on which it went into the store's rating; it was shown from 2025-07-15.
const halfDay = {
	...common,
	from: '2025-08-15',
	budget: { hours: 12 },
	stops: { automaticAnswer: false, smallTalk: true, noReplyNeeded: false },
	leavesOut: ['holidayMode', 'sellerStarted', 'solvedByAutomation', 'buyerBlocked'],
	target: 0.85,
} as const;

/** The first answer of each session. Figures differ by market and month, so each stands with its date. */
export const replyClocks: readonly ReplyClockRule[] = [
	{ ...common, ...day, id: 'tiktok-shop.24h' },
	{ ...common, ...day, id: 'tiktok-shop.sea.24h', sites: SEA },
	{
		...halfDay,
		id: 'tiktok-shop.sea.12h',
		sites: ['TH', 'ID'],
		confirmed: true,
		source: 'https://seller-th.tiktok.com/university/essay?knowledge_id=8918857185183490',
	},
	{
		...halfDay,
		id: 'tiktok-shop.sea-other.12h',
		sites: ['MY', 'VN', 'PH', 'SG'],
		confirmed: false,
		source: 'https://seller-th.tiktok.com/university/essay?knowledge_id=8918857185183490 (read for Thailand and Indonesia)',
	},
	{
		...common,
		...day,
		id: 'tiktok-shop.us.24h',
		sites: ['US'],
		stops: { automaticAnswer: false, smallTalk: false, noReplyNeeded: false },
		leavesOut: ['holidayMode', 'solvedByAutomation'],
		// The text says Monday noon without exception; taken by the letter, which for a late Sunday is before 24 hours and never after.
		fixedDue: { startedOn: [6, 7], weekday: 1, time: '12:00', needsAutomation: true },
		target: 0.85,
		// The official page was read in part, and another text differs.
		confirmed: false,
		source: 'https://seller-us.tiktok.com/university/essay?knowledge_id=7454760317110062',
	},
];

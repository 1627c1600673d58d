import { describe, expect, test } from 'vitest';
import {
	chooseClock,
	type ConversationFacts,
	isSmallTalk,
	type MessageFact,
	mayChoose,
	type ReplyClockRule,
	replyClocks,
	replyPerformance,
} from '../../src/index.ts';

const rule: ReplyClockRule = {
	id: 'test.24h',
	kind: 'message',
	from: '2025-01-01',
	budget: { hours: 24 },
	counted: {},
	restarts: false,
	stops: { automaticAnswer: false, smallTalk: false, noReplyNeeded: false },
	startsOnSmallTalk: true,
	leavesOut: ['holidayMode', 'sellerStarted', 'solvedByAutomation', 'buyerBlocked'],
	sessionHours: 6,
	standing: 'platform',
	confirmed: true,
	source: 'test',
};
const { sessionHours: _, ...unsessioned } = rule;
const restarting: ReplyClockRule = {
	...unsessioned,
	restarts: true,
	stops: { automaticAnswer: true, smallTalk: true, noReplyNeeded: true },
};

const at = (day: number, time: string): string => `2026-11-${String(day).padStart(2, '0')}T${time}:00.000Z`;
const say = (by: MessageFact['by'], day: number, time: string, smallTalk = false): MessageFact => ({ at: at(day, time), by, smallTalk });
const talk = (messages: readonly MessageFact[], more: Partial<ConversationFacts> = {}): ConversationFacts => ({
	site: 'TH',
	kind: 'message',
	zone: 'UTC',
	messages,
	noReplyNeeded: [],
	away: [],
	automation: false,
	solvedByAutomation: false,
	buyerBlocked: false,
	...more,
});
const NOVEMBER = { from: '2026-11-01T00:00:00.000Z', until: '2026-12-01T00:00:00.000Z', asOf: '2026-12-05T00:00:00.000Z' };

describe('the waits of a conversation', () => {
	test('begin with the first message and end with a person’s answer', () => {
		const clocks = replyClocks([rule], talk([say('buyer', 2, '10:00'), say('buyer', 2, '11:00'), say('seller', 2, '12:00')]));
		expect(clocks).toMatchObject([{ startedAt: at(2, '10:00'), due: at(3, '10:00'), endedAt: at(2, '12:00'), endedBy: 'answer' }]);
	});

	test('begin anew with each message where the platform says so, if they had not run out', () => {
		expect(replyClocks([restarting], talk([say('buyer', 2, '10:00'), say('buyer', 3, '10:00'), say('seller', 3, '12:00')]))).toMatchObject([
			{ startedAt: at(3, '10:00'), endedAt: at(3, '12:00') },
		]);
		expect(replyClocks([restarting], talk([say('buyer', 2, '10:00'), say('buyer', 3, '10:01'), say('seller', 3, '12:00')]))).toMatchObject([
			{ startedAt: at(2, '10:00'), endedAt: null, counts: true },
			{ startedAt: at(3, '10:01'), endedAt: at(3, '12:00'), counts: true },
		]);
	});

	test('are not ended by a greeting or an automatic answer unless the rule says so', () => {
		const messages = [say('buyer', 2, '10:00'), say('automatic', 2, '10:01'), say('seller', 2, '10:05', true)];
		expect(replyClocks([rule], talk(messages))).toMatchObject([{ endedAt: null }]);
		expect(replyClocks([restarting], talk(messages))).toMatchObject([{ endedAt: at(2, '10:01') }]);
	});

	test('are ended by "no reply needed" where the platform has it', () => {
		const facts = talk([say('buyer', 2, '10:00')], { noReplyNeeded: [at(2, '10:30')] });
		expect(replyClocks([restarting], facts)).toMatchObject([{ endedAt: at(2, '10:30'), endedBy: 'noReplyNeeded' }]);
		expect(replyClocks([rule], facts)).toMatchObject([{ endedAt: null }]);
	});

	test('count once a session: until six hours of silence', () => {
		const clocks = replyClocks(
			[rule],
			talk([
				say('buyer', 2, '10:00'),
				say('seller', 2, '10:10'),
				say('buyer', 2, '15:59'),
				say('seller', 2, '16:10'),
				say('buyer', 2, '21:59'),
				say('seller', 2, '22:10'),
			]),
		);
		expect(clocks.map(({ counts }) => counts)).toEqual([true, false, true]);
	});

	test('do not begin with a greeting where the rule says so, and the session’s wait is then the next', () => {
		const quiet = { ...rule, startsOnSmallTalk: false };
		expect(replyClocks([quiet], talk([say('buyer', 2, '10:00', true), say('buyer', 2, '10:05')]))).toMatchObject([
			{ startedAt: at(2, '10:05'), counts: true },
		]);
	});

	test.each([
		['sellerStarted', talk([say('seller', 1, '10:00'), say('buyer', 2, '10:00')])],
		['solvedByAutomation', talk([say('buyer', 2, '10:00')], { solvedByAutomation: true })],
		['holidayMode', talk([say('buyer', 2, '10:00')], { away: [{ from: at(2, '10:00'), until: null }] })],
		['buyerBlocked', talk([say('buyer', 2, '10:00')], { buyerBlocked: true })],
	] as const)('are left out: %s', (reason, facts) => {
		expect(replyClocks([rule], facts)).toMatchObject([{ leftOut: reason, counts: false }]);
		expect(replyPerformance(replyClocks([rule], facts), NOVEMBER)).toMatchObject({ decided: 0, rate: null, leftOut: { [reason]: 1 } });
	});

	test('count again from the moment holiday mode ends', () => {
		const facts = talk([say('buyer', 2, '10:00')], { away: [{ from: at(1, '10:00'), until: at(2, '10:00') }] });
		expect(replyClocks([rule], facts)).toMatchObject([{ leftOut: null, counts: true }]);
	});
});

describe('the figure', () => {
	test('has the share in time, the median, and what is open', () => {
		const clocks = [
			talk([say('buyer', 2, '10:00'), say('seller', 2, '10:10')]),
			talk([say('buyer', 2, '10:00'), say('seller', 3, '10:00')]),
			talk([say('buyer', 2, '10:00'), say('seller', 3, '10:01')]),
			talk([say('buyer', 2, '10:00')]),
			talk([say('buyer', 30, '23:00')]),
		].flatMap((facts) => replyClocks([rule], facts));
		expect(replyPerformance(clocks, { ...NOVEMBER, asOf: '2026-12-01T00:00:00.000Z' })).toEqual({
			decided: 4,
			inTime: 2,
			rate: 0.5,
			medianMillis: 24 * 3_600_000,
			open: 1,
			leftOut: { sellerStarted: 0, solvedByAutomation: 0, holidayMode: 0, buyerBlocked: 0 },
			later: 0,
			confirmed: true,
		});
		expect(replyPerformance(clocks, NOVEMBER)).toMatchObject({ decided: 5, open: 0, rate: 0.4 });
	});

	test('takes the mean of the middle two', () => {
		const clocks = [10, 20].flatMap((minute) => replyClocks([rule], talk([say('buyer', 2, '10:00'), say('seller', 2, `10:${minute}`)])));
		expect(replyPerformance(clocks, NOVEMBER).medianMillis).toBe(15 * 60_000);
	});

	test('has the first moment of its window and not the last', () => {
		const clocks = [
			talk([say('buyer', 1, '00:00'), say('seller', 1, '01:00')]),
			talk([{ at: '2026-12-01T00:00:00.000Z', by: 'buyer', smallTalk: false }]),
		].flatMap((facts) => replyClocks([rule], facts));
		expect(replyPerformance(clocks, NOVEMBER)).toMatchObject({ decided: 1, inTime: 1, open: 0 });
	});

	test('leaves a wait open up to its due instant', () => {
		const clocks = replyClocks([rule], talk([say('buyer', 2, '10:00')]));
		expect(replyPerformance(clocks, { ...NOVEMBER, asOf: at(3, '10:00') })).toMatchObject({ decided: 0, open: 1, rate: null });
		expect(replyPerformance(clocks, { ...NOVEMBER, asOf: '2026-11-03T10:00:00.001Z' })).toMatchObject({ decided: 1, open: 0, rate: 0 });
	});

	test('counts "no reply needed" as in time and leaves it out of the median', () => {
		const clocks = replyClocks([restarting], talk([say('buyer', 2, '10:00')], { noReplyNeeded: [at(2, '11:00')] }));
		expect(replyPerformance(clocks, NOVEMBER)).toMatchObject({ decided: 1, inTime: 1, medianMillis: null });
	});

	test('is called an estimate when a rule behind it is not confirmed', () => {
		const clocks = replyClocks([{ ...rule, confirmed: false }], talk([say('buyer', 2, '10:00')]));
		expect(replyPerformance(clocks, NOVEMBER).confirmed).toBe(false);
	});
});

describe('the rule that holds', () => {
	const later: ReplyClockRule = { ...rule, id: 'test.12h', sites: ['TH'], from: '2025-08-15', budget: { hours: 12 } };
	const earlier: ReplyClockRule = { ...rule, id: 'test.th.24h', sites: ['TH'] };
	const choose = (instant: string, site = 'TH') =>
		chooseClock([later, rule, earlier], { site, kind: 'message', at: instant, zone: 'Asia/Bangkok' })?.rule.id;

	test('changes at the local midnight of its day', () => {
		expect(choose('2025-08-14T16:59:59.999Z')).toBe('test.th.24h');
		expect(choose('2025-08-14T17:00:00.000Z')).toBe('test.12h');
		expect(choose('2025-08-14T17:00:00.000Z', 'GB')).toBe('test.24h');
		expect(choose('2024-12-31T00:00:00.000Z')).toBeUndefined();
	});

	test('is never told as fact when it is not confirmed, and can be set', () => {
		const asked = { site: 'GB', kind: 'message', at: '2026-01-01T00:00:00.000Z', zone: 'UTC' } as const;
		const unsure = { ...rule, confirmed: false };
		expect(chooseClock([unsure], asked)?.standing).toBe('unconfirmed');
		expect(chooseClock([{ ...unsure, standing: 'ours' }], asked)?.standing).toBe('ours');
		expect(chooseClock([unsure], asked, [{ ruleId: rule.id, hours: 36 }])).toMatchObject({
			standing: 'ours',
			rule: { budget: { hours: 36 } },
		});
	});

	test('can only be made stricter when it is confirmed', () => {
		expect(mayChoose(rule, 12)).toBe(true);
		expect(mayChoose(rule, 25)).toBe(false);
		expect(mayChoose({ ...rule, confirmed: false }, Number.NaN)).toBe(false);
	});
});

describe('small talk', () => {
	test.each([
		'Hi',
		'hello!',
		'Good morning 😊',
		'Hola, buenos días',
		'Olá, bom dia!',
		'Muito obrigado',
		'你好',
		'亲，在吗？',
		'谢谢',
		'สวัสดีค่ะ',
		'👍',
		'ＨＩ',
	])('is %s', (text) => expect(isSmallTalk(text)).toBe(true));
	test.each(['Yes', '42', 'Hi, it ships today', 'Hola, sale mañana', 'Bom dia, já foi enviado', '你好，已发货', '明天'])(
		'is not %s',
		(text) => expect(isSmallTalk(text)).toBe(false),
	);
});

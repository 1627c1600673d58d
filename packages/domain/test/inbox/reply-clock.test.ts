import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	addMillis,
	type Instant,
	dueAt,
	isInTime,
	latestSnooze,
	pausesOf,
	type ReplyClockRule,
	type RunningClock,
	timeLeft,
	atLocalTime,
	TimeError,
} from '../../src/index.ts';

const HOUR = 3_600_000;
const base: ReplyClockRule = {
	id: 'amazon.message',
	kind: 'message',
	from: '2020-01-01',
	budget: { hours: 24 },
	counted: {},
	restarts: true,
	stops: { automaticAnswer: false, smallTalk: false, noReplyNeeded: true },
	startsOnSmallTalk: true,
	leavesOut: [],
	standing: 'platform',
	confirmed: true,
	source: 'test',
};
const nights: ReplyClockRule = { ...base, budget: { hours: 8 }, counted: { hours: { open: '08:00', close: '21:00' } } };
const business: ReplyClockRule = {
	...base,
	budget: { days: 2 },
	counted: { weekdays: [1, 2, 3, 4, 5], holidays: [{ day: '2026-11-16', name: 'Día de la Revolución' }] },
};
const mondayNoon: ReplyClockRule = { ...base, fixedDue: { startedOn: [6, 7], weekday: 1, time: '12:00', needsAutomation: true } };

const clock = (rule: ReplyClockRule, startedAt: Instant, zone: string, automation = false): RunningClock => ({
	rule,
	startedAt,
	zone,
	automation,
});

describe('an answer is due', () => {
	const cases: readonly (readonly [
		title: string,
		rule: ReplyClockRule,
		zone: string,
		startedAt: Instant,
		due: Instant,
		automation?: boolean,
	])[] = [
		['24 hours later, over a weekend', base, 'UTC', '2026-11-28T10:00:00.000Z', '2026-11-29T10:00:00.000Z'],
		['24 hours later on the day that has 23', base, 'America/New_York', '2026-03-07T17:00:00.000Z', '2026-03-08T17:00:00.000Z'],
		['24 hours later on the day that has 25', base, 'America/New_York', '2026-10-31T16:00:00.000Z', '2026-11-01T16:00:00.000Z'],
		['on the 29th of February', base, 'UTC', '2028-02-28T12:00:00.000Z', '2028-02-29T12:00:00.000Z'],
		['on the first of March where there is none', base, 'UTC', '2026-02-28T12:00:00.000Z', '2026-03-01T12:00:00.000Z'],
		['in the next year', base, 'UTC', '2026-12-31T23:59:59.999Z', '2027-01-01T23:59:59.999Z'],
		// Buenos Aires is three hours behind UTC all year.
		['on the same day while it is open', nights, 'America/Argentina/Buenos_Aires', '2026-06-10T12:00:00.000Z', '2026-06-10T20:00:00.000Z'],
		[
			'the next day for what is left at 21:00',
			nights,
			'America/Argentina/Buenos_Aires',
			'2026-06-10T23:00:00.000Z',
			'2026-06-11T18:00:00.000Z',
		],
		[
			'from 08:00 on when asked at 21:00 sharp',
			nights,
			'America/Argentina/Buenos_Aires',
			'2026-06-11T00:00:00.000Z',
			'2026-06-11T19:00:00.000Z',
		],
		[
			'from 08:00 on when asked in the night',
			nights,
			'America/Argentina/Buenos_Aires',
			'2026-06-11T06:00:00.000Z',
			'2026-06-11T19:00:00.000Z',
		],
		[
			'the same when asked at 08:00 sharp',
			nights,
			'America/Argentina/Buenos_Aires',
			'2026-06-11T11:00:00.000Z',
			'2026-06-11T19:00:00.000Z',
		],
		[
			'at 21:00, not at 08:00, when it ends there',
			nights,
			'America/Argentina/Buenos_Aires',
			'2026-06-10T16:00:00.000Z',
			'2026-06-11T00:00:00.000Z',
		],
		['over the last night of a month', nights, 'America/Argentina/Buenos_Aires', '2026-06-30T23:00:00.000Z', '2026-07-01T18:00:00.000Z'],
		// Santiago: the night before 6 September loses an hour, the one before 5 April gains one.
		['by the new clock after an hour is lost', nights, 'America/Santiago', '2026-09-06T00:00:00.000Z', '2026-09-06T18:00:00.000Z'],
		['by the new clock after an hour is gained', nights, 'America/Santiago', '2026-04-04T23:00:00.000Z', '2026-04-05T19:00:00.000Z'],
		[
			'on Monday noon for the first moment of Saturday',
			mondayNoon,
			'America/Los_Angeles',
			'2026-11-28T08:00:00.000Z',
			'2026-11-30T20:00:00.000Z',
			true,
		],
		[
			'24 hours later for the last moment of Friday',
			mondayNoon,
			'America/Los_Angeles',
			'2026-11-28T07:59:59.999Z',
			'2026-11-29T07:59:59.999Z',
			true,
		],
		[
			'on Monday noon for the last moment of Sunday',
			mondayNoon,
			'America/Los_Angeles',
			'2026-11-30T07:59:59.999Z',
			'2026-11-30T20:00:00.000Z',
			true,
		],
		[
			'24 hours later for the first of Monday',
			mondayNoon,
			'America/Los_Angeles',
			'2026-11-30T08:00:00.000Z',
			'2026-12-01T08:00:00.000Z',
			true,
		],
		[
			'24 hours later on Saturday without the helper',
			mondayNoon,
			'America/Los_Angeles',
			'2026-11-28T08:00:00.000Z',
			'2026-11-29T08:00:00.000Z',
		],
		['on Monday noon of summer time', mondayNoon, 'America/Los_Angeles', '2026-03-07T20:00:00.000Z', '2026-03-09T19:00:00.000Z', true],
		['on Monday noon of winter time', mondayNoon, 'America/Los_Angeles', '2026-10-31T19:00:00.000Z', '2026-11-02T20:00:00.000Z', true],
		// Friday 13 November 2026; Monday is a holiday, so Tuesday and Wednesday count.
		['at the end of the second business day', business, 'America/Mexico_City', '2026-11-13T18:00:00.000Z', '2026-11-19T06:00:00.000Z'],
		[
			'as if on that day when asked on the holiday',
			business,
			'America/Mexico_City',
			'2026-11-16T18:00:00.000Z',
			'2026-11-19T06:00:00.000Z',
		],
	];
	for (const [title, rule, zone, startedAt, due, automation] of cases) {
		test(`${title}`, () => {
			expect(dueAt(clock(rule, startedAt, zone, automation))).toBe(due);
			expect(isInTime(clock(rule, startedAt, zone, automation), due)).toBe(true);
			expect(isInTime(clock(rule, startedAt, zone, automation), addMillis(due, 1))).toBe(false);
		});
	}

	test('never, and says so, under a rule in which no time counts', () => {
		expect(() => dueAt(clock({ ...nights, counted: { weekdays: [] } }, '2026-06-10T12:00:00.000Z', 'UTC'))).toThrow(TimeError);
	});
});

const zones = fc.constantFrom('America/Santiago', 'America/New_York', 'Asia/Bangkok', 'Australia/Lord_Howe', 'Africa/Cairo', 'UTC');
const instants = fc
	.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 11, 31) })
	.map((millis): Instant => new Date(millis).toISOString());
const rules = fc.constantFrom(base, nights, business, mondayNoon, { ...nights, counted: { ...nights.counted, ...business.counted } });

describe('for every rule, zone and instant', () => {
	test('who asks later is answered no earlier', () => {
		fc.assert(
			fc.property(rules, zones, instants, fc.integer({ min: 0, max: 6 * 24 * HOUR }), (rule, zone, at, more) => {
				expect(dueAt(clock(rule, addMillis(at, more), zone, true)) >= dueAt(clock(rule, at, zone, true))).toBe(true);
			}),
			{ numRuns: 300 },
		);
	});

	test('what is left and what is used are the budget, and nothing is left at the due instant', () => {
		fc.assert(
			fc.property(rules, zones, instants, fc.integer({ min: 0, max: 6 * 24 * HOUR }), (rule, zone, at, more) => {
				const running = clock(rule, at, zone, true);
				const { used, left, budget, due } = timeLeft(running, addMillis(at, more));
				expect(used + left).toBe(budget);
				expect(used).toBeGreaterThanOrEqual(0);
				expect(left).toBeGreaterThanOrEqual(0);
				if ('hours' in rule.budget && !rule.fixedDue) expect(budget).toBe(rule.budget.hours * HOUR);
				expect(timeLeft(running, due).left).toBe(0);
			}),
			{ numRuns: 300 },
		);
	});

	test('a pause makes nothing due earlier', () => {
		const pauses = fc.constantFrom(
			{ hours: { open: '08:00', close: '21:00' } },
			{ weekdays: [1, 2, 3, 4, 5] },
			{ holidays: [{ day: '2026-12-25', name: 'Navidad' }] },
		);
		fc.assert(
			fc.property(pauses, zones, instants, fc.integer({ min: 1, max: 48 }), (counted, zone, at, hours) => {
				const plain = { ...base, budget: { hours } };
				expect(dueAt(clock({ ...plain, counted }, at, zone)) >= dueAt(clock(plain, at, zone))).toBe(true);
			}),
			{ numRuns: 300 },
		);
	});

	test('time stands still exactly while a pause is named', () => {
		fc.assert(
			fc.property(rules, zones, instants, (rule, zone, at) => {
				const running = clock(rule, at, zone);
				const { now, until } = pausesOf(running, at);
				if (until === null) return;
				expect(until > at).toBe(true);
				const long = { ...rule, budget: { hours: 24 * 30 } };
				const spent = timeLeft(clock(long, at, zone), until).used;
				expect(spent).toBe(now ? 0 : Date.parse(until) - Date.parse(at));
			}),
			{ numRuns: 300 },
		);
	});
});

describe('what holds a clock', () => {
	test('is the night, then the day', () => {
		const running = clock(nights, '2026-06-10T23:00:00.000Z', 'America/Argentina/Buenos_Aires');
		expect(pausesOf(running, '2026-06-10T23:30:00.000Z')).toEqual({
			now: null,
			until: '2026-06-11T00:00:00.000Z',
			next: 'outsideHours',
			by: ['answer', 'noReplyNeeded', 'newMessage'],
		});
		expect(pausesOf(running, '2026-06-11T00:00:00.000Z')).toMatchObject({ now: 'outsideHours', until: '2026-06-11T11:00:00.000Z' });
	});

	test('is the weekend, and a holiday behind it', () => {
		const running = clock(business, '2026-11-13T18:00:00.000Z', 'America/Mexico_City');
		expect(pausesOf(running, '2026-11-13T18:00:00.000Z')).toMatchObject({ now: null, until: '2026-11-14T06:00:00.000Z', next: 'weekday' });
		expect(pausesOf(running, '2026-11-14T18:00:00.000Z')).toMatchObject({ now: 'weekday', until: '2026-11-17T06:00:00.000Z' });
		expect(pausesOf(running, '2026-11-16T18:00:00.000Z')).toMatchObject({ now: 'holiday', until: '2026-11-17T06:00:00.000Z' });
	});
});

describe('a conversation sleeps', () => {
	const running = clock(base, '2026-11-28T10:00:00.000Z', 'UTC');
	test('no longer than half an hour before its answer is due', () => {
		expect(latestSnooze(running, '2026-11-28T12:00:00.000Z')).toBe('2026-11-29T09:30:00.000Z');
	});
	test('not at all after that', () => {
		expect(latestSnooze(running, '2026-11-29T09:30:00.000Z')).toBeNull();
		expect(latestSnooze(running, '2026-11-29T12:00:00.000Z')).toBeNull();
	});
});

describe('a time of a zone’s clock', () => {
	test('that is skipped is moved on by the skip, one shown twice is the first', () => {
		expect(atLocalTime('2026-03-08', '02:30', 'America/New_York')).toBe('2026-03-08T07:30:00.000Z');
		expect(atLocalTime('2026-11-01', '01:30', 'America/New_York')).toBe('2026-11-01T05:30:00.000Z');
		expect(atLocalTime('2026-12-31', '24:00', 'America/New_York')).toBe('2027-01-01T05:00:00.000Z');
	});
	test('is refused when it is none', () => {
		expect(() => atLocalTime('2026-02-30', '08:00', 'UTC')).toThrow(TimeError);
		expect(() => atLocalTime('2026-02-03', '25:00', 'UTC')).toThrow(TimeError);
		expect(() => atLocalTime('2026-02-03', '08:00', 'Nowhere/Else')).toThrow(TimeError);
	});
});

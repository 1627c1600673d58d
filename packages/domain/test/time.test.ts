import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantFromMillis, instantFromSeconds, localDay, parseInstant, startOfDay, TimeError } from '../src/index.ts';

const zones = fc.constantFrom(
	'America/Los_Angeles',
	'America/Sao_Paulo',
	'America/Mexico_City',
	'Europe/Berlin',
	'Asia/Shanghai',
	'Asia/Kolkata',
	'Australia/Lord_Howe',
	'America/Santiago',
	'Africa/Cairo',
	'UTC',
);
const instants = fc
	.date({ min: new Date('1991-01-01T00:00:00Z'), max: new Date('2099-01-01T00:00:00Z'), noInvalidDate: true })
	.map((d) => d.toISOString());

describe('the local day', () => {
	test('is the day that Temporal names, in every zone and in any order of asking', () => {
		fc.assert(
			fc.property(fc.array(fc.tuple(instants, zones), { minLength: 1, maxLength: 20 }), (asked) => {
				for (const [instant, zone] of asked) {
					expect(localDay(instant, zone)).toBe(Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDate().toString());
				}
			}),
			{ numRuns: 500 },
		);
	});
	test('starts at the instant that startOfDay gives, and one millisecond earlier is another day', () => {
		fc.assert(
			fc.property(instants, zones, (instant, zone) => {
				const day = localDay(instant, zone);
				const start = startOfDay(day, zone);
				expect(localDay(start, zone)).toBe(day);
				expect(localDay(new Date(Date.parse(start) - 1).toISOString(), zone) < day).toBe(true);
			}),
		);
	});
	test.each([
		['2026-03-08T09:59:59.999Z', 'America/Los_Angeles', '2026-03-08'],
		['2026-03-08T10:00:00.000Z', 'America/Los_Angeles', '2026-03-08'],
		['2026-03-09T06:59:59.999Z', 'America/Los_Angeles', '2026-03-08'],
		['2026-03-09T07:00:00.000Z', 'America/Los_Angeles', '2026-03-09'],
		['2026-11-22T18:29:59.000Z', 'Asia/Kolkata', '2026-11-22'],
		['2026-11-22T18:30:00.000Z', 'Asia/Kolkata', '2026-11-23'],
	])('of %s in %s is %s', (instant, zone, day) => {
		expect(localDay(instant, zone)).toBe(day);
	});
	test('of an unknown zone is refused', () => {
		expect(() => localDay('2026-01-01T00:00:00.000Z', 'Mars/Olympus')).toThrow(TimeError);
	});
});

describe('platform times', () => {
	test.each([
		['2020-01-31T18:03:35.000-04:00', '2020-01-31T22:03:35.000Z'],
		['2020-01-31T18:03:35.000-0400', '2020-01-31T22:03:35.000Z'],
		['2020-01-31T18:03:35Z', '2020-01-31T18:03:35.000Z'],
		['2024-02-29T23:59:59.123456+05:30', '2024-02-29T18:29:59.123Z'],
	])('%s is %s', (text, instant) => {
		expect(parseInstant(text)).toBe(instant);
	});
	test.each([
		'2020-01-31',
		'2020-01-31T18:03:35',
		'2023-02-29T00:00:00Z',
		'2020-13-01T00:00:00Z',
		'2020-01-01T24:00:00Z',
		'2020-01-01T00:00:60Z',
		'09-12-2025 14:33:36',
		'',
		'2020-01-31T18:03:35+99:00',
	])('%j is refused instead of guessed', (text) => {
		expect(() => parseInstant(text)).toThrow(TimeError);
	});
	test('seconds taken for milliseconds, and the reverse, are refused', () => {
		expect(() => instantFromMillis(1_700_000_000)).toThrow(TimeError);
		expect(() => instantFromSeconds(1_700_000_000_000)).toThrow(TimeError);
		expect(instantFromSeconds(1_700_000_000)).toBe('2023-11-14T22:13:20.000Z');
	});
	test('a text that was written comes back', () => {
		fc.assert(
			fc.property(instants, (i) => {
				expect(parseInstant(i)).toBe(i);
			}),
		);
	});
});

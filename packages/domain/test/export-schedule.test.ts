import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EXPORT_EVERY, exportDays, type ExportRhythm, localDay, nextExport, weekday } from '../src/index.ts';

const rhythm = (part: Partial<ExportRhythm>): ExportRhythm => ({
	every: 'daily',
	weekday: 1,
	monthDay: 1,
	time: '08:00',
	zone: 'Asia/Shanghai',
	...part,
});

describe('the next time of a schedule', () => {
	test.each([
		['daily', rhythm({}), '2026-11-29T23:59:59.000Z', '2026-11-30T00:00:00.000Z'],
		['daily, at the very time', rhythm({}), '2026-11-30T00:00:00.000Z', '2026-12-01T00:00:00.000Z'],
		['weekly on Monday', rhythm({ every: 'weekly' }), '2026-11-30T00:00:00.000Z', '2026-12-07T00:00:00.000Z'],
		['monthly on the first', rhythm({ every: 'monthly' }), '2026-11-02T00:00:00.000Z', '2026-12-01T00:00:00.000Z'],
		[
			'monthly on the 31st of a short month',
			rhythm({ every: 'monthly', monthDay: 31 }),
			'2027-02-01T00:00:00.000Z',
			'2027-02-28T00:00:00.000Z',
		],
		[
			'in a night that skips its hour',
			rhythm({ time: '02:30', zone: 'Europe/Berlin' }),
			'2026-03-28T12:00:00.000Z',
			'2026-03-29T01:30:00.000Z',
		],
		[
			'in a night that has its hour twice',
			rhythm({ time: '02:30', zone: 'Europe/Berlin' }),
			'2026-10-24T12:00:00.000Z',
			'2026-10-25T00:30:00.000Z',
		],
	])('%s', (_, of, after, expected) => {
		expect(nextExport(of, after)).toBe(expected);
	});

	test('is later, on a right day, and none lies between, in any zone and at any time', () => {
		const any = fc.record({
			every: fc.constantFrom(...EXPORT_EVERY),
			weekday: fc.integer({ min: 1, max: 7 }),
			monthDay: fc.integer({ min: 1, max: 31 }),
			time: fc
				.integer({ min: 0, max: 1439 })
				.map((n) => `${String(Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}`),
			zone: fc.constantFrom('UTC', 'Asia/Kolkata', 'America/Sao_Paulo', 'America/Los_Angeles', 'Pacific/Kiritimati', 'Australia/Lord_Howe'),
		});
		const moment = fc.date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
		fc.assert(
			fc.property(any, moment, (of, date) => {
				const after = date.toISOString();
				const next = nextExport(of, after);
				expect(next > after).toBe(true);
				// Half an hour before it, it is still the next one.
				const before = new Date(Date.parse(next) - 1).toISOString();
				if (before >= after) expect(nextExport(of, before)).toBe(next);
				if (of.every === 'weekly') expect(weekday(localDay(next, of.zone))).toBe(of.weekday);
				expect(Date.parse(next) - Date.parse(after)).toBeLessThanOrEqual(32 * 86_400_000);
				const days = exportDays(of, next);
				expect(days.from <= days.until).toBe(true);
				expect(days.until < localDay(next, of.zone)).toBe(true);
			}),
		);
	});

	test('tells the day, the seven days or the calendar month before', () => {
		const at = '2027-03-08T00:00:00.000Z';
		expect(exportDays(rhythm({}), at)).toEqual({ from: '2027-03-07', until: '2027-03-07' });
		expect(exportDays(rhythm({ every: 'weekly' }), at)).toEqual({ from: '2027-03-01', until: '2027-03-07' });
		expect(exportDays(rhythm({ every: 'monthly', monthDay: 8 }), at)).toEqual({ from: '2027-02-01', until: '2027-02-28' });
		// A day is the zone's: here it is the seventh still.
		expect(exportDays(rhythm({ zone: 'America/Los_Angeles' }), at)).toEqual({ from: '2027-03-06', until: '2027-03-06' });
	});
});

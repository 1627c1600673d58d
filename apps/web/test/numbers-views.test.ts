import { COMPARISONS, GROUPINGS } from '@pangea/domain';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lastDays } from '../src/day.ts';
import { CLOCKS, filterOf, MOST_DAYS, type NumbersFilter, searchOfView, TRENDS, viewOf } from '../src/features/numbers/filter.ts';

const TODAY = '2026-12-01';
const LATER = '2027-03-15';
const plain = filterOf({}, TODAY);
const filter: fc.Arbitrary<NumbersFilter> = fc.record({
	from: fc.constant(plain.from),
	until: fc.constant(TODAY),
	compare: fc.constantFrom(...COMPARISONS),
	base: fc.constantFrom(null, 'EUR', 'CNY'),
	clock: fc.constantFrom(...CLOCKS),
	stores: fc.uniqueArray(fc.uuid(), { maxLength: 3 }),
	platforms: fc.constantFrom([], ['temu' as const]),
	by: fc.constantFrom(...GROUPINGS),
	left: fc.constantFrom('groups', 'sku'),
	trend: fc.constantFrom(...TRENDS),
	table: fc.boolean(),
});

describe('a saved view of the numbers', () => {
	test('shows what was shown, whatever it was', () => {
		fc.assert(
			fc.property(filter, fc.integer({ min: 1, max: MOST_DAYS }), fc.integer({ min: 0, max: 400 }), (some, days, ago) => {
				const shown = { ...some, ...lastDays(lastDays(TODAY, ago + 1).from, days) };
				expect(filterOf(searchOfView(viewOf(shown, TODAY), TODAY), TODAY)).toEqual(shown);
			}),
		);
	});

	test('of days up to today shows as many days up to the day on which it is opened', () => {
		for (const days of [1, 7, 30, 90, MOST_DAYS]) {
			const view = viewOf({ ...plain, ...lastDays(TODAY, days) }, TODAY);
			expect(filterOf(searchOfView(view, LATER), LATER)).toMatchObject(lastDays(LATER, days));
		}
	});

	test('of days that are over shows these', () => {
		const october = { from: '2026-10-01', until: '2026-10-31' };
		expect(filterOf(searchOfView(viewOf({ ...plain, ...october }, TODAY), LATER), LATER)).toMatchObject(october);
	});

	test('leaves out what somebody wrote into it', () => {
		for (const days of ['0', '-3', '1e3', '99999', 7, null])
			expect(filterOf(searchOfView({ days, evil: '1', base: 'XXX1' }, TODAY), TODAY)).toEqual(plain);
	});
});

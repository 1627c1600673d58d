import { ORDER_STATES, PLATFORM_IDS } from '@pangea/domain';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	ATTENTIONS,
	EVERY_ORDER,
	filterOf,
	FLAGS,
	FULFILMENTS,
	isNarrowed,
	type OrderFilter,
	queryOf,
	readOrdersSearch,
	searchOf,
	SORTS,
} from '../src/features/orders/filter.ts';
import { dayIn, lastDays } from '../src/day.ts';
import { parseSearch, stringifySearch } from '../src/url.ts';

const day = fc
	.date({ min: new Date('2020-01-01'), max: new Date('2030-12-31'), noInvalidDate: true })
	.map((d) => d.toISOString().slice(0, 10));
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }).filter((text) => text.length <= 80 && !text.includes('\0'));
const filter: fc.Arbitrary<OrderFilter> = fc.record({
	state: fc.option(fc.constantFrom(...ORDER_STATES)),
	stores: fc.uniqueArray(fc.uuid(), { maxLength: 5 }),
	platforms: fc.uniqueArray(fc.constantFrom(...PLATFORM_IDS)),
	entities: fc.uniqueArray(name, { maxLength: 3 }),
	groups: fc.uniqueArray(name, { maxLength: 3 }),
	owners: fc.uniqueArray(name, { maxLength: 3 }),
	search: fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => text.length <= 200),
	from: fc.option(day),
	until: fc.option(day),
	ownDays: fc.boolean(),
	flag: fc.option(fc.constantFrom(...FLAGS)),
	fulfilment: fc.option(fc.constantFrom(...FULFILMENTS)),
	attention: fc.option(fc.constantFrom(...ATTENTIONS)),
	sort: fc.constantFrom(...SORTS),
});

describe('the address of the order list', () => {
	test('says every filter and gives it back', () => {
		fc.assert(
			fc.property(filter, (wanted) => {
				const address = stringifySearch({ ...searchOf(wanted) });
				expect(filterOf(readOrdersSearch(parseSearch(address)))).toEqual(wanted);
			}),
		);
	});

	test('keeps a nineteen-digit order number digit by digit', () => {
		const address = stringifySearch({ q: '5765123456789012345' });
		expect(readOrdersSearch(parseSearch(address)).q).toBe('5765123456789012345');
	});

	test('says nothing with an empty value', () => {
		expect(parseSearch('?order=&q=PO&view')).toEqual({ q: 'PO' });
	});

	test('is empty for all orders', () => {
		expect(stringifySearch({ ...searchOf(EVERY_ORDER) })).toBe('');
		expect(isNarrowed(EVERY_ORDER)).toBe(false);
		expect(isNarrowed({ ...EVERY_ORDER, state: 'toShip', sort: 'shipBy' })).toBe(false);
		expect(isNarrowed({ ...EVERY_ORDER, flag: 'red' })).toBe(true);
	});

	test('leaves out what it says wrongly', () => {
		const said = readOrdersSearch(parseSearch('?state=sold&stores=1.2&platforms=ebay.temu&from=2026-02-30&flag=pink&sort=oldest&evil=1'));
		expect(filterOf(said)).toEqual({ ...EVERY_ORDER, platforms: ['temu'] });
		expect('evil' in said).toBe(false);
	});

	test('never fails, whatever somebody typed', () => {
		fc.assert(
			fc.property(fc.string(), (text) => {
				expect(filterOf(readOrdersSearch(parseSearch(text))).sort).toMatch(/newest|shipBy/);
			}),
		);
	});
});

describe('the question to the server', () => {
	test('covers both days of a period in the days of the clock', () => {
		const query = queryOf({ ...EVERY_ORDER, from: '2026-11-01', until: '2026-11-22' }, 'Asia/Shanghai');
		expect(query).toEqual({ from: '2026-10-31T16:00:00.000Z', until: '2026-11-22T16:00:00.000Z' });
	});

	test('starts a day right where the clock changes', () => {
		// New York leaves summer time on 2026-11-01 at 02:00: that day has 25 hours.
		const query = queryOf({ ...EVERY_ORDER, from: '2026-11-01', until: '2026-11-01' }, 'America/New_York');
		expect(query).toEqual({ from: '2026-11-01T04:00:00.000Z', until: '2026-11-02T05:00:00.000Z' });
	});

	test('agrees with Temporal on every day and zone', () => {
		fc.assert(
			fc.property(
				day,
				fc.constantFrom('Asia/Shanghai', 'America/New_York', 'America/Mexico_City', 'Europe/Madrid', 'Asia/Kolkata', 'Australia/Sydney'),
				(from, zone) => {
					const expected = new Date(Temporal.PlainDate.from(from).toZonedDateTime({ timeZone: zone }).epochMilliseconds).toISOString();
					expect(queryOf({ ...EVERY_ORDER, from }, zone).from).toBe(expected);
				},
			),
		);
	});

	test('does not ask for a state or an order of rows: the tabs count all states', () => {
		expect(queryOf({ ...EVERY_ORDER, state: 'toShip', sort: 'shipBy', search: '  ' }, 'UTC')).toEqual({});
	});
});

test('the last seven days end today and count it', () => {
	const today = dayIn(Date.parse('2026-11-22T17:00:00Z'), 'Asia/Shanghai');
	expect(today).toBe('2026-11-23');
	expect(lastDays(today, 7)).toEqual({ from: '2026-11-17', until: '2026-11-23' });
});

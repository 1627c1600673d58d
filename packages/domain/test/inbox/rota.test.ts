import { describe, expect, test } from 'vitest';
import { isForLanguage, isForStore, isOnShift, nextInTurn, type Rota } from '../../src/index.ts';

const rota = (of: Partial<Rota> = {}): Rota => ({
	rotaId: 'r',
	name: 'All',
	isOn: true,
	storeIds: [],
	languages: [],
	userIds: ['ana', 'bo', 'chen'],
	capacity: null,
	shift: null,
	lastUserId: null,
	...of,
});
const WORKDAYS = [1, 2, 3, 4, 5];

describe('a shift', () => {
	const day = { zone: 'Asia/Shanghai', weekdays: WORKDAYS, from: '09:00', until: '18:00' };
	test.each([
		// 30 November 2026 is a Monday; Shanghai is eight hours ahead.
		['2026-11-30T00:59:59.999Z', false],
		['2026-11-30T01:00:00.000Z', true],
		['2026-11-30T09:59:59.999Z', true],
		['2026-11-30T10:00:00.000Z', false],
		['2026-11-29T05:00:00.000Z', false],
	])('holds from its first minute to the one before its end, on its days: %s', (at, is) => {
		expect(isOnShift(day, at)).toBe(is);
	});

	const night = { ...day, from: '22:00', until: '06:00' };
	test.each([
		['2026-11-30T13:59:00.000Z', false],
		['2026-11-30T14:00:00.000Z', true],
		// Tuesday at 05:59 there.
		['2026-11-30T21:59:00.000Z', true],
		['2026-11-30T22:00:00.000Z', false],
		// Of Friday night the end is on Saturday; of Sunday night there is none.
		['2026-12-04T21:59:00.000Z', true],
		['2026-11-29T14:00:00.000Z', false],
		['2026-11-29T21:00:00.000Z', false],
	])('over midnight belongs to the day on which it begins: %s', (at, is) => {
		expect(isOnShift(night, at)).toBe(is);
	});

	test('follows its zone’s clock when that is changed, and may be the whole day round', () => {
		const berlin = { zone: 'Europe/Berlin', weekdays: [6, 7], from: '09:00', until: '17:00' };
		// The clock goes back on Sunday, 25 October 2026.
		expect(isOnShift(berlin, '2026-10-24T07:00:00.000Z')).toBe(true);
		expect(isOnShift(berlin, '2026-10-25T07:00:00.000Z')).toBe(false);
		expect(isOnShift(berlin, '2026-10-25T08:00:00.000Z')).toBe(true);
		const whole = { ...day, weekdays: [1], from: '08:00', until: '08:00' };
		expect(isOnShift(whole, '2026-11-30T00:00:00.000Z')).toBe(true);
		expect(isOnShift(whole, '2026-11-30T23:59:00.000Z')).toBe(true);
		expect(isOnShift(whole, '2026-12-01T00:00:00.000Z')).toBe(false);
	});
});

test('a rota is for conversations of its stores and languages, for all where it names none', () => {
	expect(isForStore(rota(), 's1')).toBe(true);
	expect(isForStore(rota({ storeIds: ['s2'] }), 's1')).toBe(false);
	expect(isForStore(rota({ storeIds: ['s1', 's2'] }), 's1')).toBe(true);
	expect(isForLanguage(rota(), 'pt')).toBe(true);
	expect(isForLanguage(rota({ languages: ['es'] }), 'pt')).toBe(false);
	expect(isForLanguage(rota({ languages: ['pt', 'es'] }), 'pt')).toBe(true);
});

describe('whose turn it is', () => {
	const everybody = () => true;
	const none = new Map<string, number>();

	test('goes round, from the first', () => {
		expect(nextInTurn(rota(), everybody, none)).toBe('ana');
		expect(nextInTurn(rota({ lastUserId: 'ana' }), everybody, none)).toBe('bo');
		expect(nextInTurn(rota({ lastUserId: 'chen' }), everybody, none)).toBe('ana');
		// Whoever has left the rota leaves it at its beginning.
		expect(nextInTurn(rota({ lastUserId: 'dora' }), everybody, none)).toBe('ana');
	});

	test('passes over who may not and who is full, and is nobody’s when all are', () => {
		expect(nextInTurn(rota(), (userId) => userId !== 'ana', none)).toBe('bo');
		const held = new Map([
			['ana', 2],
			['bo', 1],
			['chen', 5],
		]);
		expect(nextInTurn(rota({ capacity: 2 }), everybody, held)).toBe('bo');
		expect(nextInTurn(rota({ capacity: 2, lastUserId: 'bo' }), everybody, held)).toBe('bo');
		expect(nextInTurn(rota({ capacity: 1 }), everybody, held)).toBeNull();
		expect(nextInTurn(rota({ capacity: 0 }), everybody, none)).toBeNull();
		expect(nextInTurn(rota({ userIds: [] }), everybody, none)).toBeNull();
	});
});

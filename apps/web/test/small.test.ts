import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { namedIn } from '../src/features/inbox/mentions.ts';
import { indentJson } from '../src/features/orders/payload.ts';
import { extendTo, moveCursor, NOTHING, toggle } from '../src/ui/selection.ts';
import { shipRisk } from '../src/features/orders/ship-risk.ts';
import { checkField, readyFields } from '../src/features/stores/field.ts';
import { staleness } from '../src/features/today/staleness.ts';
import { unreadLastWeek } from '../src/features/today/unread.ts';
import { chooseLanguage, readPreferences } from '../src/preferences.ts';
import { TopicBatch, topicsOf } from '../src/topics.ts';

describe('the payload viewer', () => {
	test('changes nothing but the space between tokens', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				expect(JSON.parse(indentJson(JSON.stringify([value])))).toEqual(JSON.parse(JSON.stringify([value])));
			}),
		);
	});

	test('keeps numbers that a double cannot hold', () => {
		expect(indentJson('{"id":576512345678901234567}')).toBe('{\n  "id": 576512345678901234567\n}');
	});

	test('keeps empty pairs on a line, indents cut-off text and leaves other text alone', () => {
		expect(indentJson('{"a":[],"b":{}}')).toBe('{\n  "a": [],\n  "b": {}\n}');
		expect(indentJson('{"a":{"b":"cut')).toBe('{\n  "a": {\n    "b": "cut');
		expect(indentJson('<xml/>')).toBe('<xml/>');
	});
});

test('a note names the longest name that stands there, and nobody whose name only begins like it', () => {
	const people = new Map([
		['1', 'Ana'],
		['2', 'Ana Maria'],
		['3', '林晓'],
	]);
	expect(namedIn('@Ana Maria please look', people)).toEqual(['2']);
	expect(namedIn('@Ana and @Ana Maria', people).toSorted()).toEqual(['1', '2']);
	expect(namedIn('ana@林晓 Ana', people)).toEqual(['3']);
});

describe('last week', () => {
	const now = Date.parse('2026-11-28T12:00:00Z');
	const store = (currency: string, state: 'done' | 'running', completeFrom: string, enabled = true) => ({
		currency,
		enabled,
		backfill: { state, completeFrom, historyFrom: '2025-11-28T00:00:00Z', ordersSeen: 1, ordersExpected: null, updatedAt: completeFrom },
	});

	test('is not compared with in a currency one of whose stores is not read back that far', () => {
		const stores = [
			store('USD', 'running', '2026-11-21T00:00:00Z'),
			store('USD', 'done', '2025-11-28T00:00:00Z'),
			store('EUR', 'running', '2026-11-19T00:00:00Z'),
			store('GBP', 'running', '2026-11-27T00:00:00Z', false),
		];
		expect([...unreadLastWeek(stores, now)]).toEqual(['USD']);
	});

	test('is told for a store that has no history to read', () => {
		expect(unreadLastWeek([{ currency: 'USD', enabled: true, backfill: null }], now).size).toBe(0);
	});
});

describe('selecting orders', () => {
	const order = ['a', 'b', 'c', 'd', 'e'];

	test('extends from the anchor in both directions', () => {
		const at = toggle(NOTHING, 'c');
		expect([...extendTo(at, order, 'e').ids]).toEqual(['c', 'd', 'e']);
		expect([...extendTo(at, order, 'a').ids].toSorted()).toEqual(['a', 'b', 'c']);
	});

	test('takes one row back and forgets an anchor that is gone', () => {
		expect([...toggle(toggle(NOTHING, 'a'), 'a').ids]).toEqual([]);
		expect([...extendTo({ ids: new Set(), anchor: 'gone' }, order, 'b').ids]).toEqual(['b']);
		expect(extendTo(NOTHING, order, 'gone')).toBe(NOTHING);
	});

	test('moves to the ends and not beyond', () => {
		expect(moveCursor(order, null, 1)).toBe('a');
		expect(moveCursor(order, 'e', 1)).toBe('e');
		expect(moveCursor(order, 'c', -100)).toBe('a');
		expect(moveCursor([], 'c', 1)).toBeNull();
	});
});

describe('the ship-by clock', () => {
	const now = Date.parse('2026-11-22T00:00:00Z');
	const row = (shipBy: string | null, state: 'toShip' | 'shipped' = 'toShip', fulfilment: 'seller' | 'platform' = 'seller') => ({
		shipBy,
		state,
		fulfilment,
	});

	test('is amber within a day and red behind the line', () => {
		expect(shipRisk(row('2026-11-24T00:00:00Z'), now)).toBe('calm');
		expect(shipRisk(row('2026-11-23T00:00:00Z'), now)).toBe('soon');
		expect(shipRisk(row('2026-11-21T23:59:59Z'), now)).toBe('late');
	});

	test('stops when the order is shipped, and is not ours when the platform ships', () => {
		expect(shipRisk(row('2026-11-20T00:00:00Z', 'shipped'), now)).toBe('done');
		expect(shipRisk(row('2026-11-20T00:00:00Z', 'toShip', 'platform'), now)).toBe('none');
		expect(shipRisk(row(null), now)).toBe('none');
	});
});

test('a store is stalest when it was never read', () => {
	const now = Date.parse('2026-11-22T00:00:00Z');
	expect(staleness(null, 300, now)).toBe(1);
	expect(staleness('2026-11-22T00:00:05Z', 300, now)).toBe(0);
	expect(staleness('2026-11-21T23:45:00Z', 300, now)).toBeCloseTo(0.5);
	expect(staleness('2026-11-01T00:00:00Z', 300, now)).toBe(1);
});

describe('credential fields', () => {
	const field = (key: string, optional = false) => ({ key, secret: false, pattern: '^\\d{3,}$', example: '123', optional });

	test('are checked while typing, blanks at the ends forgiven', () => {
		expect(checkField(field('a'), ' 123 ')).toBe('ok');
		expect(checkField(field('a'), '12')).toBe('wrong');
		expect(checkField(field('a'), '')).toBe('missing');
		expect(checkField(field('a', true), '')).toBe('ok');
	});

	test('are sent only when all fit and at least one is filled', () => {
		expect(readyFields([field('a'), field('b', true)], { a: '123 ' })).toEqual({ a: '123' });
		expect(readyFields([field('a')], { a: 'x' })).toBeNull();
		expect(readyFields([field('a', true), field('b', true)], {})).toBeNull();
		expect(readyFields([], {})).toEqual({});
	});
});

describe('preferences', () => {
	test('survive a damaged or older record', () => {
		expect(readPreferences('{').theme).toBe('system');
		expect(readPreferences('[1]').clock).toBe('workspace');
		expect(readPreferences('{"theme":"dark","clock":"moon","extra":1}')).toMatchObject({ theme: 'dark', clock: 'workspace' });
		expect('extra' in readPreferences('{"extra":1}')).toBe(false);
	});

	test('the device decides the language, then the account, then the browser', () => {
		expect(chooseLanguage('en', 'pt-BR', ['zh'])).toBe('en');
		expect(chooseLanguage(null, 'pt-BR', ['zh'])).toBe('pt-BR');
		expect(chooseLanguage(null, 'xx', ['fr-FR', 'es-ES'])).toBe('es-MX');
		expect(chooseLanguage(null, null, ['zh-TW'])).toBe('zh-CN');
		expect(chooseLanguage(null, null, [])).toBe('en');
	});
});

describe('events put questions out of date', () => {
	const event = (kind: 'orders.changed' | 'quarantine.changed' | 'conversation.changed', ids: string[]) => ({
		seq: '1',
		kind,
		storeId: null,
		ids,
		at: '2026-11-22T00:00:00.000Z',
	});

	test('by their kind', () => {
		expect(topicsOf(event('orders.changed', ['x']))).toEqual(['counts', 'today', 'order:x']);
		expect(topicsOf(event('quarantine.changed', []))).toContain('quarantine');
		expect(topicsOf(event('conversation.changed', ['x']))).toEqual(['inbox', 'claims']);
	});

	test('once for a burst', () => {
		vi.useFakeTimers();
		const flushed: string[][] = [];
		const batch = new TopicBatch((topics) => flushed.push(topics), 1000);
		for (let i = 0; i < 50; i += 1) batch.add(['today', 'counts']);
		vi.advanceTimersByTime(1000);
		batch.add(['stores']);
		vi.advanceTimersByTime(1000);
		expect(flushed).toEqual([['today', 'counts'], ['stores']]);
		batch.add(['me']);
		batch.close();
		vi.advanceTimersByTime(2000);
		expect(flushed).toHaveLength(2);
		vi.useRealTimers();
	});
});

import { describe, expect, test } from 'vitest';
import { checkMessage, DETECTORS, type DetectorId, LANGUAGES, lengthOf, type MessagePolicy, rewritten } from '../../src/index.ts';

const of = (detector: DetectorId, ownHosts: readonly string[] = []): MessagePolicy => ({
	ownHosts,
	rules: [{ id: 'amazon.link', check: 'text', detector, severity: 'blocks', confirmed: true, source: 'test' }],
});
const ids = Object.keys(DETECTORS) as DetectorId[];
const find = (detector: DetectorId, text: string, ownHosts?: readonly string[], known: readonly string[] = []): string[] =>
	checkMessage(of(detector, ownHosts), { text, kind: 'message', known }).map(({ start, end }) => text.slice(start, end));

describe.each(ids)('the %s detector', (id) => {
	test.each(LANGUAGES)('has examples in %s that it finds and that it lets pass', (language) => {
		const { finds, passes } = DETECTORS[id].examples[language];
		expect(finds.length).toBeGreaterThan(0);
		expect(passes.length).toBeGreaterThan(0);
		for (const text of finds) expect([text, find(id, text).length > 0]).toEqual([text, true]);
		for (const text of passes) expect([text, find(id, text)]).toEqual([text, []]);
	});
});

describe('a finding', () => {
	test('names the stretch of the text as it was written', () => {
		expect(find('link', '看 ｗｗｗ．ｍｙｓｈｏｐ．ｃｎ 吧')).toEqual(['ｗｗｗ．ｍｙｓｈｏｐ．ｃｎ']);
		expect(find('email', '😀 he\u200blp@shop.com, thanks')).toEqual(['he\u200blp@shop.com']);
		expect(find('handle', 'Ok, W h a t s A p p me')).toEqual(['W h a t s A p p']);
		expect(find('phone', 'Call ４１５-555-0132 now')).toEqual(['４１５-555-0132']);
		expect(find('link', 'See https://shop.com/a?b=1. Thanks')).toEqual(['https://shop.com/a?b=1']);
	});

	test('offers a text without it', () => {
		const text = 'See https://shop.com/a for more or write to me@shop.com please';
		const policy: MessagePolicy = {
			ownHosts: [],
			rules: [
				{ id: 'amazon.email', check: 'text', detector: 'email', severity: 'blocks', confirmed: true, source: 'test' },
				{ id: 'amazon.link', check: 'text', detector: 'link', severity: 'blocks', confirmed: true, source: 'test' },
			],
		};
		const better = rewritten(text, checkMessage(policy, { text, kind: 'message' }));
		expect(better).toBe('See for more or write to please');
		expect(checkMessage(policy, { text: better, kind: 'message' })).toEqual([]);
	});

	test('offers nothing where only a person can mend it', () => {
		expect(checkMessage(of('incentive'), { text: 'A gift card for a review', kind: 'message' })[0]).not.toHaveProperty('rewrite');
	});
});

describe('the platform’s own', () => {
	test('links and addresses pass, and such as only look like them do not', () => {
		const own = ['amazon.com'];
		expect(find('link', 'https://www.amazon.com/dp/B0ABC and amazon.com/help', own)).toEqual([]);
		expect(find('email', 'x1y2@marketplace.amazon.com', own)).toEqual([]);
		for (const text of ['https://amazon.com.evil.io/a', 'https://amazon.com@evil.io/a', 'https://evil.io/amazon.com', 'notamazon.com/x']) {
			expect([text, find('link', text, own)]).toEqual([text, [text]]);
		}
	});

	test('ids of the order at hand are no telephone numbers', () => {
		expect(find('phone', 'It is 13800138000')).toEqual(['13800138000']);
		expect(find('phone', 'It is 13800138000', [], ['13800138000'])).toEqual([]);
		expect(find('phone', 'It is 13800138000, call +1 415 555 0132', [], ['13800138000'])).toEqual(['+1 415 555 0132']);
	});
});

describe('length, letters and state', () => {
	const rules = (rule: MessagePolicy['rules'][number]): MessagePolicy => ({ ownHosts: [], rules: [rule] });
	const shared = { id: 'amazon.length', severity: 'blocks', confirmed: true, source: 'test' } as const;

	test.each(['a', 'ñ', 'ã', '中', '😀'])('%s is counted as the platform counts', (char) => {
		const policy = rules({ ...shared, check: 'length', longest: 350, unit: 'characters' });
		expect(checkMessage(policy, { text: char.repeat(350), kind: 'message' })).toEqual([]);
		expect(checkMessage(policy, { text: `${char.repeat(350)}xy`, kind: 'message' })).toMatchObject([
			{ start: 350 * char.length, end: 350 * char.length + 2 },
		]);
		expect(lengthOf(char.repeat(3), 'characters')).toBe(3);
		expect(lengthOf(char.repeat(3), 'utf16')).toBe(3 * char.length);
	});

	test('letters outside Latin-1 are found; typographic ones can be made plain', () => {
		const policy = rules({ ...shared, check: 'latin1' });
		for (const text of ['Hello, it ships today', '¿Llegó el paquete? ¡Sí, señor!', 'Não, está à caminho']) {
			expect(checkMessage(policy, { text, kind: 'message' })).toEqual([]);
		}
		const text = '“Sí” – ya llegó… ok 包裹';
		const findings = checkMessage(policy, { text, kind: 'message' });
		expect(rewritten(text, findings)).toBe('"Sí" - ya llegó... ok 包裹');
		expect(findings.at(-1)).toMatchObject({ start: text.indexOf('包'), end: text.length });
		expect(findings.at(-1)).not.toHaveProperty('rewrite');
	});

	test('a state that takes no text is told over the whole text', () => {
		const some = rules({ ...shared, check: 'state', states: ['cannotSend'] });
		const any = rules({ ...shared, check: 'state', states: ['*'] });
		const question = { text: 'Hello', kind: 'message' } as const;
		expect(checkMessage(some, { ...question, states: ['cannotSend'] })).toMatchObject([{ start: 0, end: 5 }]);
		expect(checkMessage(some, { ...question, states: ['other'] })).toEqual([]);
		expect(checkMessage(any, { ...question, states: ['blocked_by_something_new'] })).toHaveLength(1);
		expect(checkMessage(any, { ...question, states: [] })).toEqual([]);
		expect(checkMessage(rules({ ...shared, check: 'readOnly' }), question)).toHaveLength(1);
	});

	test('a rule of another kind of conversation does not hold', () => {
		const policy = rules({ ...shared, check: 'length', longest: 1, unit: 'characters', kinds: ['question'] });
		expect(checkMessage(policy, { text: 'ab', kind: 'message' })).toEqual([]);
		expect(checkMessage(policy, { text: 'ab', kind: 'question' })).toHaveLength(1);
	});
});

describe('hostile texts of 200,000 characters', () => {
	const seeds = [
		'a',
		'1 ',
		'1',
		'a.',
		'@',
		'a@',
		'a-',
		'w h a t s ',
		'for review ',
		'gift ',
		'leave ',
		'+1(',
		'微',
		'请',
		'好评',
		'one ',
		'http://',
		'www.',
		'name arroba ',
		'dot com ',
		'((((',
		'e\u0301',
		'\u200b',
		'gift for ',
		'1*',
		'四',
		'coupon if you ',
		'😀',
	];
	const policy: MessagePolicy = {
		ownHosts: [],
		rules: ids.map((detector) => ({ id: 'amazon.link', check: 'text', detector, severity: 'warns', confirmed: true, source: 'test' })),
	};
	const cost = (text: string): number => {
		const start = performance.now();
		checkMessage(policy, { text, kind: 'message' });
		return performance.now() - start;
	};
	// A quadratic search would need minutes here; the bound leaves room for a busy machine.
	test.each(seeds)('%j costs no more than its length', (seed) => {
		expect(cost(seed.repeat(Math.ceil(200_000 / seed.length)))).toBeLessThan(4_000);
	});
});

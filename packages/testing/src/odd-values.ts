/*
 * Values that platforms have sent, or could. JSON texts in OTHER_TYPES and HUGE, inner texts with their escapes in TEXTS, plain texts in
 * all others.
 */

type Values = readonly [string, ...string[]];

export const OTHER_TYPES: Values = [
	'null',
	'true',
	'0',
	'""',
	'"x"',
	'[]',
	'{}',
	'[null]',
	'[[]]',
	'{"toString":1,"valueOf":{}}',
	'-1',
	'1.5',
	'[""]',
	'false',
];

/** Words no list of states holds; some are names that every object of the language has. */
export const WORDS: Values = [
	'STATE_OF_TOMORROW',
	'constructor',
	'__proto__',
	'toString',
	'hasOwnProperty',
	'valueOf',
	'',
	' ',
	'shipped',
	'SHIPPED ',
	'unknown',
	'null',
	'0',
	'999',
	'已发货',
];

export const NUMBERS: Values = [
	'0',
	'-1',
	'9007199254740993',
	'-9007199254740993',
	'9223372036854775807',
	'9223372036854775808',
	'92233720368547758.08',
	'123456789012345678901234567890',
	'2147483648',
	'3000000000',
	'1e3',
	'1E-7',
	'1e99',
	'1e400',
	'-1e400',
	'1e-400',
	'0.1',
	'0.005',
	'10.10',
	'-0',
	'1.7976931348623157e308',
	'15.100000000000001',
	'1.0000000',
	'NaN',
	'Infinity',
	'-Infinity',
	'0x10',
	'1,234.56',
	'1.234,56',
	'１２',
	'٣٤',
	'12.',
	'.5',
	'+5',
	' 7 ',
	'1_000',
	'$10',
];

export const DATES: Values = [
	'2026-10-01T10:00:00Z',
	'2026-10-01',
	'2026-10-01T10:00:00',
	'2026-10-01 10:00:00',
	'2026-10-01T10:00:00+0000',
	'2026-10-01T10:00:00-04:00',
	'2026-10-01T10:00:00.123456789Z',
	'2026-10-01T10:00:00+14:01',
	'2026-10-01T24:00:00Z',
	'2026-10-01T23:59:60Z',
	'2026-02-30T00:00:00Z',
	'2026-13-01T00:00:00Z',
	'10/01/2026',
	'01.10.2026 10:00',
	'1 Oct 2026',
	'Thu, 01 Oct 2026 10:00:00 GMT',
	'20261001T100000Z',
	'2026-W40-4',
	'2026-274',
	'2026年10月1日',
	'令和8年10月1日',
	'٢٠٢٦-١٠-٠١',
	'1447-04-09',
	'0',
	'-1',
	'1790848800',
	'1790848800000',
	'1790848800000000',
	'1790848800000000000',
	'17908488',
	'8640000000000001',
	'0000-00-00T00:00:00Z',
	'0001-01-01T00:00:00Z',
	'1601-01-01T00:00:00Z',
	'1970-01-01T00:00:00Z',
	'9999-12-31T23:59:59.999Z',
	'+275760-09-13T00:00:00Z',
	'-000001-01-01T00:00:00Z',
	'294277-01-01T00:00:00Z',
	'/Date(1790848800000)/',
	'yesterday',
	'',
];

export const TEXTS: Values = [
	'x',
	'\\u202Egpj.\\u202C',
	'\\u2066\\u2067\\u2069',
	'\\u0000',
	'\\u0001\\u0007\\u001b[31m\\u007f',
	'\\ud800',
	'\\udc00\\ud800',
	'\\ufffe\\uffff',
	'\\ufeff',
	'\\u200b\\u200d\\u00ad',
	'Z\\u0351\\u036b\\u0343\\u036a',
	'\\r\\n\\t',
	'\\u2028\\u2029',
	"'; drop table orders; --",
	'\\"}]}',
	'\\\\N',
	'\\\\',
	'{null,NULL}',
	'<script>alert(1)</script>',
	'%s%n%00',
	'../../users/me',
	'https://evil.example/?a=b#c',
	'${jndi:ldap://x}',
	'=1+1',
	'😀🏽‍👩‍👩‍👧',
	'مرحبا',
	'שלום',
	'ﷺ',
	'İıſß',
	'  ',
];

const MEGABYTE = 1_048_576;

/** JSON texts that are made only when somebody picks them. */
export const HUGE: readonly [() => string, ...(() => string)[]] = [
	() => `"${'x'.repeat(MEGABYTE)}"`,
	() => '7'.repeat(MEGABYTE),
	() => `"${'9'.repeat(MEGABYTE)}"`,
	() => `"0.${'0'.repeat(MEGABYTE)}111"`,
	() => `"${'\\u0000'.repeat(MEGABYTE / 8)}"`,
	() => `"${'\\"'.repeat(MEGABYTE / 2)}"`,
	() => `"${'\\ud83d\\ude00'.repeat(MEGABYTE / 12)}"`,
	() => `"${scattered(MEGABYTE)}"`,
	() => `[${'null,'.repeat(100_000)}null]`,
	() => `[${'{},'.repeat(20_000)}{}]`,
	() => `{${Array.from({ length: 20_000 }, (_, i) => `"k${i}":${i}`).join(',')}}`,
	() => `"2026-10-01T10:00:00.${'0'.repeat(MEGABYTE)}Z"`,
	() => `0.${'1'.repeat(MEGABYTE)}`,
];

/** Text that does not compress: what is long and repeats may be small again where it is stored. */
function scattered(length: number): string {
	let state = 42;
	let text = '';
	while (text.length < length) {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		text += state.toString(36);
	}
	return text.slice(0, length);
}

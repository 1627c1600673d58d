import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changeShare } from '../src/features/today/change-share.ts';
import {
	formatAmount,
	formatBytes,
	formatCount,
	formatDay,
	formatInstant,
	formatInstantFull,
	formatLength,
	formatMoney,
	formatPercent,
	formatRelative,
	zoneOf,
} from '../src/format.ts';
import { LANGUAGES } from '../src/preferences.ts';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');
const money = (amountMinor: string, currency: string) => ({ amountMinor, currency });

describe('money', () => {
	test('is written as each language writes it', () => {
		expect(plain(formatMoney('pt-BR', money('123456', 'BRL')))).toBe('R$ 1.234,56');
		expect(plain(formatMoney('es-MX', money('123456', 'MXN')))).toBe('$1,234.56 MXN');
		expect(plain(formatMoney('en', money('123456', 'EUR')))).toBe('€1,234.56');
		expect(plain(formatMoney('zh-CN', money('123456', 'CNY')))).toBe('¥1,234.56 CNY');
		expect(plain(formatMoney('en', money('-500', 'USD')))).toBe('-$5.00 USD');
	});

	test('has the decimals of its currency', () => {
		expect(formatAmount('en', money('3980', 'JPY'))).toBe('3,980');
		expect(formatAmount('en', money('12345', 'KWD'))).toBe('12.345');
	});

	test('is shown in minor units when the currency is unknown', () => {
		expect(plain(formatMoney('en', money('1234', 'XQQ')))).toBe('1,234 XQQ');
	});

	test('loses no digit, however large', () => {
		fc.assert(
			fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), (minor) => {
				const digits = formatAmount('en', money(minor.toString(), 'USD')).replace(/[^\d]/g, '');
				expect(BigInt(digits)).toBe(minor < 0n ? -minor : minor);
			}),
		);
	});
});

describe('times', () => {
	const at = '2026-11-22T16:05:00.000Z';
	const now = Date.parse('2026-11-22T18:00:00Z');

	test('stand on the chosen clock and leave the running year out', () => {
		expect(formatInstant('zh-CN', at, 'Asia/Shanghai', now)).toBe('11月23日 00:05');
		expect(formatInstant('en', at, 'America/Mexico_City', now)).toContain('10:05');
		expect(formatInstant('en', at, 'UTC', now)).not.toContain('2026');
		expect(formatInstant('en', '2025-11-22T16:05:00.000Z', 'UTC', now)).toContain('2025');
	});

	test('tell their zone in full', () => {
		expect(formatInstantFull('en', at, 'Asia/Shanghai')).toContain('GMT+08:00');
	});

	test('put the day first in Portuguese and Spanish', () => {
		expect(formatDay('pt-BR', at, 'UTC')).toBe('22/11/2026');
		expect(formatDay('es-MX', at, 'UTC')).toBe('22/11/2026');
	});

	test('are told relative to now in the largest unit that fits', () => {
		expect(formatRelative('en', '2026-11-22T17:57:30.000Z', now)).toContain('2');
		expect(formatRelative('zh-CN', '2026-11-22T15:00:00.000Z', now)).toBe('3小时前');
		expect(formatRelative('en', new Date(now + 3000).toISOString(), now)).toBe('now');
		expect(formatRelative('en', new Date(now + 20_000).toISOString(), now)).toBe('in 20 sec.');
	});

	test('lengths have at most two units and no zeros', () => {
		expect(plain(formatLength('en', 52 * 3_600_000 + 5 * 60_000))).toBe('2d 4h');
		expect(plain(formatLength('en', -3_600_000))).toBe('1h');
		expect(plain(formatLength('en', 52 * 3_600_000, 1))).toBe('2d');
		expect(plain(formatLength('en', 20_000))).toBe('0m');
	});

	test('a store without a zone keeps the clock of the workspace', () => {
		expect(zoneOf('store', 'Asia/Shanghai', 'America/Bogota')).toBe('America/Bogota');
		expect(zoneOf('store', 'Europe/Madrid', undefined)).toBe('Europe/Madrid');
		expect(zoneOf('beijing', 'Europe/Madrid', 'America/Bogota')).toBe('Asia/Shanghai');
	});
});

test('counts that stop at a cap say so, in every language', () => {
	for (const language of LANGUAGES) expect(formatCount(language, { count: 10_000, capped: true })).toMatch(/^10[.,]000\+$/);
});

test('shares and sizes are short', () => {
	expect(plain(formatPercent('pt-BR', 0.165, true))).toBe('+16,5%');
	expect(formatBytes('en', 48_211)).toBe('47.1 kB');
});

test('a change is told as a share, exact to a tenth of a percent, and not at all against nothing', () => {
	expect(changeShare('116500', '100000')).toBe(0.165);
	expect(changeShare('900719925474099300', '900719925474099200')).toBe(0);
	expect(changeShare('5', '0')).toBeNull();
});

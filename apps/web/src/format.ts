import type { MoneyView } from '@pangea/api';
import { currencyExponent, formatDecimal, MoneyError } from '@pangea/domain';
import type { Clock, Language } from './preferences.ts';

export const BEIJING = 'Asia/Shanghai';

// Symbols that several of the currencies we meet share: the code must stand beside them.
const SHARED_SYMBOLS = new Set(['$', '¥', 'kr', '£']);
const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

function number(language: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
	return cached(`n${language}${JSON.stringify(options)}`, () => new Intl.NumberFormat(language, options));
}

function date(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
	// 23:59 is followed by 00:00 in all four languages; some locale data would write 24:00.
	const all: Intl.DateTimeFormatOptions = options.hour ? { hourCycle: 'h23', ...options } : options;
	return cached(`d${language}${JSON.stringify(all)}`, () => new Intl.DateTimeFormat(language, all));
}

function cached<T extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>(key: string, make: () => T): T {
	const found = cache.get(key) as T | undefined;
	if (found) return found;
	const made = make();
	cache.set(key, made);
	return made;
}

/** Decimal text of an amount without its currency: `1,234.56`. Exact for any size. An unknown currency is shown in minor units. */
export function formatAmount(language: Language, money: MoneyView): string {
	const digits = exponentOf(money.currency);
	const text = digits === null ? money.amountMinor : formatDecimal({ amountMinor: BigInt(money.amountMinor), currency: money.currency });
	return number(language, { minimumFractionDigits: digits ?? 0, maximumFractionDigits: digits ?? 0 }).format(
		text as Intl.StringNumericLiteral,
	);
}

/** An amount that names its currency beyond doubt: `R$ 1.234,56`, `$1,234.56 MXN`, `€12.00`. */
export function formatMoney(language: Language, money: MoneyView): string {
	const digits = exponentOf(money.currency);
	if (digits === null) return `${formatAmount(language, money)} ${money.currency}`;
	const format = number(language, { style: 'currency', currency: money.currency, currencyDisplay: 'narrowSymbol' });
	const text = formatDecimal({ amountMinor: BigInt(money.amountMinor), currency: money.currency }) as Intl.StringNumericLiteral;
	const symbol = format.formatToParts(0).find((part) => part.type === 'currency')?.value ?? '';
	const said = format.format(text);
	return SHARED_SYMBOLS.has(symbol) ? `${said} ${money.currency}` : said;
}

function exponentOf(currency: string): number | null {
	try {
		return currencyExponent(currency);
	} catch (error) {
		if (error instanceof MoneyError) return null;
		throw error;
	}
}

export function formatNumber(language: Language, value: number): string {
	return number(language, {}).format(value);
}

/** A count that may stop at a cap: `10,000+`. */
export function formatCount(language: Language, count: { count: number; capped: boolean }): string {
	return number(language, {}).format(count.count) + (count.capped ? '+' : '');
}

export function formatPercent(language: Language, share: number, signed = false): string {
	return number(language, {
		style: 'percent',
		maximumFractionDigits: Math.abs(share) < 1 ? 1 : 0,
		signDisplay: signed ? 'exceptZero' : 'auto',
	}).format(share);
}

/** `22 Nov, 16:05`-like text of the wall clock in a zone; the year is added when it is not this year's. */
export function formatInstant(language: Language, at: string, zone: string, now: number): string {
	const when = new Date(at);
	const sameYear = yearIn(when, zone) === yearIn(new Date(now), zone);
	return date(language, {
		year: sameYear ? undefined : 'numeric',
		month: 'short',
		day: 'numeric',
		hour: '2-digit',
		minute: '2-digit',
		timeZone: zone,
	}).format(when);
}

/** Full and with its zone, for hovering: nobody has to guess whose clock it is. */
export function formatInstantFull(language: Language, at: string, zone: string): string {
	return date(language, {
		year: 'numeric',
		month: 'short',
		day: 'numeric',
		weekday: 'short',
		hour: '2-digit',
		minute: '2-digit',
		second: '2-digit',
		timeZone: zone,
		timeZoneName: 'longOffset',
	}).format(new Date(at));
}

export function formatClock(language: Language, at: number, zone: string): string {
	return date(language, { hour: '2-digit', minute: '2-digit', timeZone: zone }).format(at);
}

export function formatDay(language: Language, at: string, zone: string): string {
	return date(language, { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: zone }).format(new Date(at));
}

function yearIn(when: Date, zone: string): string {
	return date('en', { year: 'numeric', timeZone: zone }).format(when);
}

/** Clocks of platforms go a little ahead of ours: nothing that has happened happens `in 3 sec.`. */
const CLOCKS_DIFFER = 10;

/** `3 min ago`, `in 2 hr`: the largest unit that fits. */
export function formatRelative(language: Language, at: string, now: number): string {
	const ahead = Math.round((Date.parse(at) - now) / 1000);
	const seconds = ahead > 0 && ahead < CLOCKS_DIFFER ? 0 : ahead;
	const format = cached(`r${language}`, () => new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' }));
	const size = Math.abs(seconds);
	if (size < 60) return format.format(Math.trunc(seconds), 'second');
	if (size < 3600) return format.format(Math.trunc(seconds / 60), 'minute');
	if (size < 86_400) return format.format(Math.trunc(seconds / 3600), 'hour');
	return format.format(Math.trunc(seconds / 86_400), 'day');
}

/** A length of time in at most one or two units: `2d 4h`, `47m`; the sign is not shown. */
export function formatLength(language: Language, millis: number, most: 1 | 2 = 2): string {
	const minutes = Math.floor(Math.abs(millis) / 60_000);
	const parts: [number, 'day' | 'hour' | 'minute'][] = [
		[Math.floor(minutes / 1440), 'day'],
		[Math.floor((minutes % 1440) / 60), 'hour'],
		[minutes % 60, 'minute'],
	];
	const first = parts.findIndex(([value]) => value > 0);
	const shown = first < 0 ? parts.slice(2) : parts.slice(first, first + most).filter(([value], i) => i === 0 || value > 0);
	return shown.map(([value, unit]) => number(language, { style: 'unit', unit, unitDisplay: 'narrow' }).format(value)).join(' ');
}

export function formatBytes(language: Language, bytes: number): string {
	if (bytes < 1024) return number(language, { style: 'unit', unit: 'byte', unitDisplay: 'short' }).format(bytes);
	const unit = bytes < 1024 * 1024 ? 'kilobyte' : 'megabyte';
	return number(language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 }).format(
		bytes / (unit === 'kilobyte' ? 1024 : 1024 * 1024),
	);
}

/** What a store bears that sells wherever the platform decides, such as Temu's fully managed one. */
export const NO_ONE_COUNTRY = 'XX';

/** Name of a country in the reader's language; a code Intl does not know is shown as it is. */
export function countryName(language: Language, code: string): string {
	try {
		return new Intl.DisplayNames(language, { type: 'region' }).of(code) ?? code;
	} catch {
		return code;
	}
}

/** Whose wall clock a screen shows. */
export function zoneOf(clock: Clock, workspaceZone: string, storeZone: string | undefined): string {
	if (clock === 'beijing') return BEIJING;
	return clock === 'store' ? (storeZone ?? workspaceZone) : workspaceZone;
}

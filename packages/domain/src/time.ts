/** An instant as ISO 8601 text in UTC with milliseconds: `2026-11-22T08:15:30.000Z`. Sorts as text. */
export type Instant = string;

export class TimeError extends Error {
	override name = 'TimeError';
}

const ISO = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:?\d{2})$/;

/**
 * Reads ISO 8601 with an explicit offset (`Z`, `+02:00`, `-0400`). Text without an offset is refused: guessing a zone moves money to another day.
 * @throws TimeError
 */
export function parseInstant(text: string): Instant {
	const m = ISO.exec(text.trim());
	if (!m) throw new TimeError(`${JSON.stringify(text)} is not a time with an offset`);
	const [, y, mo, d, h, mi, s, fraction = '', offset = 'Z'] = m;
	const millis = Number(fraction.padEnd(3, '0').slice(0, 3) || '0');
	const utc = Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s), millis);
	const check = new Date(utc);
	const whole =
		check.getUTCFullYear() === Number(y) &&
		check.getUTCMonth() + 1 === Number(mo) &&
		check.getUTCDate() === Number(d) &&
		check.getUTCHours() === Number(h) &&
		check.getUTCMinutes() === Number(mi);
	if (!whole || Number(s) > 59) throw new TimeError(`${JSON.stringify(text)} is not a date of the calendar`);
	return instantFromMillis(utc - offsetMinutes(offset) * 60_000);
}

function offsetMinutes(offset: string): number {
	if (offset === 'Z') return 0;
	const sign = offset.startsWith('-') ? -1 : 1;
	const digits = offset.replace(/[^\d]/g, '');
	const minutes = Number(digits.slice(2, 4));
	const hours = Number(digits.slice(0, 2));
	if (hours > 14 || minutes > 59) throw new TimeError(`${JSON.stringify(offset)} is not an offset`);
	return sign * (hours * 60 + minutes);
}

// Platforms send 0 or absurd values for "never"; years outside this range are news, not times.
const MIN = Date.UTC(1990, 0, 1);
const MAX = Date.UTC(2100, 0, 1);

/** @throws TimeError outside 1990 to 2100, the range in which a platform can mean it. */
export function instantFromMillis(millis: number): Instant {
	if (!Number.isFinite(millis) || millis < MIN || millis > MAX) throw new TimeError(`${millis} ms is not a plausible time`);
	return new Date(millis).toISOString();
}

/** @throws TimeError like {@link instantFromMillis}. */
export function instantFromSeconds(seconds: number): Instant {
	return instantFromMillis(seconds * 1000);
}

export function toMillis(instant: Instant): number {
	return Date.parse(instant);
}

export function addMillis(instant: Instant, millis: number): Instant {
	return new Date(Date.parse(instant) + millis).toISOString();
}

/** The calendar day that many days later, or earlier for a negative number. */
export function addDays(day: string, days: number): string {
	return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** How many days there are from one to another, both included. */
export function dayCount(from: string, until: string): number {
	return Math.round((Date.parse(until) - Date.parse(from)) / DAY) + 1;
}

interface Stretch {
	from: number;
	until: number;
	offset: number;
}

const stretches = new Map<string, Stretch[]>();
const DAY = 86_400_000;

/**
 * The calendar day (`2026-11-22`) on which an instant falls in an IANA zone.
 * Keeps a table of the zone's offsets, since one `Intl` call an order costs more than writing the order.
 * @throws TimeError for a zone the runtime does not know.
 */
export function localDay(instant: Instant, zone: string): string {
	const millis = Date.parse(instant);
	return new Date(millis + offsetAt(millis, zone)).toISOString().slice(0, 10);
}

function offsetAt(millis: number, zone: string): number {
	let known = stretches.get(zone);
	if (!known) stretches.set(zone, (known = []));
	for (const s of known) if (millis >= s.from && millis < s.until) return s.offset;
	const found = findStretch(millis, zone);
	known.push(found);
	return found.offset;
}

function findStretch(millis: number, zone: string): Stretch {
	let at: Temporal.ZonedDateTime;
	try {
		at = Temporal.Instant.fromEpochMilliseconds(millis).toZonedDateTimeISO(zone);
	} catch {
		throw new TimeError(`Unknown time zone ${JSON.stringify(zone)}`);
	}
	const next = at.getTimeZoneTransition('next')?.epochMilliseconds;
	// "previous" is strictly before; one millisecond later finds a transition at this very instant.
	const previous = at.add({ milliseconds: 1 }).getTimeZoneTransition('previous')?.epochMilliseconds;
	return {
		from: previous ?? millis - 365 * DAY,
		until: next ?? millis + 365 * DAY,
		offset: at.offsetNanoseconds / 1_000_000,
	};
}

/** The instant at which a calendar day starts in a zone (on some DST days that is not midnight). */
export function startOfDay(day: string, zone: string): Instant {
	try {
		return new Date(Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: zone }).epochMilliseconds).toISOString();
	} catch (cause) {
		throw new TimeError(`${JSON.stringify(day)} in ${JSON.stringify(zone)} is not a day`, { cause });
	}
}

/**
 * The same instant on a zone's clock, with its distance from UTC: `2026-11-28T18:15:30.120+08:00`.
 * @throws TimeError for a zone the runtime does not know.
 */
export function localTime(instant: Instant, zone: string): string {
	const millis = Date.parse(instant);
	const offset = offsetAt(millis, zone);
	const minutes = Math.round(Math.abs(offset) / 60_000);
	const part = (value: number): string => String(value).padStart(2, '0');
	const clock = new Date(millis + offset).toISOString().slice(0, -1);
	return `${clock}${offset < 0 ? '-' : '+'}${part(Math.floor(minutes / 60))}:${part(minutes % 60)}`;
}

/**
 * The instant at which a zone's clock shows `time` (`08:00`, `24:00` for the day's end) on a calendar day. A time that the clock skips is
 * the first one after the skip by the same distance, one that it shows twice is the first of the two.
 * @throws TimeError for what is no day, no time or no zone.
 */
export function atLocalTime(day: string, time: string, zone: string): Instant {
	if (time === '24:00') return startOfDay(addDays(day, 1), zone);
	try {
		const clock = Temporal.PlainDateTime.from(`${day}T${time}`);
		return new Date(clock.toZonedDateTime(zone).epochMilliseconds).toISOString();
	} catch (cause) {
		throw new TimeError(`${JSON.stringify(`${day} ${time}`)} in ${JSON.stringify(zone)} is not a time`, { cause });
	}
}

/** Monday is 1, Sunday is 7. */
export function weekday(day: string): number {
	return new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
}

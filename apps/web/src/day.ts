import { addDays } from '@pangea/domain';

/** To make one takes longer than to draw what it is needed for: screens ask for the day of each of their stores. */
const dayFormats = new Map<string, Intl.DateTimeFormat>();

/** The calendar day in a zone, e.g. `2026-11-22`. @param now milliseconds */
export function dayIn(now: number, zone: string): string {
	let format = dayFormats.get(zone);
	if (!format) {
		format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
		dayFormats.set(zone, format);
	}
	return format.format(now);
}

/** The last days up to a day, that day included. */
export function lastDays(today: string, days: number): { from: string; until: string } {
	return { from: addDays(today, 1 - days), until: today };
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** Marketplaces are younger, and the years before 100 are beyond what dates are computed with. */
const FIRST_DAY = '1970-01-01';

/** A calendar day from an address; null when it is none. */
export function readDay(value: string | undefined): string | null {
	if (!value || !DAY.test(value) || value < FIRST_DAY) return null;
	const at = new Date(`${value}T00:00:00Z`);
	return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== value ? null : value;
}

/** The instant at which a calendar day starts in a zone, with the offset of that very day. */
export function startOf(text: string, zone: string): string {
	const utc = Date.parse(`${text}T00:00:00Z`);
	// Twice: the first guess may stand on the other side of a change of the clock.
	const guess = utc - offsetAt(utc, zone);
	return new Date(utc - offsetAt(guess, zone)).toISOString();
}

/** Milliseconds by which a zone is ahead of UTC at an instant. */
function offsetAt(at: number, zone: string): number {
	const parts = new Intl.DateTimeFormat('en', {
		timeZone: zone,
		hourCycle: 'h23',
		year: 'numeric',
		month: '2-digit',
		day: '2-digit',
		hour: '2-digit',
		minute: '2-digit',
		second: '2-digit',
	}).formatToParts(at);
	const part = (type: string) => Number(parts.find((p) => p.type === type)?.value ?? 0);
	return (
		Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - Math.floor(at / 1000) * 1000
	);
}

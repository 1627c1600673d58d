/** The calendar day in a zone, e.g. `2026-11-22`. @param now milliseconds */
export function dayIn(now: number, zone: string): string {
	return new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(now);
}

/** The last days up to a day, that day included. */
export function lastDays(today: string, days: number): { from: string; until: string } {
	return { from: new Date(Date.parse(`${today}T00:00:00Z`) - (days - 1) * 86_400_000).toISOString().slice(0, 10), until: today };
}

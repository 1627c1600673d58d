const iso = (at: number) => new Date(at - 4 * 3_600_000).toISOString().slice(0, -1);

/** Orders and shipments write the fixed offset of the platform's home: `2020-01-31T18:03:35.000-04:00` (contract mercado-libre §3). */
export function orderTime(at: number): string {
	return `${iso(at)}-04:00`;
}

/** Packs leave out the colon. */
export function packTime(at: number): string {
	return `${iso(at)}-0400`;
}

/** Notifications write UTC. */
export function noticeTime(at: number): string {
	return new Date(at).toISOString();
}

/**
 * Reads a date filter, `yyyy-MM` up to `yyyy-MM-ddThh:mm:ss.ms-TZD`; without a zone it is UTC.
 * @returns milliseconds, or null when it is not a date.
 */
export function readFilterTime(text: string): number | null {
	// A plus sign arrives as a space when the caller forgot to escape it.
	const given = text.trim().replace(' ', '+');
	const match = /^(\d{4}-\d\d)(-\d\d)?(?:T(\d\d:\d\d)(:\d\d)?(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?$/.exec(given);
	if (!match) return null;
	const [, month = '', day = '-01', minute = '00:00', second = ':00', fraction = '', zone = 'Z'] = match;
	const at = Date.parse(`${month}${day}T${minute}${second}${fraction.slice(0, 4)}${zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`);
	return Number.isNaN(at) ? null : at;
}

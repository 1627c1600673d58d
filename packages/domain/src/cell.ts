import { isDay } from './ecb.ts';

/** A cell as the reader of the file gives it. */
export type FileCell = string | number | boolean | Date | null | undefined;

const NUMBER = { '.': /^-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$/, ',': /^-?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?$/ } as const;
const DATE = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/;

/** The text of a cell as a person sees it: a number without the noise of its binary form, a date as its day. */
export function cellText(cell: FileCell): string {
	if (cell === null || cell === undefined) return '';
	if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? '' : cell.toISOString().slice(0, 10);
	if (typeof cell === 'number') return String(Number(cell.toPrecision(15)));
	return String(cell).trim();
}

const DAY_MILLIS = 86_400_000;
/** Workbooks count days from here, and years that a person would enter lie between these counts. */
const WORKBOOK_DAY_ZERO = Date.UTC(1899, 11, 30);
const WORKBOOK_DAYS = { from: 30_000, until: 80_000 };

const CLOCK = /[ T]\d{1,2}:\d{2}.*$/;

/** The day of a text that also tells a time of it; what zone that is in is not told, so the day is taken as it stands. */
export function withoutClock(cell: FileCell): FileCell {
	return typeof cell === 'string' ? cell.trim().replace(CLOCK, '') : cell;
}

/** `2026-11-28`, also with slashes or points and without leading zeros. Day and month first is not read: nobody knows which is which. */
export function cellDay(cell: FileCell): string | null {
	if (typeof cell === 'number') {
		if (!Number.isInteger(cell) || cell < WORKBOOK_DAYS.from || cell > WORKBOOK_DAYS.until) return null;
		return new Date(WORKBOOK_DAY_ZERO + cell * DAY_MILLIS).toISOString().slice(0, 10);
	}
	const found = DATE.exec(cellText(cell).replace(/[ T]00:00(:00)?(\.0+)?Z?$/, ''));
	if (!found) return null;
	const [, year = '', month = '', date = ''] = found;
	const day = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
	return isDay(day) ? day : null;
}

/**
 * The number of a cell as plain decimal text; null for what is none.
 * @param decimal what parts the whole from the fraction; the other one may part thousands
 */
export function cellDecimal(cell: FileCell, decimal: '.' | ','): string | null {
	return typeof cell === 'number' ? plainNumber(cellText(cell), '.') : plainNumber(cellText(cell), decimal);
}

function plainNumber(text: string, decimal: '.' | ','): string | null {
	const bare = text.replaceAll(/[\s\u00A0]/g, '');
	if (!NUMBER[decimal].test(bare)) return null;
	return decimal === '.' ? bare.replaceAll(',', '') : bare.replaceAll('.', '').replace(',', '.');
}

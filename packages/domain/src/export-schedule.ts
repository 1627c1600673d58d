import { addDays, atLocalTime, type Instant, localDay, TimeError, weekday } from './time.ts';

export const EXPORT_EVERY = ['daily', 'weekly', 'monthly'] as const;
export type ExportEvery = (typeof EXPORT_EVERY)[number];

/** `all`: everything that the filter leaves at the time. `period`: what was placed on the day, the seven days or the calendar month before. */
export const EXPORT_COVERS = ['all', 'period'] as const;
export type ExportCovers = (typeof EXPORT_COVERS)[number];

/** When a file is made by itself. */
export interface ExportRhythm {
	every: ExportEvery;
	/** Monday is 1, Sunday is 7; of a weekly one. */
	weekday: number;
	/** 1 to 31, of a monthly one; a shorter month's last day stands for it. */
	monthDay: number;
	/** On the zone's clock, `08:00`. */
	time: string;
	/** IANA zone. */
	zone: string;
}

/** A month and a day more than the longest wait. */
const FARTHEST_DAYS = 64;

/** The first time after an instant; strictly later, so that none comes twice. @throws TimeError for what is no time or no zone */
export function nextExport(rhythm: ExportRhythm, after: Instant): Instant {
	const first = localDay(after, rhythm.zone);
	for (let n = 0; n <= FARTHEST_DAYS; n++) {
		const day = addDays(first, n);
		if (!fallsOn(rhythm, day)) continue;
		const at = atLocalTime(day, rhythm.time, rhythm.zone);
		if (at > after) return at;
	}
	throw new TimeError(`No day within ${FARTHEST_DAYS} is one of ${JSON.stringify(rhythm)}`);
}

/** First and last day of what a file about the period before tells. */
export function exportDays({ every, zone }: ExportRhythm, at: Instant): { from: string; until: string } {
	const day = localDay(at, zone);
	if (every === 'daily') return { from: addDays(day, -1), until: addDays(day, -1) };
	if (every === 'weekly') return { from: addDays(day, -7), until: addDays(day, -1) };
	const until = addDays(`${day.slice(0, 7)}-01`, -1);
	return { from: `${until.slice(0, 7)}-01`, until };
}

function fallsOn(rhythm: ExportRhythm, day: string): boolean {
	if (rhythm.every === 'daily') return true;
	if (rhythm.every === 'weekly') return weekday(day) === rhythm.weekday;
	const isLast = addDays(day, 1).endsWith('-01');
	const date = Number(day.slice(8));
	return date === rhythm.monthDay || (isLast && date < rhythm.monthDay);
}

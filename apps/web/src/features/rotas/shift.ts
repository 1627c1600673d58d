import type { Shift } from '@pangea/domain';
import type { Language } from '../../preferences.ts';

/** The days of a week from Monday on, as a calendar names them in short. */
export function weekdayNames(language: Language): { value: number; label: string }[] {
	const name = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' });
	// 5 January 1970 was a Monday.
	return Array.from({ length: 7 }, (_, i) => ({ value: i + 1, label: name.format(new Date((i + 4) * 86_400_000)) }));
}

/** When people of a rota are at work, in one line. */
export function shiftText(language: Language, { weekdays, from, until, zone }: Shift): string {
	const names = new Map(weekdayNames(language).map(({ value, label }) => [value, label]));
	const days = new Intl.ListFormat(language, { style: 'narrow', type: 'conjunction' }).format(
		weekdays.toSorted((a, b) => a - b).flatMap((day) => names.get(day) ?? []),
	);
	return `${days} ${from}–${until} (${zone})`;
}

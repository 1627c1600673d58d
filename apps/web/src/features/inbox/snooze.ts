import type { ConversationRowView } from '@pangea/api';

const MINUTE = 60_000;
const HOUR = 3_600_000;
/** So long before the platform's time is over a conversation wakes, so that there is time for the answer. */
const BEFORE_DUE = 30 * MINUTE;
/** People begin to work at this hour. */
const MORNING = 9;
const MONDAY = 1;

export type SnoozeName = 'hour' | 'threeHours' | 'beforeDue' | 'tomorrow' | 'monday';

export interface SnoozeChoice {
	name: SnoozeName;
	until: string;
	/** Whether a buyer would have to be answered before. */
	tooLate: boolean;
}

/** The first time by which one of the conversations has to be answered; null where none has such a time. */
export function firstDue(rows: readonly ConversationRowView[]): string | null {
	const dues = rows.flatMap((row) => row.due?.at ?? []);
	return dues.toSorted((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null;
}

/** Until when conversations can sleep, on the clock of whoever sits here. @param now milliseconds */
export function snoozeChoices(rows: readonly ConversationRowView[], now: number): SnoozeChoice[] {
	const due = firstDue(rows);
	const limit = due === null ? Infinity : Date.parse(due);
	const tomorrow = morningAfter(now, 1);
	const weekday = new Date(now).getDay();
	const monday = morningAfter(now, (MONDAY - weekday + 7) % 7 || 7);
	const choices: [SnoozeName, number][] = [
		['hour', now + HOUR],
		['threeHours', now + 3 * HOUR],
		['tomorrow', tomorrow],
		['monday', monday],
	];
	if (limit !== Infinity && limit - BEFORE_DUE > now + MINUTE) choices.splice(2, 0, ['beforeDue', limit - BEFORE_DUE]);
	return choices.map(([name, at]) => ({ name, until: new Date(at).toISOString(), tooLate: at > limit }));
}

function morningAfter(now: number, days: number): number {
	const at = new Date(now);
	at.setDate(at.getDate() + days);
	return at.setHours(MORNING, 0, 0, 0);
}

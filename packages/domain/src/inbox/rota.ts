import { addDays, type Instant, localDay, localTime, weekday } from '../time.ts';

/** When people of a rota are at work, on the clock of one zone. */
export interface Shift {
	/** IANA zone. */
	zone: string;
	/** Monday is 1, Sunday is 7. */
	weekdays: number[];
	/** `09:00`. */
	from: string;
	/** `18:00`; not after `from`: the shift goes over midnight and belongs to the day on which it begins. The same as `from`: the whole day round. */
	until: string;
}

/** Who is given conversations that nobody holds, one after the other. */
export interface Rota {
	rotaId: string;
	name: string;
	isOn: boolean;
	/** Of which stores; none given means all. */
	storeIds: string[];
	/** ISO 639-1 codes in which the buyer writes; none given means all. */
	languages: string[];
	/** In the order in which they are given conversations. */
	userIds: string[];
	/** So many open conversations one member holds at most before the rota passes them over; null: as many as come. */
	capacity: number | null;
	/** Null: always. */
	shift: Shift | null;
	/** Who was given the last one; null before the first. */
	lastUserId: string | null;
}

/** Whether people are at work at an instant: from the minute of the beginning to the minute before the end. */
export function isOnShift({ zone, weekdays, from, until }: Shift, at: Instant): boolean {
	const day = localDay(at, zone);
	const time = localTime(at, zone).slice(11, 16);
	const today = weekdays.includes(weekday(day));
	if (from < until) return today && time >= from && time < until;
	const begunYesterday = weekdays.includes(weekday(addDays(day, -1)));
	return (today && time >= from) || (begunYesterday && time < until);
}

export function isForStore({ storeIds }: Pick<Rota, 'storeIds'>, storeId: string): boolean {
	return storeIds.length === 0 || storeIds.includes(storeId);
}

/** @param language in which the buyer writes, an ISO 639-1 code */
export function isForLanguage({ languages }: Pick<Rota, 'languages'>, language: string): boolean {
	return languages.length === 0 || languages.includes(language);
}

/**
 * Whose turn it is: the next after the last one who may and has room. Whoever is full loses no turn to others for good, since the order stays.
 * @param held how many open conversations each holds
 */
export function nextInTurn(
	{ userIds, lastUserId, capacity }: Pick<Rota, 'userIds' | 'lastUserId' | 'capacity'>,
	may: (userId: string) => boolean,
	held: ReadonlyMap<string, number>,
): string | null {
	const last = lastUserId === null ? -1 : userIds.indexOf(lastUserId);
	const inOrder = [...userIds.slice(last + 1), ...userIds.slice(0, last + 1)];
	return inOrder.find((userId) => may(userId) && (capacity === null || (held.get(userId) ?? 0) < capacity)) ?? null;
}

/** What a table holds under a word of the wire. Words such as `constructor`, to which every object answers, are in no table. */
export function entryOf<T>(table: Readonly<Record<string, T>>, word: string | null | undefined): T | undefined {
	return word !== null && word !== undefined && Object.hasOwn(table, word) ? table[word] : undefined;
}

/** No platform has longer ids; what is longer is damaged, and neither an address nor an index can hold it. */
export const LONGEST_ID = 255;

/** An amount or a number of more characters is damaged, and costs more to read than it can say. */
export const LONGEST_NUMBER = 100;

/** An id of the wire as one step of a path. Half a character, which JSON can hold and an address cannot, becomes the replacement sign. */
export function pathStep(id: string): string {
	return encodeURIComponent(id.toWellFormed());
}

const LONGEST_CAUSE = 500;

/** Why a record is set aside, short enough to show: a message may repeat a value of any length. */
export function causeText(message: string): string {
	return message.length <= LONGEST_CAUSE ? message : `${message.slice(0, LONGEST_CAUSE)}…`;
}

/** The id of a record that may be anything else, as text; null when it is no id. */
export function idText(value: unknown): string | null {
	if (typeof value === 'number') return String(value);
	return typeof value === 'string' && value !== '' && value.length <= LONGEST_ID ? value : null;
}

import { LRUCache } from 'lru-cache';

/**
 * What texts of days told when they were read last, as long as there is room. A text lies under a version that no other text ever has, so that one which was
 * read is not asked for again until it is told anew, and a question costs what changed since the one before.
 */
export class ToldMemory<T extends object> {
	readonly #kept: LRUCache<string, T>;

	/** @param most bytes in all @param weigh about how many bytes one takes */
	constructor(most: number, weigh: (read: T) => number) {
		this.#kept = new LRUCache({ maxSize: most, sizeCalculation: weigh });
	}

	/**
	 * @param texts asks for the texts of versions, in the same snapshot in which the versions were read
	 * @returns what the texts tell, by version
	 */
	async read<R extends { version: string }>(
		versions: readonly string[],
		texts: (unread: readonly string[]) => Promise<readonly R[]>,
		read: (text: R) => T,
	): Promise<ReadonlyMap<string, T>> {
		const found = new Map<string, T>();
		const unread: string[] = [];
		for (const version of versions) {
			const kept = this.#kept.get(version);
			if (kept === undefined) unread.push(version);
			else found.set(version, kept);
		}
		if (unread.length === 0) return found;
		for (const text of await texts(unread)) {
			const told = read(text);
			found.set(text.version, told);
			this.#kept.set(text.version, told);
		}
		return found;
	}
}

/** What the text of a version told. @throws where the versions were not read in the snapshot of the texts: figures without a day would be wrong and look right */
export function toldIn<T extends object>(read: ReadonlyMap<string, T>, version: string): T {
	const told = read.get(version);
	if (told === undefined) throw new Error('A text is gone since its version was read');
	return told;
}

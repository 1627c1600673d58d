/** Mixes any number of integers into 32 well spread bits. Pure: the whole world hangs on it. */
export function hash(...parts: readonly number[]): number {
	let h = 0x9e3779b9;
	for (const part of parts) {
		h = Math.imul(h ^ (part | 0), 0x85ebca6b);
		h ^= h >>> 13;
		h = Math.imul(h, 0xc2b2ae35);
		h ^= h >>> 16;
		// The upper half matters too: indices and instants are larger than 32 bits.
		const high = Math.floor(part / 4294967296);
		if (high !== 0) h = Math.imul(h ^ high, 0x27d4eb2f) ^ (h >>> 15);
	}
	return h >>> 0;
}

/** 32 bits of a text, for seeds given as words. */
export function hashText(text: string): number {
	let h = 0x811c9dc5;
	for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
	return hash(h);
}

/** A small deterministic stream of numbers (mulberry32). Not for secrets. */
export class Random {
	#state: number;

	constructor(seed: number) {
		this.#state = seed | 0;
	}

	/** The next number in [0, 1). */
	unit(): number {
		this.#state = (this.#state + 0x6d2b79f5) | 0;
		let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	}

	/** A number in [low, high). */
	between(low: number, high: number): number {
		return low + this.unit() * (high - low);
	}

	/** An integer in [low, high], both ends included. */
	integer(low: number, high: number): number {
		return low + Math.floor(this.unit() * (high - low + 1));
	}

	chance(probability: number): boolean {
		return this.unit() < probability;
	}

	/** One of the items; throws RangeError on an empty list. */
	pick<T>(items: readonly T[]): T {
		const item = items[Math.floor(this.unit() * items.length)];
		if (item === undefined) throw new RangeError('Nothing to pick from');
		return item;
	}

	digits(count: number): string {
		let text = '';
		for (let i = 0; i < count; i++) text += String(this.integer(0, 9));
		return text;
	}

	/** Letters and digits, upper case. */
	code(count: number): string {
		let text = '';
		for (let i = 0; i < count; i++) text += 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789'[this.integer(0, 33)];
		return text;
	}
}

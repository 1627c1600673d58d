/** A random walk that a seed repeats. */
export class Seeded {
	#state: number;

	constructor(seed: number) {
		this.#state = seed >>> 0;
	}

	/** 0 up to, not including, 1. */
	unit(): number {
		this.#state = (this.#state + 0x6d2b79f5) >>> 0;
		let t = this.#state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
	}

	between(low: number, high: number): number {
		return low + this.unit() * (high - low);
	}

	whole(low: number, high: number): number {
		return Math.floor(this.between(low, high + 1));
	}

	chance(share: number): boolean {
		return this.unit() < share;
	}

	/** @throws RangeError when there is nothing to pick from. */
	pick<T>(items: readonly T[]): T {
		const item = items[Math.floor(this.unit() * items.length)];
		if (item === undefined) throw new RangeError('Nothing to pick from');
		return item;
	}
}

import type { Whole } from '@pangea/domain';

/** What a currency has of each day: exact numbers, and beyond these what they would no longer hold. */
interface Lane {
	small: Float64Array;
	big: Map<number, bigint>;
	has: Uint8Array;
}

/**
 * Sums of days and currencies before any conversion, exact whatever their size. To convert is what a figure costs, and cells of many stores are
 * converted once a day and currency when they are added first.
 */
export class DaySums {
	readonly #days: number;
	readonly #width: number;
	readonly #lanes = new Map<string, Lane>();

	/** @param width how many sums a day has */
	constructor(days: number, width: number) {
		this.#days = days;
		this.#width = width;
	}

	get currencies(): Iterable<string> {
		return this.#lanes.keys();
	}

	/** @param day counted from the first @param values as many as the width */
	add(currency: string, day: number, values: readonly Whole[]): void {
		const lane = this.#lane(currency);
		lane.has[day] = 1;
		for (let n = 0; n < this.#width; n++) put(lane, day * this.#width + n, values[n] ?? 0);
	}

	/** Adds sums of the same days and width. */
	addAll(other: DaySums): void {
		for (const [currency, { small, big, has }] of other.#lanes) {
			const lane = this.#lane(currency);
			for (let day = 0; day < has.length; day++) if (has[day] === 1) lane.has[day] = 1;
			for (let at = 0; at < small.length; at++) put(lane, at, small[at] ?? 0);
			for (const [at, value] of big) put(lane, at, value);
		}
	}

	/**
	 * Every day of a currency that has a cell.
	 * @param of what belongs to a currency, asked for once @param tell is given the sum of a place by a function that holds until it returns
	 */
	each<T>(of: (currency: string) => T, tell: (of: T, day: number, sumOf: (place: number) => Whole) => void): void {
		for (const [currency, { small, big, has }] of this.#lanes) {
			const mine = of(currency);
			let first = 0;
			const sumOf = (place: number): Whole => {
				const value = small[first + place] ?? 0;
				const more = big.size === 0 ? undefined : big.get(first + place);
				return more === undefined ? value : plus(value, more);
			};
			for (let day = 0; day < has.length; day++) {
				if (has[day] === 0) continue;
				first = day * this.#width;
				tell(mine, day, sumOf);
			}
		}
	}

	#lane(currency: string): Lane {
		let lane = this.#lanes.get(currency);
		if (lane === undefined) {
			lane = { small: new Float64Array(this.#days * this.#width), big: new Map(), has: new Uint8Array(this.#days) };
			this.#lanes.set(currency, lane);
		}
		return lane;
	}
}

/** The sum of two whole numbers, exact. */
export function plus(a: Whole, b: Whole): Whole {
	if (typeof a === 'number' && typeof b === 'number') {
		const sum = a + b;
		if (Number.isSafeInteger(sum)) return sum;
	}
	return BigInt(a) + BigInt(b);
}

function put({ small, big }: Lane, at: number, value: Whole): void {
	if (value === 0) return;
	const sum = typeof value === 'number' ? (small[at] ?? 0) + value : Number.NaN;
	if (Number.isSafeInteger(sum)) small[at] = sum;
	else big.set(at, (big.get(at) ?? 0n) + BigInt(value));
}

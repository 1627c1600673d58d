import { type Conversion, FACTOR_SCALE, roundExact } from './fx.ts';

/** A whole number: as a bigint where a number might not hold it exactly. */
export type Whole = number | bigint;

/*
 * Amounts and factors are cut into limbs, whose products a double holds exactly: a thousandth of a figure's work is arithmetic, the rest would be the
 * making and collecting of big integers.
 */
const BITS = 22;
const BASE = 2 ** BITS;
/** Limbs of a sum: 176 bits. */
const LIMBS = 8;
/** Amounts below have two limbs. */
const SMALL = BASE * BASE;
/** So many products of two limbs, two at a place, may be added before the places are carried. */
const ROOM = 200;
/** What a double may have lost, against the largest number that it was made of. */
const LOSS = 2 ** -48;
const SCALE = Number(FACTOR_SCALE);

/** Sums of amounts that were each multiplied by the factor of a conversion, exact whatever their size. */
export class ExactSums {
	readonly #limbs: Float64Array;
	/** Products since a place was carried. */
	readonly #since: Uint16Array;
	/** What limbs do not hold. */
	readonly #big = new Map<number, bigint>();

	/** @param width how many sums */
	constructor(width: number) {
		this.#limbs = new Float64Array(width * LIMBS);
		this.#since = new Uint16Array(width);
	}

	add(place: number, value: Whole, { factor, limbs }: Conversion): void {
		if (value === 0) return;
		if (typeof value === 'bigint' || limbs === null || value >= SMALL || value <= -SMALL) {
			this.#big.set(place, (this.#big.get(place) ?? 0n) + BigInt(value) * factor);
			return;
		}
		const high = Math.trunc(value / BASE);
		const low = value - high * BASE;
		const [a, b, c, d, e] = limbs;
		const sums = this.#limbs;
		const at = place * LIMBS;
		sums[at] = (sums[at] ?? 0) + low * a;
		sums[at + 1] = (sums[at + 1] ?? 0) + low * b + high * a;
		sums[at + 2] = (sums[at + 2] ?? 0) + low * c + high * b;
		sums[at + 3] = (sums[at + 3] ?? 0) + low * d + high * c;
		sums[at + 4] = (sums[at + 4] ?? 0) + low * e + high * d;
		sums[at + 5] = (sums[at + 5] ?? 0) + high * e;
		this.#count(place, 1);
	}

	/** Adds sums of the same width. */
	addAll(other: ExactSums): void {
		for (let place = 0; place < this.#since.length; place++) {
			const more = other.#since[place] ?? 0;
			if ((this.#since[place] ?? 0) + more >= ROOM) this.#carry(place);
			for (let at = place * LIMBS; at < (place + 1) * LIMBS; at++) this.#limbs[at] = (this.#limbs[at] ?? 0) + (other.#limbs[at] ?? 0);
			// What was carried once still fills its places a little.
			this.#count(place, more + 1);
		}
		for (const [place, value] of other.#big) this.#big.set(place, (this.#big.get(place) ?? 0n) + value);
	}

	/** Times {@link FACTOR_SCALE}. */
	exact(place: number): bigint {
		let exact = 0n;
		for (let at = (place + 1) * LIMBS - 1; at >= place * LIMBS; at--) exact = (exact << BigInt(BITS)) + BigInt(this.#limbs[at] ?? 0);
		return exact + (this.#big.get(place) ?? 0n);
	}

	/** Minor units, rounded half to even. */
	rounded(place: number): bigint {
		return this.#rounded(place, null);
	}

	/** The difference of two sums, rounded once. */
	roundedDifference(place: number, less: number): bigint {
		return this.#rounded(place, less);
	}

	#rounded(place: number, less: number | null): bigint {
		if (this.#big.size === 0) {
			this.#carry(place);
			if (less !== null) this.#carry(less);
			let sum = 0;
			let largest = 0;
			for (let n = LIMBS - 1; n >= 0; n--) {
				const limb = (this.#limbs[place * LIMBS + n] ?? 0) - (less === null ? 0 : (this.#limbs[less * LIMBS + n] ?? 0));
				sum = sum * BASE + limb;
				largest = largest * BASE + Math.abs(limb);
			}
			const near = sum / SCALE;
			const fraction = near - Math.floor(near);
			// Beyond doubt: not near the middle between two whole numbers.
			if (Math.abs(fraction - 0.5) > (largest / SCALE) * LOSS + 2 ** -20 && largest / SCALE < 2 ** 40)
				return BigInt(Math.floor(near + 0.5));
		}
		return roundExact(this.exact(place) - (less === null ? 0n : this.exact(less)));
	}

	#count(place: number, more: number): void {
		const since = (this.#since[place] ?? 0) + more;
		this.#since[place] = since;
		if (since >= ROOM) this.#carry(place);
	}

	#carry(place: number): void {
		const sums = this.#limbs;
		const last = (place + 1) * LIMBS - 1;
		for (let at = place * LIMBS; at < last; at++) {
			const limb = sums[at] ?? 0;
			const up = Math.trunc(limb / BASE);
			sums[at] = limb - up * BASE;
			sums[at + 1] = (sums[at + 1] ?? 0) + up;
		}
		this.#since[place] = 0;
	}
}

/** What an id stands for: an order of a store and, for lines and parcels, which part of it. */
export interface IdMeaning {
	store: number;
	index: number;
	part: number;
}

/** Orders that a store can have: of the first 99, and of those above up to {@link LAST}, which share what is left. */
const INDICES = 1_000_000_000n;
const FEW_INDICES = 100_000_000n;
const FIRST_OF_FEW = 100n;
const LAST = 349n;
const SLOTS = FIRST_OF_FEW * INDICES + (LAST - FIRST_OF_FEW + 1n) * FEW_INDICES;

/** Every order of every store has a place of its own on one line. */
function slotOf(store: bigint, index: bigint): bigint {
	return store < FIRST_OF_FEW ? store * INDICES + index : FIRST_OF_FEW * INDICES + (store - FIRST_OF_FEW) * FEW_INDICES + index;
}

/**
 * Ids that look random, are unique, and can be read back without a table: an affine walk over [0, 10^digits). `parts` is how many
 * lines or parcels one order may have (1 for order ids). Needs 10^digits >= 125 * 10^9 * parts; throws RangeError otherwise.
 */
export class IdSpace {
	readonly #size: bigint;
	readonly #step: bigint;
	readonly #inverse: bigint;
	readonly #shift: bigint;
	readonly #parts: bigint;
	readonly #digits: number;

	constructor(options: { digits: number; parts?: number; salt: number }) {
		this.#digits = options.digits;
		this.#size = 10n ** BigInt(options.digits);
		this.#parts = BigInt(options.parts ?? 1);
		if (this.#size < SLOTS * this.#parts) throw new RangeError(`${options.digits} digits are too few for ${this.#parts} parts per order`);
		// Odd and not divisible by five, hence coprime to every power of ten.
		let step = (6_180_339_887_498_948_482n * this.#size) / 10n ** 19n + BigInt(options.salt);
		while (step % 2n === 0n || step % 5n === 0n) step += 1n;
		this.#step = step;
		this.#inverse = inverse(step, this.#size);
		this.#shift = BigInt(options.salt) % this.#size;
	}

	/** Digits with leading zeroes, always of the full length. */
	encode(store: number, index: number, part = 0): string {
		const value = slotOf(BigInt(store), BigInt(index)) * this.#parts + BigInt(part);
		return ((value * this.#step + this.#shift) % this.#size).toString().padStart(this.#digits, '0');
	}

	/** Null when the text is not an id of this space. The order itself may still not exist. */
	decode(digits: string): IdMeaning | null {
		if (digits.length !== this.#digits || !/^\d+$/.test(digits)) return null;
		const value = (((BigInt(digits) - this.#shift + this.#size) % this.#size) * this.#inverse) % this.#size;
		const whole = value / this.#parts;
		const part = Number(value % this.#parts);
		if (whole < FIRST_OF_FEW * INDICES) {
			const store = Number(whole / INDICES);
			return store < 1 ? null : { store, index: Number(whole % INDICES), part };
		}
		const rest = whole - FIRST_OF_FEW * INDICES;
		const store = FIRST_OF_FEW + rest / FEW_INDICES;
		return store > LAST ? null : { store: Number(store), index: Number(rest % FEW_INDICES), part };
	}
}

function inverse(a: bigint, modulus: bigint): bigint {
	let [oldR, r] = [a, modulus];
	let [oldS, s] = [1n, 0n];
	while (r !== 0n) {
		const quotient = oldR / r;
		[oldR, r] = [r, oldR - quotient * r];
		[oldS, s] = [s, oldS - quotient * s];
	}
	return ((oldS % modulus) + modulus) % modulus;
}

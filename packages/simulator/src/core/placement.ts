import { hash, Random } from './random.ts';
import type { StoreSeed } from './stores.ts';

const DAY = 86_400_000;
/** Orders per hour of the buyer's day, relative: quiet at night, a lunch bump, a long evening. */
const rhythm = [22, 14, 9, 6, 5, 7, 14, 26, 40, 52, 60, 66, 74, 70, 64, 62, 64, 70, 80, 96, 108, 104, 76, 44];
const total = rhythm.reduce((a, b) => a + b, 0);

interface Segment {
	from: number;
	/** Orders per millisecond. */
	rate: number;
	first: number;
}

/**
 * Where each order of one store lies in time. Index 0 is the oldest; the instant is monotone in the index. Memory grows with the number
 * of days only: a cumulative count per day, and a curve for the hours.
 */
export class Placement {
	readonly #seed: number;
	readonly #store: number;
	/** Start of day d; one more than there are days. */
	readonly #starts: Float64Array;
	/** Orders before day d. */
	readonly #before: Float64Array;
	readonly #segments: Segment[];
	/** Orders of the past: those below this index were placed before the world began to run. */
	readonly past: number;

	constructor(options: { seed: number; store: StoreSeed; count: number; endsAt: number; years: number }) {
		this.#seed = options.seed;
		this.#store = options.store.number;
		this.past = options.count;
		const days = Math.max(1, Math.round(options.years * 365));
		const lastDay = Temporal.Instant.fromEpochMilliseconds(options.endsAt).toZonedDateTimeISO(options.store.zone).startOfDay();
		this.#starts = new Float64Array(days + 1);
		for (let d = 0; d < days; d++) this.#starts[d] = lastDay.subtract({ days: days - 1 - d }).epochMilliseconds;
		this.#starts[days] = Math.max(options.endsAt, (this.#starts[days - 1] ?? 0) + 1000);
		const weights = new Float64Array(days);
		let sum = 0;
		for (let d = 0; d < days; d++) {
			const noise = new Random(hash(options.seed, options.store.number, d, 7));
			const growth = 0.6 + (0.8 * d) / days;
			const week = 1 + 0.18 * Math.sin(((d + options.store.number) * 2 * Math.PI) / 7);
			const sale = noise.chance(0.015) ? 3 : 1;
			// The last day is not over: it gets the share of its length.
			const length = ((this.#starts[d + 1] ?? 0) - (this.#starts[d] ?? 0)) / DAY;
			const weight = growth * week * sale * noise.between(0.8, 1.2) * Math.min(1, length);
			weights[d] = weight;
			sum += weight;
		}
		this.#before = new Float64Array(days + 1);
		let running = 0;
		for (let d = 0; d < days; d++) {
			running += weights[d] ?? 0;
			this.#before[d + 1] = Math.round((options.count * running) / sum);
		}
		this.#before[days] = options.count;
		this.#segments = [{ from: options.endsAt, rate: 0, first: options.count }];
	}

	/** From the instant on, new orders appear at the rate (orders per minute). Instants must not go back. */
	setRate(at: number, perMinute: number): void {
		this.#segments.push({ from: at, rate: perMinute / 60_000, first: this.countBefore(at) });
	}

	/** The instant, in milliseconds, at which order `index` is placed; Infinity when it never will be. */
	placedAt(index: number): number {
		if (index < this.past) return this.#pastInstant(index);
		let segment: Segment | undefined;
		for (const candidate of this.#segments) if (candidate.first <= index && candidate.rate > 0) segment = candidate;
		if (segment === undefined) return Number.POSITIVE_INFINITY;
		const jitter = (hash(this.#seed, this.#store, index, 3) / 4294967296) * 0.9;
		return wholeSecond(segment.from + (index - segment.first + jitter) / segment.rate, segment.from);
	}

	/** How many orders were placed before the instant. */
	countBefore(at: number): number {
		const last = this.#segments.at(-1);
		let low = 0;
		let high = this.past;
		if (last !== undefined && at > (this.#segments[0]?.from ?? 0)) {
			const segment = this.#segments.findLast((s) => s.from < at) ?? last;
			low = segment.first;
			high = segment.rate > 0 ? segment.first + Math.ceil((at - segment.from) * segment.rate) + 2 : segment.first;
			// A later segment starts where this one stopped counting.
			const next = this.#segments[this.#segments.indexOf(segment) + 1];
			if (next !== undefined) high = Math.min(high, next.first);
		}
		while (low < high) {
			const middle = Math.floor((low + high) / 2);
			if (this.placedAt(middle) < at) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	#pastInstant(index: number): number {
		let low = 0;
		let high = this.#before.length - 1;
		while (low < high - 1) {
			const middle = (low + high) >> 1;
			if ((this.#before[middle] ?? 0) <= index) low = middle;
			else high = middle;
		}
		const start = this.#starts[low] ?? 0;
		const first = this.#before[low] ?? 0;
		const count = (this.#before[low + 1] ?? 0) - first;
		const end = this.#starts[low + 1] ?? start;
		const jitter = hash(this.#seed, this.#store, index, 3) / 4294967296;
		return wholeSecond(start + quantile((index - first + jitter) / count) * (end - start), start);
	}
}

function wholeSecond(at: number, notBefore: number): number {
	return Math.max(Math.ceil(notBefore / 1000) * 1000, Math.floor(at / 1000) * 1000);
}

/** The moment of the day, in [0, 1), by which the share of the day's orders has come in. */
function quantile(share: number): number {
	let left = share * total;
	for (let hour = 0; hour < 24; hour++) {
		const weight = rhythm[hour] ?? 1;
		if (left < weight) return (hour + left / weight) / 24;
		left -= weight;
	}
	return 0.999_99;
}

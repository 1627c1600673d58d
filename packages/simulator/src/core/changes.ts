import type { Placement } from './placement.ts';
import { LIFETIME, planOf, type Step, type StepKind, stepKinds } from './timeline.ts';

const DAY = 86_400_000;

/** All changes of the orders that one store received on one day (UTC), flat, so that a day of thousands of orders is two arrays. */
interface DayChanges {
	first: number;
	count: number;
	/** Where the steps of order `first + i` begin; one more than there are orders. */
	offsets: Uint32Array;
	times: Float64Array;
	kinds: Uint8Array;
}

/** One change found in a window. */
export interface Change {
	store: number;
	index: number;
	step: Step;
}

/**
 * Answers "which orders last changed in this window" for one store, without storing orders: it works through the days from which such
 * orders can come and remembers the most recently used days, up to a bound of steps.
 */
export class ChangeIndex {
	readonly #seed: number;
	readonly #store: number;
	readonly #placement: Placement;
	readonly #days = new Map<number, DayChanges>();
	readonly #bound: number;
	#held = 0;

	constructor(options: { seed: number; store: number; placement: Placement; bound: number }) {
		this.#seed = options.seed;
		this.#store = options.store;
		this.#placement = options.placement;
		this.#bound = options.bound;
	}

	/** Forgets everything: for when the rate of new orders changes. */
	clear(): void {
		this.#days.clear();
		this.#held = 0;
	}

	/** Orders whose last change up to `at` lies in [from, to), oldest first. */
	lastChanges(from: number, to: number, at: number): { time: number; index: number }[] {
		const found: { time: number; index: number }[] = [];
		this.#each(from, to, at, (day, order) => {
			const time = lastTime(day, order, at);
			if (time >= from && time < to) found.push({ time, index: day.first + order });
		});
		return found.sort((a, b) => a.time - b.time || a.index - b.index);
	}

	/** How many orders changed last, up to `at`, in [from, to). Whole lives inside the window are counted without being looked at. */
	countLastChanges(from: number, to: number, at: number): number {
		const end = Math.min(to, at + 1);
		if (end <= from) return 0;
		if (end - from <= 2 * LIFETIME) return this.#countByLooking(from, end, at);
		// Placed after the window opened and a whole life before it closes: the last change cannot be outside.
		const inner = this.#placement.countBefore(end - LIFETIME - DAY) - this.#placement.countBefore(from);
		const opening = this.#countPlaced(from - LIFETIME - DAY, from, from, end, at);
		const closing = this.#countPlaced(end - LIFETIME - DAY, end, from, end, at);
		return inner + opening + closing;
	}

	/** Every change in (from, to], oldest first. */
	changes(from: number, to: number): Change[] {
		const found: Change[] = [];
		this.#each(from, to + 1, to, (day, order) => {
			for (let i = day.offsets[order] ?? 0; i < (day.offsets[order + 1] ?? 0); i++) {
				const time = day.times[i] ?? 0;
				if (time > from && time <= to)
					found.push({ store: this.#store, index: day.first + order, step: { kind: kindOf(day.kinds[i]), at: time } });
			}
		});
		return found.sort((a, b) => a.step.at - b.step.at || a.index - b.index);
	}

	/**
	 * Orders whose decisive step among `kinds` up to `at` lies in [from, to): the first such step, or the last so far. Unsorted; much
	 * cheaper than looking at the orders.
	 */
	decisive(kinds: ReadonlySet<StepKind>, which: 'first' | 'last', from: number, to: number, at: number): { time: number; index: number }[] {
		const wanted = stepKinds.map((kind) => kinds.has(kind));
		const found: { time: number; index: number }[] = [];
		this.#each(from, to, at, (day, order) => {
			let time = Number.NaN;
			for (let i = day.offsets[order] ?? 0; i < (day.offsets[order + 1] ?? 0); i++) {
				const stepTime = day.times[i] ?? 0;
				if (stepTime > at) break;
				if (wanted[day.kinds[i] ?? 0] !== true) continue;
				time = stepTime;
				if (which === 'first') break;
			}
			if (time >= from && time < to) found.push({ time, index: day.first + order });
		});
		return found;
	}

	#countByLooking(from: number, to: number, at: number): number {
		return this.#countPlaced(from - LIFETIME - DAY, to, from, to, at);
	}

	/** Orders placed in [placedFrom, placedTo) whose last change lies in [from, to). */
	#countPlaced(placedFrom: number, placedTo: number, from: number, to: number, at: number): number {
		const low = this.#placement.countBefore(placedFrom);
		const high = this.#placement.countBefore(placedTo);
		let count = 0;
		this.#each(
			placedFrom,
			placedTo,
			at,
			(day, order) => {
				const index = day.first + order;
				if (index < low || index >= high) return;
				const time = lastTime(day, order, at);
				if (time >= from && time < to) count++;
			},
			0,
		);
		return count;
	}

	#each(from: number, to: number, at: number, visit: (day: DayChanges, order: number) => void, reach = LIFETIME + DAY): void {
		const end = Math.min(to, at + 1);
		for (let d = Math.floor((from - reach) / DAY); d <= Math.floor((end - 1) / DAY); d++) {
			const day = this.#day(d);
			for (let order = 0; order < day.count; order++) visit(day, order);
		}
	}

	#day(d: number): DayChanges {
		const known = this.#days.get(d);
		if (known !== undefined) {
			this.#days.delete(d);
			this.#days.set(d, known);
			return known;
		}
		const first = this.#placement.countBefore(d * DAY);
		const count = this.#placement.countBefore((d + 1) * DAY) - first;
		const offsets = new Uint32Array(count + 1);
		const times: number[] = [];
		const kinds: number[] = [];
		for (let i = 0; i < count; i++) {
			for (const step of planOf(this.#seed, this.#store, first + i, this.#placement.placedAt(first + i)).steps) {
				times.push(step.at);
				kinds.push(stepKinds.indexOf(step.kind));
			}
			offsets[i + 1] = times.length;
		}
		const day = { first, count, offsets, times: Float64Array.from(times), kinds: Uint8Array.from(kinds) };
		this.#days.set(d, day);
		this.#held += times.length + 16;
		for (const [old, held] of this.#days) {
			if (this.#held <= this.#bound || old === d) break;
			this.#days.delete(old);
			this.#held -= held.times.length + 16;
		}
		return day;
	}
}

function lastTime(day: DayChanges, order: number, at: number): number {
	for (let i = (day.offsets[order + 1] ?? 0) - 1; i >= (day.offsets[order] ?? 0); i--) {
		const time = day.times[i] ?? 0;
		if (time <= at) return time;
	}
	return Number.NEGATIVE_INFINITY;
}

function kindOf(number: number | undefined): StepKind {
	const kind = stepKinds[number ?? 0];
	if (kind === undefined) throw new RangeError('Unknown step');
	return kind;
}

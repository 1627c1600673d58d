import type { Change } from './changes.ts';
import type { Clock } from './clock.ts';
import type { StoreSeed } from './stores.ts';
import type { World } from './world.ts';

const CHUNK = 3_600_000;

/**
 * Tells what happens to orders as the clock passes, oldest first. Works an hour ahead so that a tick costs next to nothing, and only
 * for stores somebody listens to.
 */
export class Feed {
	readonly #world: World;
	readonly #clock: Clock;
	readonly #listens: (store: StoreSeed) => boolean;
	readonly #emit: (change: Change) => void;
	readonly #ahead = new Map<number, { until: number; changes: Change[]; next: number }>();
	#told: number;
	#timer: NodeJS.Timeout | null = null;
	/** Changes in one jump of the clock beyond this many per store are skipped, as a platform skips what its queue cannot hold. */
	readonly burst = 5_000;

	constructor(options: { world: World; clock: Clock; listens: (store: StoreSeed) => boolean; emit: (change: Change) => void }) {
		this.#world = options.world;
		this.#clock = options.clock;
		this.#listens = options.listens;
		this.#emit = options.emit;
		this.#told = options.clock.now();
	}

	start(): void {
		this.#timer = setInterval(() => this.tick(), 200);
		this.#timer.unref();
	}

	stop(): void {
		if (this.#timer !== null) clearInterval(this.#timer);
	}

	/** Forgets what was worked out ahead: after the rate of new orders changed. */
	reset(): void {
		this.#ahead.clear();
	}

	/** Tells everything up to now. */
	tick(): void {
		const now = this.#clock.now();
		const from = this.#told;
		this.#told = now;
		if (now <= from) {
			if (now < from) this.#ahead.clear();
			return;
		}
		const due: Change[] = [];
		for (const store of this.#world.stores) {
			if (!this.#listens(store)) {
				this.#ahead.delete(store.number);
				continue;
			}
			const found = this.#generated(store, from, now);
			for (const change of this.#world.handChanges(store, from, now)) found.push(change);
			due.push(...found.slice(-this.burst));
		}
		due.sort((a, b) => a.step.at - b.step.at || a.store - b.store || a.index - b.index);
		for (const change of due) this.#emit(change);
	}

	#generated(store: StoreSeed, from: number, to: number): Change[] {
		const found: Change[] = [];
		let ahead = this.#ahead.get(store.number);
		let start = from;
		while (start < to) {
			if (ahead === undefined || ahead.until <= start) {
				ahead = { until: Math.max(start + CHUNK, Math.min(to, start + 72 * CHUNK)), changes: [], next: 0 };
				ahead.changes = this.#world.plannedChanges(store, start, ahead.until);
				this.#ahead.set(store.number, ahead);
			}
			for (let change = ahead.changes[ahead.next]; change !== undefined && change.step.at <= to; change = ahead.changes[ahead.next]) {
				ahead.next++;
				if (change.step.at > start && !this.#world.isByHand(store, change.index)) found.push(change);
			}
			start = Math.min(to, ahead.until);
		}
		return found;
	}
}

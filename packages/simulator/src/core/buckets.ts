/** A token bucket as the platforms publish them: `rate` requests per second refill up to `burst`. */
export interface BucketPlan {
	rate: number;
	burst: number;
}

interface Bucket {
	level: number;
	at: number;
}

/** Token buckets by key, on the simulator's clock. Empty buckets are forgotten once full again. */
export class Buckets {
	readonly #buckets = new Map<string, Bucket>();
	readonly #now: () => number;
	readonly #tally = new Map<string, { asked: number; refused: number }>();

	constructor(now: () => number) {
		this.#now = now;
	}

	/** Takes one request. `wait` is the milliseconds until the next one would pass, 0 when this one did. */
	take(key: string, plan: BucketPlan): { allowed: boolean; wait: number; left: number } {
		const now = this.#now();
		const bucket = this.#buckets.get(key) ?? { level: plan.burst, at: now };
		// A clock that was set back must not drain the bucket.
		const passed = Math.max(0, now - bucket.at) / 1000;
		const level = Math.min(plan.burst, bucket.level + passed * plan.rate);
		const allowed = level >= 1 - 1e-9;
		this.#buckets.set(key, { level: allowed ? level - 1 : level, at: now });
		const tally = this.#tally.get(key) ?? { asked: 0, refused: 0 };
		tally.asked++;
		if (!allowed) tally.refused++;
		this.#tally.set(key, tally);
		if (this.#buckets.size > 10_000) this.#forget(plan, now);
		return { allowed, wait: allowed ? 0 : Math.ceil(((1 - level) / plan.rate) * 1000), left: Math.floor(allowed ? level - 1 : level) };
	}

	/** How often each bucket was asked since the start, and how often it was empty. */
	tally(): ReadonlyMap<string, Readonly<{ asked: number; refused: number }>> {
		return this.#tally;
	}

	/** Every bucket full again. */
	clear(): void {
		this.#buckets.clear();
	}

	#forget(plan: BucketPlan, now: number): void {
		for (const [key, bucket] of this.#buckets)
			if (bucket.level + ((now - bucket.at) / 1000) * plan.rate >= plan.burst) this.#buckets.delete(key);
	}
}

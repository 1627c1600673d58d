/** How the simulator's time relates to real time; instants are milliseconds since 1970. */
export interface ClockState {
	now: number;
	frozen: boolean;
	/** Simulated milliseconds per real millisecond. */
	speed: number;
}

/** A clock that can be set, frozen, moved and sped up. Every platform of one simulator reads the same one. */
export class Clock {
	#base: number;
	#real: number;
	#speed: number;
	#frozen: boolean;
	readonly #listeners = new Set<() => void>();

	/** Without options: real time. `at` sets the first reading, `frozen` keeps it there until moved. */
	constructor(options: { at?: number | undefined; frozen?: boolean | undefined; speed?: number | undefined } = {}) {
		this.#real = Date.now();
		this.#base = options.at ?? this.#real;
		this.#frozen = options.frozen ?? false;
		this.#speed = options.speed ?? 1;
	}

	now(): number {
		return this.#frozen ? this.#base : this.#base + Math.round((Date.now() - this.#real) * this.#speed);
	}

	set(at: number): void {
		this.#rebase(at);
	}

	advance(milliseconds: number): void {
		this.#rebase(this.now() + milliseconds);
	}

	freeze(): void {
		const now = this.now();
		this.#frozen = true;
		this.#rebase(now);
	}

	run(speed = 1): void {
		const now = this.now();
		this.#frozen = false;
		this.#speed = speed;
		this.#rebase(now);
	}

	state(): ClockState {
		return { now: this.now(), frozen: this.#frozen, speed: this.#speed };
	}

	/** Called after each manual change. Returns the way to stop listening. */
	onChange(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	#rebase(at: number): void {
		this.#base = at;
		this.#real = Date.now();
		for (const listener of this.#listeners) listener();
	}
}

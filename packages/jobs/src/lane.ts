import type { JobTable, TakenJob } from '@pangea/db';
import { inTrace } from '@pangea/tracing';
import type { QueueDefinition } from './definition.ts';

export interface LaneOptions {
	job: QueueDefinition;
	table: JobTable;
	lease: string;
	parallel: number;
	pollMillis: number;
	handle(payload: unknown, signal: AbortSignal): Promise<void>;
	onTrouble(error: unknown): void;
}

/** A lease lives so long after the last sign of life of its process; a killed worker's jobs run again after it. */
const LEASE_SECONDS = 30;

interface Running {
	abort: AbortController;
	/** After this moment the lease is no longer kept, so that another worker gets the job. */
	expiresAt: number;
	ended: Promise<void>;
}

/** Runs the jobs of one name in this process: looks when it is told that there are some, and now and then without being told. */
export class Lane {
	readonly #options: LaneOptions;
	readonly #running = new Map<string, Running>();
	#looking: Promise<void> | null = null;
	#again = false;
	#stopped = false;
	readonly #timer: NodeJS.Timeout;
	#finished: string[] = [];
	#finishing: Promise<boolean> | null = null;
	/** How often was looked. */
	#looks = 0;

	constructor(options: LaneOptions) {
		this.#options = options;
		this.#timer = setInterval(() => this.look(), options.pollMillis);
	}

	/** Takes as many due jobs as there are free places. */
	look(): void {
		if (this.#stopped) return;
		this.#again = true;
		this.#looking ??= this.#lookOn()
			.catch((error: unknown) => this.#options.onTrouble(error))
			.finally(() => {
				this.#looking = null;
				if (this.#again && this.#running.size < this.#options.parallel) this.look();
			});
	}

	async #lookOn(): Promise<void> {
		const { job, table, lease, parallel } = this.#options;
		while (this.#again && !this.#stopped) {
			const free = parallel - this.#running.size;
			// Whoever ends next looks again.
			if (free <= 0) return;
			this.#again = false;
			this.#looks++;
			// Where news never ceases, one goes on all the same: it must end some day.
			const alone = job.yieldsTo.length > 0 && this.#running.size === 0;
			const { jobs, more } = await table.take(job.name, alone ? 1 : free, lease, LEASE_SECONDS, alone ? [] : job.yieldsTo);
			if (more) this.#again = true;
			for (const one of jobs) this.#begin(one);
		}
	}

	#begin(taken: TakenJob): void {
		const { job } = this.#options;
		const abort = new AbortController();
		const running: Running = { abort, expiresAt: performance.now() + job.expireInSeconds * 1000, ended: Promise.resolve() };
		const expiry = setTimeout(
			() => abort.abort(new Error(`${job.name} ran longer than ${job.expireInSeconds} s`)),
			job.expireInSeconds * 1000,
		);
		this.#running.set(taken.jobId, running);
		running.ended = Promise.resolve()
			.then(() =>
				inTrace(taken.trace, `job ${job.name}`, { attempt: taken.attempts }, () => this.#options.handle(taken.payload, abort.signal)),
			)
			.then(
				() => this.#finish(taken.jobId),
				(error: unknown) => this.#fail(taken, error),
			)
			.catch((error: unknown) => {
				this.#options.onTrouble(error);
				return true;
			})
			.then((othersWait) => {
				clearTimeout(expiry);
				this.#running.delete(taken.jobId);
				if (othersWait || this.#again) this.look();
			});
	}

	/** Those that end while an earlier removal is under way are removed together. @returns whether others may wait for this one's group. */
	async #finish(jobId: string): Promise<boolean> {
		this.#finished.push(jobId);
		let othersWait = false;
		while (this.#finished.includes(jobId)) {
			this.#finishing ??= this.#removeFinished().finally(() => {
				this.#finishing = null;
			});
			othersWait = await this.#finishing;
		}
		return othersWait;
	}

	async #removeFinished(): Promise<boolean> {
		const { job, table, lease } = this.#options;
		const jobIds = [...this.#finished];
		// A look beside the removal may still have found the group at work, and what waits for it may have come after the removal looked.
		const looks = this.#looking === null ? this.#looks : null;
		try {
			return (await table.finish(job.name, jobIds, lease)) || this.#looks !== looks;
		} finally {
			// What could not be removed runs again when its lease is over.
			this.#finished = this.#finished.filter((id) => !jobIds.includes(id));
		}
	}

	/** @returns true: others may wait for this one's group. */
	async #fail(taken: TakenJob, error: unknown): Promise<true> {
		const { job, table, lease } = this.#options;
		const last = taken.attempts > job.retryLimit;
		const retryAfterSeconds = this.#stopped ? 0 : last ? null : delayOf(job, taken.attempts);
		// The name only: a message may quote what a platform said.
		await table.fail({ jobId: taken.jobId, retryAfterSeconds, error: error instanceof Error ? error.name : 'Error' }, lease);
		return true;
	}

	async keepLeases(): Promise<void> {
		const now = performance.now();
		const alive = [...this.#running].flatMap(([jobId, running]) => (running.expiresAt > now ? [jobId] : []));
		if (alive.length > 0) await this.#options.table.extend(alive, this.#options.lease, LEASE_SECONDS);
	}

	/** Lets what runs end for a while, then aborts it and gives it back. */
	async stop(graceMillis: number): Promise<void> {
		this.#stopped = true;
		clearInterval(this.#timer);
		await this.#looking;
		if (await this.#quiet(graceMillis)) return;
		for (const { abort } of this.#running.values()) abort.abort(new Error('the process stops'));
		if (await this.#quiet(1000)) return;
		await this.#options.table.giveBack([...this.#running.keys()], this.#options.lease);
	}

	async #quiet(millis: number): Promise<boolean> {
		let timer: NodeJS.Timeout | undefined;
		const patience = new Promise<boolean>((resolve) => {
			timer = setTimeout(() => resolve(false), millis);
		});
		const quiet = Promise.all([...this.#running.values()].map((r) => r.ended)).then(() => true);
		const done = await Promise.race([quiet, patience]);
		clearTimeout(timer);
		return done;
	}
}

/** Doubles from attempt to attempt; half of it is chance, so that a crowd does not come back in step. */
function delayOf(job: QueueDefinition, attempts: number): number {
	const ceiling = Math.min(job.retryDelay * 2 ** (attempts - 1), job.retryDelayMax);
	return ceiling / 2 + (Math.random() * ceiling) / 2;
}

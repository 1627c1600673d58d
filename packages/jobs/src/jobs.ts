import { randomUUID } from 'node:crypto';
import { JOB_CHANNEL, JobTable, type JobWrite, listen, type Scope } from '@pangea/db';
import { traceparent } from '@pangea/tracing';
import { Cron } from 'croner';
import { type JobDefinition, JOBS } from './definition.ts';
import { Lane } from './lane.ts';

export interface JobsOptions {
	/** Connection string, as for the app's own pools. */
	url: string;
	/** Shown in pg_stat_activity. */
	name: string;
	/** Runs jobs: listens, sends what is planned, finds jobs of dead workers. A process that only enqueues leaves that to the workers. */
	maintains: boolean;
	maxConnections?: number;
	onError(error: Error): void;
}

export interface EnqueueOptions {
	scope?: Scope;
	startAfterSeconds?: number;
	priority?: number;
	/** At most one such job is accepted per stretch of seconds, over all processes. */
	oncePerSeconds?: number;
}

export interface WorkOptions {
	/** How many jobs of this kind this process runs at once. */
	parallel: number;
	/** Seconds between looks without a notification, for repeats and deferred jobs. Default 1. */
	pollSeconds?: number;
}

const UPKEEP_MILLIS = 5000;
const LOST_A_LOOK = 500;
const DEAD_DAYS = 30;

/** A job as it is written, for the few statements that send it together with other rows. @throws ZodError when the payload is not the job's. */
export function jobOf<P extends object>(
	job: JobDefinition<P>,
	payload: P,
	options: Pick<EnqueueOptions, 'priority' | 'startAfterSeconds'> = {},
): JobWrite {
	const data = job.payload.parse(payload);
	return {
		name: job.name,
		payload: data,
		key: job.key?.(data) ?? null,
		group: job.group?.(data) ?? null,
		priority: options.priority ?? job.priority,
		startAfterSeconds: options.startAfterSeconds ?? 0,
		trace: traceparent(),
	};
}

/** The queue of background work. One a process. */
export class Jobs {
	readonly #table: JobTable;
	readonly #options: JobsOptions;
	readonly #lanes = new Map<string, Lane>();
	/** Marks the jobs that this process runs. */
	readonly #lease = randomUUID();
	#listener: { close(): Promise<void> } | null = null;
	#upkeep: NodeJS.Timeout | null = null;
	#upkeeping: Promise<void> = Promise.resolve();

	constructor(options: JobsOptions) {
		this.#options = options;
		this.#table = new JobTable({
			url: options.url,
			name: options.name,
			maxConnections: options.maxConnections ?? 4,
			onIdleError: (error) => options.onError(error),
		});
	}

	/** Resolves when notifications are heard. */
	async start(): Promise<void> {
		await this.#table.count('');
		if (!this.#options.maintains) return;
		await new Promise<void>((resolve, reject) => {
			this.#listener = listen({
				url: this.#options.url,
				channel: JOB_CHANNEL,
				onPayload: (name) => this.#lanes.get(name)?.look(),
				onConnected: () => {
					for (const lane of this.#lanes.values()) lane.look();
					resolve();
				},
				onTrouble: (error) => {
					this.#trouble(error);
					reject(error instanceof Error ? error : new Error(String(error)));
				},
			});
		});
		this.#upkeep = setInterval(() => {
			this.#upkeeping = this.#doUpkeep().catch((error: unknown) => this.#trouble(error));
		}, UPKEEP_MILLIS);
	}

	/**
	 * Adds a job; with a scope it becomes visible when the scope's transaction commits and never when it rolls back.
	 * @returns false when an equal job was already waiting; that one then starts after the commit.
	 */
	async enqueue<P extends object>(job: JobDefinition<P>, payload: P, options: EnqueueOptions = {}): Promise<boolean> {
		const write = jobOf(job, payload, options);
		if (options.oncePerSeconds !== undefined && !(await this.#table.claimSlot(job.name, options.oncePerSeconds))) return false;
		return await this.#table.add(write, options.scope);
	}

	/**
	 * Runs jobs of one kind. Handlers must bear being run twice; their signal aborts when the job expires or the process stops.
	 * A thrown error repeats the job with growing delays.
	 */
	work<P extends object>(
		job: JobDefinition<P>,
		options: WorkOptions,
		handle: (payload: P, signal: AbortSignal) => Promise<void>,
	): Promise<void> {
		if (this.#lanes.has(job.name)) throw new Error(`${job.name} has a handler already`);
		const lane = new Lane({
			job,
			table: this.#table,
			lease: this.#lease,
			parallel: options.parallel,
			pollMillis: (options.pollSeconds ?? 1) * 1000,
			handle: (payload, signal) => handle(job.payload.parse(payload), signal),
			onTrouble: (error) => this.#trouble(error),
		});
		this.#lanes.set(job.name, lane);
		lane.look();
		return Promise.resolve();
	}

	/** Runs a job by a cron line in an IANA zone. `firstAtOnce`: now as well, where no plan of it is known. */
	async schedule<P extends object>(
		job: JobDefinition<P>,
		cron: string,
		zone: string,
		payload: P,
		{ firstAtOnce = false }: { firstAtOnce?: boolean } = {},
	): Promise<void> {
		const next = nextOf(cron, zone);
		await this.#table.plan(job.name, cron, zone, job.payload.parse(payload), { first: firstAtOnce ? new Date() : next, next });
	}

	/** How many jobs wait or run, for tests and the status page. */
	async pending(name: string): Promise<number> {
		return await this.#table.count(name);
	}

	/** How many jobs failed for good; they are kept for a look. */
	async dead(name: string): Promise<number> {
		return await this.#table.countDead(name);
	}

	/** Lets running handlers finish for `graceMillis`, then aborts them; their jobs are repeated elsewhere. */
	async stop(graceMillis: number): Promise<void> {
		if (this.#upkeep) clearInterval(this.#upkeep);
		await this.#listener?.close();
		await Promise.all([...this.#lanes.values()].map((lane) => lane.stop(graceMillis)));
		await this.#upkeeping;
		await this.#table.close();
	}

	async #doUpkeep(): Promise<void> {
		await Promise.all([...this.#lanes.values()].map((lane) => lane.keepLeases()));
		for (const { name, payload } of await this.#table.duePlans(nextOf)) {
			const job = JOBS.find((j) => j.name === name);
			if (job) await this.#table.add({ name, payload, key: null, group: null, priority: job.priority, startAfterSeconds: 0, trace: null });
		}
		for (const { jobId, name, attempts, lease } of await this.#table.lost(LOST_A_LOOK)) {
			const last = attempts > (JOBS.find((j) => j.name === name)?.retryLimit ?? 0);
			await this.#table.fail({ jobId, retryAfterSeconds: last ? null : 0, error: 'the worker died' }, lease);
		}
		await this.#table.forgetDead(DEAD_DAYS);
	}

	#trouble(error: unknown): void {
		this.#options.onError(error instanceof Error ? error : new Error(String(error)));
	}
}

function nextOf(cron: string, zone: string): Date {
	const next = new Cron(cron, { timezone: zone, paused: true }).nextRun();
	if (!next) throw new Error(`The cron line ${cron} never comes`);
	return next;
}

/** Connects and, where jobs are run, listens. @throws the database's error. */
export async function startJobs(options: JobsOptions): Promise<Jobs> {
	const jobs = new Jobs(options);
	try {
		await jobs.start();
	} catch (error) {
		await jobs.stop(0);
		throw error;
	}
	return jobs;
}

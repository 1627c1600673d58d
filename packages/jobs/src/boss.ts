import type { Scope } from '@pangea/db';
import { PgBoss, fromKysely } from 'pg-boss';
import { type JobDefinition, QUEUES } from './definition.ts';

/** Where jobs that failed for good are kept for a look. */
export const DEAD_QUEUE = 'job.dead';
const SCHEMA = 'pgboss';
/**
 * A job whose process says nothing for so long is given to another one: the job of a killed worker holds its group, and with it all work of
 * a store, until it is. Its own time limit would take a quarter of an hour.
 */
const HEARTBEAT_SECONDS = 20;
/** How often a process that maintains looks for such jobs. */
const LOOK_SECONDS = 5;

export interface BossOptions {
	/** Connection string of a role that owns the database, as for the migrations. */
	url: string;
	/** Shown in pg_stat_activity and the list of instances. */
	name: string;
	/** Runs maintenance and cron schedules; a process that only enqueues leaves both to the workers. */
	maintains: boolean;
	maxConnections?: number;
	onError(error: Error): void;
}

/** The queue of background work. */
export class Jobs {
	readonly #boss: PgBoss;

	constructor(boss: PgBoss) {
		this.#boss = boss;
	}

	/**
	 * Adds a job; with a scope it becomes visible when the scope's transaction commits and never when it rolls back.
	 * @returns false when an equal job was already waiting.
	 */
	async enqueue<P extends object>(job: JobDefinition<P>, payload: P, options: EnqueueOptions = {}): Promise<boolean> {
		const data = job.payload.parse(payload);
		const key = job.key?.(data);
		const group = job.group?.(data);
		const sent = await this.#boss.send(job.name, data, {
			priority: options.priority ?? job.priority,
			...(key === undefined ? {} : { singletonKey: key }),
			...(group === undefined ? {} : { group: { id: group } }),
			...(options.startAfterSeconds === undefined ? {} : { startAfter: Math.max(1, Math.ceil(options.startAfterSeconds)) }),
			...(options.oncePerSeconds === undefined ? {} : { singletonSeconds: options.oncePerSeconds }),
			...(options.scope === undefined ? {} : { db: fromKysely(options.scope.db) }),
		});
		return sent !== null;
	}

	/**
	 * Runs jobs of one kind. Handlers must bear being run twice; their signal aborts when the job expires or the process stops.
	 * A thrown error repeats the job with growing delays.
	 */
	async work<P extends object>(
		job: JobDefinition<P>,
		options: WorkOptions,
		handle: (payload: P, signal: AbortSignal) => Promise<void>,
	): Promise<void> {
		for (let i = 0; i < options.parallel; i++) {
			const worker: { id: string } = { id: '' };
			worker.id = await this.#boss.work<P>(
				job.name,
				{
					batchSize: 1,
					pollingIntervalSeconds: options.pollSeconds ?? 1,
					// With NOTIFY on, repeats and deferred jobs would otherwise wait for the 30 s backstop.
					notifyPollingIntervalSeconds: options.pollSeconds ?? 1,
					...(job.group === null ? {} : { groupConcurrency: 1 }),
				},
				async ([task]) => {
					if (!task) return;
					try {
						await handle(job.payload.parse(task.data), task.signal);
					} finally {
						// A worker would otherwise rest for its polling interval after every job.
						this.#boss.notifyWorker(worker.id);
					}
				},
			);
		}
	}

	/** Runs a job by a cron line in an IANA zone. */
	async schedule<P extends object>(job: JobDefinition<P>, cron: string, zone: string, payload: P): Promise<void> {
		await this.#boss.schedule(job.name, cron, job.payload.parse(payload), { tz: zone });
	}

	/** How many jobs wait or run, for tests and the status page. */
	async pending(name: string): Promise<number> {
		const jobs = await this.#boss.findJobs(name, { limit: 1000 });
		return jobs.filter((j) => j.state === 'created' || j.state === 'retry' || j.state === 'active').length;
	}

	/** Lets running handlers finish for `graceMillis`, then aborts them; their jobs are repeated elsewhere. */
	async stop(graceMillis: number): Promise<void> {
		await this.#boss.stop({ graceful: true, timeout: graceMillis, close: true });
	}
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
	/** Seconds between looks without a notification. Default 1; at least 0.5. */
	pollSeconds?: number;
}

/** Connects, brings pg-boss's own schema up to date, makes the queues and lets the app's role enqueue in its transactions. */
export async function startJobs(options: BossOptions): Promise<Jobs> {
	const boss = new PgBoss({
		connectionString: options.url,
		schema: SCHEMA,
		application_name: options.name,
		instanceName: options.name,
		useListenNotify: options.maintains,
		supervise: options.maintains,
		schedule: options.maintains,
		superviseIntervalSeconds: LOOK_SECONDS,
		monitorIntervalSeconds: LOOK_SECONDS,
		max: options.maxConnections ?? 4,
	});
	boss.on('error', (error) => options.onError(error));
	await boss.start();
	try {
		await boss.createQueue(DEAD_QUEUE, { retryLimit: 0, deleteAfterSeconds: 30 * 86_400 });
		for (const queue of QUEUES) {
			const settings = {
				notify: true,
				deadLetter: DEAD_QUEUE,
				retryLimit: queue.retryLimit,
				retryDelay: queue.retryDelay,
				retryBackoff: true,
				retryDelayMax: queue.retryDelayMax,
				expireInSeconds: queue.expireInSeconds,
				heartbeatSeconds: HEARTBEAT_SECONDS,
				deleteAfterSeconds: 86_400,
			};
			await boss.createQueue(queue.name, { policy: queue.keyed ? 'short' : 'standard', ...settings });
			await boss.updateQueue(queue.name, settings);
		}
		await grantToApp(boss);
	} catch (error) {
		await boss.stop({ graceful: false, close: true });
		throw error;
	}
	return new Jobs(boss);
}

// Two processes that start together may not change the same catalogue rows at once.
async function grantToApp(boss: PgBoss): Promise<void> {
	await boss.getDb().executeSql(`do $$ begin
		perform pg_advisory_xact_lock(hashtext('pangea.jobs.grant'));
		if not has_schema_privilege('pangea_app', '${SCHEMA}', 'usage') then
			grant usage on schema ${SCHEMA} to pangea_app;
		end if;
		grant select, insert, update, delete on all tables in schema ${SCHEMA} to pangea_app;
		grant usage, select on all sequences in schema ${SCHEMA} to pangea_app;
		grant execute on all functions in schema ${SCHEMA} to pangea_app;
	end $$`);
}

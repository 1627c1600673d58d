import pg from 'pg';
import type { Scope } from '../database.ts';

/** PostgreSQL channel on which workers are woken. The payload is the job's name; the rows are the truth. */
export const JOB_CHANNEL = 'pangea_job';

export interface JobWrite {
	name: string;
	payload: object;
	/** Of jobs with one name and key at most one waits. */
	key: string | null;
	/** Of jobs with one name and group at most one runs. */
	group: string | null;
	priority: number;
	startAfterSeconds: number;
	/** The trace that sent it, as W3C's `traceparent`. */
	trace: string | null;
}

export interface TakenJob {
	jobId: string;
	payload: unknown;
	/** Counting this one. */
	attempts: number;
	trace: string | null;
}

export interface FailedJob {
	jobId: string;
	/** Seconds until the next attempt; null: there is none. */
	retryAfterSeconds: number | null;
	error: string;
}

interface Queryable {
	query<R extends pg.QueryResultRow>(query: pg.QueryConfig): Promise<pg.QueryResult<R>>;
}

/** The table of background work. It belongs to no workspace: payloads are ids. */
export class JobTable {
	readonly #pool: pg.Pool;

	constructor(options: { url: string; name: string; maxConnections: number; onIdleError(error: Error): void }) {
		this.#pool = new pg.Pool({
			connectionString: options.url,
			application_name: options.name,
			max: options.maxConnections,
			// What is lost when the database server dies makes a job run once more; sent jobs are durable, see ADD.
			options: '-c role=pangea_app -c timezone=UTC -c synchronous_commit=off',
		});
		this.#pool.on('error', (error) => options.onIdleError(error));
	}

	/**
	 * Adds a job, in a scope's transaction or alone. An equal waiting job is locked until the commit, so whoever runs it sees what the
	 * transaction wrote.
	 * @returns false when an equal job was waiting.
	 */
	async add(job: JobWrite, scope?: Scope): Promise<boolean> {
		const handle: Queryable = scope?.client ?? this.#pool;
		const result = await handle.query<{ added: boolean }>({
			name: 'pangea_job_add',
			text: ADD,
			values: [job.name, JSON.stringify(job.payload), job.key, job.group, job.priority, job.startAfterSeconds, job.trace],
		});
		return result.rows[0]?.added ?? false;
	}

	/** Whether this stretch of seconds had no caller yet, over all processes. */
	async claimSlot(name: string, seconds: number): Promise<boolean> {
		const result = await this.#pool.query(
			`insert into jobs.slot as s (name, slot) values ($1, floor(extract(epoch from now()) / $2))
				on conflict (name) do update set slot = excluded.slot where s.slot <> excluded.slot`,
			[name, seconds],
		);
		return result.rowCount === 1;
	}

	/**
	 * Gives the due jobs of a name that go first a lease. Jobs of a group that runs stay where they are.
	 * @param yieldsTo names whose due jobs go first: while one of them has waited for half a second, none is given out
	 * @returns `more`: others may be due, look again. So it is when another worker began one of the groups in the same moment.
	 */
	async take(
		name: string,
		most: number,
		lease: string,
		leaseSeconds: number,
		yieldsTo: readonly string[] = [],
	): Promise<{ jobs: TakenJob[]; more: boolean }> {
		const values = [name, most, lease, leaseSeconds];
		try {
			const result = await this.#pool.query<{ job_id: string; payload: unknown; attempts: number; trace: string | null; seen: number }>(
				yieldsTo.length === 0
					? { name: 'pangea_job_take', text: takeJobs(''), values }
					: { name: 'pangea_job_take_behind', text: takeJobs(BEHIND), values: [...values, [...yieldsTo]] },
			);
			const jobs = result.rows.map((r) => ({ jobId: r.job_id, payload: r.payload, attempts: r.attempts, trace: r.trace }));
			return { jobs, more: (result.rows[0]?.seen ?? 0) >= most };
		} catch (error) {
			if (error instanceof pg.DatabaseError && error.code === UNIQUE_VIOLATION) return { jobs: [], more: true };
			throw error;
		}
	}

	/**
	 * Takes jobs that are done off the table. A job whose lease went to another worker stays.
	 * @returns whether jobs of this name are due, as those of a group that waited for one of these.
	 */
	async finish(name: string, jobIds: readonly string[], lease: string): Promise<boolean> {
		const result = await this.#pool.query<{ waits: boolean }>({
			name: 'pangea_job_finish',
			text: `with done as (delete from jobs.job where job_id = any($2::bigint[]) and lease = $3)
				select exists(select from jobs.job where name = $1 and lease_until is null and run_at <= now()) as waits`,
			values: [name, jobIds, lease],
		});
		return result.rows[0]?.waits ?? true;
	}

	/** Puts a failed job back for a later attempt, or among the dead. */
	async fail(job: FailedJob, lease: string): Promise<void> {
		if (job.retryAfterSeconds === null) {
			await this.#pool.query(BURY, [job.jobId, lease, job.error]);
			return;
		}
		await this.#pool.query(RETRY, [job.jobId, lease, job.retryAfterSeconds, job.error]);
	}

	/** Gives jobs back unharmed, as when the process stops. */
	async giveBack(jobIds: readonly string[], lease: string): Promise<void> {
		for (const jobId of jobIds) await this.fail({ jobId, retryAfterSeconds: 0, error: 'the worker stopped' }, lease);
	}

	/** Keeps the leases of running jobs alive. */
	async extend(jobIds: readonly string[], lease: string, leaseSeconds: number): Promise<void> {
		await this.#pool.query(
			'update jobs.job set lease_until = now() + make_interval(secs => $3) where job_id = any($1::bigint[]) and lease = $2',
			[jobIds, lease, leaseSeconds],
		);
	}

	/** Jobs whose worker died: their lease ran out. */
	async lost(most: number): Promise<{ jobId: string; name: string; attempts: number; lease: string }[]> {
		const result = await this.#pool.query<{ job_id: string; name: string; attempts: number; lease: string }>(
			'select job_id, name, attempts, lease from jobs.job where lease_until < now() order by lease_until limit $1',
			[most],
		);
		return result.rows.map((r) => ({ jobId: r.job_id, name: r.name, attempts: r.attempts, lease: r.lease }));
	}

	async forgetDead(days: number): Promise<void> {
		await this.#pool.query('delete from jobs.dead where died_at < now() - make_interval(days => $1)', [days]);
	}

	/** Waiting and running jobs of a name. */
	async count(name: string): Promise<number> {
		const result = await this.#pool.query<{ n: number }>('select count(*)::int as n from jobs.job where name = $1', [name]);
		return result.rows[0]?.n ?? 0;
	}

	/** Jobs of a name that failed for good. */
	async countDead(name: string): Promise<number> {
		const result = await this.#pool.query<{ n: number }>('select count(*)::int as n from jobs.dead where name = $1', [name]);
		return result.rows[0]?.n ?? 0;
	}

	/** Keeps a cron line; the moment that was planned stays when line and zone are the same. */
	async plan(name: string, cron: string, zone: string, payload: object, at: { first: Date; next: Date }): Promise<void> {
		await this.#pool.query(
			`insert into jobs.schedule as s (name, cron, zone, payload, next_at) values ($1, $2, $3, $4, $5)
				on conflict (name) do update set cron = excluded.cron, zone = excluded.zone, payload = excluded.payload, next_at = $6
				where (s.cron, s.zone, s.payload) is distinct from (excluded.cron, excluded.zone, excluded.payload)`,
			[name, cron, zone, JSON.stringify(payload), at.first.toISOString(), at.next.toISOString()],
		);
	}

	/** Moves each plan whose moment has come on to its next one, which `next` tells. Of all processes one gets it. */
	async duePlans(next: (cron: string, zone: string) => Date): Promise<{ name: string; payload: object }[]> {
		const due = await this.#pool.query<{ name: string; cron: string; zone: string; payload: object }>(
			'select name, cron, zone, payload from jobs.schedule where next_at <= now()',
		);
		const mine: { name: string; payload: object }[] = [];
		for (const plan of due.rows) {
			const moved = await this.#pool.query('update jobs.schedule set next_at = $2 where name = $1 and next_at <= now()', [
				plan.name,
				next(plan.cron, plan.zone).toISOString(),
			]);
			if (moved.rowCount === 1) mine.push({ name: plan.name, payload: plan.payload });
		}
		return mine;
	}

	async close(): Promise<void> {
		await this.#pool.end();
	}
}

const UNIQUE_VIOLATION = '23505';

// The waiting job's own time stays: it may wait because a platform asked for silence.
const OR_WAITING = `on conflict (name, key) where key is not null and lease_until is null do update set priority = greatest(j.priority, excluded.priority)
		returning xmax = 0 as added, run_at, name`;

/** Parts of a statement that sends the jobs of a query with columns named as in {@link JobWrite}: this, then {@link wakeWorkers} among its results. */
export function sendJobs(from: string): string {
	return `sent as (
		insert into jobs.job as j (name, payload, key, job_group, priority, run_at, trace)
		select name, payload, key, "group", priority, now() + make_interval(secs => "startAfterSeconds"), trace from ${from}
		${OR_WAITING}
	)`;
}

export const wakeWorkers = `(select pg_notify('${JOB_CHANNEL}', min(name)) from sent where run_at <= now() having count(*) > 0)`;

const ADD = `
	with added as (
		insert into jobs.job as j (name, payload, key, job_group, priority, run_at, trace)
		values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6::float8), $7)
		${OR_WAITING}
	)
	select added, set_config('synchronous_commit', 'on', true), case when run_at <= now() then pg_notify('${JOB_CHANNEL}', $1) end from added`;

// A job whose group runs waits for its own kind, not for room.
const BEHIND = `and not exists (
				select 1 from jobs.job u where u.name = any($5::text[]) and u.lease_until is null and u.run_at <= now() - interval '500 milliseconds'
					and (u.job_group is null or not exists (
						select 1 from jobs.job b where b.name = u.name and b.job_group = u.job_group and b.lease_until is not null)))`;

const takeJobs = (further: string): string => `
	with due as (
		select j.job_id, j.job_group, j.priority, j.run_at from jobs.job j
		where j.name = $1 and j.lease_until is null and j.run_at <= now()
			and (j.job_group is null or not exists (
				select 1 from jobs.job r where r.name = $1 and r.job_group = j.job_group and r.lease_until is not null))
			${further}
		order by j.priority desc, j.run_at, j.job_id
		limit $2
		for update of j skip locked
	), firsts as (
		select distinct on (coalesce(job_group, job_id::text)) job_id from due
		order by coalesce(job_group, job_id::text), priority desc, run_at, job_id
	)
	update jobs.job j set lease = $3, lease_until = now() + make_interval(secs => $4::float8), attempts = attempts + 1
	from firsts where j.job_id = firsts.job_id
	returning j.job_id, j.payload, j.attempts, j.trace, (select count(*)::int from due) as seen`;

const BURY = `
	with gone as (delete from jobs.job where job_id = $1 and lease = $2 returning job_id, name, payload, attempts, created_at)
	insert into jobs.dead (job_id, name, payload, attempts, error, created_at)
	select job_id, name, payload, attempts, $3, created_at from gone on conflict do nothing`;

// Where an equal job waits already, that one takes over the delay and the count.
const RETRY = `
	with failed as (
		delete from jobs.job where job_id = $1 and lease = $2
		returning name, payload, key, job_group, priority, attempts, created_at, trace
	)
	insert into jobs.job as j (name, payload, key, job_group, priority, run_at, attempts, error, created_at, trace)
	select name, payload, key, job_group, priority, now() + make_interval(secs => $3::float8), attempts, $4, created_at, trace from failed
	on conflict (name, key) where key is not null and lease_until is null do update set
		run_at = greatest(j.run_at, excluded.run_at), attempts = greatest(j.attempts, excluded.attempts), error = excluded.error`;

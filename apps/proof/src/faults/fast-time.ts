import type { Simulator } from '@pangea/simulator';
import pg from 'pg';

const TICK = 250;

/**
 * What waits in the database, with the condition under which it waits. Rows that somebody holds are passed over: they wait a little longer,
 * never shorter.
 */
const WAITING: readonly { table: string; columns: readonly string[]; where: string }[] = [
	{ table: 'jobs.job', columns: ['run_at'], where: 'lease_until is null and run_at > now()' },
	{ table: 'rate_bucket', columns: ['updated_at', 'blocked_until', 'urgent_until'], where: 'true' },
	{ table: 'pull_cursor', columns: ['last_attempt_at'], where: 'last_attempt_at is not null' },
	{ table: 'intake', columns: ['received_at'], where: "state = 'waiting'" },
	{ table: 'backfill', columns: ['updated_at'], where: "state in ('waiting', 'running')" },
];

/** Simulated seconds per real second while jobs run or are due, and while everything waits. */
export interface Pace {
	busy: number;
	idle: number;
}

const BUSY = `select exists (select from jobs.job where name <> 'sync.round' and (lease_until is not null or run_at <= now())) as busy`;

export interface FastTime {
	stop(): Promise<void>;
}

/**
 * Drives the simulator's clock, faster while nobody has anything to do, and lets time in the database pass with it: everything that waits (jobs,
 * budgets, polls) comes nearer by what that clock is ahead. Limits, rhythms and back-offs keep the length that is documented, in the
 * simulator's time, and a slow machine only makes the run longer.
 */
export async function startFastTime(
	databaseUrl: string,
	simulator: Simulator,
	pace: Pace,
	onError: (error: unknown) => void,
): Promise<FastTime> {
	const client = new pg.Client({ connectionString: databaseUrl, application_name: 'fast time' });
	client.on('error', onError);
	await client.connect();
	let simulated = simulator.control.clock.now();
	let real = Date.now();
	let running = true;
	let timer: NodeJS.Timeout | null = null;
	let under: Promise<void> = Promise.resolve();
	const tick = async (): Promise<void> => {
		const now = { simulated: simulator.control.clock.now(), real: Date.now() };
		const ahead = now.simulated - simulated - (now.real - real);
		if (ahead > 0) {
			for (const { table, columns, where } of WAITING) {
				const sets = columns.map((column) => `${column} = ${column} - make_interval(secs => $1)`).join(', ');
				const free = `select tableoid, ctid from ${table} where ${where} for update skip locked`;
				await client.query(`update ${table} set ${sets} where (tableoid, ctid) in (${free})`, [ahead / 1000]);
			}
		}
		simulated = now.simulated;
		real = now.real;
		const { rows } = await client.query<{ busy: boolean }>(BUSY);
		simulator.control.clock.run(rows[0]?.busy === false ? pace.idle : pace.busy);
	};
	const loop = (): void => {
		under = tick()
			.catch(onError)
			.then(() => {
				if (running) timer = setTimeout(loop, TICK);
			});
	};
	loop();
	return {
		async stop() {
			running = false;
			if (timer !== null) clearTimeout(timer);
			await under;
			await client.end();
		},
	};
}

import { setTimeout as sleep } from 'node:timers/promises';
import { checkAgainstTruth } from '../checker/index.ts';
import { signIn } from '../rig/person.ts';
import type { Rig } from '../rig/rig.ts';
import { Readers, Watcher } from './audience.ts';
import { bloat, growthAMinute, percentile, type Sample, takeSample } from './samples.ts';

/** What must hold; each is broken or not. */
export interface Bounds {
	/** Resident megabytes of server and worker. */
	memory: number;
	/** Megabytes a minute that a process may grow once it is warm. */
	growth: number;
	/** Seconds that a due job may wait: nineteen times in twenty, and at worst, deploys included. */
	queueAge: { p95: number; max: number };
	/** Milliseconds from an event's commit to a screen, ninety-nine times in a hundred. */
	eventLag: number;
	/** Dead rows for each live one; a table counts as one of thousands, since a short queue is swept only after two. */
	bloat: number;
}

export const BOUNDS: Bounds = { memory: 400, growth: 8, queueAge: { p95: 10, max: 60 }, eventLag: 1500, bloat: 1.5 };

/** Fewer rows tell nothing of sweeping: `jobs.job` has some thirty, and is swept after two thousand dead ones. */
const LEAST_ROWS = 4000;

/** Connections by application name that the pools allow: while workers change places there are two of them. */
const POOLS: Readonly<Record<string, number>> = {
	'pangea server': 10,
	'pangea server jobs': 5,
	'pangea auth': 5,
	// The server's for events and for who is there, and one of each worker.
	'pangea listener': 2 + 2,
	'pangea worker': 2 * 18,
	'pangea worker jobs': 2 * 5,
};

export interface SoakOptions {
	seconds: number;
	/** Seconds between deploys. */
	deployEvery: number;
	/** It goes on until there were so many. Default 0. */
	leastDeploys?: number;
	/** No deploy begins after so many seconds, so that the last processes live long enough for a leak to show. Default: none is the last. */
	deployUntil?: number;
	/** Seconds of a process's life that tell of warming up and not of leaks. */
	warmUp: number;
	watchers: number;
	bounds?: Bounds;
	/** How long everything may take to come to rest at the end, in milliseconds. */
	settleMillis: number;
	told?: (text: string) => void;
}

export interface SoakReport {
	figures: Record<string, number | Record<string, number>>;
	/** Bounds that were broken and what the checker found; empty when all is well. */
	broken: string[];
}

/** A busy world with people before it and a deploy every while, watched. */
export async function soak(rig: Rig, options: SoakOptions): Promise<SoakReport> {
	const told = options.told ?? (() => {});
	const people = await Promise.all(['owner', 'manager', 'agent', 'analyst'].map((role) => signIn(rig, role)));
	const watchers = Array.from({ length: options.watchers }, (_, i) => i).flatMap((i) => {
		const person = people[i % people.length];
		return person ? [new Watcher(rig.url, person)] : [];
	});
	const readers = new Readers(people);
	const samples: Sample[] = [];
	const began = Date.now();
	let deploys = 0;
	let nextDeploy = options.deployEvery;
	while ((Date.now() - began) / 1000 < options.seconds || deploys < (options.leastDeploys ?? 0)) {
		samples.push(await takeSample(rig, began));
		const seconds = (Date.now() - began) / 1000;
		if (seconds >= nextDeploy && seconds < (options.deployUntil ?? Number.POSITIVE_INFINITY)) {
			nextDeploy += options.deployEvery;
			await deploy(rig, deploys++);
			told(`deploy ${deploys}`);
		}
		await sleep(1000);
	}
	await readers.stop();
	await rig.door.post('/live', { perMinute: 0 });
	const rest = await comeToRest(rig, options.settleMillis);
	const dead = await bloat(rig);
	const [taken] = await rig.query<{ last: string }>('select max(last_seq) as last from workspace_sequence');
	const behind = watchers.filter((w) => w.last !== taken?.last).length;
	for (const watcher of watchers) watcher.close();
	const lags = watchers.flatMap((w) => w.lags);
	const figures = {
		seconds: Math.round((Date.now() - began) / 1000),
		deploys,
		orders: rest.orders,
		events: Number(taken?.last ?? 0),
		eventLagP50: percentile(lags, 0.5),
		eventLagP99: percentile(lags, 0.99),
		eventsPushed: lags.length,
		resyncs: watchers.reduce((sum, w) => sum + w.resyncs, 0),
		holesMended: watchers.reduce((sum, w) => sum + w.holes, 0),
		watchersBehind: behind,
		reads: readers.reads,
		readsFailed: readers.failures,
		readP95: Math.round(percentile(readers.times, 0.95)),
		queueAgeP95: percentile(
			samples.map((s) => s.queueAge),
			0.95,
		),
		queueAgeMax: Math.max(0, ...samples.map((s) => s.queueAge)),
		memoryMax: memoryOf(samples),
		growth: growthOf(samples, options.warmUp),
		connectionsMax: connectionsOf(samples),
		deadRows: Object.fromEntries(dead.map((t) => [t.table, Number((t.dead / Math.max(LEAST_ROWS, t.live)).toFixed(2))])),
		settleSeconds: rest.seconds,
	};
	return { figures, broken: [...brokenBounds(figures, options.bounds ?? BOUNDS), ...rest.problems] };
}

/** One after the other, and the new worker before the old one goes: as a deploy without a pause for the work. */
async function deploy(rig: Rig, turn: number): Promise<void> {
	if (turn % 2 === 0) {
		await rig.stopPart('server');
		await rig.revive('server');
	} else {
		await rig.startWorker();
		await rig.retireWorker();
	}
}

async function comeToRest(rig: Rig, withinMillis: number): Promise<{ orders: number; problems: string[]; seconds: number }> {
	const began = Date.now();
	for (let look = 0; ; look++) {
		if (look % 4 === 0) await rig.query('update pull_cursor set last_attempt_at = null');
		// The world lives on: what it changed in the last minutes may still be under way.
		const verdict = await checkAgainstTruth({ databaseUrl: rig.databaseUrl, simulatorUrl: rig.simulatorUrl, graceMillis: 150_000 });
		const orders = Object.values(verdict.compared).reduce((sum, n) => sum + n, 0);
		const seconds = Math.round((Date.now() - began) / 1000);
		if (verdict.problems.length === 0) return { orders, problems: [], seconds };
		if (Date.now() - began > withinMillis) {
			const problems = verdict.problems.slice(0, 20).map((p) => `${p.kind} ${p.where}: ${p.expected} expected, ${p.found} found`);
			return { orders, problems, seconds };
		}
		await sleep(2000);
	}
}

/** By part, over all its lives. */
function memoryOf(samples: readonly Sample[]): Record<string, number> {
	const most: Record<string, number> = {};
	for (const { memory } of samples) {
		for (const [name, megabytes] of Object.entries(memory)) {
			const part = name.replace(/\d* \d+$/, '');
			most[part] = Math.max(most[part] ?? 0, Math.round(megabytes));
		}
	}
	return most;
}

/** The steepest growth of each part in one of its lives that went on for a minute after it was warm. */
function growthOf(samples: readonly Sample[], warmUp: number): Record<string, number> {
	const lives = new Map<string, { at: number; value: number }[]>();
	for (const { at, memory } of samples) {
		for (const [name, value] of Object.entries(memory)) lives.set(name, [...(lives.get(name) ?? []), { at, value }]);
	}
	const steepest: Record<string, number> = {};
	for (const [name, points] of lives) {
		const start = points[0]?.at ?? 0;
		const growth = growthAMinute(
			points.filter((p) => p.at - start > warmUp),
			60,
		);
		if (growth === null) continue;
		const part = name.replace(/\d* \d+$/, '');
		steepest[part] = Math.max(steepest[part] ?? Number.NEGATIVE_INFINITY, Number(growth.toFixed(1)));
	}
	return steepest;
}

function connectionsOf(samples: readonly Sample[]): Record<string, number> {
	const most: Record<string, number> = {};
	for (const { connections } of samples) {
		for (const [name, n] of Object.entries(connections)) {
			if (!name.startsWith('pangea proof') && !name.startsWith('pangea checker')) most[name] = Math.max(most[name] ?? 0, n);
		}
	}
	return most;
}

interface Watched {
	eventLagP99: number;
	watchersBehind: number;
	queueAgeP95: number;
	queueAgeMax: number;
	memoryMax: Record<string, number>;
	growth: Record<string, number>;
	connectionsMax: Record<string, number>;
	deadRows: Record<string, number>;
}

function brokenBounds(seen: Watched, bounds: Bounds): string[] {
	const ours = (part: string): boolean => part !== 'simulator';
	const checks: [string, number, number][] = [
		...Object.entries(seen.memoryMax).flatMap(([part, n]): [string, number, number][] =>
			ours(part) ? [[`megabytes of ${part}`, n, bounds.memory]] : [],
		),
		...Object.entries(seen.growth).flatMap(([part, n]): [string, number, number][] =>
			ours(part) ? [[`megabytes a minute of ${part}`, n, bounds.growth]] : [],
		),
		...Object.entries(seen.connectionsMax).map(([name, n]): [string, number, number] => [`connections of ${name}`, n, POOLS[name] ?? 0]),
		...Object.entries(seen.deadRows).map(([table, n]): [string, number, number] => [
			`dead rows for a live one in ${table}`,
			n,
			bounds.bloat,
		]),
		['seconds a due job waits (p95)', seen.queueAgeP95, bounds.queueAge.p95],
		['seconds a due job waits (worst)', seen.queueAgeMax, bounds.queueAge.max],
		['milliseconds to a screen (p99)', seen.eventLagP99, bounds.eventLag],
		['watchers behind at the end', seen.watchersBehind, 0],
	];
	return checks.flatMap(([what, n, most]) => (n > most ? [`${what}: ${n}, at most ${most}`] : []));
}

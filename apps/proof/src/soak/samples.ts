import { residentMegabytes } from '../rig/processes.ts';
import type { Rig } from '../rig/rig.ts';

export interface Sample {
	/** Seconds since the soak began. */
	at: number;
	/** Megabytes by process name and pid. */
	memory: Record<string, number>;
	/** Connections by application name. */
	connections: Record<string, number>;
	/** Seconds the oldest due job has been waiting. */
	queueAge: number;
}

export async function takeSample(rig: Rig, began: number): Promise<Sample> {
	const memory: Record<string, number> = {};
	for (const [name, pid] of Object.entries(rig.pids)) {
		const megabytes = name === 'database' ? null : residentMegabytes(pid);
		if (megabytes !== null) memory[`${name} ${pid}`] = megabytes;
	}
	// One that is still being opened, during a deploy for instance, has not said its name yet.
	const connections = await rig.query<{ name: string; n: string }>(
		`select application_name as name, count(*) as n from pg_stat_activity
			where backend_type = 'client backend' and coalesce(state, 'starting') <> 'starting' group by 1`,
	);
	const [queue] = await rig.query<{ age: string | null }>(
		`select extract(epoch from now() - min(run_at)) as age from jobs.job where lease_until is null and run_at <= now()`,
	);
	return {
		at: (Date.now() - began) / 1000,
		memory,
		connections: Object.fromEntries(connections.map((row) => [row.name, Number(row.n)])),
		queueAge: Math.max(0, Number(queue?.age ?? 0)),
	};
}

export interface TableBloat {
	table: string;
	live: number;
	dead: number;
}

/** Tables with many dead rows, as the statistics see them. */
export async function bloat(rig: Rig): Promise<TableBloat[]> {
	const rows = await rig.query<{ table: string; live: string; dead: string }>(
		`select relname as table, n_live_tup as live, n_dead_tup as dead from pg_stat_user_tables where n_dead_tup > 2000 order by n_dead_tup desc limit 8`,
	);
	return rows.map((row) => ({ table: row.table, live: Number(row.live), dead: Number(row.dead) }));
}

/** The share-th of the values in order; 0 without any. */
export function percentile(values: readonly number[], share: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Growth of the values in units a minute, by least squares; null for too short a time. */
export function growthAMinute(points: readonly { at: number; value: number }[], leastSeconds: number): number | null {
	const [first] = points;
	const last = points.at(-1);
	if (!first || !last || last.at - first.at < leastSeconds) return null;
	const mean = (of: (p: { at: number; value: number }) => number): number => points.reduce((sum, p) => sum + of(p), 0) / points.length;
	const [at, value] = [mean((p) => p.at), mean((p) => p.value)];
	const across = points.reduce((sum, p) => sum + (p.at - at) * (p.value - value), 0);
	const along = points.reduce((sum, p) => sum + (p.at - at) ** 2, 0);
	return along === 0 ? null : (across / along) * 60;
}

import { readdirSync, readFileSync } from 'node:fs';

/** What a process has used so far. */
export interface Usage {
	cpuMillis: number;
	/** Ready to run, and another process had the CPU; of the first thread. */
	waitMillis: number;
	rssMb: number;
	/** Shared pages counted by their share. */
	pssMb: number;
}

/** Linux counts CPU time in hundredths of a second. */
const TICK_MILLIS = 10;

interface Stat {
	parent: number;
	cpuMillis: number;
	/** Of children that have ended. */
	endedMillis: number;
}

function statOf(pid: number): Stat | null {
	try {
		const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
		// The name in brackets may hold spaces.
		const fields = text
			.slice(text.lastIndexOf(')') + 2)
			.split(' ')
			.map(Number);
		const [, parent = 0, , , , , , , , , , user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields;
		return { parent, cpuMillis: (user + system) * TICK_MILLIS, endedMillis: (endedUser + endedSystem) * TICK_MILLIS };
	} catch {
		return null;
	}
}

/** A process, and with `children` those that it started too, as PostgreSQL's backends. Zeros for one that has ended. */
export function usageOf(pid: number, children = false): Usage {
	const own = statOf(pid);
	if (!own) return { cpuMillis: 0, waitMillis: 0, rssMb: 0, pssMb: 0 };
	const sum = { cpuMillis: own.cpuMillis, waitMillis: waitOf(pid), ...memoryOf(pid) };
	if (!children) return sum;
	sum.cpuMillis += own.endedMillis;
	for (const name of readdirSync('/proc')) {
		const other = /^\d+$/.test(name) ? statOf(Number(name)) : null;
		if (other?.parent !== pid) continue;
		const memory = memoryOf(Number(name));
		sum.cpuMillis += other.cpuMillis;
		sum.waitMillis += waitOf(Number(name));
		sum.rssMb += memory.rssMb;
		sum.pssMb += memory.pssMb;
	}
	return sum;
}

function waitOf(pid: number): number {
	try {
		return Number(readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ')[1]) / 1e6;
	} catch {
		return 0;
	}
}

function memoryOf(pid: number): { rssMb: number; pssMb: number } {
	try {
		const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
		const of = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0) / 1024;
		return { rssMb: of('Rss'), pssMb: of('Pss') };
	} catch {
		return { rssMb: 0, pssMb: 0 };
	}
}

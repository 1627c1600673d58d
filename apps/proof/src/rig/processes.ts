import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** The direct children of a process. @throws Error when this machine lists no processes. */
export function childrenOf(pid: number): number[] {
	const listed = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
	if (listed.status !== 0) throw new Error('This machine has no ps, without which the database’s processes cannot be found.');
	return listed.stdout
		.split('\n')
		.map((line) => line.trim().split(/\s+/).map(Number))
		.flatMap(([child, parent]) => (parent === pid && child !== undefined ? [child] : []));
}

/** Resident memory of a process in megabytes; null when it is gone. */
export function residentMegabytes(pid: number): number | null {
	const told = spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
	const kilobytes = Number(told.stdout.trim());
	return told.status === 0 && kilobytes > 0 ? kilobytes / 1024 : null;
}

/** SIGKILL to all at once; resolves when none is left. @throws Error when one stays. */
export async function killNow(pids: readonly number[]): Promise<void> {
	for (const pid of pids) signal(pid, 'SIGKILL');
	for (let waited = 0; waited < 10_000; waited += 10) {
		if (pids.every((pid) => isGone(pid))) return;
		await sleep(10);
	}
	throw new Error(`Processes ${pids.filter((pid) => !isGone(pid)).join(', ')} outlived SIGKILL`);
}

function signal(pid: number, name: NodeJS.Signals): void {
	try {
		process.kill(pid, name);
	} catch (error) {
		if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
	}
}

/** Gone, or dead and not yet buried by its parent. */
export function isGone(pid: number): boolean {
	const told = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
	const state = told.stdout.trim();
	return state === '' || state.startsWith('Z');
}

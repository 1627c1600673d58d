import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isGone } from '../src/rig/processes.ts';

const MAIN = fileURLToPath(new URL('../src/faults/main.ts', import.meta.url));

test('a run of the faults that is told twice to end leaves neither database nor files', { timeout: 120_000 }, async () => {
	const folder = mkdtempSync(join(tmpdir(), 'pangea-e-'));
	const run = spawn(process.execPath, [MAIN, '--only', 'reset'], {
		env: { ...process.env, TMPDIR: folder },
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	try {
		const ended = once(run, 'exit');
		// The head of the table comes when the database is there; the run itself has begun a moment later.
		await once(run.stdout, 'data');
		const [file = ''] = globSync(join(folder, 'pangea-faults-*/postgres/data/postmaster.pid'));
		const database = Number(readFileSync(file, 'utf8').split('\n')[0]);
		expect(isGone(database)).toBe(false);
		// `timeout` tells the whole group, and the command that started the run tells it as well.
		run.kill('SIGTERM');
		await sleep(100);
		run.kill('SIGTERM');
		expect(await ended).toEqual([1, null]);
		expect(isGone(database)).toBe(true);
		expect(existsSync(folder) && readdirSync(folder).filter((name) => name.startsWith('pangea-faults-'))).toEqual([]);
	} finally {
		run.kill('SIGKILL');
		rmSync(folder, { recursive: true, force: true });
	}
});

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startLocalPostgres } from '@pangea/local-postgres';
import { claimFolder, DATABASE, databaseFolder, keyFile, masterKey, ownerOf } from './data-folder.ts';

// Gives the replay command the database and the key of the workbench: the running one's, else the embedded database is started for as long as
// the replay takes.
const root = fileURLToPath(new URL('../../../', import.meta.url));

async function main(): Promise<number> {
	const { data, rest } = takeData(process.argv.slice(2));
	if (process.env['DATABASE_URL'] || rest.length === 0 || rest.includes('--help')) {
		return await replay(rest, existsSync(keyFile(data)) ? masterKey(data) : {});
	}
	const folder = databaseFolder(data);
	if (!existsSync(join(folder, 'data', 'PG_VERSION'))) {
		process.stderr.write(
			`There is no database in ${data} yet. Start the workbench once with npm start, name its folder with --data FOLDER, or set DATABASE_URL.\n`,
		);
		return 2;
	}
	const claim = ownerOf(data) === null ? claimFolder(data) : null;
	try {
		const server = await startLocalPostgres({ folder });
		try {
			return await replay(rest, { DATABASE_URL: server.url(DATABASE), ...masterKey(data) });
		} finally {
			if (claim) await server.stop();
		}
	} finally {
		await claim?.stop();
	}
}

/** `--data` is this command's own; everything else belongs to the replay. */
function takeData(args: string[]): { data: string; rest: string[] } {
	const at = args.indexOf('--data');
	const named = at === -1 ? undefined : args[at + 1];
	const rest = at === -1 ? args : args.toSpliced(at, 2);
	const base = process.env['INIT_CWD'] ?? process.cwd();
	return { data: resolve(base, named ?? process.env['PANGEA_DATA'] ?? join(root, '.data')), rest };
}

async function replay(args: string[], env: Record<string, string>): Promise<number> {
	const child = spawn(process.execPath, [join(root, 'apps/worker/src/replay-main.ts'), ...args], {
		stdio: 'inherit',
		env: { ...process.env, ...env },
	});
	// The terminal's Ctrl-C reaches both; the database stops after the replay.
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
	return await new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('exit', (code) => resolve(code ?? 1));
	});
}

main().then(
	(code) => (process.exitCode = code),
	(error: unknown) => {
		process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
		process.exitCode = 1;
	},
);

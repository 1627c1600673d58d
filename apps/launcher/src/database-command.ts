import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startLocalPostgres } from '@pangea/local-postgres';
import { claimFolder, DATABASE, databaseFolder, keyFile, masterKey, ownerOf } from './data-folder.ts';

// Gives a command the database and the key of the workbench: the running one's, else the embedded database is started for as long as the
// command takes.
const root = fileURLToPath(new URL('../../../', import.meta.url));

/** What a command on the workbench's database needs in its environment. */
export type DatabaseEnvironment = Record<string, string>;

export interface CommandFolder {
	data: string;
	/** Arguments that are the command's own. */
	rest: string[];
}

/** `--data` says whose database it is; everything else belongs to the command. */
export function takeData(args: string[]): CommandFolder {
	const at = args.indexOf('--data');
	const named = at === -1 ? undefined : args[at + 1];
	const rest = at === -1 ? args : args.toSpliced(at, 2);
	const base = process.env['INIT_CWD'] ?? process.cwd();
	return { data: resolve(base, named ?? process.env['PANGEA_DATA'] ?? join(root, '.data')), rest };
}

/** Whether there is a database for a command to work on: the environment's, or the folder's. */
export function hasDatabase(data: string): boolean {
	return Boolean(process.env['DATABASE_URL']) || existsSync(join(databaseFolder(data), 'data', 'PG_VERSION'));
}

/** Runs `work` with the environment's database, else with the folder's. `work` may ask for help without either. */
export async function withDatabase(
	data: string,
	options: { idle: boolean },
	work: (env: DatabaseEnvironment) => Promise<number>,
): Promise<number> {
	if (process.env['DATABASE_URL'] || options.idle) return await work(existsSync(keyFile(data)) ? masterKey(data) : {});
	if (!hasDatabase(data)) {
		process.stderr.write(
			`There is no database in ${data} yet. Start the workbench once with npm start, name its folder with --data FOLDER, or set DATABASE_URL.\n`,
		);
		return 2;
	}
	const claim = ownerOf(data) === null ? claimFolder(data) : null;
	try {
		const server = await startLocalPostgres({ folder: databaseFolder(data) });
		try {
			return await work({ DATABASE_URL: server.url(DATABASE), ...masterKey(data) });
		} finally {
			if (claim) await server.stop();
		}
	} finally {
		await claim?.stop();
	}
}

/** Runs a program of the worker's on the database that the arguments and the environment name. @returns its exit code. */
export async function runDatabaseCommand(file: string, args: string[]): Promise<number> {
	const { data, rest } = takeData(args);
	return await withDatabase(data, { idle: rest.length === 0 || rest.includes('--help') }, async (env) => {
		const child = spawn(process.execPath, [join(root, file), ...rest], { stdio: 'inherit', env: { ...process.env, ...env } });
		// The terminal's Ctrl-C reaches both; the database stops after the command.
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
		return await new Promise((done, fail) => {
			child.once('error', fail);
			child.once('exit', (code) => done(code ?? 1));
		});
	});
}

/** Ends the process with the command's code, or with the sentence of its error. */
export function endWith(command: Promise<number>): void {
	command.then(
		(code) => (process.exitCode = code),
		(error: unknown) => {
			process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
			process.exitCode = 1;
		},
	);
}

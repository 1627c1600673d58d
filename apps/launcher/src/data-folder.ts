import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stopLocalPostgres } from '@pangea/local-postgres';
import { newMasterKeyText } from '@pangea/vault';

/** The workbench's database on the embedded server. */
export const DATABASE = 'pangea';

export function databaseFolder(data: string): string {
	return join(data, 'postgres');
}

/** Deletes everything of a data folder. @throws Error when a workbench runs on it. */
export async function clearFolder(data: string): Promise<void> {
	await claimFolder(data).stop();
	await stopLocalPostgres(databaseFolder(data));
	rmSync(data, { recursive: true, force: true });
}

/** One launcher a folder. @throws Error naming the process that has it. */
export function claimFolder(data: string): { stop(): Promise<void> } {
	const file = pidFile(data);
	mkdirSync(data, { recursive: true, mode: 0o700 });
	const pid = ownerOf(data);
	if (pid !== null) throw new Error(`Pangea already runs on ${data} (process ${pid}). Stop it first, or give another folder with --data.`);
	writeFileSync(file, String(process.pid));
	return {
		stop: () => {
			rmSync(file, { force: true });
			return Promise.resolve();
		},
	};
}

export function keyFile(data: string): string {
	return join(data, 'master.key');
}

/** The process of the workbench that runs on a folder. */
export function ownerOf(data: string): number | null {
	const file = pidFile(data);
	if (!existsSync(file)) return null;
	const pid = Number(readFileSync(file, 'utf8'));
	return isRunning(pid) ? pid : null;
}

function pidFile(data: string): string {
	return join(data, 'launcher.pid');
}

function isRunning(pid: number): boolean {
	if (!Number.isInteger(pid) || pid <= 1 || pid === process.pid) return false;
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

/**
 * The key under which everything secret is encrypted: the environment's, or one made at the first start.
 * @throws Error when there is a database already, for a new key would not open what is in it.
 */
export function masterKey(data: string): Record<string, string> {
	const { PANGEA_MASTER_KEY, PANGEA_MASTER_KEY_FILE, PANGEA_MASTER_KEY_COMMAND, PANGEA_TRANSIT_KEY } = process.env;
	if (PANGEA_MASTER_KEY || PANGEA_MASTER_KEY_FILE || PANGEA_MASTER_KEY_COMMAND) return {};
	const file = keyFile(data);
	if (!existsSync(file)) {
		if (PANGEA_TRANSIT_KEY) return {};
		if (existsSync(join(databaseFolder(data), 'data', 'PG_VERSION'))) {
			throw new Error(
				`The master key ${file} is missing, and without it the secrets in the database cannot be read. Put your copy of it back, or start afresh with --fresh.`,
			);
		}
		mkdirSync(data, { recursive: true, mode: 0o700 });
		writeFileSync(file, newMasterKeyText(), { mode: 0o600 });
	}
	return { PANGEA_MASTER_KEY_FILE: file };
}

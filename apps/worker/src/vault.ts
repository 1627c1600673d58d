import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { type Config, masterKeySources } from '@pangea/config';
import type { Database } from '@pangea/db';
import { DEFAULT_OPTIONS, resealAll, rewrapKeys } from '@pangea/sync';
import { masterKeyIds, newMasterKeyText, openMasterKey, openTransit, VaultError } from '@pangea/vault';

/** A command line that cannot be read; the message is a sentence for the person. */
export class VaultUsageError extends Error {
	override name = 'VaultUsageError';
}

export const VAULT_USAGE = `Usage: npm run vault -- status            which master keys are configured, and which the data need
       npm run vault -- new-key           puts a fresh master key before the former ones in the key file; without a key file, prints one
       npm run vault -- rotate            wraps all keys under the current (first) master key, while the workbench runs
       npm run vault -- rotate --reseal   and moves every sealed value to a new data key
Option: --data FOLDER   the workbench's folder, where DATABASE_URL is not set

Each command may be stopped and given again. Keep former master keys as long as you keep backups that were made under them.
`;

export type VaultCommand = { verb: 'status' } | { verb: 'new-key' } | { verb: 'rotate'; reseal: boolean };

/** @returns null when help is wanted. @throws VaultUsageError */
export function readVaultCommand(args: readonly string[]): VaultCommand | null {
	if (args.length === 0 || args.includes('--help')) return null;
	const [verb, ...flags] = args;
	const unknown = flags.find((flag) => flag !== '--reseal' || verb !== 'rotate');
	if (unknown !== undefined) throw new VaultUsageError(`${verb} takes no ${unknown}.`);
	if (verb === 'status' || verb === 'new-key') return { verb };
	if (verb === 'rotate') return { verb, reseal: flags.includes('--reseal') };
	throw new VaultUsageError(`There is no command ${JSON.stringify(verb)}.`);
}

/**
 * Puts a fresh key before the former ones, so that it is used from the next start on and the former ones still open.
 * @throws VaultError when the file cannot be written.
 */
export function addMasterKey(file: string | null, out: (line: string) => void): void {
	const fresh = newMasterKeyText();
	if (file === null) {
		out('There is no key file. Put this key before the former one, parted by a blank, wherever the master key comes from:');
		out(fresh);
		return;
	}
	const fresher = `${file}.new`;
	try {
		const former = readFileSync(file, 'utf8').trim();
		masterKeyIds(former);
		// The file is complete under its name at every moment, and readable to nobody it was not readable to.
		writeFileSync(fresher, `${fresh}\n${former}\n`, { mode: statSync(file).mode & 0o777 });
		renameSync(fresher, file);
	} catch (cause) {
		if (cause instanceof VaultError) throw new VaultError(`${file} holds no master key: ${cause.message}.`, { cause });
		throw new VaultError(`Cannot write ${file}. Make a key with PANGEA_MASTER_KEY_FILE unset, and put it before the former one yourself.`, {
			cause,
		});
	}
	out(`Master key ${masterKeyIds(fresh).join()} now stands first in ${file}. Keep a copy apart from the database.`);
	out('Bring the file to every machine that runs a server or worker; then run npm run vault -- rotate.');
}

/** Lets the key service make a new version of its key, which wraps from then on. @throws VaultError */
export async function addServiceKey(transit: NonNullable<Config['transit']>, out: (line: string) => void): Promise<void> {
	const key = await openTransit(transit);
	await key.rotate();
	out(`${key.id} now wraps. Running servers and workers learn of it by themselves; run npm run vault -- rotate.`);
}

/** @throws VaultError when a former master key is missing. */
export async function runVault(
	command: Exclude<VaultCommand, { verb: 'new-key' }>,
	around: { config: Config; database: Database; out: (line: string) => void; keyRefreshSeconds?: number; forgetAfterSeconds?: number },
): Promise<void> {
	const { config, database, out } = around;
	const master = await openMasterKey(masterKeySources(config));
	if (command.verb === 'status') {
		const needed = await database.masterKeyIds();
		out(`Current master key: ${master.id}`);
		for (const id of needed) out(`Data lie under:     ${id}${(await master.has(id)) ? '' : '  MISSING: its data cannot be read'}`);
		return;
	}
	const { workspaces, rewrapped } = await rewrapKeys({ database, databaseUrl: config.databaseUrl, master });
	out(
		rewrapped === 0
			? `All keys of ${workspaces} workspaces already lie under master key ${master.id}.`
			: `${rewrapped} keys of ${workspaces} workspaces now lie under master key ${master.id}.`,
	);
	if (rewrapped === 0 && !command.reseal) out('For a new master key run npm run vault -- new-key first.');
	if (!command.reseal) return;
	const { values, forgotten } = await resealAll(
		{ database, databaseUrl: config.databaseUrl, master },
		{
			keyRefreshSeconds: around.keyRefreshSeconds ?? DEFAULT_OPTIONS.keyRefreshSeconds,
			forgetAfterSeconds: around.forgetAfterSeconds ?? 86_400,
			report: out,
		},
	);
	out(
		`${values} values moved, ${forgotten} former data keys forgotten. Former data keys are forgotten a day after their last value moved.`,
	);
}

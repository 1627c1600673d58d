import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '@pangea/config';
import { Database, dataKeys } from '@pangea/db';
import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import { masterKeyFromText, masterKeyIds, newMasterKeyText, newWrappedKey } from '@pangea/vault';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTransitService } from '../../../packages/vault/test/transit-service.ts';
import { addMasterKey, addServiceKey, readVaultCommand, runVault } from '../src/vault.ts';

const COMMAND = fileURLToPath(new URL('../src/vault-main.ts', import.meta.url));
const WORKSPACE = '11111111-1111-7111-8111-111111111111';
const OLD = newMasterKeyText();
let home: TestDatabase;
let database: Database;
let folder: string;
let file: string;

beforeEach(async () => {
	home = await createTestDatabase();
	folder = mkdtempSync(join(tmpdir(), 'pangea vault '));
	file = join(folder, 'master.key');
	writeFileSync(file, OLD, { mode: 0o600 });
	database = new Database({ url: home.url, name: 'test', onIdleError: () => {} });
	await database.inWorkspace(WORKSPACE, async (scope) => {
		await scope.db.insertInto('workspace').values({ workspace_id: WORKSPACE, name: 'W', base_currency: 'USD', zone: 'UTC' }).execute();
		await dataKeys(scope, () => newWrappedKey(masterKeyFromText(OLD)));
	});
});
afterEach(async () => {
	await database.close();
	rmSync(folder, { recursive: true });
	await home.drop();
});

/** Runs the command as its program does, and gives what it printed. */
async function vault(...args: string[]): Promise<string> {
	const lines: string[] = [];
	const out = (line: string): void => void lines.push(line);
	const command = readVaultCommand(args);
	if (command?.verb === 'new-key') addMasterKey(file, out);
	else if (command) {
		const config = loadConfig({ DATABASE_URL: home.url, PANGEA_MASTER_KEY_FILE: file });
		await runVault(command, { config, database, out, keyRefreshSeconds: 0 });
	}
	return lines.join('\n');
}

test('a new key stands first in the file, and the rotation moves everything to it', async () => {
	expect(await vault('status')).toContain(`Data lie under:     ${masterKeyIds(OLD).join()}`);
	expect(await vault('new-key')).toContain('now stands first');
	const [young = '', ...former] = masterKeyIds(readFileSync(file, 'utf8'));
	expect(former).toEqual(masterKeyIds(OLD));
	expect(statSync(file).mode & 0o777).toBe(0o600);
	expect(await vault('rotate')).toContain(`1 keys of 1 workspaces now lie under master key ${young}`);
	expect(await vault('status')).toBe(`Current master key: ${young}\nData lie under:     ${young}`);
	expect(await vault('rotate')).toContain('For a new master key run npm run vault -- new-key first.');
	// The former key is not needed by the database any more.
	writeFileSync(file, readFileSync(file, 'utf8').split('\n')[0] ?? '');
	expect(await vault('rotate', '--reseal')).toContain('0 values moved, 0 former data keys forgotten.');
});

test('a key service takes over: its key wraps, a new version of it too, and the file is not needed any more', async () => {
	const service = await startTransitService();
	try {
		const given = { DATABASE_URL: home.url, PANGEA_TRANSIT_KEY: service.keyUrl, PANGEA_TRANSIT_TOKEN: service.token };
		const run = async (env: Record<string, string>, ...args: string[]): Promise<string> => {
			const lines: string[] = [];
			const command = readVaultCommand(args);
			const config = loadConfig(env);
			if (command?.verb === 'new-key' && config.transit) await addServiceKey(config.transit, (line) => void lines.push(line));
			else if (command && command.verb !== 'new-key')
				await runVault(command, { config, database, out: (line) => void lines.push(line), keyRefreshSeconds: 0 });
			return lines.join('\n');
		};
		await expect(run(given, 'rotate')).rejects.toThrow(/Restore the former key file/);
		expect(await run({ ...given, PANGEA_MASTER_KEY_FILE: file }, 'rotate')).toContain('now lie under master key transit:transit/pangea:v1');
		expect(await run(given, 'status')).toBe('Current master key: transit:transit/pangea:v1\nData lie under:     transit:transit/pangea:v1');
		expect(await run(given, 'new-key')).toContain('transit:transit/pangea:v2 now wraps');
		expect(await run(given, 'rotate')).toContain('now lie under master key transit:transit/pangea:v2');
		expect(await run(given, 'rotate', '--reseal')).toContain('0 values moved');
	} finally {
		await service.close();
	}
});

test('a missing key, a foreign key and a wrong command line each end in a sentence', async () => {
	writeFileSync(file, newMasterKeyText());
	await expect(vault('rotate')).rejects.toThrow(/^The data were encrypted under master key \w{16}, but \w{16} is configured\. Restore/);
	expect(await vault('status')).toContain('MISSING');
	writeFileSync(file, 'not a key');
	await expect(vault('new-key')).rejects.toThrow(/holds no master key: The master key must be 32 bytes/);
	await expect(vault('status')).rejects.toThrow('PANGEA_MASTER_KEY_FILE must hold 32 bytes, as 64 hex digits or base64.');
	rmSync(file);
	await expect(vault('new-key')).rejects.toThrow(/^Cannot write .*master\.key/);
	await expect(vault('turn')).rejects.toThrow('There is no command "turn".');
	await expect(vault('status', '--reseal')).rejects.toThrow('status takes no --reseal.');
});

test('the program prints the sentence alone and ends with a code', { timeout: 60_000 }, () => {
	writeFileSync(file, newMasterKeyText());
	const env = { PATH: process.env['PATH'], DATABASE_URL: home.url, PANGEA_MASTER_KEY_FILE: file };
	const done = spawnSync(process.execPath, [COMMAND, 'rotate'], { encoding: 'utf8', env });
	expect(done.status).toBe(1);
	expect(done.stderr).toMatch(/^The data were encrypted under master key .*\n$/);
});

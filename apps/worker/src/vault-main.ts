import { ConfigError, loadConfig } from '@pangea/config';
import { Database, migrate } from '@pangea/db';
import { addMasterKey, addServiceKey, readVaultCommand, runVault, VAULT_USAGE, VaultUsageError } from './vault.ts';

try {
	const command = readVaultCommand(process.argv.slice(2));
	const out = (line: string): void => void process.stdout.write(`${line}\n`);
	if (command === null) process.stdout.write(VAULT_USAGE);
	else if (command.verb === 'new-key' && !process.env['PANGEA_TRANSIT_KEY']?.trim())
		addMasterKey(process.env['PANGEA_MASTER_KEY_FILE'] ?? null, out);
	else if (command.verb === 'new-key') {
		const { transit } = loadConfig();
		if (transit) await addServiceKey(transit, out);
	} else {
		const config = loadConfig();
		await migrate(config.databaseUrl);
		const database = new Database({ url: config.databaseUrl, name: 'pangea vault', maxConnections: 2, onIdleError: () => {} });
		try {
			await runVault(command, { config, database, out });
		} finally {
			await database.close();
		}
	}
} catch (error) {
	const message = error instanceof Error ? error.message : String(error);
	process.stderr.write(error instanceof VaultUsageError ? `${message}\n\n${VAULT_USAGE}` : `${message}\n`);
	process.exitCode = error instanceof VaultUsageError || error instanceof ConfigError ? 2 : 1;
}

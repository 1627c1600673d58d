import { ConfigError, loadConfig, masterKeySources } from '@pangea/config';
import { Database, migrate } from '@pangea/db';
import { registry } from '@pangea/platform-registry';
import { openMasterKey } from '@pangea/vault';
import { readCommand, runReplay, USAGE, UsageError } from './replay.ts';

try {
	// npm changes the working folder; paths mean the one where the command was given.
	const command = readCommand(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd());
	if (command === null) process.stdout.write(USAGE);
	else {
		const config = loadConfig();
		await migrate(config.databaseUrl);
		const database = new Database({ url: config.databaseUrl, name: 'pangea replay', maxConnections: 2, onIdleError: () => {} });
		try {
			const master = await openMasterKey(masterKeySources(config));
			await runReplay(command, { database, master, registry, input: process.stdin, out: (text) => void process.stdout.write(text) });
		} finally {
			await database.close();
		}
	}
} catch (error) {
	const message = error instanceof Error ? error.message : String(error);
	process.stderr.write(error instanceof UsageError ? `${message}\n\n${USAGE}` : `${message}\n`);
	process.exitCode = error instanceof UsageError || error instanceof ConfigError ? 2 : 1;
}

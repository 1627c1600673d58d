import { fileURLToPath } from 'node:url';
import { ConfigError, loadConfig } from '@pangea/config';
import { DatabaseError } from '@pangea/db';
import { VaultError } from '@pangea/vault';
import { startServer } from './server.ts';

try {
	const server = await startServer(loadConfig(), { webFolder: fileURLToPath(new URL('../../web/dist/', import.meta.url)) });
	const stop = (): void => {
		server.stop().then(
			() => process.exit(0),
			() => process.exit(1),
		);
	};
	for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(signal, stop);
	process.send?.({ ready: { port: server.port, adminPort: server.adminPort } });
} catch (error) {
	const told = error instanceof ConfigError || error instanceof DatabaseError || error instanceof VaultError;
	process.stderr.write(`${told ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
	process.exit(1);
}

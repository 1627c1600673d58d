import { ConfigError, loadConfig } from '@pangea/config';
import { DatabaseError } from '@pangea/db';
import { keepHeapSmall } from '@pangea/sync';
import { VaultError } from '@pangea/vault';
import { startWorker } from './worker.ts';

keepHeapSmall();
try {
	const worker = await startWorker({ config: loadConfig() });
	const stop = (): void => {
		worker.stop().then(
			() => process.exit(0),
			() => process.exit(1),
		);
	};
	for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(signal, stop);
	process.send?.({ ready: { adminPort: worker.adminPort } });
} catch (error) {
	const told = error instanceof ConfigError || error instanceof DatabaseError || error instanceof VaultError;
	process.stderr.write(`${told ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
	process.exit(1);
}

import { ConfigError, loadConfig } from '@pangea/config';
import { startWorker } from './worker.ts';

try {
	const worker = await startWorker({ config: loadConfig() });
	const stop = (): void => {
		worker.stop().then(
			() => process.exit(0),
			() => process.exit(1),
		);
	};
	for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(signal, stop);
	process.send?.({ ready: {} });
} catch (error) {
	process.stderr.write(
		`${error instanceof ConfigError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
	);
	process.exit(1);
}

import { fileURLToPath } from 'node:url';
import { ConfigError, loadConfig } from '@pangea/config';
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
	process.send?.({ ready: { port: server.port } });
} catch (error) {
	process.stderr.write(
		`${error instanceof ConfigError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
	);
	process.exit(1);
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { migrate } from '@pangea/db';
import { startLocalPostgres } from '@pangea/local-postgres';
import { endWith } from '../rig/end.ts';
import { broken } from './bounds.ts';
import { runFleet } from './run.ts';

/** `npm run fleet`: two hundred stores over sixty connections. */
async function main(): Promise<number> {
	const { values } = parseArgs({
		options: {
			stores: { type: 'string', default: '200' },
			connections: { type: 'string', default: '60' },
			minutes: { type: 'string', default: '60' },
			seed: { type: 'string', default: '1' },
		},
	});
	const folder = mkdtempSync(join(tmpdir(), 'pangea-fleet-'));
	const starting = startLocalPostgres({ folder: join(folder, 'postgres'), durable: false });
	const clear = async (): Promise<void> => {
		await (await starting).stop();
		rmSync(folder, { recursive: true, force: true });
	};
	endWith({ stop: clear });
	const server = await starting;
	try {
		await server.ensureDatabase('pangea');
		await migrate(server.url('pangea'));
		const report = await runFleet({
			databaseUrl: server.url('pangea'),
			stores: Number(values.stores),
			connections: Number(values.connections),
			size: 4000,
			changes: 400,
			minutes: Number(values.minutes),
			seed: `fleet ${values.seed}`,
			pace: { busy: 4, idle: 60 },
			onTrouble: (error) => process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`),
		});
		const bounds = broken(report);
		for (const sentence of bounds) process.stderr.write(`${sentence}\n`);
		process.stdout.write(`${JSON.stringify({ proof: 'fleet', failed: bounds.length, ...report })}\n`);
		return bounds.length === 0 ? 0 : 1;
	} finally {
		await clear();
	}
}

main().then(
	(code) => (process.exitCode = code),
	(error: unknown) => {
		process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
		process.exitCode = 2;
	},
);

import { parseArgs } from 'node:util';
import { withThrowawayDatabase } from '../rig/throwaway.ts';
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
	return await withThrowawayDatabase('fleet', async (databaseUrl) => {
		const report = await runFleet({
			databaseUrl,
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
	});
}

main().then(
	(code) => (process.exitCode = code),
	(error: unknown) => {
		process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
		process.exitCode = 2;
	},
);

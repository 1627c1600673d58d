import { parseArgs } from 'node:util';
import { runCommand, wholeNumber } from '../rig/command.ts';
import { withThrowawayDatabase } from '../rig/throwaway.ts';
import { broken } from './bounds.ts';
import { runFleet } from './run.ts';

const USAGE = `Usage: npm run fleet -- [options]

  --stores N        how many stores (default 200)
  --connections N   over how many connections to their accounts (default 60)
  --minutes N       of the platforms' time (default 60)
  --seed N          for what happens in the world (default 1)
`;

/** Many stores within the platforms' limits. */
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
			stores: wholeNumber('stores', values.stores, 1),
			connections: wholeNumber('connections', values.connections, 1),
			size: 4000,
			changes: 400,
			minutes: wholeNumber('minutes', values.minutes, 1),
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

runCommand(USAGE, main);

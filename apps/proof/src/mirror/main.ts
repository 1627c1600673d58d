import { parseArgs } from 'node:util';
import { freePort } from '@pangea/launcher/ports';
import { runCommand, wholeNumber } from '../rig/command.ts';
import { endWith } from '../rig/end.ts';
import { Rig } from '../rig/rig.ts';
import { MIRRORED, mirror } from './run.ts';

const HELP = `Usage: npm run mirror -- [options]

  --listings N      how many a shop of TikTok Shop has beside its catalogue (default 100000, a walk of some eleven minutes)
  --kills N         how often the worker is killed in each of the two walks (default 1)
  --seed N          of the world (default 1)
  --help
`;

/** A large store is read, and read again, while the worker is killed. */
async function main(): Promise<number> {
	const { values } = parseArgs({
		options: {
			listings: { type: 'string', default: '100000' },
			kills: { type: 'string', default: '1' },
			seed: { type: 'string', default: '1' },
		},
	});
	const step = (text: string): void => void process.stdout.write(`• ${text}\n`);
	const listings = wholeNumber('listings', values.listings, 1);
	const rig = await Rig.start({
		orders: 200,
		seed: `mirror ${wholeNumber('seed', values.seed)}`,
		port: await freePort(15600),
		binds: (demo) => demo.platform === MIRRORED.platform,
		shelf: { store: MIRRORED.store, listings },
		step,
	});
	endWith(rig);
	try {
		const report = await mirror(rig, { listings, kills: wholeNumber('kills', values.kills), step });
		for (const sentence of report.wrong.slice(0, 20)) process.stderr.write(`${sentence}\n`);
		process.stdout.write(`${JSON.stringify({ proof: 'mirror', ...report, wrong: report.wrong.length })}\n`);
		return report.wrong.length === 0 ? 0 : 1;
	} finally {
		await rig.stop();
	}
}

runCommand(HELP, main);

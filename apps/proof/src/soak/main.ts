import { parseArgs } from 'node:util';
import { freePort } from '@pangea/launcher/ports';
import { runCommand, wholeNumber } from '../rig/command.ts';
import { endWith } from '../rig/end.ts';
import { Rig } from '../rig/rig.ts';
import { BOUNDS, soak } from './soak.ts';

/** The share of the time in which deploys happen; in the rest the last processes must not grow. */
const CHANGING = 0.6;
/** What a process may take of the whole time until its growth counts. */
const WARMING = 0.1;

const HELP = `Usage: npm run soak -- [options]

  --minutes N       how long (default 120)
  --live N          new orders a minute (default 60)
  --watchers N      open screens (default 20)
  --deploy-every N  seconds between deploys, server and worker in turn, in the first three fifths (default 120)
  --help
`;

async function main(): Promise<number> {
	const { values } = parseArgs({
		options: {
			minutes: { type: 'string', default: '120' },
			live: { type: 'string', default: '60' },
			watchers: { type: 'string', default: '20' },
			'deploy-every': { type: 'string', default: '120' },
		},
	});
	const minutes = wholeNumber('minutes', values.minutes, 1);
	const live = wholeNumber('live', values.live);
	const watchers = wholeNumber('watchers', values.watchers);
	const deployEvery = wholeNumber('deploy-every', values['deploy-every'], 1);
	const step = (text: string): void => void process.stdout.write(`• ${text}\n`);
	const rig = await Rig.start({ orders: 3000, seed: 'soak', port: await freePort(15300), live, binds: () => true, step });
	endWith(rig);
	try {
		const { figures, broken } = await soak(rig, {
			seconds: minutes * 60,
			deployEvery,
			deployUntil: minutes * 60 * CHANGING,
			warmUp: minutes * 60 * WARMING,
			bounds: { ...BOUNDS, growth: minutes >= 60 ? 1 : BOUNDS.growth },
			watchers,
			settleMillis: 300_000,
			told: step,
		});
		for (const one of broken) process.stdout.write(`  BROKEN ${one}\n`);
		process.stdout.write(`${JSON.stringify({ soak: broken.length === 0 ? 'passed' : 'failed', minutes, ...figures })}\n`);
		return broken.length === 0 ? 0 : 1;
	} finally {
		await rig.stop();
	}
}

runCommand(HELP, main);

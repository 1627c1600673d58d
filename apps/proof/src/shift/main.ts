import { parseArgs } from 'node:util';
import { launchBrowser } from '@pangea/e2e/browser';
import { freePort } from '@pangea/launcher/ports';
import { runCommand, wholeNumber } from '../rig/command.ts';
import { endWith } from '../rig/end.ts';
import { Rig } from '../rig/rig.ts';
import { oneWithBuyers } from '../rig/small.ts';
import { workShift } from './shift.ts';

const HELP = `Usage: npm run shift -- [options]

  --conversations N   how many buyers write (default 200)
  --cuts N            how often the lines to the server are cut (default 20)
  --restarts N        how often the server is started again (default 2: told to stop, then killed)
  --seed N            repeats the choices of another run, which printed it
  --help
`;

async function main(): Promise<number> {
	const { values } = parseArgs({
		options: {
			conversations: { type: 'string', default: '200' },
			cuts: { type: 'string', default: '20' },
			restarts: { type: 'string', default: '2' },
			seed: { type: 'string', default: String(Date.now() % 1_000_000) },
		},
	});
	const conversations = wholeNumber('conversations', values.conversations, 1);
	const [cuts, restarts, seed] = [
		wholeNumber('cuts', values.cuts),
		wholeNumber('restarts', values.restarts),
		wholeNumber('seed', values.seed),
	];
	process.stdout.write(`• seed ${seed}\n`);
	const step = (text: string): void => void process.stdout.write(`• ${text}\n`);
	const rig = await Rig.start({ orders: 1500, seed: `shift ${seed}`, port: await freePort(15600), binds: oneWithBuyers, step });
	endWith(rig);
	const browser = await launchBrowser();
	try {
		const patience = 120_000 + conversations * 4_000;
		const { wrong, ...figures } = await workShift(rig, browser, { conversations, cuts, restarts, seed, patience, told: step });
		for (const one of wrong) process.stdout.write(`  WRONG ${one}\n`);
		process.stdout.write(`${JSON.stringify({ ...figures, seed, wrong: wrong.length })}\n`);
		return wrong.length === 0 ? 0 : 1;
	} finally {
		await browser.close();
		await rig.stop();
	}
}

runCommand(HELP, main);

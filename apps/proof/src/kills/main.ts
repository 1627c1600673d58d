import { parseArgs } from 'node:util';
import { freePort } from '@pangea/launcher/ports';
import { runCommand, wholeNumber } from '../rig/command.ts';
import { endWith } from '../rig/end.ts';
import { Rig } from '../rig/rig.ts';
import { oneOfEach } from '../rig/small.ts';
import { runRounds } from './rounds.ts';

const HELP = `Usage: npm run kills -- [options]

  --rounds N        how many faults, one after the other (default 14: each once)
  --seed N          repeats the choices of another run, which printed it
  --only NAME       one fault by its name; may be given several times
  --settle N        seconds after which a fault must have been overcome (default 180)
  --all             all accounts of the demo seller instead of one of each platform
  --help
`;

async function main(): Promise<number> {
	const { values } = parseArgs({
		options: {
			rounds: { type: 'string', default: '14' },
			seed: { type: 'string', default: String(Date.now() % 1_000_000) },
			only: { type: 'string', multiple: true },
			settle: { type: 'string', default: '180' },
			all: { type: 'boolean', default: false },
		},
	});
	const [rounds, seed, settle] = [
		wholeNumber('rounds', values.rounds, 1),
		wholeNumber('seed', values.seed),
		wholeNumber('settle', values.settle, 1),
	];
	process.stdout.write(`• seed ${seed}\n`);
	const rig = await Rig.start({
		orders: 2500,
		seed: `kills ${seed}`,
		port: await freePort(15200),
		binds: values.all ? () => true : oneOfEach,
		step: (text) => process.stdout.write(`• ${text}\n`),
	});
	endWith(rig);
	try {
		const { reports, skipped } = await runRounds(rig, {
			rounds,
			seed,
			settleMillis: settle * 1000,
			...(values.only ? { only: values.only } : {}),
			told: (report) => {
				const { round, fault, historyDone, happened, orders, settledSeconds, wrong } = report;
				const end = wrong.length === 0 ? 'all well' : `${wrong.length} WRONG`;
				process.stdout.write(
					`${String(round).padStart(3)} ${fault} (history ${historyDone}, ${happened} changes): ${orders} orders, ${settledSeconds.toFixed(1)} s, ${end}\n`,
				);
				for (const one of wrong.slice(0, 12)) process.stdout.write(`      ${one}\n`);
			},
		});
		const failed = reports.filter((report) => report.wrong.length > 0);
		for (const reason of skipped) process.stdout.write(`• not tried: ${reason}\n`);
		const slowest = Math.max(0, ...reports.map((report) => report.settledSeconds));
		const figures = { kills: reports.length, failed: failed.length, seed, slowestSettleSeconds: slowest, skipped: skipped.length };
		process.stdout.write(`${JSON.stringify(figures)}\n`);
		return failed.length === 0 ? 0 : 1;
	} finally {
		await rig.stop();
	}
}

runCommand(HELP, main);

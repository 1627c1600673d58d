import { parseArgs } from 'node:util';
import { type FaultKind, faultKinds } from '@pangea/simulator';
import { runCommand, UsageError, wholeNumber } from '../rig/command.ts';
import { withThrowawayDatabase } from '../rig/throwaway.ts';
import { allRounds } from './plans.ts';
import type { RoundReport } from './round.ts';
import { runFaults } from './run.ts';
import { fortyStores } from './stores.ts';

const USAGE = `Usage: npm run faults [-- --only KIND[+KIND],… --seed N]

  --only    these combinations instead of all kinds and all pairs, e.g. reset,poison+drift
  --seed    for what happens in the world and when a fault strikes; default 1

Kinds: ${faultKinds.join(', ')}.
`;

async function main(): Promise<number> {
	const { values } = parseArgs({ options: { only: { type: 'string' }, seed: { type: 'string', default: '1' } } });
	const rounds = values.only === undefined ? allRounds() : values.only.split(',').map((round) => round.split('+').map(kindOf));
	const started = Date.now();
	return await withThrowawayDatabase('faults', async (databaseUrl) => {
		process.stdout.write(`${row(['faults', 'struck', 'caught up', 'rebound', 'set aside', 'refused', 'verdict'])}\n`);
		const report = await runFaults({
			databaseUrl,
			stores: fortyStores,
			rounds,
			seed: wholeNumber('seed', values.seed, 1),
			pace: { busy: 10, idle: 120 },
			size: 200,
			changes: 60,
			strikes: 8,
			armedMillis: 20_000,
			patienceMinutes: 120,
			onRound: (one) => process.stdout.write(describe(one)),
			onTrouble: (error) => process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`),
		});
		const failed = report.rounds.filter((r) => r.problems.length > 0);
		const { stores, orders, asked, refused } = report;
		const minutes = Math.max(...report.rounds.map((r) => r.minutes));
		const seconds = Math.round((Date.now() - started) / 1000);
		process.stdout.write(
			`${JSON.stringify({ proof: 'faults', rounds: report.rounds.length, failed: failed.length, stores, orders, asked, refused, longestMinutes: minutes, seconds })}\n`,
		);
		return failed.length === 0 ? 0 : 1;
	});
}

function kindOf(text: string): FaultKind {
	const kind = faultKinds.find((known) => known === text);
	if (kind === undefined) throw new UsageError(`There is no fault called ${text}.`);
	return kind;
}

function describe(report: RoundReport): string {
	const struck = Object.values(report.strikes).join(' + ');
	const name = report.faults.length === 0 ? 'none' : report.faults.join(' + ');
	const verdict = report.problems.length === 0 ? 'ok' : `${report.problems.length} problems`;
	const cells = [
		name,
		struck,
		`${report.minutes} min`,
		report.reconnected,
		report.quarantined,
		`${report.refused}/${report.asked}`,
		verdict,
	];
	return [row(cells), ...report.problems.slice(0, 12).map((problem) => `    ${problem}`), ''].join('\n');
}

function row(cells: readonly (string | number)[]): string {
	const widths = [40, 12, 11, 9, 10, 12, 12];
	return cells
		.map((cell, i) => String(cell).padEnd(widths[i] ?? 0))
		.join(' ')
		.trimEnd();
}

runCommand(USAGE, main);

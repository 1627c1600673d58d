import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { namesOf, ourStores } from '../checker/index.ts';
import type { Rig } from '../rig/rig.ts';
import { Seeded } from '../rig/seeded.ts';
import { settle } from '../rig/settle.ts';
import { Traffic } from '../rig/traffic.ts';
import { FAULTS, type Fault } from './faults.ts';
import { Histories } from './history.ts';

export interface RoundReport {
	round: number;
	fault: string;
	/** How much of the histories was done when it happened. */
	historyDone: string;
	happened: number;
	orders: number;
	events: number;
	settledSeconds: number;
	/** Everything wrong afterwards; empty when the round is passed. */
	wrong: string[];
}

export interface RoundsOptions {
	rounds: number;
	/** Repeats the same choices; what falls between them is the machine's. */
	seed: number;
	/** How long work may rest after a fault before the round has failed. */
	settleMillis: number;
	/** Names of faults; all when absent. */
	only?: readonly string[];
	told?: (report: RoundReport) => void;
}

/** Rounds of faults in the middle of backfills while pushes flow, each followed by the checker. Every fault comes before one comes again. */
export async function runRounds(rig: Rig, options: RoundsOptions): Promise<{ reports: RoundReport[]; skipped: string[] }> {
	const random = new Seeded(options.seed);
	const chosen = FAULTS.filter((fault) => options.only === undefined || options.only.includes(fault.name));
	const lacking = chosen.flatMap((fault) => {
		const reason = fault.missing?.(rig) ?? null;
		return reason === null ? [] : [{ fault, reason }];
	});
	const possible = chosen.filter((fault) => lacking.every((one) => one.fault !== fault));
	const histories = await Histories.of(rig);
	const traffic = new Traffic(rig.door, await boundStores(rig), random);
	const reports: RoundReport[] = [];
	let deck: Fault[] = [];
	for (let round = 1; round <= options.rounds; round++) {
		if (deck.length === 0) deck = shuffled(possible, random);
		const fault = deck.pop();
		if (!fault) break;
		const report = await playRound({ rig, random, traffic, histories, options }, round, fault);
		reports.push(report);
		options.told?.(report);
	}
	return { reports, skipped: lacking.map(({ fault, reason }) => `${fault.name}: ${reason}`) };
}

interface Playing {
	rig: Rig;
	random: Seeded;
	traffic: Traffic;
	histories: Histories;
	options: RoundsOptions;
}

async function playRound({ rig, random, traffic, histories, options }: Playing, round: number, fault: Fault): Promise<RoundReport> {
	const before = traffic.happened;
	await histories.restart();
	traffic.start();
	await sleep(random.between(200, 4000));
	const historyDone = await histories.done();
	await fault.happen({ rig, random, traffic, rest: () => untilDone(histories) });
	await sleep(random.between(200, 1500));
	await traffic.stop();
	// Nothing but what was killed may be dead: a process that ends by itself stops all work until somebody starts it again.
	const fallen = (await rig.raiseFallen()).map((name) => `${name} ended by itself`);
	const { verdict, unsettled, seconds } = await settle(rig, options.settleMillis);
	return {
		round,
		fault: fault.name,
		historyDone,
		happened: traffic.happened - before,
		orders: Object.values(verdict.compared).reduce((total, n) => total + n, 0),
		events: verdict.events,
		settledSeconds: seconds,
		wrong: [...fallen, ...unsettled, ...verdict.problems.map((p) => `${p.kind} ${p.where}: ${p.expected} expected, ${p.found} found`)],
	};
}

async function untilDone(histories: Histories): Promise<void> {
	for (let waited = 0; waited < 120; waited++) {
		const [done, all] = (await histories.done()).split('/');
		if (done === all) return;
		await sleep(1000);
	}
}

async function boundStores(rig: Rig): Promise<string[]> {
	const client = new pg.Client({ connectionString: rig.databaseUrl });
	await client.connect();
	try {
		const stores = (await ourStores(client)).filter((store) => !store.externalId.includes('managed'));
		const { platforms } = await rig.door.world();
		return [...namesOf(platforms, stores).values()].sort();
	} finally {
		await client.end();
	}
}

function shuffled<T>(items: readonly T[], random: Seeded): T[] {
	return items
		.map((item) => ({ item, at: random.unit() }))
		.sort((a, b) => a.at - b.at)
		.map(({ item }) => item);
}

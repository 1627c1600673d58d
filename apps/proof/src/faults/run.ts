import type { FaultKind, StoreSeed } from '@pangea/simulator';
import { sql } from 'kysely';
import type { Pace } from './fast-time.ts';
import { openFaultHome, type FaultHome } from './home.ts';
import { type RoundReport, runRound } from './round.ts';
import { chanceOf, Stirrer } from './stir.ts';

export interface FaultRun {
	databaseUrl: string;
	stores: readonly StoreSeed[];
	rounds: readonly (readonly FaultKind[])[];
	seed: number;
	/** Orders of the past, over all stores. */
	size: number;
	changes: number;
	strikes: number;
	armedMillis: number;
	patienceMinutes: number;
	pace: Pace;
	onRound: (report: RoundReport) => void;
	onTrouble: (error: unknown) => void;
}

export interface FaultRunReport {
	stores: number;
	rounds: RoundReport[];
	orders: number;
	/** Calls that were counted by a budget of a platform, and those that found it empty. */
	asked: number;
	refused: number;
}

/** Until the history of all stores is in; the first round has no fault but that much work. */
const HISTORY_MINUTES = 24 * 60;

/** Binds all stores, waits until their history is in, and runs the rounds one after the other in one world. */
export async function runFaults(run: FaultRun): Promise<FaultRunReport> {
	const chance = chanceOf(run.seed);
	const home = await openFaultHome({
		databaseUrl: run.databaseUrl,
		stores: run.stores,
		size: run.size,
		seed: `faults ${run.seed}`,
		pace: run.pace,
		onTrouble: run.onTrouble,
	});
	try {
		const stores = await storeIds(home);
		const stirrer = new Stirrer(home.simulator.control, chance);
		const options = { changes: run.changes, strikes: run.strikes, armedMillis: run.armedMillis, patienceMinutes: run.patienceMinutes };
		const calm = await runRound(home, [], stirrer, { ...options, patienceMinutes: HISTORY_MINUTES, forgetful: [] });
		run.onRound(calm);
		const reports = [calm];
		for (const [i, faults] of run.rounds.entries()) {
			const forgetful = [...stores.values()].flatMap((ids) => ids[i % ids.length] ?? []);
			const report = await runRound(home, faults, stirrer, { ...options, forgetful });
			reports.push(report);
			run.onRound(report);
		}
		const [{ orders } = { orders: 0 }] = await home.database.inWorkspace(home.workspaceId, ({ db }) =>
			db.selectFrom('orders').select(sql<number>`count(*)::int`.as('orders')).execute(),
		);
		return {
			stores: [...stores.values()].reduce((sum, ids) => sum + ids.length, 0),
			rounds: reports,
			orders,
			asked: reports.reduce((sum, r) => sum + r.asked, 0),
			refused: reports.reduce((sum, r) => sum + r.refused, 0),
		};
	} finally {
		await home.stop();
	}
}

/** Ids of the stores that are called, by platform. */
async function storeIds(home: FaultHome): Promise<Map<string, string[]>> {
	const rows = await home.database.inWorkspace(home.workspaceId, ({ db }) =>
		db
			.selectFrom('store')
			.select(['store_id', 'platform'])
			.where('enabled', '=', true)
			.where('active', '=', true)
			.orderBy('external_id')
			.execute(),
	);
	const ids = new Map<string, string[]>();
	for (const row of rows) ids.set(row.platform, [...(ids.get(row.platform) ?? []), row.store_id]);
	return ids;
}

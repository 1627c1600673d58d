import type { FleetReport } from './run.ts';

/** Refused calls of all that a platform counted. */
const MOST_REFUSED = 0.01;
/** Allowed lags of a platform: three polls and what it holds back. Beyond one a store is shown as late. */
const MOST_LAG = 1;
const MOST_BEHIND_HISTORY = 1000;

/** A sentence for every bound that the fleet broke. */
export function broken(report: FleetReport): string[] {
	const told: string[] = [];
	if (report.refusedShare > MOST_REFUSED) told.push(`The platforms refused ${report.refused} of ${report.asked} calls for their rate.`);
	if (report.worstLag > MOST_LAG) told.push(`A store was read ${report.worstLag.toFixed(2)} allowed lags behind.`);
	if (report.behindHistoryMillis > MOST_BEHIND_HISTORY)
		told.push(
			`Due news or messages (${report.behindHistoryJob}) stood ${Math.round(report.behindHistoryMillis)} ms behind history that began later.`,
		);
	return told;
}

import { appendFileSync } from 'node:fs';

/** What a referee saw of one side, against one source of truth that we did not write. */
export interface Hearing {
	platform: string;
	/** `adapter`: what we send and read. `simulator`: what it answers. */
	side: 'adapter' | 'simulator';
	/** The official model, bundle, sample or field list. */
	against: string;
	/** How many messages or documents were judged. */
	judged: number;
	/** Every disagreement, by a name that stays the same from run to run; repeats count once. */
	disagreements: readonly string[];
	/** The reason of each disagreement that is documented, by its name. */
	reasons?: Readonly<Record<string, string>>;
}

export interface Verdict {
	/** Disagreements without a reason. */
	undocumented: string[];
	/** Reasons whose disagreement no longer occurs. */
	gone: string[];
}

/** The verdict that every hearing must end with. */
export const AGREED: Verdict = { undocumented: [], gone: [] };

/**
 * Holds what a referee found against what is documented: a new disagreement and one that is no longer there are both told. The hearing goes
 * into the report that `npm run referees` prints.
 */
export function settle({ disagreements, reasons = {}, ...hearing }: Hearing): Verdict {
	const found = [...new Set(disagreements)].sort((a, b) => a.localeCompare(b));
	const undocumented = found.filter((one) => !Object.hasOwn(reasons, one));
	const gone = Object.keys(reasons).filter((one) => !found.includes(one));
	const report = process.env['PANGEA_REFEREE_REPORT'];
	if (report) {
		const told = found.map((what) => ({ what, reason: Object.hasOwn(reasons, what) ? reasons[what] : null }));
		appendFileSync(report, `${JSON.stringify({ ...hearing, told, gone })}\n`);
	}
	return { undocumented, gone };
}

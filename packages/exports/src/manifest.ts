import { columnsOf, type ReportId } from '@pangea/domain';

/**
 * What a file stands on, frozen with it. It holds no clock of its own: the moment of a file is the number of the last event that it knows of, and
 * up to when each store was read, so that the same question over the same rows gives the same bytes.
 */
export interface Manifest {
	report: ReportId;
	columns: readonly string[];
	/** As it was asked; what is not named was not narrowed. */
	filter: Readonly<Record<string, unknown>>;
	/** Instants are shown in it; days are of each order's own store. */
	zone: string;
	/** The company whose stores these are; null where the file was asked for over several. */
	company: string | null;
	/** The number of the last event of the workspace that the rows know of. */
	asOfEvent: string;
	/** What columns stand on, where it is not the same for all. */
	notes: readonly string[];
	stores: readonly { store: string; platform: string; zone: string; readUpTo: string | null }[];
	rows: number;
	/** Of the bytes of the rows, header not counted. */
	rowsSha256: string;
}

/** No report converts money: amounts stand in the currency that the row names. */
const RATES = 'none used: every amount is in the currency of its row';

const TYPE_WORDS = {
	id: 'text',
	text: 'text',
	money: 'decimal amount in the currency of the row',
	integer: 'whole number',
	instant: 'date and time in the zone above, to the second',
	day: "calendar day of the order's own store",
	yesNo: 'yes or no',
} as const;

/** For people and programs: the manifest as JSON, keys always in one order. */
export function manifestJson(manifest: Manifest): string {
	const { report, columns, filter, notes, ...rest } = manifest;
	const definitions = Object.fromEntries(columnsOf(report, columns).map((one) => [one.id, TYPE_WORDS[one.type]]));
	const told = { report, columns: definitions, ...(notes.length > 0 && { notes }), filter: sorted(filter), rates: RATES, ...rest };
	return `${JSON.stringify(told, null, '\t')}\n`;
}

/** The same as names and values, for a sheet. */
export function manifestFacts(manifest: Manifest): [string, string][] {
	const { report, columns, filter, zone, company, asOfEvent, notes, stores, rows, rowsSha256 } = manifest;
	return [
		['report', report],
		['company', company ?? ''],
		['filter', JSON.stringify(sorted(filter))],
		['zone', zone],
		['rates', RATES],
		...notes.map((note): [string, string] => ['note', note]),
		['as of event', asOfEvent],
		['rows', String(rows)],
		['rows sha-256', rowsSha256],
		...stores.map((s): [string, string] => ['store read up to', `${s.store} (${s.platform}, ${s.zone}): ${s.readUpTo ?? 'not read yet'}`]),
		...columnsOf(report, columns).map((one): [string, string] => [`column ${one.id}`, TYPE_WORDS[one.type]]),
	];
}

function sorted(filter: Readonly<Record<string, unknown>>): Record<string, unknown> {
	return Object.fromEntries(Object.entries(filter).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

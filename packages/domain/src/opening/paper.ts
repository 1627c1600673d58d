/** What a company holds about itself: the kinds of papers in its dossier. */
export const PAPER_KINDS = ['licence', 'vat', 'epr', 'ioss', 'responsiblePerson', 'bank', 'trademark', 'brandAuthorisation'] as const;
export type PaperKind = (typeof PAPER_KINDS)[number];

/** Where a paper holds: a country (ISO 3166-1 alpha-2), or `EU` for all of the union. */
export const PAPER_COUNTRY = /^[A-Z]{2}$/;
export const EUROPEAN_UNION = 'EU';

/** Members of the European Union since 2020-02-01. */
const MEMBERS = new Set('AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '));

/** @param country two letters of ISO 3166-1 */
export function inEuropeanUnion(country: string): boolean {
	return MEMBERS.has(country);
}

/** A paper that ends within so many days needs somebody to renew it. */
export const PAPER_ENDING_DAYS = 30;

/** `notYet`: it holds from a later day on. `ending`: within {@link PAPER_ENDING_DAYS}. */
export type PaperStanding = 'held' | 'notYet' | 'ending' | 'ended';

export interface PaperTerm {
	/** First day, ISO 8601; null: since ever. */
	validFrom: string | null;
	/** Last day, ISO 8601; null: without an end. */
	validUntil: string | null;
}

/** How a paper stands on a day. @param today ISO day */
export function paperStanding({ validFrom, validUntil }: PaperTerm, today: string): PaperStanding {
	if (validUntil !== null && validUntil < today) return 'ended';
	if (validFrom !== null && validFrom > today) return 'notYet';
	return validUntil !== null && daysBetween(today, validUntil) <= PAPER_ENDING_DAYS ? 'ending' : 'held';
}

function daysBetween(from: string, until: string): number {
	return (Date.parse(until) - Date.parse(from)) / 86_400_000;
}

/** Where a paper that a step asks for has to hold: in the site's country, in the European Union, in mainland China or Hong Kong, or anywhere. */
export type PaperPlace = 'site' | 'union' | 'china' | 'anywhere';

/** A paper that a step of a track asks for. */
export interface PaperNeed {
	kind: PaperKind;
	place: PaperPlace;
	/** Asked for of some companies only, or not known for certain: its lack holds nobody up. */
	optional: boolean;
}

/** Kinds that hold in every country of the union when they hold in the union. */
const OF_THE_UNION: readonly PaperKind[] = ['ioss', 'responsiblePerson', 'trademark'];

/** Whether a paper is one that a need asks for. @param siteCountry of the site that is opened */
export function paperFits(paper: { kind: PaperKind; country: string }, need: PaperNeed, siteCountry: string): boolean {
	if (paper.kind !== need.kind) return false;
	switch (need.place) {
		case 'anywhere':
			return true;
		case 'china':
			return paper.country === 'CN' || paper.country === 'HK';
		case 'union':
			return paper.country === EUROPEAN_UNION || inEuropeanUnion(paper.country);
		case 'site':
			return (
				paper.country === siteCountry ||
				(paper.country === EUROPEAN_UNION && inEuropeanUnion(siteCountry) && OF_THE_UNION.includes(paper.kind))
			);
	}
}

/** The rank of standings where several papers answer one need: the best one counts. */
const BEST: readonly PaperStanding[] = ['held', 'ending', 'notYet', 'ended'];

/** The paper that answers a need best; null where none does. @param today ISO day */
export function bestPaper<T extends PaperTerm & { kind: PaperKind; country: string }>(
	papers: readonly T[],
	need: PaperNeed,
	siteCountry: string,
	today: string,
): { paper: T; standing: PaperStanding } | null {
	const fitting = papers
		.filter((paper) => paperFits(paper, need, siteCountry))
		.map((paper) => ({ paper, standing: paperStanding(paper, today) }))
		.toSorted((a, b) => BEST.indexOf(a.standing) - BEST.indexOf(b.standing) || endOf(b.paper).localeCompare(endOf(a.paper)));
	return fitting[0] ?? null;
}

function endOf({ validUntil }: PaperTerm): string {
	return validUntil ?? '9999-12-31';
}

export function isPaperKind(value: string): value is PaperKind {
	return PAPER_KINDS.some((kind) => kind === value);
}

import type { PlatformId } from '../platform.ts';
import type { PaperNeed } from './paper.ts';

/** How a store that is still to be opened will sell: as a company of the site's country, or from abroad. */
export const OPENING_WAYS = ['local', 'crossBorder'] as const;
export type OpeningWay = (typeof OPENING_WAYS)[number];

/** Where a fact was read. */
export interface FactSource {
	/** Title or address of the document, for a person to find it. */
	document: string;
	link: string | null;
	/** The newest ISO day on which the document is known to have said so. */
	read: string;
}

/** Something that a document says. The screens hold its sentence under `id`. */
export interface OpeningFact<Id extends string> {
	id: Id;
	source: FactSource;
	/** The source is none of the platform's or the law's, contradicts another, or is silent: the sentence says where to look. */
	unconfirmed: boolean;
	/** Where to do it or to look for it. */
	link: string | null;
}

export const STEP_IDS = [
	'siteOpen',
	'localCompany',
	'chinaCompany',
	'papers',
	'regionAccount',
	'sameEntity',
	'globalAccount',
	'register',
	'professionalPlan',
	'bankPayout',
	'shopChecks',
	'responsiblePersonEu',
	'responsiblePersonUk',
	'localContact',
	'vatLocalStock',
	'importVatEu',
	'importVatUk',
	'eprGermany',
	'eprElsewhere',
	'inform',
	'taxHome',
	'brandFiling',
	'fiscalNote',
	'handlingTime',
	'reputation',
	'ownAppAmazon',
	'ownAppTemu',
	'ownAppTikTok',
	'ownAppMeli',
	'bind',
] as const;
export type StepId = (typeof STEP_IDS)[number];

export interface OpeningStep extends OpeningFact<StepId> {
	needs: readonly PaperNeed[];
}

export const FEE_IDS = ['feesNotRead', 'interfaceFee', 'saleFeeByCategory', 'dutyEu', 'dutyUs'] as const;
export type FeeId = (typeof FEE_IDS)[number];
export const WAIT_IDS = ['waitNotRead', 'someRegionsSkipReview', 'appReview'] as const;
export type WaitId = (typeof WAIT_IDS)[number];

/** What it takes to open a store on a site in one way, in the order in which it is done. */
export interface OpeningTrack {
	platform: PlatformId;
	siteId: string;
	/** Of the site; `XX` for an account above all sites. */
	country: string;
	way: OpeningWay;
	/** The last one is always `bind`. */
	steps: readonly OpeningStep[];
	fees: readonly OpeningFact<FeeId>[];
	waits: readonly OpeningFact<WaitId>[];
}

/** Why a way has no track: the platform buys there and takes no sellers of its own / its documents name the site for other sellers only. */
export const NO_TRACK_IDS = ['supplyOnly', 'notForThisWay'] as const;
export type NoTrackId = (typeof NO_TRACK_IDS)[number];

export interface NoTrack extends OpeningFact<NoTrackId> {
	way: OpeningWay;
}

/** All ways of opening a store on a site, or why there is none. */
export interface SiteTracks {
	tracks: OpeningTrack[];
	without: NoTrack[];
}

import type { PlatformId, Rating, ReviewFault, ReviewMapping, ReviewTheme, ReviewTopics } from '@pangea/domain';
import type { FileTold } from '../file-import.ts';
import type { Verdict } from './imported.ts';

export interface ReviewView {
	reviewId: string;
	storeId: string;
	/** Whether it is about the store and not about a product. */
	ofStore: boolean;
	product: string | null;
	url: string | null;
	/** The order, where the platform names it; `orderId` null: not among ours. */
	order: { externalId: string; orderId: string | null } | null;
	sku: { skuId: string; code: string } | null;
	/** 1 to 5. */
	rating: number;
	writtenAt: string;
	title: string | null;
	text: string | null;
	/** Whether the words are gone because the platform shows them no more, or because those of a file are kept for a year. */
	forgotten: boolean;
	/** Whether it comes from a file that a person gave, not from its platform. */
	imported: boolean;
	/** Whether it is told as a notice until somebody has dealt with it. */
	alarming: boolean;
	/** What the buyer said before, latest last. */
	former: { rating: number; title: string | null; text: string | null; until: string }[];
	themes: ReviewTheme[];
	/** False: found by words. */
	themesCorrected: boolean;
}

export interface ReviewPageView {
	rows: ReviewView[];
	next: string | null;
}

export type RatingView = Rating;

export interface ReviewCellView extends RatingView {
	platform: PlatformId;
	siteId: string;
	/** One star to five, as `source` counts them; null without any. */
	stars: number[] | null;
	/** The platforms count all buyers' stars; a file holds those of its rows. */
	source: 'platform' | 'file';
	/** Reviews in the pool. */
	reviews: number;
	/** Whether the platform's reviews or stars are read at all: without that, none tells nothing. */
	read: boolean;
	/** Whether the platform tells topics there instead. */
	topics: boolean;
	/** Pieces sold there in thirty days. */
	sold: number;
	complaint: ReviewTheme | null;
	/** Low ratings with that theme. */
	complaints: number;
}

/** What a platform says that buyers write about a SKU in one store. Topics are no reviews. */
export interface ReviewTopicsView {
	storeId: string;
	/** In which they are told, whatever the buyers' language. */
	language: string;
	/** Where the platform says what they are. */
	source: string;
	/** Null where it has too few reviews to tell any. */
	told: ReviewTopics | null;
	/** Why they could not be had: a sentence's code. */
	code: string | null;
}

export interface ReviewMatrixRowView extends RatingView {
	skuId: string;
	code: string;
	title: string;
	imageUrl: string | null;
	/** All cells of the member's stores together that are of one source: the platforms' where one tells. */
	source: 'platform' | 'file';
	/** Pieces sold in thirty days in the member's stores, all sites together. */
	sold: number;
	cells: ReviewCellView[];
}

export interface ReviewMatrixView {
	rows: ReviewMatrixRowView[];
	next: string | null;
}

export interface ReviewStoreView {
	storeId: string;
	platform: PlatformId;
	/** Whether this platform's texts are read at all. */
	read: boolean;
	/** Whether it tells stars by product instead, and in places orders with few of them. */
	stars: boolean;
	/** Whether the store's grant lacks the right to them. */
	refused: boolean;
	/** Whether it tells topics of this store's site instead. */
	topics: boolean;
	products: number;
	/** Of these so many were asked for at least once. */
	asked: number;
	readAt: string | null;
	/** Reviews that came in files. */
	imported: number;
}

/** What a file of reviews holds, and what became of it. */
export interface ReviewImportView extends FileTold<ReviewMapping, ReviewFault> {
	/** Reviews that are new, say something else than what is stored, and say the same. */
	fresh: number;
	changed: number;
	same: number;
	/** What the first good rows would do. */
	verdicts: { row: number; verdict: Verdict; product: string; rating: number; words: string }[];
	/** How many reviews were written; null: nothing was to be written, or nothing was because of faults. */
	written: number | null;
}

/** One file of reviews that was taken over. */
export interface ReviewImportRowView {
	importId: string;
	storeId: string;
	/** Null: pasted. */
	fileName: string | null;
	rightsBy: string;
	rightsGround: string;
	importedAt: string;
	/** Null: somebody who has left. */
	importedBy: string | null;
	fresh: number;
	changed: number;
	takenBackAt: string | null;
	takenBackBy: string | null;
}

/** A product at which a platform takes reviews from elsewhere. */
export interface CarryTargetView {
	listingId: string;
	storeId: string;
	externalListingId: string;
	title: string;
}

/** What reviews of one store there are to carry. */
export interface CarrySourceView {
	storeId: string;
	/** Those of files, with who said on what ground that the texts may be used. */
	rightful: number;
	rights: { by: string; ground: string }[];
	/** Those that the platform itself shows: they go only where the member says by what right. */
	rightless: number;
	/** Those without words, and those longer than the platform takes: they stay. */
	wordless: number;
	tooLong: number;
}

export interface CarryPlanView {
	targets: CarryTargetView[];
	/** Of the chosen target, else of the first; null where there is none. */
	plan: {
		listingId: string;
		sources: CarrySourceView[];
		/** False where there are more than can be looked at: the newest alone go. */
		whole: boolean;
		/** Most reviews in one body. */
		most: number;
		/** Where the platform says that sellers may not choose reviews. */
		rule: string;
	} | null;
}

export interface CarryFileView {
	fileName: string;
	/** A JSON array of the bodies. */
	text: string;
	reviews: number;
	bodies: number;
}

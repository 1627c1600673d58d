import type { PlatformId, ReviewTheme } from '@pangea/domain';

export interface ReviewView {
	reviewId: string;
	storeId: string;
	product: string | null;
	url: string | null;
	sku: { skuId: string; code: string } | null;
	/** 1 to 5. */
	rating: number;
	writtenAt: string;
	title: string | null;
	text: string | null;
	/** Whether the words are gone because the platform shows them no more. */
	forgotten: boolean;
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

export interface ReviewCellView {
	platform: PlatformId;
	siteId: string;
	/** One star to five, as the platforms count; null where none tells. */
	stars: number[] | null;
	/** Mean of `stars` to one decimal; null without any. */
	average: number | null;
	ratings: number;
	/** Reviews in the pool. */
	reviews: number;
	complaint: ReviewTheme | null;
	/** Low ratings with that theme. */
	complaints: number;
}

export interface ReviewMatrixRowView {
	skuId: string;
	code: string;
	title: string;
	imageUrl: string | null;
	/** All cells of the member's stores together. */
	average: number | null;
	ratings: number;
	/** Pieces sold in thirty days in the member's stores, all sites together. */
	sold: number;
	cells: ReviewCellView[];
}

export interface ReviewStoreView {
	storeId: string;
	platform: PlatformId;
	/** Whether this platform's texts are read at all. */
	read: boolean;
	products: number;
	/** Of these so many were asked for at least once. */
	asked: number;
	readAt: string | null;
}

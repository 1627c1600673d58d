export const VIEWS = ['gaps', 'problems', 'all', 'offers', 'queue'] as const;
export type CatalogueView = (typeof VIEWS)[number];

/** The address holds which view is shown, and which SKU, waiting listing or problem is open. */
export interface CatalogueSearch {
	view?: string;
	sku?: string;
	listing?: string;
	/** A platform and one of its reasons: an open problem. Alone it narrows prices and stock, as a store and words do. */
	platform?: string;
	cause?: string;
	store?: string;
	/** Words, a code or a number by which SKUs or listings are searched. */
	q?: string;
}

/** Keeps the known keys with text in them. */
export function readCatalogueSearch(search: Record<string, unknown>): CatalogueSearch {
	const kept: CatalogueSearch = {};
	for (const key of ['view', 'sku', 'listing', 'platform', 'cause', 'store', 'q'] as const) {
		const value = search[key];
		if (typeof value === 'string' && value !== '') kept[key] = value;
	}
	return kept;
}

/** The view of an address; what is none is what is at stake. */
export function viewOf({ view }: CatalogueSearch): CatalogueView {
	return VIEWS.find((known) => known === view) ?? 'gaps';
}

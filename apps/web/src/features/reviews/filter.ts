import { REVIEW_THEMES, type ReviewTheme } from '@pangea/domain';

/** The address holds the view, what is filtered and which review is open. */
export interface ReviewsSearch {
	view?: 'matrix';
	/** Stars without commas between them: `12`. */
	stars?: string;
	theme?: ReviewTheme;
	sku?: string;
	platform?: string;
	country?: string;
	store?: string;
}

/** Keeps the known keys with a meaning. */
export function readReviewsSearch(search: Record<string, unknown>): ReviewsSearch {
	const text = (key: string): string | undefined => {
		const value = search[key];
		return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;
	};
	const stars = text('stars');
	const theme = REVIEW_THEMES.find((one) => one === text('theme'));
	const [sku, platform, country, store] = [text('sku'), text('platform'), text('country'), text('store')];
	return {
		...(text('view') === 'matrix' && { view: 'matrix' }),
		...(stars !== undefined && /^[1-5]{1,5}$/.test(stars) && { stars }),
		...(theme && { theme }),
		...(sku !== undefined && { sku }),
		...(platform !== undefined && { platform }),
		...(country !== undefined && { country }),
		...(store !== undefined && { store }),
	};
}

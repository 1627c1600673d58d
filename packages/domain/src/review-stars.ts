/** What stars come to together. */
export interface Rating {
	/** Mean of the stars to one decimal; null without any. */
	average: number | null;
	ratings: number;
}

/** @param stars how many gave one star to five */
export function averageOf(stars: readonly number[] | null): Rating {
	const ratings = (stars ?? []).reduce((sum, count) => sum + count, 0);
	if (ratings === 0) return { average: null, ratings: 0 };
	const total = (stars ?? []).reduce((sum, count, at) => sum + count * (at + 1), 0);
	return { average: Math.round((total / ratings) * 10) / 10, ratings };
}

/** How many gave one star to five in all. */
export function sumOfStars(cells: readonly { stars: readonly number[] | null }[]): number[] {
	return [0, 1, 2, 3, 4].map((at) => cells.reduce((sum, { stars }) => sum + (stars?.[at] ?? 0), 0));
}

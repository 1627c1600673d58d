import { parseInstant, type Review, TimeError } from '@pangea/domain';
import { type Json, jsonText, type Outcome, pathStep, type ProductReviews, type Reviews } from '@pangea/platform-contract';
import { readOptional } from './client.ts';
import { idOf } from './documents.ts';
import { describeIssues, understand } from './errors.ts';
import { type WireReview, wireReview, wireReviews } from './wire-reviews.ts';

const A_PAGE = 100;
/** Of one product; the platform itself ends below ten thousand (contract §3.3). */
const MOST = 2000;

/** Texts and stars of a product. A review names neither its buyer nor an order, and nothing can be answered (contract §7.3). */
export const reviews: Reviews = {
	async ofProduct(context, externalListingId) {
		const items: Outcome<Review>[] = [];
		let stars: ProductReviews['stars'] = null;
		for (let offset = 0; offset < MOST; offset += A_PAGE) {
			const answer = await readOptional(
				context,
				{
					operation: 'reviews.read',
					path: `/reviews/item/${pathStep(externalListingId)}`,
					query: { limit: String(A_PAGE), offset: String(offset) },
				},
				['notFound'],
			);
			if (answer === null) return offset === 0 ? null : { items, stars };
			const page = understand('reviews.read', wireReviews, answer.json);
			const levels = page.rating_levels;
			if (levels) stars = [levels.one_star, levels.two_star, levels.three_star, levels.four_star, levels.five_star];
			items.push(...page.reviews.map(reviewOf));
			if (page.reviews.length === 0 || offset + page.reviews.length >= page.paging.total) break;
		}
		return { items, stars };
	},
};

function reviewOf(row: Json): Outcome<Review> {
	const damaged = (cause: string): Outcome<Review> => ({ ok: false, externalId: idOf(row), cause, raw: jsonText(row), replies: [] });
	const wire = wireReview.safeParse(row);
	if (!wire.success) return damaged(describeIssues(wire.error));
	try {
		return { ok: true, value: toReview(wire.data), replies: [] };
	} catch (error) {
		if (!(error instanceof TimeError)) throw error;
		return damaged(error.message);
	}
}

/** Pure. @throws TimeError */
export function toReview(wire: WireReview): Review {
	return {
		externalId: wire.id,
		rating: wire.rate,
		title: wire.title?.trim() || null,
		text: wire.content?.trim() || null,
		writtenAt: parseInstant(wire.date_created),
		rawStatus: wire.status || null,
	};
}

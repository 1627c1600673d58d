import { createHash } from 'node:crypto';
import type { CarriedReview, CarryProduct, ReviewCarry } from '@pangea/platform-contract';

/** Contract §7. In UTF-16 units, of which no text has fewer than letters. */
const LONGEST = { title: 50, content: 5000, source: 32, product: 255 };
const MOST = 50;

/**
 * What `POST /review_rating/202508/product_reviews` takes. The product goes by its id at TikTok Shop alone: any other mark may belong to several
 * products, and then the call fails. Names, pictures and descriptions are not held here and stay away.
 */
export const reviewCarry: ReviewCarry = {
	most: MOST,
	rule: 'https://seller-us.tiktok.com/university/essay?knowledge_id=4451321470682882',

	barOf(review) {
		const { content } = wordsOf(review);
		if (content === '') return 'wordless';
		return content.length > LONGEST.content ? 'tooLong' : null;
	},

	bodies(product, reviews) {
		const bodies: object[] = [];
		for (let start = 0; start < reviews.length; start += MOST) bodies.push(bodyOf(product, reviews.slice(start, start + MOST)));
		return bodies;
	},
};

function bodyOf({ externalListingId, title }: CarryProduct, reviews: readonly CarriedReview[]): object {
	return {
		product_review: {
			product: { name: title.slice(0, LONGEST.product), identifiers: { tiktok_product_id: externalListingId } },
			review_records: reviews.map((review) => ({
				external_review_id: digitsOf(review.identity),
				rating: review.rating,
				...wordsOf(review),
				create_time_millis: Date.parse(review.writtenAt),
				source: review.source.slice(0, LONGEST.source),
			})),
		},
	};
}

/** A title that is too long stands before the text, so that no word is lost. */
function wordsOf({ title, text }: CarriedReview): { title?: string; content: string } {
	const [head, body] = [title?.trim() ?? '', text?.trim() ?? ''];
	if (head === '' || body === '') return { content: body || head };
	return head.length > LONGEST.title ? { content: `${head}\n\n${body}` } : { title: head, content: body };
}

/** Nineteen digits, the first of them never zero; TikTok Shop tells reviews apart by them for ever. */
function digitsOf(identity: string): string {
	const hash = createHash('sha256').update(identity).digest().readBigUInt64BE();
	return (10n ** 18n + (hash % (8n * 10n ** 18n))).toString();
}

import type { Call } from './trail-call.ts';

/**
 * @param id of the review, of its SKU, and of an import that brought another one
 * @param inShop lists the SKU in a store that takes reviews from elsewhere, and has one to carry there; the listing's id
 */
export const reviewCalls = (id: string, inShop: () => Promise<string>): Record<string, Call> => ({
	'reviews.carry': {
		action: 'reviews.carry',
		call: async (c) => {
			const rights = { by: 'The brand', ground: 'Each buyer agreed' };
			await c.reviews.carry({ skuId: id, listingId: await inShop(), rights });
		},
	},
	'reviews.link': {
		action: 'reviews.link',
		call: (c) => c.reviews.link({ reviewId: id, skuId: id }),
		after: { name: 'LMP-WH' },
	},
	'reviews.correct': {
		action: 'reviews.themes',
		call: (c) => c.reviews.correct({ reviewId: id, themes: ['size', 'damaged'] }),
		before: { name: 'quality' },
		after: { name: 'damaged, size' },
	},
	'reviews.setAlarm': {
		action: 'reviews.setAlarm',
		call: (c) => c.reviews.setAlarm({ rating: 2 }),
		before: { stars: null },
		after: { stars: 2 },
	},
	'reviews.settle': { action: 'reviews.settle', call: (c) => c.reviews.settle({ reviewId: id }) },
	'reviews.takeBack': {
		action: 'reviews.takeBack',
		call: (c) => c.reviews.takeBack({ importId: id }),
		before: { count: 1 },
	},
});

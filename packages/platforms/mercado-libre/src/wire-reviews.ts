import type { Json } from '@pangea/platform-contract';
import { z } from 'zod';
import { idText, quantity, text } from './wire.ts';

/* What Mercado Libre says of reviews (contract §7.3). Only fields that we read are named. */

/** One of `reviews`. */
export const wireReview = z.looseObject({
	id: idText,
	date_created: z.string().min(1),
	status: text,
	title: text,
	content: text,
	rate: z.number().int().min(1).max(5),
});
export type WireReview = z.output<typeof wireReview>;

/** `GET /reviews/item/{id}`. */
export const wireReviews = z.looseObject({
	paging: z.looseObject({ total: quantity }),
	reviews: z.array(z.custom<Json>()),
	rating_levels: z
		.looseObject({ one_star: quantity, two_star: quantity, three_star: quantity, four_star: quantity, five_star: quantity })
		.nullish(),
});

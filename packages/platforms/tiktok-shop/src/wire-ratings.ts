import { LONGEST_ID } from '@pangea/platform-contract';
import { z } from 'zod';

/* What TikTok Shop's analytics say of stars (contract §7, §9). Only fields that we read are named. */

const id = z.union([z.string().min(1).max(LONGEST_ID), z.number()]).transform(String);
const count = z.union([z.string(), z.number()]).transform(Number).pipe(z.number().int().nonnegative());
const listOf = <S extends z.ZodType>(item: S) =>
	z
		.array(item)
		.nullish()
		.transform((value) => value ?? []);

/** `GET /analytics/202509/shop_products/{id}/performance` */
export const WirePerformance = z.looseObject({
	latest_available_date: z
		.string()
		.regex(/^\d{4}-\d{2}-\d{2}$/)
		.nullish(),
	performance: z.looseObject({ ratings: listOf(z.looseObject({ stars: z.string(), count: count.nullish() })) }).nullish(),
});

/** `GET /analytics/202606/shop_performances/metrics/NRR/problem_details`; each order is judged by itself. */
export const WireProblemPage = z
	.looseObject({ nrr_problem_order_items: z.array(z.unknown()).nullish(), next_page_token: z.string().nullish() })
	.transform(({ nrr_problem_order_items: items, next_page_token: token }) => ({ items: items ?? [], token: token || null }));

export const WireProblemOrder = z.looseObject({
	order_id: id,
	product_id: id,
	sku_id: id,
	user_review_rating: count.pipe(z.number().min(1).max(5)),
	deliver_time: z.number().nullish(),
});

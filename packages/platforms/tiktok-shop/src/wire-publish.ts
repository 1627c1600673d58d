import { LONGEST_ID } from '@pangea/platform-contract';
import { z } from 'zod';

/* What TikTok Shop says of copies of a product in other markets (contract §8). */

const id = z.union([z.string().min(1).max(LONGEST_ID), z.number()]).transform(String);

export const ReplicatedProducts = z
	.looseObject({ replicated_products: z.array(z.looseObject({ region: z.string(), shop_id: id, product_id: id })).nullish() })
	.transform(({ replicated_products: products }) => products ?? []);

/** Markets that refused; those that are not named go on by themselves. */
export const ReplicateErrors = z
	.looseObject({
		errors: z
			.array(
				z.looseObject({
					code: z.union([z.number(), z.string()]).transform(String),
					message: z.string().nullish(),
					detail: z.looseObject({ region: z.string().nullish() }).nullish(),
				}),
			)
			.nullish(),
	})
	.transform(({ errors }) => errors ?? []);

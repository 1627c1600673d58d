import { LONGEST_ID, LONGEST_NUMBER } from '@pangea/platform-contract';
import * as z from 'zod';

/* What Amazon says of listings items (listingsItems_2021-08-01). Only fields that we read are named. */

const optional = z.string().nullish();

/** Each item is judged by itself, so that a damaged one costs only itself. */
export const wireListings = z.object({
	numberOfResults: z.number().int().nonnegative(),
	pagination: z.object({ nextToken: optional }).nullish(),
	items: z.array(z.unknown()),
});

export const wireListing = z.object({
	sku: z.union([z.string().min(1).max(LONGEST_ID), z.number()]).transform(String),
	summaries: z
		.array(
			z.object({
				marketplaceId: z.string(),
				asin: optional,
				status: z.array(z.string()),
				itemName: optional,
				createdDate: z.string(),
				lastUpdatedDate: z.string(),
				mainImage: z.object({ link: z.string() }).nullish(),
			}),
		)
		.nullish(),
	offers: z
		.array(
			z.object({
				marketplaceId: z.string(),
				offerType: z.string(),
				price: z.object({ currencyCode: z.string(), amount: z.union([z.string().max(LONGEST_NUMBER), z.number()]).transform(String) }),
			}),
		)
		.nullish(),
	fulfillmentAvailability: z.array(z.object({ quantity: z.number().int().nonnegative().nullish() })).nullish(),
	issues: z
		.array(
			z.object({
				message: z.string(),
				severity: z.string(),
				marketplaceIds: z.array(z.string()).nullish(),
				enforcements: z.object({ exemption: z.object({ status: optional }).nullish() }).nullish(),
			}),
		)
		.nullish(),
});
export type WireListing = z.output<typeof wireListing>;

import * as z from 'zod';

/* What Amazon says of product types (definitionsProductTypes_2020-09-01) and of submissions (listingsItems_2021-08-01). Only what we read is named. */

export const wireProductTypes = z.object({ productTypes: z.array(z.object({ name: z.string().min(1), displayName: z.string() })) });

export const wireDefinition = z.object({
	productType: z.string(),
	displayName: z.string(),
	locale: z.string(),
	schema: z.object({ link: z.object({ resource: z.string() }) }),
});

export const wireSubmission = z.object({
	sku: z.string(),
	status: z.string(),
	issues: z
		.array(
			z.object({
				code: z.string(),
				message: z.string(),
				severity: z.string(),
				attributeNames: z.array(z.string()).nullish(),
			}),
		)
		.nullish(),
});
export type WireSubmission = z.output<typeof wireSubmission>;

const told = z.array(z.record(z.string(), z.unknown())).nullish();

/** `getListingsItem` with what a patch has to leave as it is. */
export const wireOwnOffer = z.object({
	summaries: z.array(z.object({ marketplaceId: z.string(), productType: z.string().nullish() })).nullish(),
	attributes: z.object({ item_name: told, purchasable_offer: told, fulfillment_availability: told }).nullish(),
});
export type WireOwnOffer = z.output<typeof wireOwnOffer>;

import * as z from 'zod';

/* Products of a marketplace's catalogue (catalogItems_2022-04-01). Only what we read is named. */

export const wireCatalogueItem = z.object({
	asin: z.string().min(1),
	identifiers: z
		.array(z.object({ marketplaceId: z.string(), identifiers: z.array(z.object({ identifierType: z.string(), identifier: z.string() })) }))
		.nullish(),
	images: z.array(z.object({ marketplaceId: z.string(), images: z.array(z.object({ variant: z.string(), link: z.string() })) })).nullish(),
	summaries: z.array(z.object({ marketplaceId: z.string(), brand: z.string().nullish(), itemName: z.string().nullish() })).nullish(),
});
export type WireCatalogueItem = z.output<typeof wireCatalogueItem>;

export const wireCatalogueItems = z.object({ items: z.array(wireCatalogueItem) });

import { type CatalogueProduct, type DraftRules, foldGtin, LONGEST_SELLER_SKU } from '@pangea/domain';
import { type CategoryProposal, pathStep, type StoreContext } from '@pangea/platform-contract';
import { call } from './client.ts';
import { localeIn, readType } from './product-types.ts';
import { attributeRulesOf } from './type-schema.ts';
import { wireCatalogueItem, type WireCatalogueItem, wireCatalogueItems } from './wire-catalogue.ts';

/* An offer on a product that a marketplace's catalogue has already (contract §13, LISTING_OFFER_ONLY). */

/** Under which product type offers are made, whatever the product's own is: Amazon's architects name it (selling-partner-api-models, issue 4589). */
export const OFFER_TYPE = 'PRODUCT';
const SOURCE = 'https://developer-docs.amazon.com/sp-api/docs/listings-items-api-v2021-08-01-use-case-guide';
const CATALOGUE = '/catalog/2022-04-01/items';
const DATA = 'summaries,images,identifiers';
/** So many numbers are taken by one question. */
const MOST_GTINS = 20;

/** The product on which a draft offers; null for one that becomes a listing of its own. */
export function asinOf(categoryId: string | null): string | null {
	return /^PRODUCT\/([A-Z0-9]{10})$/.exec(categoryId ?? '')?.[1] ?? null;
}

/** Products of the marketplace that have one of the numbers; a person has to see whether one of them is the SKU. @throws PlatformError */
export async function matchesOf(context: StoreContext, gtins: readonly string[]): Promise<CategoryProposal[]> {
	const wanted = gtins.slice(0, MOST_GTINS);
	if (wanted.length === 0) return [];
	const { siteId } = context.store;
	const items: WireCatalogueItem[] = [];
	for (const [identifiersType, numbers] of Map.groupBy(wanted, typeOf)) {
		const { value } = await call(context, wireCatalogueItems, {
			operation: 'searchCatalogItems',
			path: CATALOGUE,
			query: {
				identifiers: numbers.map(asWritten).join(','),
				identifiersType,
				marketplaceIds: siteId,
				includedData: DATA,
				locale: localeIn(context.store),
			},
		});
		items.push(...value.items);
	}
	// What it says that it found by a number has to bear the number.
	const bearing = items.filter((item) => numbersOf(item, siteId).some((number) => wanted.includes(foldGtin(number) ?? '')));
	return [...new Map(bearing.map((item) => [item.asin, item])).values()].map((item) => {
		const product = productOf(item, siteId);
		return { id: `${OFFER_TYPE}/${item.asin}`, name: product.title, path: [], attributes: [], offersOn: product };
	});
}

/** An EAN is written with thirteen digits, of which a UPC's first is a zero; only a case code needs fourteen. */
function typeOf(gtin: string): 'EAN' | 'GTIN' {
	return gtin.startsWith('0') ? 'EAN' : 'GTIN';
}

function asWritten(gtin: string): string {
	return typeOf(gtin) === 'EAN' ? gtin.slice(1) : gtin;
}

function numbersOf({ identifiers }: WireCatalogueItem, siteId: string): string[] {
	return (identifiers ?? [])
		.filter(({ marketplaceId }) => marketplaceId === siteId)
		.flatMap((there) => there.identifiers.map(({ identifier }) => identifier));
}

function productOf({ asin, summaries, images }: WireCatalogueItem, siteId: string): CatalogueProduct {
	const summary = (summaries ?? []).find(({ marketplaceId }) => marketplaceId === siteId);
	const pictures = (images ?? []).filter(({ marketplaceId }) => marketplaceId === siteId).flatMap((there) => there.images);
	return {
		id: asin,
		title: summary?.itemName ?? asin,
		brand: summary?.brand ?? null,
		imageUrl: pictures.find(({ variant }) => variant === 'MAIN')?.link ?? null,
	};
}

/** What an offer on a product is asked for: nothing of the product itself. @throws PlatformError kind `notFound` where the catalogue has it no more */
export async function offerRules(context: StoreContext, categoryId: string): Promise<DraftRules> {
	const { siteId } = context.store;
	const { value } = await call(context, wireCatalogueItem, {
		operation: 'getCatalogItem',
		path: `${CATALOGUE}/${pathStep(asinOf(categoryId) ?? '')}`,
		query: { marketplaceIds: siteId, includedData: DATA, locale: localeIn(context.store) },
	});
	const { schema } = await readType(context, OFFER_TYPE, 'LISTING_OFFER_ONLY');
	const product = productOf(value, siteId);
	return {
		categoryId,
		categoryName: product.title,
		languages: [],
		title: { least: 0, most: 0 },
		description: { required: false, most: 0 },
		images: { least: 0, most: 0 },
		stock: 'asked',
		currency: context.currency,
		price: 'paid',
		leastPrice: null,
		gtin: 'none',
		sellerSku: { most: LONGEST_SELLER_SKU, spaces: true },
		attributes: attributeRulesOf(schema),
		offersOn: product,
		source: SOURCE,
	};
}

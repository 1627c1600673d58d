import { foldGtin, type ListingDraft, readMeasure } from '@pangea/domain';
import {
	type CategoryProposal,
	DraftRefusedError,
	pathStep,
	type Publish,
	PlatformError,
	type RefusalReason,
	type StoreContext,
} from '@pangea/platform-contract';
import { call } from './client.ts';
import { misunderstood } from './errors.ts';
import { asinOf, matchesOf, OFFER_TYPE, offerRules } from './offer-only.ts';
import { languageIn, localeIn, readType, suggestTypes, typeRules } from './product-types.ts';
import { attributeValue, furtherImages, isOwn, OWN, type Selectors, type Told } from './type-schema.ts';
import { wireListing } from './wire-listings.ts';
import { wireSubmission, type WireSubmission } from './wire-publish.ts';

type Body = Record<string, unknown>;

const BY_SELLER = 'DEFAULT';
/** The kind of a trade item number by its length. */
const KINDS: Readonly<Record<number, string>> = { 12: 'upc', 13: 'ean', 14: 'gtin' };

/**
 * Listings by product type: Amazon's own check of the very body that is sent first, then the submission. A submission under a code is one listing
 * however often it is sent.
 */
export const publish: Publish = {
	searchLanguage: languageIn,
	suggest: async (context, words, _sources, gtins = []) => [
		...(await matchesSeen(context, gtins)),
		...(await suggestTypes(context, words)),
	],
	rules: (context, categoryId) => (asinOf(categoryId) === null ? typeRules(context, categoryId) : offerRules(context, categoryId)),

	find: findItem,

	async create(context, draft) {
		const body = await bodyOf(context, draft);
		const checked = await submit(context, draft, body, true);
		if (checked.status !== 'VALID') throw refusal(checked);
		const taken = await submit(context, draft, body, false);
		if (taken.status !== 'ACCEPTED') throw refusal(taken);
		// Queued: an ASIN of its own comes with the item.
		return (await findItem(context, draft)) ?? draft.sellerSku.trim();
	},
};

/** An app without the catalogue's role can make whole listings all the same. */
async function matchesSeen(context: StoreContext, gtins: readonly string[]): Promise<CategoryProposal[]> {
	try {
		return await matchesOf(context, gtins);
	} catch (error) {
		if (error instanceof PlatformError && error.kind === 'forbidden') return [];
		throw error;
	}
}

/** The ASIN of the item under that code, or the code itself while it has none; null where the marketplace has no such item. */
async function findItem(context: StoreContext, { sellerSku }: ListingDraft): Promise<string | null> {
	try {
		const { value } = await call(context, wireListing, {
			operation: 'getListingsItem',
			path: itemPath(context, sellerSku),
			query: { marketplaceIds: context.store.siteId, includedData: 'summaries' },
		});
		const summary = (value.summaries ?? []).find(({ marketplaceId }) => marketplaceId === context.store.siteId);
		return summary ? summary.asin || value.sku : null;
	} catch (error) {
		if (error instanceof PlatformError && error.kind === 'notFound') return null;
		throw error;
	}
}

function itemPath(context: StoreContext, sellerSku: string): string {
	return `/listings/2021-08-01/items/${pathStep(context.grant().externalAccountId)}/${pathStep(sellerSku.trim())}`;
}

async function submit(context: StoreContext, { sellerSku }: ListingDraft, body: Body, isPreview: boolean): Promise<WireSubmission> {
	const { value } = await call(context, wireSubmission, {
		operation: 'putListingsItem',
		method: 'PUT',
		path: itemPath(context, sellerSku),
		query: {
			marketplaceIds: context.store.siteId,
			includedData: 'issues',
			issueLocale: localeIn(context.store),
			...(isPreview && { mode: 'VALIDATION_PREVIEW' }),
		},
		body,
		...(!isPreview && { writes: true }),
	});
	return value;
}

/** Reasons in Amazon's words, by the attributes they are about. */
function refusal({ status, issues }: WireSubmission): PlatformError {
	if (status !== 'INVALID') return misunderstood('putListingsItem', 'a status that is not published');
	const reasons = (issues ?? [])
		.filter(({ severity }) => severity === 'ERROR')
		.map(({ code, message, attributeNames }): RefusalReason => ({ field: fieldOf(attributeNames?.[0]), code, words: message }));
	return new DraftRefusedError(`putListingsItem: ${reasons.map(({ code }) => code).join(', ')}`, reasons);
}

function fieldOf(attribute: string | undefined): RefusalReason['field'] {
	if (attribute === undefined) return null;
	if (attribute === OWN.title) return 'title';
	if (attribute === OWN.description) return 'description';
	if (attribute === OWN.price) return 'price';
	if (attribute === OWN.stock) return 'stock';
	if (attribute === OWN.gtin) return 'gtin';
	if (attribute === OWN.asin) return 'product';
	return isOwn(attribute) ? 'images' : 'attribute';
}

async function bodyOf(context: StoreContext, draft: ListingDraft): Promise<Body> {
	const asin = asinOf(draft.categoryId);
	return asin === null
		? { productType: draft.categoryId, requirements: 'LISTING', attributes: await attributesOf(context, draft) }
		: { productType: OFFER_TYPE, requirements: 'LISTING_OFFER_ONLY', attributes: await offerAttributes(context, draft, asin) };
}

/** An offer says where, what it costs, how many there are and what else its schema asks; what the product is, the catalogue says. */
async function offerAttributes(context: StoreContext, draft: ListingDraft, asin: string): Promise<Body> {
	const { schema, locale } = await readType(context, OFFER_TYPE, 'LISTING_OFFER_ONLY');
	const marketplace = { marketplace_id: context.store.siteId };
	return {
		[OWN.asin]: [{ value: asin, ...marketplace }],
		...priceAndStock(context, draft),
		...furtherAttributes(schema, draft, { ...marketplace, language_tag: locale }),
	};
}

function priceAndStock(context: StoreContext, { price, stock }: ListingDraft): Body {
	return {
		[OWN.price]: [
			{
				currency: context.currency,
				audience: 'ALL',
				our_price: [{ schedule: [{ value_with_tax: Number(price?.amount.trim()) }] }],
				marketplace_id: context.store.siteId,
			},
		],
		[OWN.stock]: [{ fulfillment_channel_code: BY_SELLER, quantity: stock ?? 0 }],
	};
}

/** What no field of the draft's own stands for. */
function furtherAttributes(schema: Body, { attributes }: ListingDraft, selectors: Selectors): Body {
	const told = (id: string): Told | undefined => {
		const found = attributes.find((one) => one.id === id);
		if (!found || found.value.trim() === '') return undefined;
		return { text: found.valueId ?? found.value.trim(), measure: readMeasure(found.value) };
	};
	const names = Object.keys(schema['properties'] ?? {}).filter((name) => !isOwn(name));
	return Object.fromEntries(
		names.flatMap((name) => {
			const value = attributeValue(schema, name, told, selectors);
			return value === undefined ? [] : [[name, value]];
		}),
	);
}

/** The whole listing as Amazon's schema writes it. */
async function attributesOf(context: StoreContext, draft: ListingDraft): Promise<Body> {
	const { schema, locale } = await readType(context, draft.categoryId ?? '');
	const { siteId } = context.store;
	const marketplace = { marketplace_id: siteId };
	const selectors = { ...marketplace, language_tag: locale };
	const text = draft.texts.find(({ language }) => language === languageIn(context.store));
	const [cover, ...further] = draft.images;
	const gtin = foldGtin(draft.gtin ?? '') === null ? '' : (draft.gtin ?? '').replace(/[\s-]/g, '');
	const places = furtherImages(schema);
	return {
		[OWN.title]: [{ value: text?.title.trim() ?? '', ...selectors }],
		...(text?.description.trim() ? { [OWN.description]: [{ value: text.description.trim(), ...selectors }] } : {}),
		...(cover === undefined ? {} : { [OWN.cover]: [{ media_location: cover, ...marketplace }] }),
		...Object.fromEntries(
			further.flatMap((url, place) => {
				const name = places[place];
				return name === undefined ? [] : [[name, [{ media_location: url, ...marketplace }]]];
			}),
		),
		...priceAndStock(context, draft),
		...(gtin === '' ? {} : { [OWN.gtin]: [{ type: KINDS[gtin.length] ?? 'gtin', value: gtin, ...marketplace }] }),
		...furtherAttributes(schema, draft, selectors),
	};
}

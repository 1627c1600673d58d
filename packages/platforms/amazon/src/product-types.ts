import { type DraftRules, LONGEST_SELLER_SKU } from '@pangea/domain';
import { type CategoryProposal, pathStep, PlatformError, type StoreContext } from '@pangea/platform-contract';
import { z } from 'zod';
import { call, decode, USER_AGENT } from './client.ts';
import { refusalToError } from './errors.ts';
import { manifest } from './manifest.ts';
import { attributeRulesOf, furtherImages, OWN, requiredOf, textSchema } from './type-schema.ts';
import { wireDefinition, wireProductTypes } from './wire-publish.ts';

const DEFINITIONS = '/definitions/2020-09-01/productTypes';
const SOURCE = 'https://developer-docs.amazon.com/sp-api/docs/product-type-api-use-case-guide';
export const LONGEST_TITLE = 200;
const LONGEST_DESCRIPTION = 2000;

/** In which a marketplace's buyers read. */
export function languageIn({ siteId }: { siteId: string }): string {
	return manifest.sites.find(({ id }) => id === siteId)?.language ?? 'en-US';
}

/** `de_DE`: as Amazon writes languages. */
export function localeIn(store: { siteId: string }): string {
	return languageIn(store).replace('-', '_');
}

/** Product types that Amazon recommends for a title, else those that fit its words. */
export async function suggestTypes(context: StoreContext, text: string): Promise<CategoryProposal[]> {
	const words = text.trim();
	if (words === '') return [];
	const byTitle = await search(context, { itemName: words });
	const found = byTitle.length > 0 ? byTitle : await search(context, { keywords: words.split(/\s+/).slice(0, 5).join(',') });
	return found.map(({ name, displayName }) => ({ id: name, name: displayName, path: [], attributes: [] }));
}

async function search(context: StoreContext, by: { itemName: string } | { keywords: string }) {
	const { value } = await call(context, wireProductTypes, {
		operation: 'searchDefinitionsProductTypes',
		path: DEFINITIONS,
		query: { marketplaceIds: context.store.siteId, ...by, locale: localeIn(context.store), searchLocale: localeIn(context.store) },
	});
	return value.productTypes;
}

/** A whole listing, or an offer on a product that the catalogue has. */
type Requirements = 'LISTING' | 'LISTING_OFFER_ONLY';

/**
 * The schema of a product type for a marketplace, as it is now.
 * @throws PlatformError kind `notFound` for a type that the marketplace does not have
 */
export async function readType(context: StoreContext, productType: string, requirements: Requirements = 'LISTING') {
	const { value } = await call(context, wireDefinition, {
		operation: 'getDefinitionsProductType',
		path: `${DEFINITIONS}/${pathStep(productType)}`,
		query: {
			marketplaceIds: context.store.siteId,
			sellerId: context.grant().externalAccountId,
			requirements,
			requirementsEnforced: 'ENFORCED',
			locale: localeIn(context.store),
		},
	});
	// Presigned, as report documents are: the address must not see our headers.
	const reply = await context.http.send({
		operation: 'downloadTypeSchema',
		method: 'GET',
		url: value.schema.link.resource,
		headers: { 'user-agent': USER_AGENT },
		idempotent: true,
	});
	if (reply.status !== 200) throw refusalToError('downloadTypeSchema', reply);
	return { ...value, schema: decode(z.record(z.string(), z.unknown()), 'downloadTypeSchema', reply.body) };
}

function boundOf(schema: Record<string, unknown>, attribute: string, most: number): { least: number; most: number } {
	const { minLength, maxLength } = textSchema(schema, attribute);
	return { least: Number(minLength ?? 1), most: Number(maxLength ?? most) };
}

/** What a marketplace asks of a listing of a product type. @throws PlatformError */
export async function typeRules(context: StoreContext, productType: string): Promise<DraftRules> {
	const { displayName, schema } = await readType(context, productType);
	const required = requiredOf(schema);
	const properties = schema['properties'];
	if (typeof properties !== 'object' || properties === null || !(OWN.title in properties)) {
		throw new PlatformError({
			kind: 'unexpected',
			userMessage: { code: 'answerNotUnderstood', params: { operation: 'downloadTypeSchema' } },
			detail: `downloadTypeSchema: ${productType} has no ${OWN.title}`,
		});
	}
	const has = (name: string): boolean => name in properties;
	return {
		categoryId: productType,
		categoryName: displayName,
		languages: [languageIn(context.store)],
		title: boundOf(schema, OWN.title, LONGEST_TITLE),
		description: {
			required: required.has(OWN.description),
			most: has(OWN.description) ? boundOf(schema, OWN.description, LONGEST_DESCRIPTION).most : LONGEST_DESCRIPTION,
		},
		images: { least: required.has(OWN.cover) ? 1 : 0, most: (has(OWN.cover) ? 1 : 0) + furtherImages(schema).length },
		stock: 'asked',
		currency: context.currency,
		price: 'paid',
		leastPrice: null,
		gtin: required.has(OWN.gtin) ? 'required' : has(OWN.gtin) ? 'optional' : 'none',
		sellerSku: { most: LONGEST_SELLER_SKU, spaces: true },
		attributes: attributeRulesOf(schema),
		source: SOURCE,
	};
}

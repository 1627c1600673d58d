import { type AttributeRule, type DraftRules, type ListingDraft, LONGEST_SELLER_SKU } from '@pangea/domain';
import {
	type CategoryProposal,
	type CopySource,
	DraftRefusedError,
	type Json,
	PlatformError,
	sleepFor,
	type StoreContext,
} from '@pangea/platform-contract';
import { call } from './client.ts';
import { WireProduct } from './wire-listings.ts';
import { ReplicatedProducts, ReplicateErrors } from './wire-publish.ts';

const SOURCE = 'https://partner.tiktokshop.com/docv2/page/replicate-product-202507';
/** Before the id of another variant: its price there, which is asked for because all variants go together. */
const PRICE_OF = 'price ';
/** The copy is made a while after it was asked for; later looks are the caller's. */
const LOOKS = [1000, 2000, 4000];

/*
 * A product that another shop of the seller lists is replicated by the platform itself, with its words, pictures and category (contract §8: create local, then
 * replicate). What it needs for the new market are prices, one for each variant; stock follows the account's inventory rules.
 */

/** Products of other shops of the seller that are on sale. */
export async function replicable(context: StoreContext, sources: readonly CopySource[]): Promise<CategoryProposal[]> {
	const found = await Promise.all(
		[...new Map(sources.map((source) => [source.externalListingId, source])).values()].map(async (source) => ({
			source,
			product: await productOf(context, source),
		})),
	);
	return found.flatMap(({ source, product }): CategoryProposal[] =>
		product?.status === 'ACTIVATE' ? [{ id: product.id, name: product.title, path: [source.siteId], attributes: [], isProduct: true }] : [],
	);
}

/** @throws PlatformError kind `notFound` for a product that is not on sale */
export async function replicateRules(context: StoreContext, source: CopySource): Promise<DraftRules> {
	const product = await productOf(context, source);
	if (product?.status !== 'ACTIVATE') {
		throw new PlatformError({
			kind: 'notFound',
			userMessage: { code: 'notFoundAtPlatform' },
			detail: 'products.detail: the product to copy is not on sale',
		});
	}
	return {
		categoryId: product.id,
		categoryName: `${source.siteId} › ${product.title}`,
		languages: [],
		title: { least: 0, most: 0 },
		description: { required: false, most: 0 },
		images: { least: 0, most: 0 },
		stock: 'shared',
		currency: context.currency,
		price: 'paid',
		leastPrice: null,
		gtin: 'none',
		// The code of the source goes along; ours is by what the draft is known here.
		sellerSku: { most: LONGEST_SELLER_SKU, spaces: true },
		attributes: product.skus.flatMap((sku) => (sku.id === source.externalVariantId ? [] : [priceRule(sku)])),
		source: SOURCE,
	};
}

/** @returns the id of the copy. @throws DraftRefusedError, PlatformError kind `unavailable` when it is not to be seen yet */
export async function replicate(context: StoreContext, draft: ListingDraft, source: CopySource): Promise<string> {
	const product = await productOf(context, source);
	if (!product) throw new DraftRefusedError('products.replicate: no product to copy', [{ field: 'category', code: '', words: '' }]);
	const region = context.store.siteId;
	const { data: errors } = await call(
		context,
		{
			operation: 'products.replicate',
			method: 'POST',
			path: `/product/202507/products/${encodeURIComponent(product.id)}/global_replicate`,
			cipher: cipherIn(source),
			body: { replicate_target: [{ region, skus: product.skus.map(({ id }) => skuBody(context, draft, source, id)) }] },
			idempotent: false,
			writes: true,
		},
		ReplicateErrors,
	);
	const refused = errors.filter(({ detail }) => (detail?.region ?? region) === region);
	if (refused.length > 0) {
		throw new DraftRefusedError(
			`products.replicate: ${refused.map(({ code }) => code).join(', ')}`,
			refused.map(({ code, message }) => ({ field: /price|currency/i.test(message ?? '') ? 'price' : null, code, words: message ?? '' })),
		);
	}
	for (const delay of LOOKS) {
		const made = await replicaOf(context, source);
		if (made !== null) return made;
		await sleepFor(delay, context.signal);
	}
	throw new PlatformError({
		kind: 'unavailable',
		userMessage: { code: 'platformDown' },
		detail: 'products.replicate: accepted and not to be seen yet',
	});
}

/** A product is called for in its own shop's name. */
function cipherIn({ attributes }: CopySource): string {
	return attributes['cipher'] ?? '';
}

/** Null for what is no more. */
async function productOf(context: StoreContext, source: CopySource): Promise<WireProduct | null> {
	try {
		const path = `/product/202309/products/${encodeURIComponent(source.externalListingId)}`;
		return (
			await call(context, { operation: 'products.detail', method: 'GET', path, cipher: cipherIn(source), idempotent: true }, WireProduct)
		).data;
	} catch (error) {
		if (error instanceof PlatformError && (error.kind === 'notFound' || error.kind === 'rejected')) return null;
		throw error;
	}
}

/** The product's copy in the shop; null where there is none yet. */
export async function replicaOf(context: StoreContext, source: CopySource): Promise<string | null> {
	const { data } = await call(
		context,
		{
			operation: 'products.replicas',
			method: 'GET',
			path: `/product/202507/products/${encodeURIComponent(source.externalListingId)}/replicated_products`,
			cipher: cipherIn(source),
			idempotent: true,
		},
		ReplicatedProducts,
	);
	return data.find(({ shop_id: shop }) => shop === context.store.externalId)?.product_id ?? null;
}

function priceRule({ id, seller_sku: code, sales_attributes: of }: WireProduct['skus'][number]): AttributeRule {
	const name = of.flatMap(({ value_name: value }) => value ?? []).join(' / ');
	return {
		id: `${PRICE_OF}${id}`,
		name: name === '' ? (code ?? id) : name,
		required: true,
		source: 'platform',
		kind: 'number',
		choices: [],
		open: true,
		units: [],
		most: null,
	};
}

function skuBody(context: StoreContext, draft: ListingDraft, source: CopySource, id: string): Json {
	const own = id === source.externalVariantId;
	const amount = own ? draft.price?.amount : draft.attributes.find((attribute) => attribute.id === `${PRICE_OF}${id}`)?.value;
	return { source_sku_id: id, price: { currency: context.currency, sale_price: (amount ?? '').trim() } };
}

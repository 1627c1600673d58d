import { type CopySource, PlatformError, type Publish } from '@pangea/platform-contract';
import { createProduct, findProduct } from './new-product.ts';
import { languageIn, productRules, suggestCategories } from './product-rules.ts';
import { replicable, replicaOf, replicate, replicateRules } from './replicate.ts';

/**
 * Two ways onto a shop: a product that another shop of the seller lists is replicated by the platform, and anything else is made anew in a category. Which
 * one is meant is told by what stands in the category's place.
 */
export const publish: Publish = {
	copiesOwn: true,
	searchLanguage: languageIn,

	async suggest(context, words, sources) {
		const products = await replicable(context, sources);
		try {
			return [...products, ...(await suggestCategories(context, words))];
		} catch (error) {
			// What can be copied is offered although the platform takes no such words.
			if (products.length > 0 && error instanceof PlatformError && error.kind === 'rejected') return products;
			throw error;
		}
	},

	async rules(context, categoryId, sources) {
		const source = sourceOf(sources, categoryId);
		return source ? await replicateRules(context, source) : await productRules(context, categoryId);
	},

	async find(context, draft, { sources }) {
		// Whichever way is meant now, a former try may have gone the other.
		const byCode = await findProduct(context, draft);
		if (byCode !== null) return byCode;
		for (const source of new Map(sources.map((one) => [one.externalListingId, one])).values()) {
			const replica = await replicaOf(context, source);
			if (replica !== null) return replica;
		}
		return null;
	},

	async create(context, draft, origin) {
		const source = sourceOf(origin.sources, draft.categoryId);
		return source ? await replicate(context, draft, source) : await createProduct(context, draft, origin);
	},
};

/** Numbers of products have eighteen digits and more, those of categories fewer. */
function sourceOf(sources: readonly CopySource[], categoryId: string | null): CopySource | undefined {
	return sources.find(({ externalListingId }) => externalListingId === categoryId);
}

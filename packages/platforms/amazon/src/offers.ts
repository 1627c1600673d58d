import { formatDecimal, type OfferTerms } from '@pangea/domain';
import {
	type OfferChange,
	type OfferOutcome,
	type Offers,
	pathStep,
	PlatformError,
	refusedFor,
	refusedOutcome,
	type RefusalReason,
	type StoreContext,
} from '@pangea/platform-contract';
import { call } from './client.ts';
import { misunderstood } from './errors.ts';
import { localeIn, LONGEST_TITLE } from './product-types.ts';
import { OWN } from './type-schema.ts';
import { wireOwnOffer, type WireOwnOffer, wireSubmission, type WireSubmission } from './wire-publish.ts';

const BY_SELLER = 'DEFAULT';

/** An attribute is replaced whole, so what else it says is sent back as it was; Amazon's own check of the very body goes before each patch. */
export const offers: Offers = {
	terms: (_, { price, stock }): OfferTerms => ({
		title: null,
		price: price === null ? 'untold' : null,
		// Of what Amazon's warehouses keep the listing tells no number.
		stock: stock === null ? 'platformStock' : null,
		pricing: 'paid',
		// The schema of a product type may say less, which Amazon's check tells.
		titles: { least: 1, most: LONGEST_TITLE, of: 'variant', reviewed: false },
	}),

	async change(context, _, changes) {
		const outcomes: OfferOutcome[] = [];
		for (const change of changes) outcomes.push(await changeOne(context, change).catch(refusedOutcome));
		return outcomes;
	},
};

async function changeOne(context: StoreContext, change: OfferChange): Promise<OfferOutcome> {
	const path = `/listings/2021-08-01/items/${pathStep(context.grant().externalAccountId)}/${pathStep(change.externalVariantId)}`;
	const { value: item } = await call(context, wireOwnOffer, {
		operation: 'getListingsItem',
		path,
		query: { marketplaceIds: context.store.siteId, includedData: 'summaries,attributes' },
	});
	const productType = (item.summaries ?? []).find(({ marketplaceId }) => marketplaceId === context.store.siteId)?.productType;
	if (!productType) throw notHere();
	const patched = patchedBy(context, change, item);
	if (patched === null) return refusedFor(change.field === 'title' ? 'offerTitleNotOurs' : 'offerNotOurs');
	const body = { productType, patches: [{ op: 'replace', path: `/attributes/${patched.name}`, value: patched.value }] };
	const checked = await patch(context, path, body, true);
	if (checked.status !== 'VALID') return refusal(checked, change);
	const taken = await patch(context, path, body, false);
	return taken.status === 'ACCEPTED' ? { state: 'accepted' } : refusal(taken, change);
}

async function patch(context: StoreContext, path: string, body: Record<string, unknown>, isPreview: boolean): Promise<WireSubmission> {
	const { value } = await call(context, wireSubmission, {
		operation: 'patchListingsItem',
		method: 'PATCH',
		path,
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

function patchedBy(context: StoreContext, change: OfferChange, item: WireOwnOffer): Patched {
	if (change.field === 'title') return titleOf(context, change.title, item);
	return change.field === 'price' ? priceOf(context, change, item) : stockOf(change.stock, item);
}

/** The title in the marketplace's language. Null for an offer on somebody else's product, of which the seller states none. */
function titleOf({ store }: StoreContext, title: string, { attributes }: WireOwnOffer): Patched {
	const locale = localeIn(store);
	const told = attributes?.[OWN.title] ?? [];
	if (told.length === 0) return null;
	const isMeant = (one: Record<string, unknown>): boolean =>
		(one['marketplace_id'] ?? store.siteId) === store.siteId && (one['language_tag'] ?? locale) === locale;
	if (told.some(isMeant)) return { name: OWN.title, value: told.map((one) => (isMeant(one) ? { ...one, value: title } : one)) };
	return { name: OWN.title, value: [...told, { marketplace_id: store.siteId, language_tag: locale, value: title }] };
}

type Patched = { name: string; value: Record<string, unknown>[] } | null;

/** The offer to everybody with another price; offers to business buyers, and a sale's own price, stay what they are. */
function priceOf(context: StoreContext, { price }: Extract<OfferChange, { field: 'price' }>, { attributes }: WireOwnOffer): Patched {
	const { siteId } = context.store;
	const our_price = [{ schedule: [{ value_with_tax: Number(formatDecimal(price)) }] }];
	const told = attributes?.[OWN.price] ?? [];
	const isMeant = (one: Record<string, unknown>): boolean =>
		(one['marketplace_id'] ?? siteId) === siteId &&
		(one['currency'] ?? price.currency) === price.currency &&
		(one['audience'] ?? 'ALL') === 'ALL';
	if (told.some(isMeant)) return { name: OWN.price, value: told.map((one) => (isMeant(one) ? { ...one, our_price } : one)) };
	return { name: OWN.price, value: [...told, { marketplace_id: siteId, currency: price.currency, audience: 'ALL', our_price }] };
}

/** The seller's own stock; null where Amazon's warehouses keep it. */
function stockOf(quantity: number, { attributes }: WireOwnOffer): Patched {
	const told = attributes?.[OWN.stock] ?? [];
	const own = told.some((one) => one['fulfillment_channel_code'] === BY_SELLER);
	if (!own) return null;
	const value = told.map((one) => (one['fulfillment_channel_code'] === BY_SELLER ? { ...one, quantity } : one));
	return { name: OWN.stock, value };
}

/** Reasons in Amazon's words. */
function refusal({ status, issues }: WireSubmission, { field }: OfferChange): OfferOutcome {
	if (status !== 'INVALID') throw misunderstood('patchListingsItem', 'a status that is not published');
	const reasons = (issues ?? [])
		.filter(({ severity }) => severity === 'ERROR')
		.map(({ code, message }): RefusalReason => ({ field, code, words: message }));
	return { state: 'refused', code: 'offerRefused', reasons };
}

function notHere(): PlatformError {
	return new PlatformError({
		kind: 'notFound',
		userMessage: { code: 'notFoundAtPlatform' },
		detail: 'getListingsItem: the marketplace has no such item',
	});
}

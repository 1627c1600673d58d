import { formatDecimal, type OfferTerms } from '@pangea/domain';
import {
	type Json,
	type OfferChange,
	type OfferOutcome,
	type Offers,
	pathStep,
	refusedFor,
	refusedOutcome,
	type StoreContext,
} from '@pangea/platform-contract';
import { answer, apiUrl, read, sendAs } from './client.ts';
import { understand } from './errors.ts';
import { isGlobalSelling } from './stores.ts';
import { wireOwnItem } from './wire-listings.ts';

const FULFILMENT = 'fulfillment';
/** All variations of an item have one price (https://developers.mercadolibre.com.ar/es_ar/variaciones). They are numbered; a product of its own has letters before its number (contract §6.4). */
const VARIATION = /^\d+$/;

/**
 * Titles stay what they are once a piece has been sold, and those of User Products are the platform's own (contract §6.3, §6.4); all others are the
 * sites' (https://developers.mercadolibre.com.ar/devsite/sync-and-modify-listings-gs). Items of sellers of one country take price and stock; those of Global Selling what is left to the seller, and their stock is the account's, on all
 * sites at once (contract §6.3). An answer of 200 says little: some accounts' stocks stay what they were, which only reading them again shows.
 */
export const offers: Offers = {
	terms(store, { externalVariantId, price, received, stock, sold = 0 }): OfferTerms {
		const isGlobal = isGlobalSelling({ store });
		const told = (value: unknown) => (value == null ? 'untold' : null);
		const isVariation = VARIATION.test(externalVariantId);
		const isOwnProduct = !isVariation && externalVariantId !== '';
		const shared = {
			title: isOwnProduct ? ('platformTitle' as const) : sold > 0 ? ('titleAfterSales' as const) : null,
			// How many characters a title has is said by its category.
			titles: { least: 1, most: null, of: 'product' as const, reviewed: false },
		};
		const isFulfilled = store.mode === 'platformFulfilled';
		if (isGlobal) {
			return {
				...shared,
				price: isVariation ? 'onePriceForAll' : isOwnProduct ? 'notServed' : told(received),
				stock: isFulfilled ? 'platformStock' : 'sharedStock',
				pricing: 'received',
			};
		}
		return {
			...shared,
			price: isVariation ? 'onePriceForAll' : told(price),
			stock: isFulfilled ? 'platformStock' : told(stock),
			pricing: 'paid',
		};
	},

	async change(context, externalListingId, changes) {
		const outcomes: OfferOutcome[] = [];
		for (const change of changes) outcomes.push(await changeOne(context, externalListingId, change).catch(refusedOutcome));
		return outcomes;
	},
};

async function changeOne(context: StoreContext, id: string, change: OfferChange): Promise<OfferOutcome> {
	if (change.field === 'title') return await changeTitle(context, id, change.title);
	if (change.field === 'price') {
		const amount = Number(formatDecimal(change.price));
		if (isGlobalSelling(context)) await put(context, `/global/items/${pathStep(id)}`, { net_proceeds: amount });
		else await put(context, `/items/${pathStep(id)}`, { price: amount });
		return { state: 'accepted' };
	}
	if (isGlobalSelling(context)) return refusedFor('offerShared');
	return await changeStock(context, `/items/${pathStep(id)}`, change);
}

async function changeTitle(context: StoreContext, id: string, title: string): Promise<OfferOutcome> {
	const [base, target] = isGlobalSelling(context) ? ['/marketplace/items', '/global/items'] : ['/items', '/items'];
	const item = await itemNow(context, `${base}/${pathStep(id)}`);
	if (item.family_name) return refusedFor('offerTitleMade');
	if ((item.sold_quantity ?? 0) > 0) return refusedFor('offerTitleFrozen');
	await put(context, `${target}/${pathStep(id)}`, { title });
	return { state: 'accepted' };
}

async function itemNow(context: StoreContext, path: string) {
	return understand('items.read', wireOwnItem, (await read(context, { operation: 'items.read', path })).json);
}

async function changeStock(context: StoreContext, path: string, change: Extract<OfferChange, { field: 'stock' }>): Promise<OfferOutcome> {
	const item = await itemNow(context, path);
	if (item.shipping?.logistic_type === FULFILMENT) return refusedFor('offerNotOurs');
	const { stock: available_quantity, externalVariantId } = change;
	const variations = item.variations ?? [];
	if (variations.length === 0) {
		await put(context, path, { available_quantity });
		return { state: 'accepted' };
	}
	if (!variations.some(({ id }) => id === externalVariantId)) return refusedFor('notFoundAtPlatform');
	// Variations that are not named are deleted (contract §6.3).
	await put(context, path, {
		variations: variations.map(({ id }) => ({ id: numberOf(id), ...(id === externalVariantId ? { available_quantity } : {}) })),
	});
	return { state: 'accepted' };
}

/** As it came: ids of variations are numbers of eleven to fifteen digits. */
function numberOf(id: string): Json {
	return Number.isSafeInteger(Number(id)) ? Number(id) : id;
}

async function put(context: StoreContext, path: string, body: Json): Promise<void> {
	const reply = await sendAs(context, {
		operation: 'items.write',
		method: 'PUT',
		url: apiUrl(context, path),
		headers: { 'content-type': 'application/json', accept: 'application/json' },
		body: JSON.stringify(body),
		idempotent: true,
		writes: true,
	});
	answer(context, 'items.write', reply);
}

import { formatDecimal, type OfferTerms } from '@pangea/domain';
import { type Json, type OfferChange, type OfferOutcome, type Offers, PlatformError, type StoreContext } from '@pangea/platform-contract';
import { call } from './client.ts';
import { cipherOf } from './stores.ts';
import { Nothing } from './wire.ts';
import { InventoryErrors, WireStock, type WireStockSku } from './wire-offers.ts';

/** The listing's own word where the platform takes prices and stocks (contract §8). */
const ON_SALE = 'ACTIVATE';
/** Stock that the account's rules hand out over its markets. */
const BY_HAND = 'MANUAL';

/** A call for all prices of a product and one for all stocks: each says itself what it did not take. */
export const offers: Offers = {
	terms({ mode }, { rawStatus, price, stock }): OfferTerms {
		const isOnSale = rawStatus.split(' / ')[0] === ON_SALE;
		const told = (value: unknown) => (value === null ? 'untold' : null);
		return {
			// Which of the two prices a shop sends goes by its kind (contract §8).
			price: !isOnSale ? 'notOnSale' : mode === 'unknown' ? 'notServed' : told(price),
			stock: isOnSale ? told(stock) : 'notOnSale',
			pricing: 'paid',
		};
	},

	async change(context, externalListingId, changes) {
		const path = `/product/202309/products/${encodeURIComponent(externalListingId)}`;
		const outcomes = new Map<OfferChange, OfferOutcome>();
		const prices = changes.filter((change) => change.field === 'price');
		const stocks = changes.filter((change) => change.field === 'stock');
		if (prices.length > 0) {
			const outcome = await changePrices(context, path, prices);
			for (const change of prices) outcomes.set(change, outcome);
		}
		if (stocks.length > 0) for (const [change, outcome] of await changeStocks(context, path, stocks)) outcomes.set(change, outcome);
		return changes.map((change) => outcomes.get(change) ?? { state: 'refused', code: 'notFoundAtPlatform', reasons: [] });
	},
};

async function changePrices(
	context: StoreContext,
	path: string,
	changes: readonly Extract<OfferChange, { field: 'price' }>[],
): Promise<OfferOutcome> {
	const name = context.store.mode === 'crossBorder' ? 'sale_price' : 'amount';
	const skus = changes.map(({ externalVariantId: id, price }) => ({
		id,
		price: { currency: price.currency, [name]: formatDecimal(price) },
	}));
	try {
		await call(
			context,
			{
				operation: 'products.prices',
				method: 'POST',
				path: `${path}/prices/update`,
				cipher: cipherOf(context),
				body: { skus },
				idempotent: true,
				writes: true,
			},
			Nothing,
		);
		return { state: 'accepted' };
	} catch (error) {
		// It keeps no stock from being changed.
		if (!(error instanceof PlatformError) || error.kind !== 'rejected') throw error;
		return refused(error.userMessage.code, error.userMessage.params?.['code'] ?? '', '');
	}
}

async function changeStocks(
	context: StoreContext,
	path: string,
	changes: readonly Extract<OfferChange, { field: 'stock' }>[],
): Promise<Map<OfferChange, OfferOutcome>> {
	const outcomes = new Map<OfferChange, OfferOutcome>();
	const { data: product } = await call(
		context,
		{ operation: 'products.detail', method: 'GET', path, cipher: cipherOf(context), idempotent: true },
		WireStock,
	);
	const skus: Json[] = [];
	const sent: OfferChange[] = [];
	for (const change of changes) {
		const sku = product.skus.find(({ id }) => id === change.externalVariantId);
		const body = sku && stockBody(sku, change.stock);
		if (body === undefined) outcomes.set(change, refused('notFoundAtPlatform', '', ''));
		else if (typeof body === 'string') outcomes.set(change, refused(body, '', ''));
		else {
			skus.push(body);
			sent.push(change);
		}
	}
	if (skus.length === 0) return outcomes;
	const { data: errors } = await call(
		context,
		{
			operation: 'products.inventory',
			method: 'POST',
			path: `${path}/inventory/update`,
			cipher: cipherOf(context),
			body: { skus },
			idempotent: true,
			writes: true,
		},
		InventoryErrors,
	);
	for (const change of sent) {
		// One that names no variant is about all of them.
		const own = errors.filter(({ detail }) => (detail?.sku_id ?? change.externalVariantId) === change.externalVariantId);
		const reasons = own.flatMap(({ code, message, detail }) => {
			const closer = (detail?.extra_errors ?? []).map((extra) => ({ code: extra.code, words: extra.message ?? '' }));
			return closer.length > 0 ? closer : [{ code, words: message ?? '' }];
		});
		outcomes.set(
			change,
			own.length === 0
				? { state: 'accepted' }
				: { state: 'refused', code: 'offerRefused', reasons: reasons.map((reason) => ({ field: 'stock', ...reason })) },
		);
	}
	return outcomes;
}

/** All places of a variant have to be named (contract §8): with one there is no doubt where the pieces lie. */
function stockBody(
	{ id, inventory, global_listing_policy: policy }: WireStockSku,
	quantity: number,
): { [name: string]: Json } | 'offerShared' | 'offerWarehouses' {
	if (policy?.inventory_type && policy.inventory_type !== BY_HAND) return 'offerShared';
	const [place, ...others] = inventory;
	if (!place || others.length > 0) return 'offerWarehouses';
	const { warehouse_id, backorder_quantity, handling_time } = place;
	return {
		id,
		inventory: [
			{
				warehouse_id,
				quantity,
				...(backorder_quantity != null && { backorder_quantity }),
				...(handling_time != null && { handling_time }),
			},
		],
	};
}

function refused(code: Extract<OfferOutcome, { state: 'refused' }>['code'], theirs: string, words: string): OfferOutcome {
	return { state: 'refused', code, reasons: theirs === '' ? [] : [{ field: null, code: theirs, words }] };
}

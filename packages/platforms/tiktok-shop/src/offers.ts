import { formatDecimal, type OfferTerms } from '@pangea/domain';
import {
	changeOneTitle,
	type Json,
	type OfferChange,
	type OfferOutcome,
	type Offers,
	refusedFor,
	refusedOutcome,
	type StoreContext,
} from '@pangea/platform-contract';
import { call } from './client.ts';
import { titleBounds } from './product-rules.ts';
import { cipherOf } from './stores.ts';
import { Nothing } from './wire.ts';
import { InventoryErrors, WireAudit, WireStock, type WireStockSku } from './wire-offers.ts';

/** The listing's own word where the platform takes prices and stocks (contract §8). */
const ON_SALE = 'ACTIVATE';
/** Stock that the account's rules hand out over its markets. */
const BY_HAND = 'MANUAL';
/** The audit's last word on an edit; until then the old version is sold (contract §8). */
const REFUSED = 'FAILED';

/** A call for the title, one for each price, and one for all stocks of a product, which says itself what it did not take. */
export const offers: Offers = {
	terms({ mode, siteId }, { rawStatus, price, stock }): OfferTerms {
		const isOnSale = rawStatus.split(' / ')[0] === ON_SALE;
		const told = (value: unknown) => (value === null ? 'untold' : null);
		return {
			title: isOnSale ? null : 'notOnSale',
			// Which of the two prices a shop sends goes by its kind (contract §8).
			price: !isOnSale ? 'notOnSale' : mode === 'unknown' ? 'notServed' : told(price),
			stock: isOnSale ? told(stock) : 'notOnSale',
			pricing: 'paid',
			titles: { ...titleBounds({ siteId }), of: 'product', reviewed: true },
		};
	},

	async change(context, externalListingId, changes) {
		const path = `/product/202309/products/${encodeURIComponent(externalListingId)}`;
		const prices = changes.filter((change) => change.field === 'price');
		const stocks = changes.filter((change) => change.field === 'stock');
		const outcomes = await changeOneTitle(changes, (title) => changeTitle(context, path, title));
		// A refusal names no variant, so each price goes by itself.
		for (const change of prices) outcomes.set(change, await changePrice(context, path, change).catch(refusedOutcome));
		if (stocks.length > 0) {
			const each = await changeStocks(context, path, stocks).catch((error: unknown) => {
				const outcome = refusedOutcome(error);
				return new Map<OfferChange, OfferOutcome>(stocks.map((change) => [change, outcome]));
			});
			for (const [change, outcome] of each) outcomes.set(change, outcome);
		}
		return changes.map((change) => outcomes.get(change) ?? refusedFor('notFoundAtPlatform'));
	},

	async titleRefusal(context, externalListingId) {
		const { data } = await call(
			context,
			{
				operation: 'products.detail',
				method: 'GET',
				path: `/product/202309/products/${encodeURIComponent(externalListingId)}`,
				query: { return_under_review_version: 'true' },
				cipher: cipherOf(context),
				idempotent: true,
			},
			WireAudit,
		);
		if (data.audit?.status !== REFUSED) return null;
		return data.audit_failed_reasons.flatMap(({ position, reasons }) =>
			reasons.map((words) => ({ field: 'title', code: position ?? '', words })),
		);
	},
};

/** Of this shop's product alone: those that were replicated from it keep theirs. */
async function changeTitle(context: StoreContext, path: string, title: string): Promise<OfferOutcome> {
	await call(
		context,
		{
			operation: 'products.edit',
			method: 'POST',
			path: `${path.replace('/202309/', '/202509/')}/partial_edit`,
			cipher: cipherOf(context),
			body: { title },
			idempotent: true,
			writes: true,
		},
		Nothing,
	);
	return { state: 'accepted' };
}

async function changePrice(
	context: StoreContext,
	path: string,
	{ externalVariantId: id, price }: Extract<OfferChange, { field: 'price' }>,
): Promise<OfferOutcome> {
	const name = context.store.mode === 'crossBorder' ? 'sale_price' : 'amount';
	await call(
		context,
		{
			operation: 'products.prices',
			method: 'POST',
			path: `${path}/prices/update`,
			cipher: cipherOf(context),
			body: { skus: [{ id, price: { currency: price.currency, [name]: formatDecimal(price) } }] },
			idempotent: true,
			writes: true,
		},
		Nothing,
	);
	return { state: 'accepted' };
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
		if (body === undefined) outcomes.set(change, refusedFor('notFoundAtPlatform'));
		else if (typeof body === 'string') outcomes.set(change, refusedFor(body));
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

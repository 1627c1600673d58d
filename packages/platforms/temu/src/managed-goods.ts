import type { Listing, ListingState } from '@pangea/domain';
import { idText, jsonText, type Outcome, type Page, type StoreContext } from '@pangea/platform-contract';
import { call, isObject } from './client.ts';
import { notUnderstood } from './errors.ts';
import { causeOf } from './wire.ts';
import { productPageSchema, productSchema, type WireProduct } from './wire-listings.ts';

const LIST = 'bg.glo.goods.list.get';
const A_PAGE = 100;

/** The list tells no state that is published, and filters by one that is (contract, samples/_enums.json). What was deleted is not asked for. */
const STATES: readonly (readonly [number, ListingState, string])[] = [
	[100, 'live', 'on sale'],
	[200, 'inactive', 'off or terminated'],
	[0, 'draft', 'not published'],
];

/**
 * Goods of a shop that Temu manages, by its second token: product, SKC and SKU. What buyers pay is not told, declared prices have an allow-list of their
 * own and one for each site, and stock a call for each SKC that asks for a number the token does not have (contract §8): neither is read.
 */
export async function* managedGoods(context: StoreContext, wanted: readonly string[] | null): AsyncGenerator<Page<Listing>> {
	const token = context.grant().secrets['accessToken'] ?? '';
	for (const [skcTopStatus, state, word] of STATES)
		for (let page = 1; ; page++) {
			const params = { page, pageSize: A_PAGE, skcTopStatus };
			const { result, reply } = await call(context, { api: LIST, params, gateway: 'partner', token, kind: 'read', idempotent: true });
			const told = productPageSchema.safeParse(result);
			if (!told.success) throw notUnderstood(LIST, causeOf(told.error), told.error);
			const { data, totalCount } = told.data;
			const items = data.flatMap((raw): Outcome<Listing>[] => {
				const wire = productSchema.safeParse(raw);
				const externalId = isObject(raw as never) ? idText((raw as Record<string, unknown>)['productId']) : null;
				if (!wire.success) return [{ ok: false, externalId, cause: causeOf(wire.error), raw: jsonText(raw), replies: [0] }];
				if (wanted !== null && !wanted.includes(wire.data.productId)) return [];
				return toListings(wire.data, state, word).map((value) => ({ ok: true, value, replies: [0] }));
			});
			const isLast = data.length === 0 || page * A_PAGE >= totalCount;
			yield { items, replies: [reply], next: isLast ? null : String(page + 1), watermark: context.now().toISOString(), total: totalCount };
			if (isLast) break;
		}
}

/** Pure. One listing a SKU; the colours of a product (SKC) stand in one product. */
export function toListings(product: WireProduct, state: ListingState, rawStatus: string): Listing[] {
	return product.productSkuSummaries.map((sku) => ({
		externalListingId: product.productId,
		externalVariantId: sku.productSkuId,
		originKey: null,
		sellerSku: sku.extCode ?? product.extCode,
		gtins: [],
		title: product.productName ?? sku.extCode ?? product.productId,
		variant: sku.productSkuSpecList.flatMap(({ specName }) => specName ?? []).join(' / ') || null,
		state,
		rawStatus,
		issues: [],
		price: null,
		stock: null,
		imageUrl: product.mainImageUrl !== null && /^https?:\/\//.test(product.mainImageUrl) ? product.mainImageUrl : null,
		url: null,
		updatedAt: null,
	}));
}

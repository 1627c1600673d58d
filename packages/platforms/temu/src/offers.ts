import type { OfferTerms } from '@pangea/domain';
import type { OfferOutcome, Offers } from '@pangea/platform-contract';
import { call, gatewayOf, tokenOf } from './client.ts';
import { notUnderstood } from './errors.ts';
import { isLocal } from './listings.ts';
import { causeOf } from './wire.ts';
import { stockEditSchema } from './wire-listings.ts';

const EDIT = 'bg.local.goods.stock.edit';

/**
 * Stock of local shops, by targets. What buyers pay is Temu's word alone: a shop proposes what it wants to be left with, and Temu looks at that
 * (contract §7), which is no change of a price. The stock of shops that Temu manages lies in warehouses of which the mirror tells nothing.
 */
export const offers: Offers = {
	terms: (store, { stock }): OfferTerms => ({
		price: 'platformPrice',
		stock: isLocal(store) ? (stock === null ? 'untold' : null) : 'severalWarehouses',
		pricing: 'paid',
	}),

	async change(context, externalListingId, changes, requestKey) {
		const refusedPrice: OfferOutcome = { state: 'refused', code: 'modeNotServed', reasons: [] };
		const stocks = changes.filter((change) => change.field === 'stock');
		if (stocks.length === 0) return changes.map(() => refusedPrice);
		const grant = context.grant();
		const { result } = await call(context, {
			api: EDIT,
			params: {
				goodsId: BigInt(externalListingId),
				skuStockTargetList: stocks.map(({ externalVariantId, stock }) => ({ skuId: BigInt(externalVariantId), stockTarget: stock })),
				requestUniqueKey: requestKey,
			},
			gateway: gatewayOf(grant.host),
			token: tokenOf(grant, context.store.attributes['mallId'] ?? grant.externalAccountId),
			kind: 'write',
			idempotent: true,
			writes: true,
		});
		const told = stockEditSchema.safeParse(result);
		if (!told.success) throw notUnderstood(EDIT, causeOf(told.error), told.error);
		const rows = new Map(told.data.skuStockEditStatusInfoList.map((row) => [row.skuId, row]));
		return changes.map(({ field, externalVariantId }): OfferOutcome => {
			if (field === 'price') return refusedPrice;
			const row = rows.get(externalVariantId);
			// A success outside may hide a failure inside (contract §4); a row that is missing is none.
			if (row ? row.stockEditStatus : told.data.operateResult) return { state: 'accepted' };
			const [code, words] = row ? [row.errorCode, row.errorMsg] : [null, told.data.msg];
			return { state: 'refused', code: 'offerRefused', reasons: [{ field, code: code ?? '', words: words ?? '' }] };
		});
	},
};

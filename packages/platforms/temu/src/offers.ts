import type { OfferTerms } from '@pangea/domain';
import {
	changeOneTitle,
	type OfferChange,
	type OfferOutcome,
	type Offers,
	refusedFor,
	refusedOutcome,
	type StoreContext,
} from '@pangea/platform-contract';
import type { z } from 'zod';
import { call, callForStore, gatewayOf, type Params, tokenOf } from './client.ts';
import { notUnderstood } from './errors.ts';
import { LONGEST_NAME } from './goods-rules.ts';
import { isLocal } from './listings.ts';
import { causeOf } from './wire.ts';
import { goodsBasicSchema, stockEditSchema } from './wire-listings.ts';

const DETAIL = 'bg.local.goods.detail.query';
const RENAME = 'bg.local.goods.partial.update';
const EDIT = 'bg.local.goods.stock.edit';

/**
 * Names and stock of local shops, stock by targets. What buyers pay is Temu's word alone: a shop proposes what it wants to be left with, and Temu
 * looks at that (contract §7), which is no change of a price. The stock of shops that Temu manages lies in warehouses of which the mirror tells nothing.
 */
export const offers: Offers = {
	terms: (store, { stock }): OfferTerms => ({
		title: isLocal(store) ? null : 'notServed',
		price: 'platformPrice',
		stock: isLocal(store) ? (stock === null ? 'untold' : null) : 'severalWarehouses',
		pricing: 'paid',
		titles: { least: 1, most: LONGEST_NAME, of: 'product', reviewed: false },
	}),

	async change(context, externalListingId, changes, requestKey) {
		const outcomes = await changeOneTitle(changes, (title) => rename(context, externalListingId, title));
		const stocks = changes.filter((change) => change.field === 'stock');
		if (stocks.length > 0) {
			const each = await setStocks(context, externalListingId, stocks, requestKey).catch((error: unknown) => {
				const outcome = refusedOutcome(error);
				return stocks.map(() => outcome);
			});
			for (const [place, change] of stocks.entries()) outcomes.set(change, each[place] ?? refusedFor('notFoundAtPlatform'));
		}
		return changes.map((change) => outcomes.get(change) ?? refusedFor('modeNotServed'));
	},
};

/** The block that holds the name holds the pictures as well, so they are sent back as they are. */
async function rename(context: StoreContext, externalListingId: string, goodsName: string): Promise<OfferOutcome> {
	const goodsId = BigInt(externalListingId);
	const { result } = await callForStore(context, 'read', DETAIL, { goodsId });
	const told = goodsBasicSchema.safeParse(result);
	if (!told.success) throw notUnderstood(DETAIL, causeOf(told.error), told.error);
	const { importDesignation, goodsGallery: gallery } = told.data;
	await write(context, RENAME, {
		goodsId,
		goodsBasic: {
			goodsName,
			...(importDesignation !== null && { importDesignation }),
			goodsGallery: {
				goodsCarouselImage: gallery.goodsCarouselImage,
				detailImage: gallery.detailImage,
				...video('carouselVideo', gallery.carouselVideo),
				...video('detailVideo', gallery.detailVideo),
			},
		},
	});
	return { state: 'accepted' };
}

/** Told as a list, taken as one. */
function video(name: string, [first]: z.infer<typeof goodsBasicSchema>['goodsGallery']['carouselVideo']) {
	if (!first) return {};
	return { [name]: { ...(first.vid !== null && { vid: first.vid }), ...(first.videoUrl !== null && { videoUrl: first.videoUrl }) } };
}

async function setStocks(
	context: StoreContext,
	externalListingId: string,
	stocks: readonly Extract<OfferChange, { field: 'stock' }>[],
	requestUniqueKey: string,
): Promise<OfferOutcome[]> {
	const { result } = await write(context, EDIT, {
		goodsId: BigInt(externalListingId),
		skuStockTargetList: stocks.map(({ externalVariantId, stock }) => ({ skuId: BigInt(externalVariantId), stockTarget: stock })),
		requestUniqueKey,
	});
	const told = stockEditSchema.safeParse(result);
	if (!told.success) throw notUnderstood(EDIT, causeOf(told.error), told.error);
	const rows = new Map(told.data.skuStockEditStatusInfoList.map((row) => [row.skuId, row]));
	return stocks.map(({ field, externalVariantId }): OfferOutcome => {
		const row = rows.get(externalVariantId);
		// A success outside may hide a failure inside (contract §4); a row that is missing is none.
		if (row ? row.stockEditStatus : told.data.operateResult) return { state: 'accepted' };
		const [code, words] = row ? [row.errorCode, row.errorMsg] : [null, told.data.msg];
		return { state: 'refused', code: 'offerRefused', reasons: [{ field, code: code ?? '', words: words ?? '' }] };
	});
}

async function write(context: StoreContext, api: string, params: Params) {
	const grant = context.grant();
	const token = tokenOf(grant, context.store.attributes['mallId'] ?? grant.externalAccountId);
	return await call(context, { api, params, gateway: gatewayOf(grant.host), token, kind: 'write', idempotent: true, writes: true });
}

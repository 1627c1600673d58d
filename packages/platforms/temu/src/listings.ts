import { type Listing, type ListingState, type Money, MoneyError, parseMoney, type StoreDescription } from '@pangea/domain';
import {
	entryOf,
	idText,
	jsonText,
	type Listings,
	type Outcome,
	type Page,
	type RawReply,
	type StoreContext,
} from '@pangea/platform-contract';
import { callForStore, isObject, type Params } from './client.ts';
import { isNotGranted, notUnderstood } from './errors.ts';
import { managedGoods } from './managed-goods.ts';
import { permissionsOf } from './permissions.ts';
import { causeOf } from './wire.ts';
import { skuOffersSchema, skuPageSchema, skuSchema, type WireSku } from './wire-listings.ts';

const LIST = 'temu.local.sku.list.retrieve';
const OFFERS = 'bg.local.goods.sku.list.query';
/** The older list stops there (contract §4); of the newer one no bound is told. */
const A_PAGE = 100;
const GOODS_AT_ONCE = 20;
/** How the older list names what is on sale and what is not; it knows no others. */
const OFFERED: readonly (readonly [string, number])[] = [
	['ACTIVE', 2],
	['INACTIVE', 3],
];
const LOCAL = '100';

/** Whether the store's own token makes goods in the form of local shops. */
export function isLocal({ attributes }: Pick<StoreDescription, 'attributes'>): boolean {
	return attributes['mallType'] === LOCAL;
}

/**
 * The newer list names every SKU with its state, the older one what it costs and how many there are. Neither tells when a price or a stock
 * changed, so each look is one at everything.
 */
export const listings: Listings = {
	/** A shop that Temu manages has a second token for its goods, which opens a store of its own (contract §1). */
	serves: (store) => isLocal(store) || isGoodsOnly(store),

	async *pull(context) {
		yield* isGoodsOnly(context.store) ? managedGoods(context, null) : walk(context, {});
	},

	async fetch(context, externalListingIds) {
		const all: Page<Listing> = { items: [], replies: [], next: null, watermark: context.now().toISOString(), total: null };
		for await (const page of named(context, externalListingIds)) {
			all.items.push(...page.items.map((item) => ({ ...item, replies: item.replies.map((place) => place + all.replies.length) })));
			all.replies.push(...page.replies);
		}
		return all;
	},
};

function isGoodsOnly({ attributes }: Pick<StoreDescription, 'attributes'>): boolean {
	return attributes['uniqueId'] !== undefined;
}

async function* named(context: StoreContext, ids: readonly string[]): AsyncGenerator<Page<Listing>> {
	if (isGoodsOnly(context.store)) return yield* managedGoods(context, ids);
	for (let start = 0; start < ids.length; start += GOODS_AT_ONCE)
		yield* walk(context, { goodsIdList: ids.slice(start, start + GOODS_AT_ONCE) });
}

async function* walk(context: StoreContext, filter: Params): AsyncGenerator<Page<Listing>> {
	for (let token: string | null = null; ; ) {
		const { result, reply }: Awaited<ReturnType<typeof callForStore>> = await callForStore(context, 'read', LIST, {
			skuSearchType: 'ALL',
			pageSize: A_PAGE,
			...(token === null ? {} : { pageToken: token }),
			...filter,
		});
		const page = skuPageSchema.safeParse(result);
		if (!page.success) throw notUnderstood(LIST, causeOf(page.error), page.error);
		const replies = [reply];
		const rows = page.data.skuList.map((raw) => ({ raw, wire: skuSchema.safeParse(raw) }));
		const offers = await offersOf(
			context,
			rows.flatMap(({ wire }) => (wire.success ? [wire.data] : [])),
			replies,
		);
		const items = rows.flatMap(({ raw, wire }): Outcome<Listing>[] => {
			if (wire.success && isDeleted(wire.data)) return [];
			if (wire.success)
				return [{ ok: true, value: toListing(wire.data, offers.get(wire.data.skuId)), replies: replies.map((_, at) => at) }];
			const externalId = isObject(raw as never) ? idText((raw as Record<string, unknown>)['goodsId']) : null;
			return [{ ok: false, externalId, cause: causeOf(wire.error), raw: jsonText(raw), replies: [0] }];
		});
		const next: string | null = page.data.pagination?.nextToken ?? null;
		if (next !== null && next === token) throw notUnderstood(LIST, 'the page names itself as the next one');
		yield { items, replies, next, watermark: context.now().toISOString(), total: page.data.total };
		if (next === null) return;
		token = next;
	}
}

/** What a SKU costs its buyer and how many there are, as far as told. */
export interface SkuOffer {
	price: Money | null;
	stock: number | null;
}

/** A token that may not ask for it leaves both untold. */
async function offersOf(context: StoreContext, skus: readonly WireSku[], replies: RawReply[]): Promise<Map<string, SkuOffer>> {
	const found = new Map<string, SkuOffer>();
	if (!permissionsOf(context).allows(OFFERS)) return found;
	for (const [status, skuSearchType] of OFFERED) {
		const ids = skus.filter(({ skuStatus, skuId }) => skuStatus === status && /^\d{1,20}$/.test(skuId)).map(({ skuId }) => BigInt(skuId));
		if (ids.length === 0) continue;
		try {
			const params = { pageNo: 1, pageSize: A_PAGE, skuSearchType, skuIdList: ids };
			const { result, reply } = await callForStore(context, 'read', OFFERS, params);
			const told = skuOffersSchema.safeParse(result);
			if (!told.success) throw notUnderstood(OFFERS, causeOf(told.error), told.error);
			replies.push(reply);
			for (const { skuId, stock, retailPrice } of told.data.skuList) found.set(skuId, { stock, price: priceOf(retailPrice) });
		} catch (error) {
			if (!isNotGranted(error)) throw error;
			return found;
		}
	}
	return found;
}

/** Temu alone sets what buyers pay, and says 0 until a product was on sale for the first time (contract §7). */
function priceOf(told: { amount: string | null; currency: string | null } | null | undefined): Money | null {
	if (!told?.amount || !told.currency) return null;
	try {
		const price = parseMoney(told.amount, told.currency);
		return price.amountMinor > 0n ? price : null;
	} catch (error) {
		if (!(error instanceof MoneyError)) throw error;
		return null;
	}
}

const STATES: Readonly<Record<string, ListingState>> = { ACTIVE: 'live', INACTIVE: 'inactive', INCOMPLETE: 'draft', DRAFT: 'draft' };

/** Numbers that say more than the state does, in the documentation's own words where Temu keeps a SKU from sale (samples/_enums.json). */
const SUB_STATES: Readonly<Record<string, { state: ListingState; issue?: string }>> = {
	'3001': { state: 'blocked', issue: 'Penalty' },
	// Nobody keeps it from sale, as on the other platforms.
	'3003': { state: 'live' },
	'3004': { state: 'blocked', issue: 'High price' },
	'4003': { state: 'blocked', issue: 'Price evaluation failed' },
};

function isDeleted({ skuStatus, skuSubStatus }: WireSku): boolean {
	return skuStatus === 'DELETED' || skuSubStatus === '6001' || skuSubStatus === '6002';
}

/** Pure. */
export function toListing(sku: WireSku, offer: SkuOffer | undefined): Listing {
	const status = sku.skuStatus ?? 'NONE';
	const closer = sku.skuSubStatus === null ? undefined : entryOf(SUB_STATES, sku.skuSubStatus);
	return {
		externalListingId: sku.goodsId,
		externalVariantId: sku.skuId,
		originKey: null,
		sellerSku: sku.outSkuSn,
		// Bar codes are written and never read back.
		gtins: [],
		title: sku.goodsName ?? sku.outSkuSn ?? sku.goodsId,
		variant: sku.specName,
		state: closer?.state ?? entryOf(STATES, status) ?? 'unknown',
		rawStatus: sku.skuSubStatus === null ? status : `${status} / ${sku.skuSubStatus}`,
		issues: closer?.issue === undefined ? [] : [closer.issue],
		price: offer?.price ?? null,
		stock: offer?.stock ?? null,
		imageUrl: sku.thumbUrl !== null && /^https?:\/\//.test(sku.thumbUrl) ? sku.thumbUrl : null,
		// No address of a product's page is told, nor when anything but the state changed.
		url: null,
		updatedAt: null,
	};
}

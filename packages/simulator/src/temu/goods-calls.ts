import { exponentOf } from '../core/money.ts';
import { offersOf } from '../core/offers.ts';
import { hash } from '../core/random.ts';
import { readPageToken, queryDigest, writePageToken } from '../core/paging.ts';
import { FIRST_LEAF } from './categories.ts';
import { goodsId, skuId } from './ids.ts';
import type { ShownSku } from './made-goods.ts';
import type { Answer, Call } from './order-calls.ts';

const STATUSES = ['ALL', 'ACTIVE', 'INACTIVE', 'INCOMPLETE', 'DRAFT', 'DELETED'];
const MOST = 100;
/** Where a local shop's parcels are weighed in pounds and measured in inches (contract temu §11). */
const IMPERIAL = ['US'];
/** Temu looks at new goods for so long. */
const AUDIT = 60_000;
const MOST_STOCK = 999_999;
/** Of a hundred SKUs: a running promotion holds their stock. */
const PROMOTED = 4;

/** Every SKU of a local shop, those made here last. */
export function skusOf({ context, token, goods, now }: Call): ShownSku[] {
	const { store } = token;
	const found = offersOf(context.world.seed, store).map((offer) => ({
		goodsId: goodsId(store, offer.sku),
		skuId: skuId(store, offer.sku),
		offer,
		specName: offer.sku.variant,
		outGoodsSn: offer.sku.good.code,
		thumbUrl: `https://img.kwcdn.com/local-goods-img/sim/${offer.sku.number}_800x800.jpeg`,
		madeAt: null,
	}));
	return [...found, ...goods.of(store)].map((sku) => ({ ...sku, offer: goods.changed.over(String(sku.skuId), sku.offer, now) }));
}

/** The state and the number that says more (contract temu, samples/_enums.json). */
function stateOf({ offer, madeAt, isIncomplete }: ShownSku, now: number): [string, number] {
	if (isIncomplete) return ['DRAFT', 5001];
	if (madeAt !== null && now < madeAt + AUDIT) return ['INCOMPLETE', 4002];
	if (offer.state === 'blocked') return ['INACTIVE', offer.sku.number % 2 === 0 ? 3004 : 3001];
	if (offer.state === 'inactive') return ['INACTIVE', 3002];
	return offer.stock === 0 ? ['INACTIVE', 3003] : ['ACTIVE', 2001];
}

function measuresOf({ offer }: ShownSku, country: string) {
	const pounds = IMPERIAL.includes(country);
	const { grams } = offer.sku.good;
	return {
		weightInfo: pounds ? { weight: (grams / 453.6).toFixed(1), unit: 'lb' } : { weight: String(grams), unit: 'g' },
		volumeInfo: { length: '20.0', width: '15.0', height: '8.0', unit: pounds ? 'in' : 'cm' },
	};
}

/** `temu.local.sku.list.retrieve`: every SKU with its state and neither price nor stock; ids as text, a token for each page. */
export function retrieveSkus(call: Call): Answer {
	const { args, token, now } = call;
	const type = args.text('skuSearchType') ?? 'ALL';
	if (!STATUSES.includes(type)) throw args.wrong('skuSearchType');
	const size = args.count('pageSize', 10, MOST);
	const named = {
		goods: args.texts('goodsIdList', MOST),
		skus: args.texts('skuIdList', MOST),
		codes: args.texts('outSkuSnList', MOST),
		cats: args.texts('catIdList', MOST),
	};
	const query = queryDigest([token.store.number, type, named]);
	const given = args.text('pageToken');
	const mark = given === null ? null : readPageToken(given);
	if (given !== null && mark?.query !== query) throw args.wrong('pageToken');
	const found = skusOf(call).filter(
		(sku) =>
			(type === 'ALL' || stateOf(sku, now)[0] === type) &&
			(named.goods.length === 0 || named.goods.includes(String(sku.goodsId))) &&
			(named.cats.length === 0 || named.cats.includes(String(FIRST_LEAF + sku.offer.sku.goodNumber))) &&
			(named.skus.length === 0 || named.skus.includes(String(sku.skuId))) &&
			(named.codes.length === 0 || named.codes.includes(sku.offer.code ?? '')),
	);
	const start = mark?.after.index ?? 0;
	const end = start + size;
	const tokenOf = (index: number) =>
		writePageToken({ after: { time: 0, store: token.store.number, index }, query, issuedAt: now, total: found.length });
	const records: unknown[] = found.slice(start, end).map((sku) => {
		const [skuStatus, sub] = stateOf(sku, now);
		return {
			goodsId: String(sku.goodsId),
			skuId: String(sku.skuId),
			outGoodsSn: sku.outGoodsSn,
			outSkuSn: sku.offer.code ?? '',
			goodsName: sku.offer.title,
			specName: sku.specName,
			specList: [{ specId: 3000 + sku.offer.sku.number, parentSpecId: 1001 }],
			skuStatus,
			skuSubStatus: String(sub),
			thumbUrl: sku.thumbUrl,
			catId: String(FIRST_LEAF + sku.offer.sku.goodNumber),
			catType: 1,
			...measuresOf(sku, token.store.country),
			goodsCreateTime: sku.offer.createdAt,
			skuStatusChangeTime: sku.offer.updatedAt,
			lowTrafficTag: 2,
			restrictedTrafficTag: 2,
		};
	});
	return {
		result: {
			total: found.length,
			pagination: {
				nextToken: end < found.length ? tokenOf(end) : null,
				previousToken: start > 0 ? tokenOf(Math.max(0, start - size)) : null,
			},
			skuList: records,
		},
		records,
	};
}

/** `bg.local.goods.sku.list.query`: what is on sale or taken off, with price and stock. Goods that were never on sale it does not know. */
export function querySkus(call: Call): Answer {
	const { args, token, now } = call;
	const type = args.number('skuSearchType');
	if (type !== 2 && type !== 3) throw args.wrong('skuSearchType');
	const page = args.count('pageNo', Number.NaN, 10_000);
	const size = args.count('pageSize', Number.NaN, MOST);
	const ids = args.numbers('skuIdList', MOST);
	const status = type === 2 ? 'ACTIVE' : 'INACTIVE';
	const found = skusOf(call).filter((sku) => stateOf(sku, now)[0] === status && (ids.length === 0 || ids.includes(sku.skuId)));
	const { currency } = token.store;
	const exponent = exponentOf(currency);
	const records: unknown[] = found.slice((page - 1) * size, page * size).map((sku) => {
		const price = (sku.offer.price / 10 ** exponent).toFixed(exponent);
		return {
			goodsId: sku.goodsId,
			skuId: sku.skuId,
			skuSn: sku.offer.code ?? '',
			goodsName: sku.offer.title,
			specName: sku.specName,
			specList: [{ specId: 3000 + sku.offer.sku.number, parentSpecId: 1001 }],
			thumbUrl: sku.thumbUrl,
			status4VO: 1,
			subStatus4VO: type === 2 ? 1 : 3,
			skuShowSubStatus4VO: stateOf(sku, now)[1],
			goodsIsOnSale: type === 2 ? 1 : 0,
			stock: sku.offer.stock,
			price,
			currency,
			retailPrice: { amount: price, currency },
			...measuresOf(sku, token.store.country),
			crtTime: Math.floor(sku.offer.createdAt / 1000),
			skuStatusChangeTime: String(sku.offer.updatedAt),
			lowTrafficTag: 2,
			restrictedTrafficTag: 2,
		};
	});
	return { result: { pageNo: page, total: found.length, skuList: records }, records };
}

/** `bg.local.goods.stock.edit`: by targets. What is wrong with one SKU is told for it, inside a success. */
export function editStock(call: Call): Answer {
	const { args, context, goods, now, token } = call;
	const id = args.number('goodsId');
	const rows = args.records('skuStockTargetList');
	if (id === null || rows.length === 0) throw args.wrong(id === null ? 'goodsId' : 'skuStockTargetList');
	if (!args.text('requestUniqueKey')) throw args.wrong('requestUniqueKey');
	const own = skusOf(call).filter((sku) => sku.goodsId === id);
	if (own.length === 0) throw args.wrong('goodsId');
	const told = rows.map(({ skuId: wanted, stockTarget: target }) => {
		const sku = own.find((one) => one.skuId === wanted);
		const refuse = (errorCode: number, errorMsg: string) => ({ skuId: wanted, stockEditStatus: false, errorCode, errorMsg });
		if (!sku) return refuse(150_010_010, 'sku does not exist');
		if (typeof target !== 'number' || !Number.isInteger(target) || target < 0 || target > MOST_STOCK)
			return refuse(150_010_011, 'stock is illegal');
		if (hash(context.world.seed, token.store.number, sku.offer.sku.number, 112) % 100 < PROMOTED)
			return refuse(150_010_099, 'sku locked by an ongoing promotion');
		goods.changed.change(String(sku.skuId), { stock: target }, now);
		return { skuId: wanted, stockEditStatus: true, errorCode: null, errorMsg: null };
	});
	return { result: { goodsId: id, operateResult: told.some((row) => row.stockEditStatus), msg: '', skuStockEditStatusInfoList: told } };
}

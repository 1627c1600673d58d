import { checkWords } from './add-goods.ts';
import { skusOf } from './goods-calls.ts';
import type { ShownSku } from './made-goods.ts';
import type { Answer, Call } from './order-calls.ts';
import { TemuRefusal } from './replies.ts';

function ownGoods(call: Call): [ShownSku, ...ShownSku[]] {
	const id = call.args.number('goodsId');
	if (id === null) throw call.args.wrong('goodsId');
	const [first, ...rest] = skusOf(call).filter((sku) => sku.goodsId === id);
	if (!first) throw new TemuRefusal(150_010_188, 'The mall and goods not match.');
	return [first, ...rest];
}

function picturesOf({ thumbUrl }: ShownSku): string[] {
	return [thumbUrl];
}

/** `bg.local.goods.detail.query` */
export function goodsDetail(call: Call): Answer {
	const [first, ...rest] = ownGoods(call);
	return {
		result: {
			goodsId: first.goodsId,
			goodsName: first.offer.title,
			outGoodsSn: first.outGoodsSn,
			importDesignation: 'Imported',
			goodsGallery: { goodsCarouselImage: picturesOf(first), detailImage: picturesOf(first), carouselVideo: [], detailVideo: [] },
			skuList: [first, ...rest].map(({ skuId, offer, thumbUrl }) => ({ skuId, outSkuSn: offer.code ?? '', images: [thumbUrl] })),
		},
	};
}

/** `bg.local.goods.partial.update`: blocks that are sent are taken whole, so one that leaves the pictures out loses them. Names alone are simulated. */
export function updateGoods(call: Call): Answer {
	const own = ownGoods(call);
	const basic = call.args.record('goodsBasic');
	checkWords(basic);
	const gallery = basic['goodsGallery'] as { goodsCarouselImage?: unknown } | undefined;
	const pictures = gallery?.goodsCarouselImage;
	if (!Array.isArray(pictures) || pictures.length === 0) throw new TemuRefusal(150_010_048, 'Upload product carousel images');
	for (const { skuId } of own) call.goods.changed.change(String(skuId), { title: String(basic['goodsName']) }, call.now);
	const skuInfoList = own.map(({ skuId, offer }) => ({ skuId, outSkuSn: offer.code ?? '', specList: [] }));
	return { result: { goodsId: own[0].goodsId, productType: 1, skuInfoList } };
}

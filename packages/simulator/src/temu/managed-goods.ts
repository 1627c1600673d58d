import { type Offer, offersOf } from '../core/offers.ts';
import { productId, productSkuId } from './ids.ts';
import type { Answer, Call } from './order-calls.ts';
import { temuSite } from './sites.ts';

const MOST = 100;
const TOP = [0, 100, 200, 300];

function topStatusOf({ state }: Offer): number {
	return state === 'inactive' || state === 'blocked' ? 200 : 100;
}

/** `bg.glo.goods.list.get`, on PARTNER: a product as one SKC, each with the SKUs that have its state. */
export function listProducts({ args, context, token }: Call): Answer {
	const page = args.count('page', 1, 10_000);
	const size = args.count('pageSize', 20, MOST);
	const top = args.number('skcTopStatus');
	if (top !== null && !TOP.includes(top)) throw args.wrong('skcTopStatus');
	const { store } = token;
	const byGood = Map.groupBy(
		offersOf(context.world.seed, store).filter((offer) => top === null || topStatusOf(offer) === top),
		({ sku }) => sku.goodNumber,
	);
	const found = [...byGood.values()];
	const site = temuSite(store.country);
	const records: unknown[] = found.slice((page - 1) * size, page * size).flatMap((offers) => {
		const [first] = offers;
		if (!first) return [];
		const { sku } = first;
		return [
			{
				productId: productId(sku),
				productSkcId: productId(sku) + 10_000_000_000,
				productName: first.title,
				extCode: sku.good.code,
				createdAt: first.createdAt,
				mainImageUrl: `https://img.kwcdn.com/local-goods-img/sim/${sku.number}_800x800.jpeg`,
				skcSiteStatus: 1,
				leafCat: { catId: 24_300 + sku.goodNumber, catName: sku.good.titles.en },
				productSemiManaged: {
					bindSites: [{ siteId: site.siteId, siteName: site.name }],
					productShipment: { freightTemplateId: 'HFT-10000000000000000001', shipmentLimitSecond: 172_800 },
				},
				productSkuSummaries: offers.map((offer) => ({
					productSkuId: productSkuId(offer.sku),
					extCode: offer.code ?? '',
					virtualStock: null,
					productSkuSpecList: [
						{ specId: 3000 + offer.sku.number, specName: offer.sku.variant, parentSpecId: 1001, parentSpecName: 'Color' },
					],
				})),
			},
		];
	});
	return { result: { totalCount: found.length, data: records }, records };
}

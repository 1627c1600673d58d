import { offersOf } from '../core/offers.ts';
import type { Operation, WireCall, WireReply } from '../core/operation.ts';
import type { PlatformContext } from '../core/platform.ts';
import { hash, hashText } from '../core/random.ts';
import { queryDigest, readPageToken, writePageToken } from '../core/paging.ts';
import type { StoreSeed } from '../core/stores.ts';
import { badParameter, ok, requestId } from './dialect.ts';
import type { TikTokIds } from './ids.ts';
import { seconds } from './order.ts';
import type { ShopCall } from './shop-call.ts';

type ShopLevel = (scope: string, handle: (shop: ShopCall) => WireReply) => (call: WireCall) => WireReply;

const SCOPE = 'data.shop_analytics.public.read';
const DAY = 86_400_000;
const LOOK_BACK = 180;
/** Of a hundred delivered orders. */
const UNHAPPY = 3;
const ORDERS_DAYS = 60;
/** How many of a hundred give one star, at most two and so on. */
const UP_TO = [4, 8, 17, 40, 100];

const textOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
const dayOf = (text: string | null): number => (/^\d{4}-\d{2}-\d{2}$/.test(text ?? '') ? Date.parse(`${text}T00:00:00Z`) : Number.NaN);

/** Stars by product and day, and the orders behind few of them (contract §7, §9). Figures reach to the day before yesterday. */
export function analyticsOperations(context: PlatformContext, ids: TikTokIds, shopLevel: ShopLevel): Operation[] {
	const listedSince = new Map<StoreSeed, Map<string, number>>();
	/** Since when a product of the world is listed, by its id; of what was made here nobody has said anything yet. */
	const productsOf = (store: StoreSeed): Map<string, number> => {
		const known = listedSince.get(store) ?? new Map<string, number>();
		if (!listedSince.has(store))
			for (const { sku, createdAt } of offersOf(context.world.seed, store)) known.set(ids.product(store, sku.goodNumber), createdAt);
		listedSince.set(store, known);
		return known;
	};
	/** What a buyer of a product gave on a day: one in four days one speaks. */
	const starOn = (product: string, day: number): number | null => {
		const number = Math.floor(day / DAY);
		if (hash(hashText(product), number, 151) % 4 !== 0) return null;
		const drawn = hash(hashText(product), number, 152) % 100;
		return UP_TO.findIndex((share) => drawn < share);
	};
	const performance = ({ call, store }: ShopCall): WireReply => {
		const start = dayOf(call.query.get('start_date_ge'));
		const end = dayOf(call.query.get('end_date_lt'));
		const today = Math.floor(call.now / DAY) * DAY;
		if (Number.isNaN(start) || Number.isNaN(end)) return badParameter(call, 'the dates are invalid.');
		if (start >= end || start < today - LOOK_BACK * DAY || end > today + 2 * DAY) {
			const message = 'The date range is invalid.';
			return { status: 400, body: { code: 28_001_022, message, data: null, request_id: requestId(call) } };
		}
		const latest = today - 2 * DAY;
		const product = call.params['productId'] ?? '';
		const since = productsOf(store).get(product) ?? Number.POSITIVE_INFINITY;
		const stars = [0, 0, 0, 0, 0];
		for (let day = start; day < end && day <= latest; day += DAY) {
			const place = day < since ? null : starOn(product, day);
			if (place !== null) stars[place] = (stars[place] ?? 0) + 1;
		}
		const all = stars.reduce((sum, count) => sum + count, 0);
		const ratings = stars.map((count, place) => ({
			stars: `${place + 1}_STAR`,
			count,
			percentage: (all === 0 ? 0 : count / all).toFixed(4),
		}));
		return ok(call, { latest_available_date: textOf(latest), performance: { intervals: [], ratings, top_contents: [], top_creators: [] } });
	};
	const problems = ({ call, store }: ShopCall): WireReply => {
		if (store.site !== 'US') return badParameter(call, 'the metric is not available in the region.');
		const size = Number(call.query.get('page_size'));
		if (!Number.isInteger(size) || size < 1 || size > 50) return badParameter(call, 'page_size must be between 1 and 50.');
		const query = queryDigest([store.number, 'NRR']);
		const token = call.query.get('page_token') ?? '';
		const mark = token === '' ? null : readPageToken(token);
		if (token !== '' && mark?.query !== query) return badParameter(call, 'page_token is invalid.');
		const { orders } = context.world.page(
			{ stores: [store], by: 'placed', from: call.now - ORDERS_DAYS * DAY, to: call.now + 1, at: call.now, descending: true },
			1_000,
		);
		const all = orders.flatMap((order) => {
			const delivered = order.steps.find(({ kind }) => kind === 'delivered');
			const [line] = order.lines;
			if (!delivered || !line || hash(store.number, order.index, 153) % 100 >= UNHAPPY) return [];
			return [
				{
					order_id: ids.order({ store: store.number, index: order.index }),
					order_create_time: seconds(order.placedAt),
					deliver_time: seconds(delivered.at),
					product_id: ids.product(store, line.sku.goodNumber),
					product_name: line.title,
					sku_id: ids.skuOfLine(store, line),
					user_review_rating: 1 + (hash(store.number, order.index, 154) % 2),
				},
			];
		});
		const start = mark?.after.index ?? 0;
		const items = all.slice(start, start + size);
		const end = start + size;
		const next =
			end < all.length
				? writePageToken({ after: { time: 0, store: store.number, index: end }, query, issuedAt: call.now, total: all.length })
				: '';
		return ok(call, { metric_code: 'NRR', nrr_problem_order_items: items, next_page_token: next, total_count: all.length }, items);
	};
	return [
		{
			name: 'analytics.products',
			method: 'GET',
			path: '/analytics/202509/shop_products/:productId/performance',
			handle: shopLevel(SCOPE, performance),
		},
		{
			name: 'analytics.lowRated',
			method: 'GET',
			path: '/analytics/202606/shop_performances/metrics/NRR/problem_details',
			handle: shopLevel(SCOPE, problems),
		},
	];
}

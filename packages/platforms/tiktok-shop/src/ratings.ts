import { addDays, instantFromMillis, localDay } from '@pangea/domain';
import { type LowRatedOrder, type Outcome, pathStep, type Ratings, type StarsTold, type StoreContext } from '@pangea/platform-contract';
import { call } from './client.ts';
import { rawRecord } from './evidence.ts';
import { cipherOf } from './stores.ts';
import { optionalTime } from './times.ts';
import { explain } from './wire.ts';
import { WirePerformance, WireProblemOrder, WireProblemPage } from './wire-ratings.ts';

/** Analytics are said to look back about 180 days (contract §4, code 28001022). */
const FURTHEST_DAYS = 179;
const STARS = ['1_STAR', '2_STAR', '3_STAR', '4_STAR', '5_STAR'];
const ORDERS_A_PAGE = 50;
/** More of them a shop would not be selling. */
const MOST_PAGES = 100;

/** Stars by product and day; in the US also the orders whose buyers gave few. The words of reviews no endpoint shows (contract §7). */
export const ratings: Ratings = {
	source: 'https://partner.tiktokshop.com/docv2/page/get-shop-product-performance-202509',

	async starsSince(context, externalListingId, from): Promise<StarsTold> {
		const now = instantFromMillis(context.now().getTime());
		const today = localDay(now, context.zone);
		const furthest = addDays(today, -FURTHEST_DAYS);
		const start = from !== null && from > furthest ? from : furthest;
		if (start >= today) return { stars: [0, 0, 0, 0, 0], until: start };
		const { data } = await call(
			context,
			{
				operation: 'analytics.products',
				method: 'GET',
				path: `/analytics/202509/shop_products/${pathStep(externalListingId)}/performance`,
				query: { start_date_ge: start, end_date_lt: today, granularity: 'ALL' },
				cipher: cipherOf(context),
				idempotent: true,
			},
			WirePerformance,
		);
		// A day of which it has not told yet is asked for again, so that none is counted twice or never.
		const told = data.latest_available_date ? addDays(data.latest_available_date, 1) : today;
		const counted = new Map((data.performance?.ratings ?? []).map(({ stars, count }) => [stars, count ?? 0]));
		const [one = 0, two = 0, three = 0, four = 0, five = 0] = STARS.map((name) => counted.get(name) ?? 0);
		return { stars: [one, two, three, four, five], until: told < start ? start : told > today ? today : told };
	},

	lowRated: {
		serves: ({ siteId }) => siteId === 'US',
		async *pull(context) {
			let token: string | null = null;
			for (let page = 0; page < MOST_PAGES; page++) {
				const { data }: Awaited<ReturnType<typeof problems>> = await problems(context, token);
				yield data.items.map(toLowRated);
				token = data.token;
				if (token === null) return;
			}
		},
	},
};

async function problems(context: StoreContext, token: string | null) {
	return await call(
		context,
		{
			operation: 'analytics.lowRated',
			method: 'GET',
			path: '/analytics/202606/shop_performances/metrics/NRR/problem_details',
			query: { page_size: ORDERS_A_PAGE, page_token: token ?? undefined },
			cipher: cipherOf(context),
			idempotent: true,
		},
		WireProblemPage,
	);
}

function toLowRated(record: unknown): Outcome<LowRatedOrder> {
	const wire = WireProblemOrder.safeParse(record);
	if (!wire.success) return { ok: false, externalId: null, cause: explain(wire.error), raw: rawRecord(record), replies: [] };
	const { order_id, product_id, sku_id, user_review_rating, deliver_time } = wire.data;
	return {
		ok: true,
		value: {
			externalOrderId: order_id,
			externalListingId: product_id,
			externalVariantId: sku_id,
			rating: user_review_rating,
			deliveredAt: optionalTime(deliver_time ?? null),
		},
		replies: [],
	};
}

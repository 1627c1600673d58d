import { type Sku, skus } from '../core/catalogue.ts';
import type { Operation, WireCall, WireReply } from '../core/operation.ts';
import type { PlatformContext } from '../core/platform.ts';
import { hash } from '../core/random.ts';
import type { StoreSeed } from '../core/stores.ts';
import { denied, failure, invalid } from './dialect.ts';
import type { AmazonIds } from './ids.ts';
import { marketplaceOf } from './sites.ts';

type Seller = (handle: (call: WireCall) => WireReply) => Operation['handle'];

const COUNTRIES = ['US', 'GB', 'FR', 'IT', 'DE', 'ES', 'JP'];
const DAY = 86_400_000;
/** Told once a week, of half a year. */
const WEEK = 7 * DAY;
const SPAN = 184 * DAY;
/** Of a hundred: what has too few reviews for topics. */
const QUIET = 15;

const PRAISE: readonly (readonly [string, string])[] = [
	['Quality', 'Feels solid and well made.'],
	['Ease of use', 'Works out of the box.'],
	['Appearance', 'Looks great in the living room.'],
	['Value for money', 'Good for the price.'],
];
const BLAME: readonly (readonly [string, string])[] = [
	['Durability', 'Stopped working after two weeks.'],
	['Packaging', 'The box was crushed.'],
	['Size', 'Smaller than it looks.'],
];

/** `GET /customerFeedback/2024-06-01/items/{asin}/reviews/topics` (contract amazon §14). */
export function feedbackOperations(context: PlatformContext, ids: AmazonIds, stores: readonly StoreSeed[], seller: Seller): Operation[] {
	const handle = (call: WireCall): WireReply => {
		const store = stores.find((one) => marketplaceOf(one).id === call.query.get('marketplaceId'));
		if (!store) return denied('');
		if (!COUNTRIES.includes(store.country)) return invalid('The marketplace is not supported.');
		const sort = call.query.get('sortBy');
		if (sort !== 'MENTIONS' && sort !== 'STAR_RATING_IMPACT') return invalid('sortBy is not valid.');
		const asin = call.params['asin'] ?? '';
		const sku = skus.find((one) => ids.asin(one) === asin);
		if (!sku) return failure(404, 'NotFound', 'The ASIN was not found.');
		const draw = (what: number): number => hash(context.world.seed, store.number, sku.number, what);
		if (draw(901) % 100 < QUIET) return { status: 204, body: '' };
		return { status: 200, body: render(sku, asin, store, call.now, draw) };
	};
	return [
		{
			name: 'getItemReviewTopics',
			method: 'GET',
			path: '/customerFeedback/2024-06-01/items/:asin/reviews/topics',
			handle: seller(handle),
		},
	];
}

function render(sku: Sku, asin: string, store: StoreSeed, now: number, draw: (what: number) => number) {
	const until = Math.floor(now / WEEK) * WEEK;
	const topic = ([name, snippet]: readonly [string, string], place: number, sign: 1 | -1) => {
		const mentions = 5 + (draw(910 + place * 2 + sign) % 60);
		return {
			topic: name,
			asinMetrics: {
				numberOfMentions: mentions,
				occurrencePercentage: mentions / 4,
				starRatingImpact: sign * (0.1 + (draw(940 + place * 2 + sign) % 20) / 10),
			},
			reviewSnippets: [snippet],
		};
	};
	const sorted = (rows: ReturnType<typeof topic>[]) =>
		rows.toSorted((a, b) => b.asinMetrics.numberOfMentions - a.asinMetrics.numberOfMentions);
	return {
		asin,
		itemName: sku.good.titles.en,
		marketplaceId: marketplaceOf(store).id,
		countryCode: store.country,
		dateRange: { startDate: new Date(until - SPAN).toISOString(), endDate: new Date(until).toISOString() },
		topics: {
			positiveTopics: sorted(PRAISE.map((one, place) => topic(one, place, 1))),
			...(draw(902) % 4 === 0 ? {} : { negativeTopics: sorted(BLAME.map((one, place) => topic(one, place, -1))) }),
		},
	};
}

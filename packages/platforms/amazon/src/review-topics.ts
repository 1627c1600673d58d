import { parseInstant, type ReviewTopic, type ReviewTopics } from '@pangea/domain';
import { pathStep, type ReviewTopicsReader } from '@pangea/platform-contract';
import { callOrNothing } from './client.ts';
import { manifest } from './manifest.ts';
import { type WireTopics, wireTopics } from './wire-feedback.ts';

/** Contract §14: topics are told in English, of these marketplaces alone. */
const COUNTRIES = ['US', 'GB', 'FR', 'IT', 'DE', 'ES', 'JP'];
const SITES: readonly string[] = manifest.sites.flatMap(({ id, country }) => (COUNTRIES.includes(country) ? [id] : []));

/** The ten topics that are praised and the ten that are complained of most. No text of a review is told as a whole. */
export const reviewTopics: ReviewTopicsReader = {
	language: 'en',
	source: 'https://developer-docs.amazon.com/sp-api/docs/customer-feedback-api-v2024-06-01-use-case-guide',
	serves: ({ siteId }) => SITES.includes(siteId),

	async ofProduct(context, asin) {
		const answer = await callOrNothing(context, wireTopics, {
			operation: 'getItemReviewTopics',
			path: `/customerFeedback/2024-06-01/items/${pathStep(asin)}/reviews/topics`,
			query: { marketplaceId: context.store.siteId, sortBy: 'MENTIONS' },
		});
		return answer && toTopics(answer.value);
	},
};

/** Pure. @throws TimeError */
export function toTopics({ dateRange, topics: { positiveTopics, negativeTopics } }: WireTopics): ReviewTopics {
	const read = (wire: WireTopics['topics']['positiveTopics'], praised: boolean): ReviewTopic[] =>
		(wire ?? []).map(({ topic, asinMetrics, reviewSnippets }) => ({
			topic,
			praised,
			mentions: asinMetrics.numberOfMentions ?? null,
			impact: asinMetrics.starRatingImpact ?? null,
			snippets: reviewSnippets ?? [],
		}));
	return {
		from: parseInstant(dateRange.startDate),
		until: parseInstant(dateRange.endDate),
		topics: [...read(positiveTopics, true), ...read(negativeTopics, false)],
	};
}

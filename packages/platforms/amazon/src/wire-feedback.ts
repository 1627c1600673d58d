import * as z from 'zod';

/* What Amazon says of review topics (customerFeedback_2024-06-01). Only what we read is named. */

const number = z.union([z.number(), z.string()]).transform(Number).nullish();

const topics = z
	.array(
		z.object({
			topic: z.string(),
			asinMetrics: z.object({ numberOfMentions: number, starRatingImpact: number }),
			reviewSnippets: z.array(z.string()).nullish(),
		}),
	)
	.nullish();

export const wireTopics = z.object({
	dateRange: z.object({ startDate: z.string(), endDate: z.string() }),
	topics: z.object({ positiveTopics: topics, negativeTopics: topics }),
});
export type WireTopics = z.output<typeof wireTopics>;

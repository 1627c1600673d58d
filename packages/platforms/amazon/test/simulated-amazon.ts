import { z } from 'zod';

/** How to connect to the simulator's Amazon, as it says itself. */
export const amazonFacts = z.object({
	clientId: z.string(),
	clientSecret: z.string(),
	applicationId: z.string(),
	tokenUrl: z.string(),
	consentUrl: z.string(),
	regions: z.record(z.string(), z.string()),
	accounts: z.array(
		z.object({
			region: z.string(),
			sellingPartnerId: z.string(),
			refreshToken: z.string(),
			stores: z.array(z.object({ store: z.string(), marketplaceId: z.string() })),
		}),
	),
	sqs: z.object({
		endpoint: z.string(),
		accessKeyId: z.string(),
		secretAccessKey: z.string(),
		queues: z.array(z.object({ account: z.string(), arn: z.string(), url: z.string() })),
	}),
});
export type AmazonFacts = z.infer<typeof amazonFacts>;

/** The adapter's hosts, led to the simulator. */
export function hostsOf(known: AmazonFacts): Record<string, string> {
	return {
		...known.regions,
		lwa: known.tokenUrl.replace('/auth/o2/token', ''),
		sqs: known.sqs.endpoint,
		documents: new URL(known.tokenUrl).origin,
		'consent-na': known.consentUrl,
	};
}

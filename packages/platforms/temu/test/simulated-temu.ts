import { z } from 'zod';
import type { Gateway } from '../src/sites.ts';

const Facts = z.object({
	gateways: z.record(z.string(), z.object({ base: z.string(), appKey: z.string(), appSecret: z.string() })),
	sellerCentre: z.string(),
	stores: z.array(
		z.object({ id: z.string(), mallId: z.string(), country: z.string(), tokens: z.record(z.string(), z.string().nullable()) }),
	),
});
export type TemuFacts = z.infer<typeof Facts>;

/** How to connect to the simulated Temu. */
export function readFacts(facts: Record<string, unknown>): TemuFacts {
	return Facts.parse(facts);
}

export function hostsOf(facts: TemuFacts): Record<string, string> {
	return { ...Object.fromEntries(Object.entries(facts.gateways).map(([key, { base }]) => [key, base])), sellerCentre: facts.sellerCentre };
}

/** Our apps at the given gateways. */
export function appOf(facts: TemuFacts, gateways: readonly Gateway[]): Record<string, string> {
	return Object.fromEntries(
		gateways.flatMap((gateway) => {
			const app = facts.gateways[gateway];
			return app
				? [
						[`${gateway}AppKey`, app.appKey],
						[`${gateway}AppSecret`, app.appSecret],
					]
				: [];
		}),
	);
}

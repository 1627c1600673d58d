import { memoryBudgets, type PlatformHttp, type StoreContext } from '@pangea/platform-contract';
import { testContext, testGrantContext, testStoreContext } from '@pangea/platform-contract/testing';
import type { Simulator } from '@pangea/simulator';
import { z } from 'zod';
import { temu } from '../src/index.ts';
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

/** One call and what came of it. */
export interface Heard {
	api: string;
	body: Record<string, unknown>;
	result: unknown;
}

/** A shop by one of its tokens; whoever waits for a budget moves the simulator's clock. */
export async function openShop(simulator: Simulator, storeId: string, host: Gateway, hear: (one: Heard) => void): Promise<StoreContext> {
	const facts = readFacts(simulator.platforms['temu'] ?? {});
	const now = () => simulator.control.clock.now();
	const sleep = async (millis: number) => void simulator.control.setClock({ advance: Math.ceil(millis) });
	const made = testContext(temu.manifest, {
		app: appOf(facts, [host]),
		hosts: hostsOf(facts),
		now: () => new Date(now()),
		http: { budgets: memoryBudgets(temu.manifest, { now, sleep }), sleep, now },
	});
	const http: PlatformHttp = {
		...made.http,
		async send(request) {
			const reply = await made.http.send(request);
			const body = JSON.parse(request.body ?? '{}') as { type: string };
			const { result } = JSON.parse(reply.body.toString()) as { result?: unknown };
			hear({ api: body.type, body, result });
			return reply;
		},
	};
	const accessToken = facts.stores.find((one) => one.id === storeId)?.tokens[host] ?? '';
	const context = { ...made, http };
	const grant = await temu.authorization.exchange(context, { kind: 'paste', fields: { accessToken }, host });
	const bound = testGrantContext(temu, context, grant);
	const [store] = await temu.stores.list(bound);
	if (!store) throw new Error('the token opens no store');
	return testStoreContext(temu, bound, store);
}

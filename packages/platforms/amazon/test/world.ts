import { type GrantContext, memoryBudgets, type StoreContext } from '@pangea/platform-contract';
import { testContext, testGrantContext, testStoreContext } from '@pangea/platform-contract/testing';
import { type Simulator, startSimulator } from '@pangea/simulator';
import { witness } from '@pangea/testing';
import { amazon } from '../src/index.ts';
import { createReferee, type Referee } from './referee.ts';
import { amazonFacts, type AmazonFacts, hostsOf } from './simulated-amazon.ts';

export const w = witness('amazon');
export const DAY = 86_400_000;
export const END = Date.parse('2026-11-20T12:00:00Z');

export interface World {
	simulator: Simulator;
	known: AmazonFacts;
	/** Connects a region by its pasted refresh token. */
	connect(region: string): Promise<{ grant: GrantContext; watched: ReturnType<Referee['watch']> | null }>;
}

/** What the referee heard in all tests of a file. */
export const hearings: ReturnType<Referee['watch']>[] = [];
const running: Simulator[] = [];
/** Ends what a test has started. */
export async function stopWorlds(): Promise<void> {
	await Promise.all(running.splice(0).map((s) => s.stop()));
}

/** @param faithful the simulator is never told to break, so the referee hears it */
export async function startWorld(size: number, faithful = true): Promise<World> {
	const simulator = await startSimulator({ size, years: 0.1, seed: 7, clock: { at: END, frozen: true } });
	running.push(simulator);
	const known = amazonFacts.parse(simulator.platforms['amazon']);
	const clock = (): number => simulator.control.clock.now();
	const sleep = async (millis: number): Promise<void> => void simulator.control.setClock({ advance: millis });
	return {
		simulator,
		known,
		async connect(region) {
			const account = known.accounts.find((a) => a.region === region)!;
			const context = testContext(amazon.manifest, {
				app: {
					clientId: known.clientId,
					clientSecret: known.clientSecret,
					applicationId: known.applicationId,
					queueUrls: known.sqs.queues.map((q) => q.url).join(','),
					queueArns: known.sqs.queues.map((q) => q.arn).join(','),
					awsAccessKeyId: known.sqs.accessKeyId,
					awsSecretAccessKey: known.sqs.secretAccessKey,
				},
				hosts: hostsOf(known),
				now: () => new Date(clock()),
				http: { sleep, now: clock, budgets: memoryBudgets(amazon.manifest, { now: clock, sleep }) },
			});
			const watched = w && createReferee(w).watch(context.http);
			if (watched && faithful) hearings.push(watched);
			const judged = watched ? { ...context, http: watched } : context;
			const fields = { sellerId: account.sellingPartnerId, refreshToken: account.refreshToken };
			const grant = await amazon.authorization.exchange(judged, { kind: 'paste', fields, host: region });
			return { grant: testGrantContext(amazon, judged, grant), watched };
		},
	};
}

export async function storeOf(grant: GrantContext, marketplaceId: string): Promise<StoreContext> {
	const description = (await amazon.stores.list(grant)).find((s) => s.siteId === marketplaceId)!;
	return testStoreContext(amazon, grant, description);
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { PlatformAdapter } from '@pangea/platform-contract';
import { PlatformError } from '@pangea/platform-contract';
import { intakeSubscribe } from '@pangea/jobs';
import { registry } from '@pangea/platform-registry';
import { type Simulator, startSimulator } from '@pangea/simulator';
import { masterKeyFromText } from '@pangea/vault';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NotActiveError } from '@pangea/domain';
import {
	bindConnection,
	bindHandlers,
	createEngine,
	disconnect,
	type Engine,
	refreshStores,
	runQueueIntake,
	saveApp,
	subscribeIntake,
} from '../src/index.ts';
import { bindStore, contents, type Home, MASTER, openHome, WORKSPACE } from './home.ts';
import { scriptedAdapter } from './scripted-platform.ts';

const SIGNAL = new AbortController().signal;
let home: Home;
beforeEach(async () => {
	home = await openHome({ queueWaitSeconds: 2, queueRestSeconds: 1 });
});
afterEach(() => home.close());

const connectionRow = (): Promise<{ state: string; error_code: string | null }> =>
	home.database.inWorkspace(WORKSPACE, ({ db }) => db.selectFrom('connection').select(['state', 'error_code']).executeTakeFirstOrThrow());

async function until<T>(look: () => Promise<T>, good: (seen: T) => boolean): Promise<T> {
	for (const end = Date.now() + 40_000; ; ) {
		const seen = await look();
		if (good(seen) || Date.now() > end) return seen;
		await sleep(50);
	}
}

/** What the simulator says of its Amazon, as far as binding needs it. */
interface AmazonFacts {
	clientId: string;
	clientSecret: string;
	tokenUrl: string;
	regions: Record<string, string>;
	accounts: { region: string; sellingPartnerId: string; refreshToken: string }[];
	sqs: { endpoint: string; accessKeyId: string; secretAccessKey: string; queues: { url: string; arn: string }[] };
}

describe('Amazon’s queue', () => {
	let simulator: Simulator;
	beforeEach(async () => {
		simulator = await startSimulator({ size: 200, years: 0.1, live: 0 });
	});
	afterEach(() => simulator.stop());

	function open(): { engine: Engine; facts: AmazonFacts } {
		const facts = simulator.platforms['amazon'] as unknown as AmazonFacts;
		const engine = createEngine({
			database: home.database,
			jobs: home.jobs,
			registry,
			master: masterKeyFromText(MASTER),
			log: { info: () => {}, warn: () => {}, error: () => {} },
			options: home.engine.options,
			hosts: (adapter) => ({
				...adapter.manifest.hosts,
				...(adapter.id === 'amazon'
					? { ...facts.regions, lwa: facts.tokenUrl.replace(/\/auth\/o2\/token$/, ''), sqs: facts.sqs.endpoint }
					: {}),
			}),
		});
		return { engine, facts };
	}
	async function bind(engine: Engine, facts: AmazonFacts): Promise<string> {
		await saveApp(engine, WORKSPACE, 'amazon', {
			clientId: facts.clientId,
			clientSecret: facts.clientSecret,
			queueUrls: facts.sqs.queues.map((q) => q.url).join(','),
			queueArns: facts.sqs.queues.map((q) => q.arn).join(','),
			awsAccessKeyId: facts.sqs.accessKeyId,
			awsSecretAccessKey: facts.sqs.secretAccessKey,
		});
		const seller = facts.accounts.find((a) => a.region === 'na')!;
		const fields = { sellerId: seller.sellingPartnerId, refreshToken: seller.refreshToken };
		return (await bindConnection(engine, WORKSPACE, 'amazon', { kind: 'paste', fields, host: 'na' })).connectionId;
	}
	const created = (): string[] =>
		simulator.control.calls().flatMap((c) => (/^create(Destination|Subscription)$/.test(c.operation) ? [c.operation] : []));

	test('is subscribed by binding, and brings an order that happens afterwards without a poll', async () => {
		const { engine, facts } = open();
		await bindHandlers(engine, { intake: 1, pull: 0, backfill: 0, upkeep: 1, notices: 0 });
		const connectionId = await bind(engine, facts);
		expect(
			await until(
				() => Promise.resolve(created()),
				(c) => c.length === 2,
			),
		).toEqual(['createDestination', 'createSubscription']);

		const stop = new AbortController();
		const reading = runQueueIntake(engine, { workspaceId: WORKSPACE, platform: 'amazon' }, stop.signal);
		const order = simulator.control.createOrder('amazon-us', {});
		simulator.control.advanceOrder('amazon-us', order.id, 'paid');
		const orders = await until(
			async () => (await contents(home.database)).orders,
			(seen) => seen.some((o) => o.raw_status === 'UNSHIPPED'),
		);
		expect(orders.map((o) => [o.external_id, o.raw_status])).toEqual([[order.id, 'UNSHIPPED']]);
		expect(await connectionRow()).toEqual({ state: 'active', error_code: null });

		await subscribeIntake(engine, { workspaceId: WORKSPACE, connectionId }, SIGNAL);
		expect(created()).toHaveLength(2);
		stop.abort(new Error('the test ends'));
		await reading;
	}, 90_000);
});

describe('Subscribing a connection to a queue', () => {
	let answer: PlatformError | null;
	let asked: number;
	let engine: Engine;
	beforeEach(() => {
		answer = null;
		asked = 0;
		const adapter: PlatformAdapter = {
			...scriptedAdapter({ url: home.platform.url }),
			queue: {
				receive: () => Promise.resolve([]),
				subscribe: async () => {
					asked++;
					if (answer) throw answer;
				},
			},
		};
		engine = home.another(adapter);
	});
	const refusal = (kind: PlatformError['kind'], code: PlatformError['userMessage']['code']): PlatformError =>
		new PlatformError({ kind, userMessage: { code }, detail: `scripted ${kind}` });
	const waiting = (): Promise<number> => home.jobs.pending(intakeSubscribe.name);

	test.each([
		['forbidden', 'scopeMissing'],
		['rejected', 'platformRefused'],
		['notFound', 'notFoundAtPlatform'],
	] as const)('that is %s shows why, stops nothing, and the next success clears it', async (kind, code) => {
		const ids = await bindStore(engine);
		answer = refusal(kind, code);
		const before = (await contents(home.database)).events.length;
		await subscribeIntake(engine, ids, SIGNAL);
		await subscribeIntake(engine, ids, SIGNAL);
		expect(await connectionRow()).toEqual({ state: 'active', error_code: code });
		expect((await contents(home.database)).events.length - before).toBe(1);
		answer = null;
		await subscribeIntake(engine, ids, SIGNAL);
		expect(await connectionRow()).toEqual({ state: 'active', error_code: null });
		expect(asked).toBe(3);
	});

	test.each([
		['rateLimited', 'rateLimited'],
		['unavailable', 'platformDown'],
		['unexpected', 'answerNotUnderstood'],
	] as const)('that is %s is left to the job’s repeats and shown to nobody', async (kind, code) => {
		const ids = await bindStore(engine);
		answer = refusal(kind, code);
		await expect(subscribeIntake(engine, ids, SIGNAL)).rejects.toBe(answer);
		expect(await connectionRow()).toEqual({ state: 'active', error_code: null });
	});

	test('with a dead grant asks for a person', async () => {
		const ids = await bindStore(engine);
		answer = refusal('auth', 'grantRevoked');
		await subscribeIntake(engine, ids, SIGNAL);
		expect(await connectionRow()).toEqual({ state: 'needsReconnect', error_code: 'grantRevoked' });
		await expect(subscribeIntake(engine, ids, SIGNAL)).rejects.toThrow(NotActiveError);
		expect(asked).toBe(1);
	});

	test('that was disconnected meanwhile does not bring it back', async () => {
		const ids = await bindStore(engine);
		const adapter = engine.registry.get('temu')!;
		const racing = home.another({
			...adapter,
			queue: {
				receive: () => Promise.resolve([]),
				subscribe: async () => {
					await disconnect(engine, WORKSPACE, ids.connectionId);
					throw refusal('forbidden', 'scopeMissing');
				},
			},
		});
		await subscribeIntake(racing, ids, SIGNAL);
		expect(await connectionRow()).toEqual({ state: 'disconnected', error_code: null });
	});

	test('is sent by binding, by new app credentials and by the nightly look at the stores', async () => {
		const ids = await bindStore(engine);
		expect(await waiting()).toBe(1);
		await home.jobs.work(intakeSubscribe, { parallel: 1, pollSeconds: 0.5 }, (job, signal) => subscribeIntake(engine, job, signal));
		expect(await until(waiting, (n) => n === 0)).toBe(0);
		await saveApp(engine, WORKSPACE, 'temu', { secret: 'another' });
		expect(
			await until(
				() => Promise.resolve(asked),
				(n) => n === 2,
			),
		).toBe(2);
		await refreshStores(engine, ids, SIGNAL);
		expect(
			await until(
				() => Promise.resolve(asked),
				(n) => n === 3,
			),
		).toBe(3);
	}, 60_000);
});

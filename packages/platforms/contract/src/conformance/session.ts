import { createHash } from 'node:crypto';
import type { Order, StoreDescription } from '@pangea/domain';
import type { AdapterContext, ExchangeRequest, GrantContext, Outcome, Page, StoreContext, Window } from '../adapter.ts';
import type { PlatformAdapter } from '../capabilities.ts';
import { memoryBudgets } from '../budget.ts';
import { PlatformError } from '../error.ts';
import { testContext, testGrantContext, testStoreContext } from '../testing/context.ts';
import type { ConformanceWorld } from './world.ts';

const DAY = 86_400_000;
const VERIFIER = 'conformance-verifier-0123456789-0123456789-0123456789';

/** An adapter, connected to a world the way the product would connect it. */
export class Session {
	readonly adapter: PlatformAdapter;
	readonly world: ConformanceWorld;
	readonly context: AdapterContext;
	readonly grant: GrantContext;
	readonly stores: StoreDescription[];
	/** A window in which nothing changes any more, as long as the adapter takes at once. */
	readonly settled: Window;
	/** The store with most orders in that window. */
	readonly busiest: StoreDescription;

	private constructor(
		adapter: PlatformAdapter,
		world: ConformanceWorld,
		context: AdapterContext,
		grant: GrantContext,
		stores: StoreDescription[],
	) {
		this.adapter = adapter;
		this.world = world;
		this.context = context;
		this.grant = grant;
		this.stores = stores;
		this.settled = settledWindow(adapter, world);
		const { from, until } = this.settled;
		const counted = stores.map((store) => ({ store, orders: world.truth(store.externalId, from, until).length }));
		const [first] = counted.sort((a, b) => b.orders - a.orders);
		if (!first) throw new Error('The grant opens no store');
		this.busiest = first.store;
	}

	static async open(adapter: PlatformAdapter, world: ConformanceWorld): Promise<Session> {
		const context = contextOf(adapter, world);
		const grant = testGrantContext(adapter, context, await adapter.authorization.exchange(context, await consent(adapter, world, context)));
		return new Session(adapter, world, context, grant, await adapter.stores.list(grant));
	}

	/** A context of its own, as another process would have it; the grant is the newest. */
	storeContext(store: StoreDescription = this.busiest, timeoutMillis?: number): StoreContext {
		const context = contextOf(this.adapter, this.world, timeoutMillis);
		return testStoreContext(this.adapter, testGrantContext(this.adapter, context, this.grant.grant()), store);
	}

	async pull(
		window: Window,
		options: { store?: StoreDescription; cursor?: string | null; context?: StoreContext } = {},
	): Promise<Page<Order>[]> {
		const context = options.context ?? this.storeContext(options.store);
		const pages: Page<Order>[] = [];
		for await (const page of this.adapter.orders.pull(context, window, options.cursor ?? null)) pages.push(page);
		return pages;
	}

	/** Values that no error may show. */
	secrets(): string[] {
		const fields = this.adapter.manifest.appFields.filter((field) => field.secret).map((field) => this.world.app[field.key] ?? '');
		return [...fields, ...Object.values(this.grant.grant().secrets)].filter((secret) => secret.length >= 6);
	}

	/** The PlatformError with which the promise fails. Anything else, and a text that shows a secret, is an error of the test. */
	async failure(promise: Promise<unknown>, moreSecrets: string[] = []): Promise<PlatformError> {
		const error: unknown = await promise.then(
			() => new Error('It succeeded'),
			(reason: unknown) => reason,
		);
		if (!(error instanceof PlatformError)) throw new Error(`Not a PlatformError: ${String(error)}`, { cause: error });
		const shown = [error.message, error.stack, JSON.stringify(error), JSON.stringify(error.userMessage), String(error.cause)].join('\n');
		const leaked = [...this.secrets(), ...moreSecrets].filter((secret) => shown.includes(secret));
		if (leaked.length > 0) throw new Error(`The error shows ${leaked.length} secrets: ${error.kind} ${error.userMessage.code}`);
		return error;
	}
}

function settledWindow(adapter: PlatformAdapter, world: ConformanceWorld): Window {
	const { maxWindowDays, historyDays } = adapter.manifest.pull;
	const until = Math.floor(world.now().getTime() / 1000) * 1000 - 36 * DAY;
	const length = Math.min(maxWindowDays, historyDays - 40, 120) * DAY;
	return { from: new Date(until - length).toISOString(), until: new Date(until).toISOString(), order: 'oldest' };
}

function contextOf(adapter: PlatformAdapter, world: ConformanceWorld, timeoutMillis = 10_000): AdapterContext {
	const now = (): number => world.now().getTime();
	const sleep = async (millis: number): Promise<void> => world.wait(millis);
	const budgets = memoryBudgets(adapter.manifest, { now, sleep });
	return testContext(adapter.manifest, {
		app: world.app,
		hosts: world.hosts,
		now: () => world.now(),
		http: { budgets, now, sleep, timeoutMillis, maxWaitMillis: 120_000 },
	});
}

/** What the product would have in hand after the seller agreed. */
export async function consent(adapter: PlatformAdapter, world: ConformanceWorld, context: AdapterContext): Promise<ExchangeRequest> {
	const { host } = world;
	if (world.consent.kind === 'paste') return { kind: 'paste', fields: world.consent.fields(), host };
	const { redirectUri } = world.consent;
	const codeChallenge = createHash('sha256').update(VERIFIER).digest('base64url');
	const link = adapter.authorization.authorizeUrl?.(context, { state: 'state-1', redirectUri, codeChallenge, host });
	if (link === undefined) throw new Error(`${adapter.id} consents by redirect and has no link`);
	return { kind: 'redirect', params: await world.consent.follow(link), redirectUri, codeVerifier: VERIFIER, host };
}

export function valuesOf(pages: readonly Page<Order>[]): Order[] {
	return pages.flatMap((page) => page.items).flatMap((item) => (item.ok ? [item.value] : []));
}

export function failuresOf(pages: readonly Page<Order>[]): Extract<Outcome<Order>, { ok: false }>[] {
	return pages.flatMap((page) => page.items).flatMap((item) => (item.ok ? [] : [item]));
}

export function sortedIds(items: readonly { externalId: string }[]): string[] {
	return items.map((item) => item.externalId).sort((a, b) => a.localeCompare(b));
}

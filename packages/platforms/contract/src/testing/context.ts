import type { StoreDescription } from '@pangea/domain';
import type { AdapterContext, AppCredentials, Grant, GrantContext, StoreContext } from '../adapter.ts';
import type { PlatformAdapter } from '../capabilities.ts';
import { memoryBudgets } from '../budget.ts';
import { PlatformError } from '../error.ts';
import { createPlatformHttp, type PlatformHttpOptions } from '../http.ts';
import type { PlatformManifest } from '../manifest.ts';

export interface TestContextOptions {
	app: AppCredentials;
	/** Overrides `manifest.hosts`, e.g. with the simulator's base URLs. */
	hosts?: Record<string, string>;
	now?: () => Date;
	signal?: AbortSignal;
	/** Overrides of the HTTP layer: attempts, sleep, time-outs. */
	http?: Partial<PlatformHttpOptions>;
}

/** A context over real HTTP with budgets in memory. */
export function testContext(manifest: PlatformManifest, options: TestContextOptions): AdapterContext {
	const hosts = { ...manifest.hosts, ...options.hosts };
	const signal = options.signal ?? new AbortController().signal;
	const http = createPlatformHttp({ hosts, budgets: memoryBudgets(manifest), mayWrite: () => Promise.resolve(), signal, ...options.http });
	return { app: options.app, hosts, http, signal, now: options.now ?? (() => new Date()) };
}

/** Adds a grant. `renew` refreshes through the adapter, one refresh at a time, and keeps the newest grant. */
export function testGrantContext(adapter: PlatformAdapter, context: AdapterContext, grant: Grant): GrantContext {
	let current = grant;
	let underWay: Promise<Grant> | null = null;
	const renewOnce = async (): Promise<Grant> => {
		if (!adapter.authorization.refresh) {
			throw new PlatformError({ kind: 'auth', userMessage: { code: 'grantExpired' }, detail: `${adapter.id} has no refresh` });
		}
		current = await adapter.authorization.refresh(context, current);
		return current;
	};
	return {
		...context,
		grant: () => current,
		renew: () => (underWay ??= renewOnce().finally(() => (underWay = null))),
	};
}

/** Adds a store; zone and currency are those of its site in the manifest. */
export function testStoreContext(adapter: PlatformAdapter, context: GrantContext, store: StoreDescription): StoreContext {
	const site = adapter.manifest.sites.find((s) => s.id === store.siteId);
	if (!site) throw new Error(`${adapter.id} has no site ${store.siteId}`);
	return { ...context, store, zone: site.zone, currency: site.currency };
}

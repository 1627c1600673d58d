import { memoryBudgets, type StoreContext } from '@pangea/platform-contract';
import { testContext, testGrantContext, testStoreContext } from '@pangea/platform-contract/testing';
import type { Simulator } from '@pangea/simulator';
import { tiktokShop } from '../src/index.ts';

/** Every simulated shop by its market, behind budgets that nobody has to wait for. */
export async function simulatedShops(simulator: Simulator): Promise<Map<string, StoreContext>> {
	const facts = simulator.platforms['tiktok-shop'] as unknown as {
		apiUrl: string;
		authUrl: string;
		appKey: string;
		appSecret: string;
		serviceId: string;
		accounts: { access_token: string; refresh_token: string; open_id: string }[];
	};
	const quick = tiktokShop.manifest.budgets.map((budget) => ({ ...budget, rate: 10_000, burst: 10_000 }));
	const base = testContext(tiktokShop.manifest, {
		app: { appKey: facts.appKey, appSecret: facts.appSecret, serviceId: facts.serviceId },
		hosts: { global: facts.apiUrl, us: facts.apiUrl, token: facts.authUrl },
		now: () => new Date(simulator.control.clock.now()),
		http: { budgets: memoryBudgets({ id: tiktokShop.id, budgets: quick }), sleep: async () => {}, gateway: `${simulator.url}/pictures` },
	});
	const shops = new Map<string, StoreContext>();
	for (const account of facts.accounts) {
		const grant = testGrantContext(tiktokShop, base, {
			secrets: { accessToken: account.access_token, refreshToken: account.refresh_token },
			accessExpiresAt: null,
			grantExpiresAt: null,
			externalAccountId: account.open_id,
			accountName: null,
			scopes: [],
			host: 'global',
		});
		for (const store of await tiktokShop.stores.list(grant)) shops.set(store.siteId, testStoreContext(tiktokShop, grant, store));
	}
	return shops;
}

import { type Scope, upsertConnection, upsertStores } from '@pangea/db';

/** A store made by hand, with a grant of its own. */
export interface TestPlace {
	id: string;
	platform: 'temu' | 'mercado-libre' | 'amazon' | 'tiktok-shop';
	site: string;
	currency: string;
	zone: string;
}

/** Makes a store of each place. @returns their ids by the places' */
export async function makePlaces(scope: Scope, places: readonly TestPlace[]): Promise<Record<string, string>> {
	const stores: Record<string, string> = {};
	for (const { id, platform, site, currency, zone } of places) {
		const connectionId = await upsertConnection(scope, {
			platform,
			externalAccountId: id,
			accountName: null,
			host: 'h',
			scopes: [],
			accessExpiresAt: null,
			grantExpiresAt: null,
		});
		const store = { externalId: id, name: id, siteId: site, mode: 'local' as const, active: true, attributes: {}, problem: null };
		const [made] = await upsertStores(scope, connectionId, [{ ...store, platform, country: 'XX', currency, zone, language: 'en' }]);
		stores[id] = made?.storeId ?? '';
	}
	return stores;
}

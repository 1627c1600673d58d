import type { StoreDescription } from '@pangea/domain';
import type { GrantContext, Stores } from '@pangea/platform-contract';
import { read } from './client.ts';
import { understand } from './errors.ts';
import { GLOBAL_SELLING } from './manifest.ts';
import { wireUser, wireUserMapping } from './wire.ts';

/** Which family of paths serves a store: `/marketplace/…` for cross-border sellers, the plain paths for local ones. */
const API_FAMILY = 'apiFamily';

/** True for a store of a Global Selling account. */
export function isGlobalSelling({ store }: { store: Pick<StoreDescription, 'attributes'> }): boolean {
	return store.attributes[API_FAMILY] === 'globalSelling';
}

/** One store for each marketplace user (site × logistic type) of a Global Selling account; the account itself for a local seller (contract §1). */
export const stores: Stores = {
	async list(context) {
		const me = understand('users.read', wireUser, (await read(context, { operation: 'users.read', path: '/users/me' })).json);
		const name = me.nickname ?? me.id;
		if (me.site_id === GLOBAL_SELLING) return marketplaceUsers(context, me.id, name);
		const siteStatus = me.status?.site_status;
		return [
			{
				externalId: me.id,
				name,
				siteId: me.site_id ?? 'unknown',
				mode: 'local',
				active: siteStatus === undefined || siteStatus === null || siteStatus === 'active',
				attributes: { [API_FAMILY]: 'local' },
			},
		];
	},
};

async function marketplaceUsers(context: GrantContext, globalUserId: string, name: string): Promise<StoreDescription[]> {
	const { json } = await read(context, { operation: 'users.read', path: `/marketplace/users/${encodeURIComponent(globalUserId)}` });
	const mapping = understand('users.read', wireUserMapping, json);
	return (mapping.marketplaces ?? []).map((row) => ({
		externalId: row.user_id,
		name: [name, row.site_id, row.logistic_type].filter(Boolean).join(' · '),
		siteId: row.site_id,
		mode: row.logistic_type === 'remote' ? 'crossBorder' : row.logistic_type === 'fulfillment' ? 'platformFulfilled' : 'unknown',
		active: true,
		attributes: { [API_FAMILY]: 'globalSelling', globalUserId, logisticType: row.logistic_type ?? 'unknown' },
	}));
}

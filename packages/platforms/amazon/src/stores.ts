import type { StoreDescription } from '@pangea/domain';
import type { Stores } from '@pangea/platform-contract';
import { call } from './client.ts';
import { manifest } from './manifest.ts';
import { wireParticipations } from './wire.ts';

const SITE_IDS = new Set(manifest.sites.map((s) => s.id));

/** A store's id: the seller on one marketplace. The same seller id is used on every marketplace of a region. */
export function storeExternalId(sellerId: string, marketplaceId: string): string {
	return `${sellerId}:${marketplaceId}`;
}

export const stores: Stores = {
	/**
	 * One store for each marketplace of the seller's region. Ids that are no marketplace of contract §3 ("Non-Amazon" ones among them)
	 * cannot be asked for orders and are left out.
	 */
	async list(context) {
		const { value } = await call(context, wireParticipations, {
			operation: 'getMarketplaceParticipations',
			path: '/sellers/v1/marketplaceParticipations',
		});
		const sellerId = context.grant().externalAccountId;
		return value.payload
			.filter(({ marketplace }) => SITE_IDS.has(marketplace.id))
			.map(({ marketplace, storeName, participation }): StoreDescription => {
				const attributes: Record<string, string> = {};
				if (marketplace.defaultCurrencyCode) attributes['currency'] = marketplace.defaultCurrencyCode;
				if (marketplace.defaultLanguageCode) attributes['language'] = marketplace.defaultLanguageCode;
				if (marketplace.domainName) attributes['domain'] = marketplace.domainName;
				if (participation.hasSuspendedListings) attributes['listings'] = 'suspended';
				return {
					externalId: storeExternalId(sellerId, marketplace.id),
					name: storeName || marketplace.name || marketplace.id,
					siteId: marketplace.id,
					mode: 'unknown',
					active: participation.isParticipating,
					attributes,
				};
			});
	},
};

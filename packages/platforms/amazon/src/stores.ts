import type { StoreDescription } from '@pangea/domain';
import { type GrantContext, PlatformError, type Stores } from '@pangea/platform-contract';
import { type Call, call, isServedAt } from './client.ts';
import { manifest } from './manifest.ts';
import { wireParticipations } from './wire.ts';

const REGIONS = new Set(manifest.sites.map((s) => s.host));
const PARTICIPATIONS: Call = { operation: 'getMarketplaceParticipations', path: '/sellers/v1/marketplaceParticipations' };
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
		const { value } = await call(context, wireParticipations, PARTICIPATIONS).catch((error: unknown) => blameRegion(context, error));
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

/** Amazon says the same for a missing role and for the host of a foreign region (contract §17.4): the other hosts tell them apart. */
async function blameRegion(context: GrantContext, error: unknown): Promise<never> {
	if (!(error instanceof PlatformError) || error.userMessage.code !== 'scopeMissing') throw error;
	for (const region of REGIONS) {
		if (region === context.grant().host || !(await isServedAt(context, region, PARTICIPATIONS))) continue;
		throw new PlatformError({
			kind: 'rejected',
			userMessage: { code: 'wrongRegion' },
			detail: `${PARTICIPATIONS.operation}: the grant is served in ${region}, not in ${context.grant().host}`,
			cause: error,
		});
	}
	throw error;
}

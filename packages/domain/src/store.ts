import type { PlatformId } from './platform.ts';

/**
 * How the seller works on a site: own fulfilment, the platform's warehouses, semi-managed (the seller ships, the platform sells)
 * or fully managed (the platform buys).
 */
export type OperatingMode = 'local' | 'crossBorder' | 'semiManaged' | 'fullyManaged' | 'platformFulfilled' | 'unknown';

/** A selling surface that a grant opens, as the platform describes it. */
export interface StoreDescription {
	externalId: string;
	name: string;
	siteId: string;
	mode: OperatingMode;
	active: boolean;
	/** Further keys that calls for the store need, e.g. TikTok Shop's cipher. Not secret. */
	attributes: Record<string, string>;
}

export const CONNECTION_STATES = ['active', 'needsReconnect', 'disconnected'] as const;
export type ConnectionState = (typeof CONNECTION_STATES)[number];

/** Which store a platform message is about: the key by which its pushes name it. */
export interface StoreKey {
	platform: PlatformId;
	/** Account-level id (open id, seller id, mall id) or the store's own external id, as the platform's push names it. */
	externalId: string;
}

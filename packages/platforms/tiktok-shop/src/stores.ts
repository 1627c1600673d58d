import type { OperatingMode, StoreDescription } from '@pangea/domain';
import { entryOf, type GrantContext, PlatformError, type StoreContext, type Stores } from '@pangea/platform-contract';
import type { z } from 'zod';
import { call } from './client.ts';
import { ActiveShops, AuthorizedShops, Nothing } from './wire.ts';

type Shop = z.infer<typeof AuthorizedShops>['shops'][number];

export const stores: Stores = {
	/** Every shop of the seller; one that is authorized and not listed as active is inactive (contract §5). */
	async list(context) {
		const [shops, active] = await Promise.all([listAuthorized(context), activeIds(context)]);
		return shops.map((shop) => describe(shop, active));
	},
};

/** Shops that the grant opens, with their current ciphers. @throws PlatformError */
export async function listAuthorized(context: GrantContext): Promise<Shop[]> {
	const request = { operation: 'shops.authorized', method: 'GET', path: '/authorization/202309/shops', idempotent: true } as const;
	return (await call(context, request, AuthorizedShops)).data.shops;
}

/** Takes our access to one shop away. @throws PlatformError */
export async function releaseShop(context: GrantContext, cipher: string): Promise<void> {
	const request = { operation: 'shops.release', method: 'DELETE', path: '/authorization/202403/shops', cipher, idempotent: true } as const;
	await call(context, request, Nothing);
}

/** Null when the scope for this call is missing: then nobody is called inactive. */
async function activeIds(context: GrantContext): Promise<ReadonlySet<string> | null> {
	const request = { operation: 'shops.active', method: 'GET', path: '/seller/202309/shops', idempotent: true } as const;
	try {
		const { data } = await call(context, request, ActiveShops);
		return new Set(data.shops.map((shop) => shop.id));
	} catch (error) {
		if (error instanceof PlatformError && error.kind === 'forbidden') return null;
		throw error;
	}
}

function describe(shop: Shop, active: ReadonlySet<string> | null): StoreDescription {
	const attributes: Record<string, string> = { cipher: shop.cipher };
	if (shop.code !== null) attributes['code'] = shop.code;
	return {
		externalId: shop.id,
		name: shop.name ?? shop.code ?? shop.id,
		siteId: shop.region,
		mode: entryOf(MODES, shop.seller_type) ?? 'unknown',
		active: active?.has(shop.id) ?? true,
		attributes,
	};
}

const MODES: Readonly<Record<string, OperatingMode>> = { CROSS_BORDER: 'crossBorder', LOCAL: 'local' };

/** The cipher that every shop-level call carries. @throws PlatformError when the store was stored without one. */
export function cipherOf(context: StoreContext): string {
	const cipher = context.store.attributes['cipher'];
	if (!cipher)
		throw new PlatformError({
			kind: 'rejected',
			userMessage: { code: 'storeInactive' },
			detail: 'The store has no cipher; list the shops again',
		});
	return cipher;
}

import { z } from 'zod';

const text = z.string();
const facts = z.object({
	amazon: z.object({
		accounts: z.array(z.object({ sellingPartnerId: text, stores: z.array(z.object({ store: text, marketplaceId: text })) })),
	}),
	'tiktok-shop': z.object({ accounts: z.array(z.object({ shops: z.array(z.object({ store: text, id: text })) })) }),
	'mercado-libre': z.object({ accounts: z.array(z.object({ stores: z.array(z.object({ id: text, sellerId: text })) })) }),
	temu: z.object({ stores: z.array(z.object({ id: text, mallId: text, country: text })) }),
});

export interface OurStore {
	workspaceId: string;
	storeId: string;
	platform: string;
	externalId: string;
	/** The account that opens it. */
	accountId: string;
	siteId: string;
	country: string;
}

/** The simulator's name of each of our stores, by our store's id. @throws Error for a store that the simulator does not have. */
export function namesOf(platforms: unknown, stores: readonly OurStore[]): Map<string, string> {
	const read = facts.parse(platforms);
	const find = (store: OurStore): string | undefined => {
		switch (store.platform) {
			case 'amazon':
				return read.amazon.accounts
					.filter((a) => a.sellingPartnerId === store.accountId)
					.flatMap((a) => a.stores)
					.find((s) => s.marketplaceId === store.siteId)?.store;
			case 'tiktok-shop':
				return read['tiktok-shop'].accounts.flatMap((a) => a.shops).find((s) => s.id === store.externalId)?.store;
			case 'mercado-libre':
				return read['mercado-libre'].accounts.flatMap((a) => a.stores).find((s) => s.sellerId === store.externalId)?.id;
			default:
				return read.temu.stores.find((s) => s.mallId === store.accountId || store.externalId.startsWith(s.mallId))?.id;
		}
	};
	return new Map(
		stores.map((store) => {
			const name = find(store);
			if (name === undefined) throw new Error(`The simulator has no ${store.platform} store ${store.externalId}`);
			return [store.storeId, name];
		}),
	);
}

import { ChangedOffers } from '../core/changed-offers.ts';
import type { Offer } from '../core/offers.ts';
import type { StoreSeed } from '../core/stores.ts';
import type { World } from '../core/world.ts';

/** A SKU as a local shop shows it. */
export interface ShownSku {
	goodsId: number;
	skuId: number;
	offer: Offer;
	specName: string;
	outGoodsSn: string;
	thumbUrl: string;
	/** Null for what was there from the start. */
	madeAt: number | null;
	/** Something is asked that nobody has said: then it lies as a draft (contract temu §7). */
	isIncomplete?: boolean;
}

/** Goods that were made through the API since the start, and the pictures that were carried over for them. */
export class MadeGoods {
	readonly #skus: { store: StoreSeed; sku: ShownSku }[] = [];
	/** Names and stocks that somebody set. */
	readonly changed = new ChangedOffers();
	readonly #pictures = new Map<string, StoreSeed>();
	readonly #world: World;

	constructor(world: World) {
		this.#world = world;
	}

	of(store: StoreSeed): ShownSku[] {
		return this.#skus.flatMap((one) => (one.store === store ? [one.sku] : []));
	}

	carry(store: StoreSeed): string {
		const url = `https://img.kwcdn.com/local-goods-img/sim/up-${this.#pictures.size + 1}_800x800.jpeg.format.jpg`;
		this.#pictures.set(url, store);
		return url;
	}

	has(store: StoreSeed, url: unknown): boolean {
		return this.#pictures.get(String(url)) === store;
	}

	keep(store: StoreSeed, sku: Omit<ShownSku, 'goodsId' | 'skuId'>): ShownSku {
		const number = this.#skus.length + 1;
		const made = { ...sku, goodsId: 601_099_700_000_000 + number, skuId: 17_592_400_000_000 + number };
		this.#skus.push({ store, sku: made });
		const { goodsId, skuId, offer } = made;
		this.#world.noteListed(store, offer.sku.code, { product: String(goodsId), variant: String(skuId) });
		return made;
	}
}

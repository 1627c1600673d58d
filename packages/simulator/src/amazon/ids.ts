import { IdSpace } from '../core/ids.ts';
import type { Sku } from '../core/catalogue.ts';
import { hash, Random } from '../core/random.ts';
import type { StoreSeed } from '../core/stores.ts';
import type { OrderRef, World } from '../core/world.ts';
import { marketplaceOf } from './sites.ts';

/** Order ids `3-7-7`, order item ids of 14 digits, ASINs. */
export class AmazonIds {
	readonly #world: World;
	readonly #orders: IdSpace;
	readonly #items: IdSpace;

	constructor(world: World) {
		this.#world = world;
		this.#orders = new IdSpace({ digits: 14, salt: world.seed % 9_923 });
		this.#items = new IdSpace({ digits: 14, parts: 8, salt: (world.seed % 9_907) + 1 });
	}

	order(ref: OrderRef): string {
		const store = this.#world.stores.find((s) => s.number === ref.store);
		if (store === undefined) throw new RangeError(`No store with number ${ref.store}`);
		const digits = this.#orders.encode(ref.store, ref.index);
		return `${marketplaceOf(store).prefix}-${digits.slice(0, 7)}-${digits.slice(7)}`;
	}

	/** Null for an id that is malformed or not of this world. */
	findOrder(id: string): OrderRef | null {
		const match = /^(\d{3})-(\d{7})-(\d{7})$/.exec(id);
		const ref = match === null ? null : this.#orders.decode(`${match[2]}${match[3]}`);
		const store = ref === null ? undefined : this.#world.stores.find((s) => s.number === ref.store && s.platform === 'amazon');
		return ref === null || store === undefined || match === null || marketplaceOf(store).prefix !== match[1] ? null : ref;
	}

	item(ref: OrderRef, line: number): string {
		return this.#items.encode(ref.store, ref.index, line);
	}

	/** The same product has one ASIN in all marketplaces. */
	asin(sku: Sku): string {
		return `B0${new Random(hash(this.#world.seed, sku.number, 31)).code(8)}`;
	}

	/** The merchant token of an account. */
	seller(account: string): string {
		return `A${new Random(hash(this.#world.seed, account.charCodeAt(0), account.length, 32)).code(13)}`;
	}

	/** The buyer's relay address, the same for all orders of the buyer in the store. */
	relay(store: StoreSeed, buyer: number): string {
		return `${new Random(hash(this.#world.seed, store.number, buyer, 33)).code(14).toLowerCase()}@marketplace.${marketplaceOf(store).domain.slice(4)}`;
	}
}

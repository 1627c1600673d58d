import { IdSpace } from '../core/ids.ts';
import type { SimLine } from '../core/order.ts';
import type { StoreSeed } from '../core/stores.ts';
import type { OrderRef, World } from '../core/world.ts';

/** The numbers a shop, its orders and their parts carry: 18 and 19 digits, readable back without a table. */
export class TikTokIds {
	readonly #orders: IdSpace;
	readonly #units: IdSpace;
	readonly #parcels: IdSpace;
	readonly #cases: IdSpace;
	readonly #things: IdSpace;

	constructor(world: World) {
		this.#orders = new IdSpace({ digits: 14, salt: world.seed % 9_973 });
		this.#units = new IdSpace({ digits: 14, parts: 64, salt: (world.seed % 9_967) + 1 });
		this.#parcels = new IdSpace({ digits: 12, parts: 4, salt: (world.seed % 9_949) + 2 });
		this.#cases = new IdSpace({ digits: 15, parts: 8, salt: (world.seed % 9_941) + 3 });
		this.#things = new IdSpace({ digits: 14, salt: (world.seed % 9_931) + 4 });
	}

	order(ref: OrderRef): string {
		return `5774${this.#orders.encode(ref.store, ref.index)}`;
	}

	findOrder(id: string): OrderRef | null {
		return id.startsWith('5774') ? this.#orders.decode(id.slice(4)) : null;
	}

	/** `line_items` elements: one per unit. */
	unit(ref: OrderRef, number: number): string {
		return `5776${this.#units.encode(ref.store, ref.index, number)}`;
	}

	parcel(ref: OrderRef, number: number): string {
		return `1152321${this.#parcels.encode(ref.store, ref.index, number)}`;
	}

	/** Part 0 is the return, 1 the cancellation. */
	afterSales(ref: OrderRef, kind: 'return' | 'cancel'): string {
		return `4035${this.#cases.encode(ref.store, ref.index, kind === 'return' ? 0 : 1)}`;
	}

	findAfterSales(id: string): OrderRef | null {
		return id.startsWith('4035') ? this.#cases.decode(id.slice(4)) : null;
	}

	user(store: StoreSeed, buyer: number): string {
		return `74958${this.#things.encode(store.number, buyer)}`;
	}

	/** One with each buyer of a shop. */
	conversation(store: StoreSeed, buyer: number): string {
		return `74946${this.#things.encode(store.number, buyer)}`;
	}

	message(store: StoreSeed, count: number): string {
		return `74948${this.#things.encode(store.number, count)}`;
	}

	/** Who speaks in a chat: 0 is the shop itself. */
	imUser(store: StoreSeed, buyer: number): string {
		return `74947${this.#things.encode(store.number, buyer)}`;
	}

	/** By the day it is about. */
	statement(store: StoreSeed, day: number): string {
		return `72388${this.#things.encode(store.number, day)}`;
	}

	findStatement(store: StoreSeed, id: string): number | null {
		const found = id.startsWith('72388') ? this.#things.decode(id.slice(5)) : null;
		return found?.store === store.number ? found.index : null;
	}

	payment(store: StoreSeed, day: number): string {
		return `34592${this.#things.encode(store.number, day)}`;
	}

	transaction(ref: OrderRef): string {
		return `16367${this.#orders.encode(ref.store, ref.index)}`;
	}

	/** What is held back has a number of its own until it is settled. */
	unsettled(ref: OrderRef): string {
		return `16369${this.#orders.encode(ref.store, ref.index)}`;
	}

	/** A booking beside orders: one of four a day. */
	extra(store: StoreSeed, day: number, number: number): string {
		return `16368${this.#things.encode(store.number, day * 4 + number)}`;
	}

	product(store: StoreSeed, good: number): string {
		return `17295${this.#things.encode(store.number, good)}`;
	}

	sku(store: StoreSeed, sku: number): string {
		return `17296${this.#things.encode(store.number, sku)}`;
	}

	/** The variant that was bought. */
	skuOfLine(store: StoreSeed, { sku, listed }: Pick<SimLine, 'sku' | 'listed'>): string {
		return listed?.variant ?? this.sku(store, sku.number);
	}

	shop(store: StoreSeed): string {
		return `74959${this.#things.encode(store.number, 1)}`;
	}

	warehouse(store: StoreSeed): string {
		return `70685${this.#things.encode(store.number, 2)}`;
	}
}

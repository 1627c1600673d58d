import { ChangedOffers } from '../core/changed-offers.ts';
import { exponentOf } from '../core/money.ts';
import type { Offer } from '../core/offers.ts';
import type { Operation, WireCall, WireReply } from '../core/operation.ts';
import type { StoreSeed } from '../core/stores.ts';
import { callerOfFamily, type Desk } from './caller.ts';
import type { Account } from './grants.ts';
import { hash } from '../core/random.ts';
import { type Cause, cause, fieldsOf, isPrice, type MadeItem, titleCauses, validation } from './made-items.ts';
import { badRequest, notFound } from './replies.ts';

type Fields = Record<string, unknown>;

/** An item of a site. */
export interface Item {
	id: string;
	store: StoreSeed;
	offer: Offer;
	/** Set where somebody made it through the API. */
	made?: MadeItem;
	/** What shall be left to the seller, once somebody said it. */
	net?: number;
}

const UNDER_REVIEW = cause('item.status.not_modifiable', ['item.status'], 'The item is under review and takes no changes');

/** Pieces that an item has ever sold: none of what was made here, and of one in four. */
export function soldOf({ made, store, offer }: Item): number {
	return made ? 0 : Math.max(0, (hash(store.number, offer.sku.number, 146) % 400) - 100);
}

/** Titles, prices and stocks of items that exist (contract mercado-libre §6.3). */
export class ItemChanges {
	readonly #desk: Desk;
	readonly #changed = new ChangedOffers();
	readonly #received = new Map<string, number>();

	constructor(desk: Desk) {
		this.#desk = desk;
	}

	/** The item as it is now. */
	over(item: Item): Item {
		const net = this.#received.get(item.id);
		const offer = this.#changed.over(item.id, item.offer, this.#desk.context.clock.now());
		return { ...item, offer, ...(net !== undefined && { net }) };
	}

	operations(itemsOf: (store: StoreSeed) => Item[], render: (item: Item, account: Account) => Fields): Operation[] {
		const find = (account: Account, call: WireCall): Item => {
			const item = account.stores.flatMap(itemsOf).find(({ id }) => id === call.params['id']);
			if (!item) throw notFound();
			return item;
		};
		const local = (call: WireCall): WireReply => {
			const account = callerOfFamily(this.#desk, call, 'local');
			const item = find(account, call);
			this.#changeLocal(item, fieldsOf(call.json()), call.now);
			return { status: 200, body: render(this.over(find(account, call)), account) };
		};
		const global = (call: WireCall): WireReply => {
			this.#changeGlobal(find(callerOfFamily(this.#desk, call, 'global'), call), fieldsOf(call.json()), call.now);
			return { status: 200, body: {} };
		};
		return [
			{ name: 'items.change.local', method: 'PUT', path: '/items/:id', handle: local },
			{ name: 'items.change', method: 'PUT', path: '/global/items/:id', handle: global },
		];
	}

	#changeLocal(item: Item, body: Fields, now: number): void {
		const { id, offer, store } = item;
		const { title, ...rest } = body;
		if (Object.keys(rest).some((name) => name !== 'price' && name !== 'available_quantity')) throw badRequest('Only offers are simulated');
		if (title !== undefined) this.#retitle(item, title, now);
		const { stock, ...what } = offerChange(offer, rest, store.currency);
		// Of sellers whose stock is kept by its place of origin, the answer is the same and nothing changes (contract §6.4).
		const isKept = stock !== undefined && !this.#desk.app.severalOrigins;
		this.#changed.change(id, { ...what, ...(isKept && { stock }) }, now);
	}

	/** What has been sold keeps its title. @throws MeliRefusal 400 with causes */
	#retitle(item: Item, title: unknown, now: number): void {
		const causes = titleCauses(title);
		if (item.offer.state === 'blocked') causes.push(UNDER_REVIEW);
		if (soldOf(item) > 0)
			causes.push(cause('item.title.not_modifiable', ['item.title'], 'The title cannot be changed once the item has sales'));
		if (causes.length > 0) throw validation(causes);
		this.#changed.change(item.id, { title: String(title) }, now);
	}

	/** What is left to the seller; fees and freight come on top. */
	#changeGlobal(item: Item, { net_proceeds: net, title, ...rest }: Fields, now: number): void {
		const { id, offer, store } = item;
		if (Object.keys(rest).length > 0) throw badRequest('Only title and net_proceeds of one site are simulated');
		if (title !== undefined) this.#retitle(item, title, now);
		if (net === undefined) return;
		const { price = 0 } = offerChange(offer, { price: net }, store.currency);
		this.#received.set(id, Number(net));
		this.#changed.change(id, { price: Math.round(price / 0.83) }, now);
	}
}

/** What a change of price or stock comes to, in minor units. @throws MeliRefusal 400 with causes */
function offerChange({ state }: Offer, body: Fields, currency: string): { price?: number; stock?: number } {
	const { price, available_quantity: stock } = body;
	const causes: Cause[] = [];
	if (state === 'blocked') causes.push(UNDER_REVIEW);
	const scale = 10 ** exponentOf(currency);
	if (price !== undefined && (!isPrice(price) || Math.round(Number(price) * scale) / scale !== price))
		causes.push(cause('item.price.invalid', ['item.price'], 'The price is invalid'));
	if (stock !== undefined && (typeof stock !== 'number' || !Number.isInteger(stock) || stock < 0 || stock > 99_999))
		causes.push(cause('item.available_quantity.invalid', ['item.available_quantity'], 'available_quantity must be 0 to 99999'));
	if (causes.length > 0) throw validation(causes);
	return {
		...(price !== undefined && { price: Math.round(Number(price) * scale) }),
		...(stock !== undefined && { stock: Number(stock) }),
	};
}

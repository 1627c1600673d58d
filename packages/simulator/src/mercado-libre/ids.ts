import type { Sku } from '../core/catalogue.ts';
import { IdSpace } from '../core/ids.ts';
import type { SimLine, SimOrder } from '../core/order.ts';
import type { StoreSeed } from '../core/stores.ts';

// One space for orders (parts 0-4, one per line) and packs (5: the cart, 6 and 7: what a split makes of it): never the same number.
const orders = new IdSpace({ digits: 12, parts: 8, salt: 20_250_911 });
const shipments = new IdSpace({ digits: 12, parts: 3, salt: 40_531_399 });
const payments = new IdSpace({ digits: 12, parts: 5, salt: 58_558_601 });
const CART = 5;

/** Enough of an order to name it. */
export interface Named {
	store: { number: number };
	index: number;
}

/** Sixteen digits, as the platform's order and pack ids have (contract mercado-libre §1). */
const number16 = (digits: string) => Number(`2000${digits}`);

export function orderId(order: Named, line: number): number {
	return number16(orders.encode(order.store.number, order.index, line));
}

/** Part 0 is the cart as bought; 1 and 2 are the packs it was split into. */
export function packId(order: Named, part: number): number {
	return number16(orders.encode(order.store.number, order.index, CART + part));
}

export function shipmentId(order: Named, part: number): number {
	return Number(`4${shipments.encode(order.store.number, order.index, part)}`);
}

export function paymentId(order: Named, line: number): number {
	return Number(`1${payments.encode(order.store.number, order.index, line)}`);
}

/** A claim is about one line, which is an order here. */
export function claimId(order: Named, line: number): number {
	return 5_000_000_000 + (orderId(order, line) % 1_000_000_000);
}

/** What a number in an order, pack or shipment path stands for; null when no such thing can exist. */
export interface Meaning {
	kind: 'order' | 'pack' | 'shipment';
	store: number;
	index: number;
	part: number;
}

export function readOrderOrPack(text: string): Meaning | null {
	const meaning = text.startsWith('2000') ? orders.decode(text.slice(4)) : null;
	if (!meaning) return null;
	return meaning.part < CART ? { kind: 'order', ...meaning } : { kind: 'pack', ...meaning, part: meaning.part - CART };
}

export function readShipment(text: string): Meaning | null {
	const meaning = text.startsWith('4') ? shipments.decode(text.slice(1)) : null;
	return meaning && { kind: 'shipment', ...meaning };
}

/** The marketplace user: one per site and logistic type. User ids have passed 2^31. */
export function sellerId(store: StoreSeed): number {
	return 2_560_656_000 + store.number;
}

export function buyerId(order: SimOrder): number {
	return 1_000_000_000 + order.store.number * 10_000_000 + (order.buyer.number % 10_000_000);
}

export function itemId(store: StoreSeed, sku: Sku): string {
	return `${store.site}${2_374_700_000 + sku.number * 100 + store.number}`;
}

/** The item that was bought. */
export function lineItemId(store: StoreSeed, line: Pick<SimLine, 'sku' | 'listed'>): string {
	return line.listed?.product ?? itemId(store, line.sku);
}

/** The cross-border parent of the items of every site. */
export function parentItemId(sku: Sku): string {
	return `CBT${2_518_200_000 + sku.number}`;
}

import type { Sku } from '../core/catalogue.ts';
import { IdSpace } from '../core/ids.ts';
import type { SimLine } from '../core/order.ts';
import { temuSite } from './sites.ts';

// Parent orders, order lines and parcels have numbers of their own.
const parents = new IdSpace({ digits: 17, salt: 1_096_246_467 });
const lines = new IdSpace({ digits: 17, parts: 5, salt: 1_096_294_963 });
const packages = new IdSpace({ digits: 19, parts: 2, salt: 878_421_204 });

/** Enough of an order to name it. */
export interface Named {
	store: { number: number; country: string };
	index: number;
}

const region = (order: Named) => String(temuSite(order.store.country).regionId).padStart(3, '0');

/** `PO-211-01096246467190000`: one checkout and address (contract temu §5). */
export function parentOrderSn(order: Named): string {
	return `PO-${region(order)}-${parents.encode(order.store.number, order.index)}`;
}

/** `211-01096294963830000`: one line. */
export function orderSn(order: Named, line: number): string {
	return `${region(order)}-${lines.encode(order.store.number, order.index, line)}`;
}

export function packageSn(order: Named, parcel: number): string {
	return `PK-${packages.encode(order.store.number, order.index, parcel)}`;
}

/** The return (`R1`) or cancellation (`C1`) of a parent order. */
export function parentAfterSalesSn(order: Named, kind: 'R1' | 'C1'): string {
	return `PA-${parentOrderSn(order).slice(3)}-${kind}`;
}

export function afterSalesSn(order: Named, line: number, kind: 'R1' | 'C1'): string {
	return `A-${orderSn(order, line)}-${kind}`;
}

/** The order meant by a parent order, line or after-sales number; null when it cannot exist. */
export function readSn(text: string): { store: number; index: number } | null {
	const match = /^(PO-|PA-|A-)?\d{3}-(\d{17})(-[RC]1)?$/.exec(text);
	if (!match) return null;
	const meaning = (match[1] === 'PO-' || match[1] === 'PA-' ? parents : lines).decode(match[2] ?? '');
	return meaning && { store: meaning.store, index: meaning.index };
}

export function mallId(store: { number: number }): number {
	return 635_517_726_820_000 + store.number;
}

export const goodsId = (store: { number: number }, sku: Sku) => 601_099_500_000_000 + store.number * 10_000 + sku.goodNumber;
export const skuId = (store: { number: number }, sku: Sku) => 17_592_300_000_000 + store.number * 10_000 + sku.number;
/** What was bought. */
export const lineGoodsId = (store: { number: number }, { sku, listed }: SimLine) => (listed ? Number(listed.product) : goodsId(store, sku));
export const lineSkuId = (store: { number: number }, { sku, listed }: SimLine) => (listed ? Number(listed.variant) : skuId(store, sku));
export const productId = (sku: Sku) => 10_574_000_000 + sku.goodNumber;
export const productSkuId = (sku: Sku) => 139_696_000_000 + sku.number;

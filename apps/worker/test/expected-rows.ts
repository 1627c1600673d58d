import type { PlatformId } from '@pangea/domain';
import type { Box, Line, Row } from './replay-home.ts';

/*
 * What a row must say, read from the platforms' documents by hand and without any code of the adapters: plain JSON, digits as text, the
 * platform's words translated by the contracts' tables.
 */

// oxlint-disable-next-line typescript/no-explicit-any -- published documents are read by the names their contract prints; a type would be ours.
export type Doc = any;

export interface StoreFacts {
	site: string;
	currency: string;
}

const iso = (time: string | null | undefined): string | null => (time ? new Date(time).toISOString() : null);
const seconds = (time: number | null | undefined): string | null => (time ? new Date(time * 1000).toISOString() : null);

/** Digits of minor units; every currency of the samples but the yen has two decimals in ISO 4217. */
function minor(amount: string | number, currency: string): string {
	const decimals = currency === 'JPY' ? 0 : 2;
	const [whole = '', fraction = ''] = String(amount).split('.');
	if (/[^0]/.test(fraction.slice(decimals))) throw new Error(`${amount} ${currency} is finer than the currency`);
	return BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, '0')).toString();
}
const add = (amounts: string[]): string => amounts.reduce((a, b) => a + BigInt(b), 0n).toString();
const minus = (amount: string): string => (-BigInt(amount)).toString();

const BARE = {
	group: null,
	paid: null,
	shipBy: null,
	deliverBy: null,
	shipped: null,
	delivered: null,
	cancelled: null,
	country: null,
	buyer: null,
	test: false,
	taxBasis: 'unknown',
	totalComputed: false,
	warnings: [] as string[],
	lines: [] as Line[],
	parcels: [] as Box[],
	fees: [] as [string, string][],
};
const BARE_LINE = { variantId: null, variant: null, image: null, cancelled: 0, discount: null, tax: null, rawStatus: null };

const AMAZON_STATES: Doc = { SHIPPED: 'shipped', UNSHIPPED: 'toShip', Pending: 'unpaid', Shipped: 'shipped' };
const AMAZON_PARCELS: Doc = { IN_TRANSIT: 'inTransit' };

function amazon(o: Doc): Row {
	const { currencyCode: currency } = o.proceeds.grandTotal;
	const parts = (items: Doc[], type: string): string[] =>
		items.flatMap((i) => i.proceeds.breakdowns.filter((b: Doc) => b.type === type).map((b: Doc) => minor(b.subtotal.amount, currency)));
	const tax = parts(o.orderItems, 'TAX');
	const parcels: Doc[] = o.packages ?? [];
	return {
		...BARE,
		id: o.orderId,
		site: o.salesChannel.marketplaceId,
		state: AMAZON_STATES[o.fulfillment.fulfillmentStatus],
		rawStatus: o.fulfillment.fulfillmentStatus,
		fulfilment: o.fulfillment.fulfilledBy === 'AMAZON' ? 'platform' : 'seller',
		placed: iso(o.createdTime),
		updated: iso(o.lastUpdatedTime),
		shipBy: iso(o.fulfillment.shipByWindow?.latestDateTime),
		deliverBy: iso(o.fulfillment.deliverByWindow?.latestDateTime),
		shipped: iso(parcels[0]?.shipTime),
		country: o.recipient.deliveryAddress.countryCode,
		currency,
		// Prices reach the grand total only with the tax.
		taxBasis: tax.length > 0 ? 'net' : 'unknown',
		money: {
			total: minor(o.proceeds.grandTotal.amount, currency),
			items: add(parts(o.orderItems, 'ITEM')),
			...(tax.length > 0 && { tax: add(tax) }),
		},
		lines: o.orderItems.map((i: Doc) => ({
			...BARE_LINE,
			id: i.orderItemId,
			listing: i.product.asin,
			variantId: i.product.sellerSku,
			sku: i.product.sellerSku,
			title: i.product.title,
			quantity: i.quantityOrdered,
			shipped: i.fulfillment.quantityFulfilled,
			unitPrice: minor(i.product.price.unitPrice.amount, currency),
			tax: parts([i], 'TAX')[0] ?? null,
		})),
		parcels: parcels.map((p) => ({
			id: p.packageReferenceId,
			carrier: p.carrier,
			tracking: p.trackingNumber,
			state: AMAZON_PARCELS[p.packageStatus.status],
			rawStatus: `${p.packageStatus.status}/${p.packageStatus.detailedStatus}`,
			shipped: iso(p.shipTime),
			delivered: null,
			lines: p.packageItems.map((i: Doc) => [i.orderItemId, i.quantity]),
		})),
		fees: o.orderItems.flatMap((i: Doc) =>
			i.expense ? [['pointsCost', minor(i.expense.pointsCost.pointsGranted.pointsMonetaryValue.amount, currency)]] : [],
		),
	};
}

function amazonV0(o: Doc, store: StoreFacts): Row {
	const total = o.OrderTotal;
	return {
		...BARE,
		id: o.AmazonOrderId,
		site: o.MarketplaceId ?? store.site,
		state: AMAZON_STATES[o.OrderStatus],
		rawStatus: o.OrderStatus,
		fulfilment: o.FulfillmentChannel === 'AFN' ? 'platform' : 'seller',
		placed: iso(o.PurchaseDate),
		updated: iso(o.LastUpdateDate),
		shipBy: iso(o.LatestShipDate),
		deliverBy: iso(o.LatestDeliveryDate),
		country: o.ShippingAddress?.CountryCode ?? null,
		currency: total?.CurrencyCode ?? store.currency,
		money: total ? { total: minor(total.Amount, total.CurrencyCode) } : {},
	};
}

const MELI_COUNTRIES: Doc = { MLM: 'MX', MLB: 'BR', MLA: 'AR' };

function mercadoLibre(o: Doc, store: StoreFacts): Row {
	const currency = o.currency_id;
	// A store of the cross-border account has no market of its own; the item's id names the one it is sold on.
	const site = o.context?.site ?? (store.site === 'CBT' ? o.order_items[0].item.id.slice(0, 3) : store.site);
	const items = add(o.order_items.map((i: Doc) => (BigInt(minor(i.unit_price, currency)) * BigInt(i.quantity)).toString()));
	const cancelled = o.status === 'cancelled';
	const came = o.payments.filter((p: Doc) => ['approved', 'refunded'].includes(p.status));
	const sumOf = (field: string): string[] =>
		came.filter((p: Doc) => typeof p[field] === 'number').map((p: Doc) => minor(p[field], currency));
	const tax = typeof o.taxes?.amount === 'number' ? [minor(o.taxes.amount, currency)] : sumOf('taxes_amount');
	const refunded = add(came.filter((p: Doc) => p.status === 'refunded').map((p: Doc) => minor(p.transaction_amount_refunded, currency)));
	const tags: string[] = o.tags ?? [];
	return {
		...BARE,
		id: String(o.id),
		group: o.pack_id === null || o.pack_id === undefined ? null : String(o.pack_id),
		site,
		state: cancelled ? 'cancelled' : 'toShip',
		rawStatus: o.status,
		fulfilment: 'unknown',
		placed: iso(o.date_created),
		paid: iso(came[0]?.date_approved),
		cancelled: cancelled ? iso(o.cancel_detail?.date) : null,
		updated: iso(o.last_updated ?? o.date_last_updated),
		country: MELI_COUNTRIES[site],
		buyer: String(o.buyer.id),
		test: tags.includes('test_order'),
		currency,
		totalComputed: o.total_amount === undefined,
		money: {
			total: o.total_amount === undefined ? items : minor(o.total_amount, currency),
			items,
			...(came.length > 0 && { shipping: add(sumOf('shipping_cost')) }),
			...(tax.length > 0 && { tax: add(tax) }),
			...(refunded !== '0' && { refund: minus(refunded) }),
		},
		warnings: tags.filter((t) => t === 'fraud_risk_detected'),
		lines: o.order_items.map((i: Doc) => ({
			...BARE_LINE,
			id: i.item.id,
			listing: i.item.id,
			variantId: i.item.user_product_id ?? null,
			sku: i.item.seller_sku ?? null,
			title: i.item.title,
			quantity: i.quantity,
			cancelled: cancelled ? i.quantity : 0,
			shipped: null,
			unitPrice: minor(i.unit_price, currency),
		})),
		fees: o.order_items.map((i: Doc) => ['sale_fee', (BigInt(minor(i.sale_fee, currency)) * BigInt(i.quantity)).toString()]),
	};
}

const TEMU_STATES: Doc = { 1: 'onHold', 2: 'toShip', 3: 'cancelled', 4: 'shipped', 41: 'partlyShipped', 5: 'delivered' };
const TEMU_PARCELS: Doc = { 2: 'pending', 4: 'shipped', 5: 'delivered' };
const TEMU_SITES: Doc = { 100: ['US', 'USD'], 132: ['BR', 'BRL'] };

function temu(o: Doc): Row {
	const p = o.parentOrderMap;
	const set = (labels: Doc[]): string[] => labels.filter((l) => l.value === 1).map((l) => l.name);
	const [country, currency] = TEMU_SITES[p.siteId];
	const warnings: string[] = [
		...set(p.parentOrderLabel),
		...p.fulfillmentWarning,
		...o.orderList.flatMap((l: Doc) => [...set(l.orderLabel), ...l.fulfillmentWarning, ...(l.packageAbnormalTypeList ?? [])]),
		...(p.parentOrderStatus === 1 ? [] : ['order_amount_not_in_document']),
	];
	const times = [p.parentOrderTime, p.parentOrderPendingFinishTime, p.parentConfirmTime, p.parentShippingTime];
	return {
		...BARE,
		id: p.parentOrderSn,
		site: String(p.siteId),
		state: TEMU_STATES[p.parentOrderStatus],
		rawStatus: String(p.parentOrderStatus),
		fulfilment: 'seller',
		placed: seconds(p.parentOrderTime),
		// Details have no time of change: the newest they hold.
		updated: seconds(p.updateTime ?? Math.max(...times.filter((t) => typeof t === 'number'))),
		shipBy: seconds(p.expectShipLatestTime),
		deliverBy: seconds(p.latestDeliveryTime),
		shipped: seconds(p.parentShippingTime),
		country,
		currency,
		money: {},
		warnings: [...new Set(warnings)],
		lines: o.orderList.map((l: Doc) => ({
			...BARE_LINE,
			id: l.orderSn,
			listing: String(l.goodsId),
			variantId: String(l.skuId),
			sku: l.productList[0]?.extCode || null,
			title: l.goodsName,
			variant: l.spec,
			image: l.thumbUrl,
			quantity: l.originalOrderQuantity,
			cancelled: l.canceledQuantityBeforeShipment,
			shipped: [1, 2].includes(l.orderStatus) ? 0 : [4, 5].includes(l.orderStatus) ? l.quantity : null,
			unitPrice: null,
			rawStatus: String(l.orderStatus),
		})),
		parcels: o.orderList.flatMap((l: Doc) =>
			(l.packageSnInfo ?? []).map((box: Doc) => ({
				id: box.packageSn,
				carrier: null,
				tracking: null,
				state: TEMU_PARCELS[l.orderStatus],
				rawStatus: String(l.orderStatus),
				shipped: seconds(l.orderShippingTime),
				delivered: null,
				lines: [[l.orderSn, l.quantity]],
			})),
		),
	};
}

const TIKTOK_STATES: Doc = {
	UNPAID: 'unpaid',
	ON_HOLD: 'onHold',
	AWAITING_SHIPMENT: 'toShip',
	AWAITING_COLLECTION: 'toShip',
	PARTIALLY_SHIPPING: 'partlyShipped',
	IN_TRANSIT: 'shipped',
	DELIVERED: 'delivered',
	COMPLETED: 'completed',
	CANCELLED: 'cancelled',
};
const TIKTOK_PARCELS: Doc = {
	TO_FULFILL: 'pending',
	PROCESSING: 'pending',
	FULFILLING: 'inTransit',
	COMPLETED: 'delivered',
	CANCELLED: 'cancelled',
};
const CHARGES = [
	'small_order_fee',
	'retail_delivery_fee',
	'buyer_service_fee',
	'handling_fee',
	'shipping_insurance_fee',
	'item_insurance_fee',
	'item_insurance_tax',
];
const FLAGS = [
	'is_buyer_request_cancel',
	'is_sample_order',
	'is_replacement_order',
	'is_exchange_order',
	'has_updated_recipient_address',
	'is_cod',
];

function tiktok(o: Doc, store: StoreFacts): Row {
	const pay = o.payment;
	const { currency } = pay;
	const of = (fields: string[], from: Doc = pay): string[] => fields.flatMap((f) => (from[f] ? [minor(from[f], currency)] : []));
	const part = (name: string, amounts: string[], sign = 1): Record<string, string> =>
		amounts.length === 0 ? {} : { [name]: sign === 1 ? add(amounts) : minus(add(amounts)) };
	const gone = ['shipped', 'delivered', 'completed'].includes(TIKTOK_STATES[o.status]);
	const shipped = seconds(o.collection_time) ?? (gone ? seconds(o.rts_time) : null);
	// One element is one piece; alike pieces are one line, named by the smallest id.
	const kinds = Map.groupBy(o.line_items as Doc[], (u) => [u.sku_id, u.original_price, u.sale_price, u.is_gift].join());
	const lines = [...kinds.values()].map((units) => ({ units, id: units.map((u): string => u.id).sort()[0] ?? '' }));
	const boxes = [
		...new Set<string>([...(o.packages ?? []).map((p: Doc) => p.id), ...o.line_items.flatMap((u: Doc) => u.package_id || [])]),
	];
	const only = boxes.length === 1;
	return {
		...BARE,
		id: o.id,
		group: o.auto_combine_group_id || null,
		site: store.site,
		state: TIKTOK_STATES[o.status],
		rawStatus: o.status,
		fulfilment: o.fulfillment_type === 'FULFILLMENT_BY_SELLER' ? 'seller' : 'platform',
		placed: seconds(o.create_time),
		paid: seconds(o.paid_time),
		shipBy: seconds(o.rts_sla_time),
		deliverBy: seconds(o.delivery_sla_time),
		shipped,
		delivered: seconds(o.delivery_time),
		cancelled: seconds(o.cancel_time),
		updated: seconds(o.update_time),
		country: o.recipient_address?.region_code ?? null,
		buyer: o.user_id,
		currency,
		taxBasis: store.site === 'US' ? 'net' : 'unknown',
		money: {
			...part('items', of(['original_total_product_price'])),
			...part('shipping', of(['original_shipping_fee'])),
			...part('tax', of(['tax'])),
			...part('sellerDiscount', of(['seller_discount']), -1),
			...part('platformDiscount', of(['platform_discount']), -1),
			...part('shippingDiscount', [...of(['shipping_fee']), ...of(['original_shipping_fee']).map(minus)]),
			...part('otherCharges', of(CHARGES)),
			...part('total', of(['total_amount'])),
		},
		warnings: [...FLAGS.filter((f) => o[f] === true), ...(o.order_type && o.order_type !== 'NORMAL' ? [o.order_type] : [])],
		lines: lines.map(({ units, id }) => {
			const first = units.find((u) => u.id === id);
			const statuses = units.map((u) => u.display_status).filter(Boolean);
			return {
				id,
				listing: first.product_id,
				variantId: first.sku_id,
				sku: first.seller_sku || null,
				title: first.product_name,
				variant: first.sku_name || null,
				image: first.sku_image || null,
				quantity: units.length,
				cancelled: statuses.filter((s) => s === 'CANCELLED').length,
				shipped: statuses.filter((s) => ['IN_TRANSIT', 'DELIVERED', 'COMPLETED'].includes(s)).length,
				unitPrice: minor(first.original_price, currency),
				discount: minus(add(units.flatMap((u) => of(['seller_discount', 'platform_discount'], u)))),
				tax: units.some((u) => u.item_tax?.length)
					? add(units.flatMap((u) => u.item_tax.map((t: Doc) => minor(t.tax_amount, currency))))
					: null,
				rawStatus: [...new Set(statuses)].join(', ') || null,
			};
		}),
		parcels: boxes.sort().map((id) => {
			const inside = (o.line_items as Doc[]).filter((u) => u.package_id === id);
			return {
				id,
				carrier: inside[0]?.shipping_provider_name || (only ? o.shipping_provider : null) || null,
				tracking: inside[0]?.tracking_number || (only ? o.tracking_number : null) || null,
				state: TIKTOK_PARCELS[inside[0]?.package_status] ?? 'unknown',
				rawStatus: inside[0]?.package_status ?? null,
				shipped: only ? shipped : null,
				delivered: only ? seconds(o.delivery_time) : null,
				lines: lines
					.map(({ id: line, units }): [string, number] => [line, units.filter((u) => u.package_id === id).length])
					.filter(([, n]) => n > 0),
			};
		}),
	};
}

interface Reading {
	/** Whether an object anywhere in a document is an order. */
	isOrder(o: Doc): boolean;
	id(o: Doc): string;
	row(o: Doc, store: StoreFacts): Row;
}

export const READINGS: Record<PlatformId, Reading> = {
	amazon: {
		isOrder: (o) => ('orderItems' in o && 'createdTime' in o) || 'OrderStatus' in o,
		id: (o) => o.orderId ?? o.AmazonOrderId,
		row: (o, store) => ('OrderStatus' in o ? amazonV0(o, store) : amazon(o)),
	},
	'mercado-libre': { isOrder: (o) => Array.isArray(o.order_items), id: (o) => String(o.id), row: mercadoLibre },
	temu: { isOrder: (o) => o.parentOrderMap?.parentOrderStatus !== undefined, id: (o) => o.parentOrderMap.parentOrderSn, row: temu },
	'tiktok-shop': { isOrder: (o) => Array.isArray(o.line_items) && typeof o.payment === 'object', id: (o) => o.id, row: tiktok },
};

/** Every order payload inside a document, wherever it stands. */
export function ordersInside(platform: PlatformId, json: Doc): Doc[] {
	if (typeof json !== 'object' || json === null) return [];
	if (READINGS[platform].isOrder(json)) return [json];
	return Object.values(json).flatMap((inner) => ordersInside(platform, inner));
}

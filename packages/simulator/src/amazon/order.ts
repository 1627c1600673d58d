import { decimal } from '../core/money.ts';
import type { SimLine, SimOrder, SimParcel } from '../core/order.ts';
import type { AmazonApp } from './grants.ts';
import type { AmazonIds } from './ids.ts';
import { marketplaceOf } from './sites.ts';

export const dataSets = [
	'BUYER',
	'RECIPIENT',
	'PROCEEDS',
	'EXPENSE',
	'PROMOTION',
	'CANCELLATION',
	'FULFILLMENT',
	'PACKAGES',
	'TAX',
	'PAYMENT',
	'FULFILLMENT_ORDERS',
] as const;
export type DataSet = (typeof dataSets)[number];

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What the renderer must know besides the order. */
export interface Rendering {
	ids: AmazonIds;
	app: AmazonApp;
	/** Whether discounts are written below zero. The documents do not say. */
	negativeDiscounts: boolean;
}

/** The state in the words of 2026-01-01. Delivered and returned orders stay SHIPPED: Amazon has no such order state. */
export function fulfillmentStatus(order: SimOrder): string {
	switch (order.status) {
		case 'unpaid':
			return 'PENDING';
		case 'onHold':
		case 'paid':
			return 'UNSHIPPED';
		case 'partlyShipped':
			return 'PARTIALLY_SHIPPED';
		case 'cancelled':
			return 'CANCELLED';
		default:
			return 'SHIPPED';
	}
}

/** Milliseconds as ISO 8601 with milliseconds. */
export function iso(at: number): string {
	return new Date(at).toISOString();
}

export function shipWindow(order: SimOrder): { earliestDateTime: string; latestDateTime: string } {
	return { earliestDateTime: iso(order.placedAt), latestDateTime: iso(order.placedAt + 3 * DAY) };
}

export function deliverWindow(order: SimOrder): { earliestDateTime: string; latestDateTime: string } {
	return { earliestDateTime: iso(order.placedAt + 4 * DAY), latestDateTime: iso(order.placedAt + 9 * DAY) };
}

/** An order of the Orders API 2026-01-01 with the data sets asked for. */
export function renderOrder(rendering: Rendering, order: SimOrder, included: ReadonlySet<DataSet>): Record<string, unknown> {
	const { ids } = rendering;
	const ref = { store: order.store.number, index: order.index };
	const market = marketplaceOf(order.store);
	const status = fulfillmentStatus(order);
	// A pending order has neither money nor address, and a cancelled one that was never paid neither.
	const priced = order.steps.some((s) => s.kind === 'paid');
	const out: Record<string, unknown> = {
		orderId: ids.order(ref),
		createdTime: iso(order.placedAt),
		lastUpdatedTime: iso(order.updatedAt),
		programs: [...(order.fulfilledByPlatform ? ['PRIME'] : []), ...(order.business ? ['AMAZON_BUSINESS'] : [])],
		salesChannel: { channelName: 'AMAZON', marketplaceId: market.id, marketplaceName: market.name },
		orderItems: order.lines.map((line) => renderItem(rendering, order, line, included, priced)),
	};
	if (included.has('BUYER')) out['buyer'] = renderBuyer(rendering, order, status);
	if (included.has('RECIPIENT') && priced) out['recipient'] = renderRecipient(rendering, order);
	if (included.has('PROCEEDS') && priced) {
		out['proceeds'] = {
			grandTotal: moneyOf(order.total, order.currency),
			breakdowns: breakdownsOf(rendering, order.lines, order, order.shippingSellerDiscount),
		};
	}
	if (included.has('PAYMENT') && priced)
		out['payment'] = { paymentExecutions: [{ paymentMethod: 'CreditCard', paymentAmount: moneyOf(order.total, order.currency) }] };
	if (included.has('TAX')) out['tax'] = order.business ? { taxInvoicing: { invoiceStatus: 'NOT_REQUIRED' } } : {};
	if (included.has('FULFILLMENT')) {
		out['fulfillment'] = {
			fulfillmentStatus: status,
			fulfilledBy: order.fulfilledByPlatform ? 'AMAZON' : 'MERCHANT',
			fulfillmentServiceLevel: order.fulfilledByPlatform ? 'SECOND_DAY' : 'STANDARD',
			...(status === 'PENDING' ? {} : { shipByWindow: shipWindow(order), deliverByWindow: deliverWindow(order) }),
		};
	}
	if (included.has('PACKAGES') && !order.fulfilledByPlatform)
		out['packages'] = order.parcels.map((parcel) => renderPackage(ids, order, parcel));
	return out;
}

function renderBuyer({ ids, app }: Rendering, order: SimOrder, status: string): Record<string, unknown> {
	const buyer: Record<string, unknown> = {};
	if (app.roles.taxInvoicing) buyer['buyerName'] = order.buyer.name;
	// Only merchant-fulfilled, only once it may be shipped, only with the restricted role.
	if (app.roles.directToConsumer && !order.fulfilledByPlatform && ['UNSHIPPED', 'PARTIALLY_SHIPPED', 'SHIPPED'].includes(status))
		buyer['buyerEmail'] = ids.relay(order.store, order.buyer.number);
	return buyer;
}

function renderRecipient({ app }: Rendering, order: SimOrder): Record<string, unknown> {
	const { address, buyer } = order;
	const delivery: Record<string, unknown> = {
		city: address.city,
		stateOrRegion: address.state,
		countryCode: address.country,
		addressType: 'RESIDENTIAL',
	};
	if (app.roles.directToConsumer) {
		delivery['name'] = buyer.name;
		delivery['addressLine1'] = address.line1;
		if (address.line2 !== '') delivery['addressLine2'] = address.line2;
		if (!order.fulfilledByPlatform && order.status !== 'completed') delivery['phone'] = buyer.phone;
	}
	delivery['postalCode'] = address.postalCode;
	return { deliveryAddress: delivery };
}

function renderItem(
	rendering: Rendering,
	order: SimOrder,
	line: SimLine,
	included: ReadonlySet<DataSet>,
	priced: boolean,
): Record<string, unknown> {
	const { ids } = rendering;
	const ref = { store: order.store.number, index: order.index };
	const shipped = shippedOf(order, line);
	const item: Record<string, unknown> = {
		orderItemId: ids.item(ref, line.number),
		quantityOrdered: line.quantity,
		product: {
			asin: ids.asin(line.sku),
			title: `${line.title}, ${line.variant}`,
			sellerSku: line.sku.code,
			condition: { conditionType: 'NEW', conditionSubtype: 'NEW' },
			...(included.has('PROCEEDS') && priced ? { price: { unitPrice: moneyOf(line.unitPrice, order.currency) } } : {}),
		},
	};
	if (included.has('PROCEEDS') && priced) {
		const own = line.number === 0 ? order.shippingSellerDiscount : 0;
		item['proceeds'] = {
			proceedsTotal: moneyOf(line.net + line.tax + line.shipping + line.shippingTax - own, order.currency),
			breakdowns: breakdownsOf(rendering, [line], order, own),
		};
	}
	if (included.has('PROMOTION') && line.sellerDiscount > 0)
		item['promotion'] = { breakdowns: [{ promotionId: `PLM-${ids.asin(line.sku)}` }] };
	if (included.has('EXPENSE') && order.currency === 'JPY' && priced)
		item['expense'] = {
			pointsCost: {
				pointsGranted: {
					pointsNumber: Math.floor(line.net / 100),
					pointsMonetaryValue: moneyOf(Math.floor(line.net / 100), order.currency),
				},
			},
		};
	if (included.has('CANCELLATION') && order.cancellation !== null) {
		const { by, reason, requestedAt, at } = order.cancellation;
		item['cancellation'] = {
			...(requestedAt === null ? {} : { cancellationRequest: { requester: 'BUYER', cancelReason: reason } }),
			...(at === null
				? {}
				: { cancellationExecution: { cancelledBy: { buyer: 'BUYER', seller: 'MERCHANT', platform: 'AMAZON' }[by], cancelReason: reason } }),
		};
	}
	if (included.has('FULFILLMENT')) {
		item['fulfillment'] = {
			quantityFulfilled: shipped,
			quantityUnfulfilled: order.status === 'cancelled' ? 0 : line.quantity - shipped,
			...(order.gift ? { packing: { giftOption: { giftMessage: 'Happy birthday! 生日快乐', giftWrapLevel: 'STANDARD' } } } : {}),
		};
	}
	if (included.has('TAX') && line.tax > 0)
		item['tax'] = { taxCollections: [{ model: 'MARKETPLACE_FACILITATOR', responsibleParty: 'Amazon Services, Inc.' }] };
	return item;
}

/** Units of a line that have left. */
export function shippedOf(order: SimOrder, line: SimLine): number {
	return order.parcels.reduce((sum, parcel) => sum + (parcel.lines.find((l) => l.line === line.number)?.quantity ?? 0), 0);
}

function renderPackage(ids: AmazonIds, order: SimOrder, parcel: SimParcel): Record<string, unknown> {
	const ref = { store: order.store.number, index: order.index };
	const [status, detailedStatus] =
		parcel.deliveredAt !== null
			? ['DELIVERED', 'DELIVERED']
			: parcel.collectedAt !== null
				? ['IN_TRANSIT', 'PICKED_UP']
				: ['SHIPPED', 'PENDING_PICK_UP'];
	return {
		packageReferenceId: String(parcel.number + 1),
		createdTime: iso(parcel.shippedAt),
		packageStatus: { status, detailedStatus },
		carrier: parcel.carrier,
		shipTime: iso(parcel.shippedAt),
		shippingService: 'Standard',
		trackingNumber: parcel.tracking,
		shipFromAddress: {
			name: 'Yunfan Trading',
			addressLine1: '88 Wensan Road',
			city: 'Hangzhou',
			stateOrRegion: 'Zhejiang',
			postalCode: '310012',
			countryCode: 'CN',
		},
		packageItems: parcel.lines.map((l) => ({ orderItemId: ids.item(ref, l.line), quantity: l.quantity })),
	};
}

function breakdownsOf(
	{ negativeDiscounts }: Rendering,
	lines: readonly SimLine[],
	order: SimOrder,
	shippingDiscount: number,
): Record<string, unknown>[] {
	const sum = (pick: (line: SimLine) => number): number => lines.reduce((total, line) => total + pick(line), 0);
	const discount = sum((l) => l.sellerDiscount + l.platformDiscount) + shippingDiscount;
	const tax = sum((l) => l.tax + l.shippingTax);
	const shipping = sum((l) => l.shipping);
	const entry = (type: string, minor: number): Record<string, unknown> => ({ type, subtotal: moneyOf(minor, order.currency) });
	return [
		entry(
			'ITEM',
			sum((l) => l.unitPrice * l.quantity),
		),
		...(shipping === 0 ? [] : [entry('SHIPPING', shipping)]),
		...(discount === 0 ? [] : [entry('DISCOUNT', negativeDiscounts ? -discount : discount)]),
		...(tax === 0 ? [] : [entry('TAX', tax)]),
	];
}

function moneyOf(minor: number, currency: string): { amount: string; currencyCode: string } {
	return { amount: decimal(minor, currency), currencyCode: currency };
}

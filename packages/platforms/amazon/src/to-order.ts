import {
	type BuyerData,
	type Fee,
	type Fulfilment,
	type Instant,
	type Order,
	type OrderLine,
	type OrderReturn,
	type OrderState,
	type Parcel,
	type ParcelState,
	parseInstant,
	TimeError,
} from '@pangea/domain';
import { entryOf } from '@pangea/platform-contract';
import { exactUnitPrice, orderMoney, partOf, toMoney } from './money.ts';
import { manifest, NON_AMAZON_HOME } from './manifest.ts';
import type { WireItem, WireOrder, WireParcel } from './wire.ts';

/** The store for which an order is read: what the document may leave out. */
export interface OrderPlace {
	siteId: string | null;
	currency: string;
}

const STATES: Readonly<Record<string, OrderState>> = {
	PENDING_AVAILABILITY: 'unpaid',
	PENDING: 'unpaid',
	UNSHIPPED: 'toShip',
	PARTIALLY_SHIPPED: 'partlyShipped',
	SHIPPED: 'shipped',
	CANCELLED: 'cancelled',
	// Final and never shipped; the word itself stays in rawStatus and warnings.
	UNFULFILLABLE: 'cancelled',
};

const PARCEL_STATES: Readonly<Record<string, ParcelState>> = {
	PENDING: 'pending',
	IN_TRANSIT: 'inTransit',
	SHIPPED: 'shipped',
	DELIVERED: 'delivered',
	CANCELLED: 'cancelled',
	UNDELIVERABLE: 'failed',
};

const SITE_IDS = new Set(manifest.sites.map((s) => s.id));

/**
 * An order of orders_2026-01-01 in our words. Pure.
 * @throws TimeError for unreadable times of creation or change, MoneyError for amounts that are none.
 */
export function toOrder(wire: WireOrder, place: OrderPlace): Order {
	const rawStatus = wire.fulfillment?.fulfillmentStatus ?? '';
	const parcels = (wire.packages ?? []).map(toParcel);
	const cancelled = rawStatus === 'CANCELLED';
	return {
		externalId: wire.orderId,
		externalGroupId: null,
		siteId: siteOf(wire.salesChannel?.marketplaceId, place.siteId),
		state: stateOf(rawStatus, parcels),
		rawStatus,
		fulfilment: fulfilmentOf(wire.fulfillment?.fulfilledBy),
		placedAt: namedInstant('createdTime', wire.createdTime),
		paidAt: null,
		shipBy: instantOrNull(wire.fulfillment?.shipByWindow?.latestDateTime),
		deliverBy: instantOrNull(wire.fulfillment?.deliverByWindow?.latestDateTime),
		shippedAt: parcels.reduce<Instant | null>((first, p) => (p.shippedAt && (!first || p.shippedAt < first) ? p.shippedAt : first), null),
		deliveredAt: null,
		cancelledAt: null,
		updatedAt: namedInstant('lastUpdatedTime', wire.lastUpdatedTime),
		buyerCountry: wire.recipient?.deliveryAddress?.countryCode ?? null,
		externalBuyerId: null,
		isTest: false,
		money: orderMoney(wire, place.currency),
		lines: wire.orderItems.map((item) => toLine(item, cancelled)),
		parcels,
		returns: wire.orderItems.flatMap(toCancellations),
		fees: wire.orderItems.flatMap(toFees),
		buyer: toBuyer(wire),
		warnings: warningsOf(wire, rawStatus),
	};
}

/** The site of a marketplace id: its own, the home of a "Non-Amazon" id, null for an id nobody knows, `otherwise` when none is sent. */
export function siteOf(marketplaceId: string | null | undefined, otherwise: string | null): string | null {
	if (!marketplaceId) return otherwise;
	return SITE_IDS.has(marketplaceId) ? marketplaceId : (entryOf(NON_AMAZON_HOME, marketplaceId) ?? null);
}

/** @throws TimeError that names the field. */
export function namedInstant(field: string, text: string): Instant {
	try {
		return parseInstant(text);
	} catch (error) {
		throw error instanceof TimeError ? new TimeError(`${field} ${JSON.stringify(text)} is not a plausible time`, { cause: error }) : error;
	}
}

/** Absent and unreadable times of minor events are null; the raw document keeps what was sent. */
export function instantOrNull(text: string | null | undefined): Instant | null {
	if (!text) return null;
	try {
		return parseInstant(text);
	} catch (error) {
		if (error instanceof TimeError) return null;
		throw error;
	}
}

// Amazon has no delivered state of an order; parcels that the seller ships tell it.
function stateOf(rawStatus: string, parcels: Parcel[]): OrderState {
	const state = entryOf(STATES, rawStatus) ?? 'unknown';
	const sent = parcels.filter((p) => p.state !== 'cancelled');
	return state === 'shipped' && sent.length > 0 && sent.every((p) => p.state === 'delivered') ? 'delivered' : state;
}

function fulfilmentOf(word: string | null | undefined): Fulfilment {
	if (word === 'AMAZON') return 'platform';
	return word === 'MERCHANT' ? 'seller' : 'unknown';
}

function toLine(item: WireItem, orderCancelled: boolean): OrderLine {
	const quantity = item.quantityOrdered;
	const shipped = item.fulfillment?.quantityFulfilled ?? null;
	const executed = item.cancellation?.cancellationExecution != null;
	const breakdowns = item.proceeds?.breakdowns ?? [];
	return {
		externalId: item.orderItemId,
		externalListingId: item.product?.asin ?? null,
		// An ASIN may have several offers of one seller: the SKU is the offer.
		externalVariantId: item.product?.sellerSku ?? null,
		sellerSku: item.product?.sellerSku ?? null,
		title: item.product?.title ?? '',
		variant: null,
		imageUrl: null,
		quantity,
		quantityCancelled: executed || orderCancelled ? Math.max(0, quantity - (shipped ?? 0)) : 0,
		quantityShipped: shipped,
		unitPrice: toMoney(item.product?.price?.unitPrice) ?? exactUnitPrice(partOf(breakdowns, 'ITEM'), quantity),
		discount: partOf(breakdowns, 'DISCOUNT'),
		tax: partOf(breakdowns, 'TAX'),
		rawStatus: null,
	};
}

function toParcel(wire: WireParcel): Parcel {
	const status = wire.packageStatus?.status ?? '';
	const detailed = wire.packageStatus?.detailedStatus ?? '';
	const returned = detailed === 'RETURNED_TO_SELLER';
	return {
		externalId: wire.packageReferenceId,
		carrier: wire.carrier ?? null,
		trackingNumber: wire.trackingNumber ?? null,
		state: returned ? 'returned' : (entryOf(PARCEL_STATES, status) ?? 'unknown'),
		rawStatus: [status, detailed].filter(Boolean).join('/') || null,
		shippedAt: instantOrNull(wire.shipTime),
		deliveredAt: null,
		lines: (wire.packageItems ?? []).map((i) => ({ lineExternalId: i.orderItemId, quantity: i.quantity })),
	};
}

const ASKED_BY: Readonly<Record<string, OrderReturn['requestedBy']>> = { BUYER: 'buyer', MERCHANT: 'seller', AMAZON: 'platform' };

/**
 * A wish to cancel an item, or its cancellation. Amazon gives neither id nor time; the item names it. A wish on an item that was shipped
 * whole has been answered by shipping.
 */
function toCancellations(item: WireItem): OrderReturn[] {
	const request = item.cancellation?.cancellationRequest;
	const execution = item.cancellation?.cancellationExecution;
	if (!request && !execution) return [];
	const shipped = item.fulfillment?.quantityFulfilled ?? 0;
	const answeredByShipping = item.quantityOrdered > 0 && shipped >= item.quantityOrdered;
	const who = request?.requester ?? execution?.cancelledBy ?? '';
	return [
		{
			externalId: `${item.orderItemId}:cancellation`,
			kind: 'cancellation',
			state: execution ? 'completed' : answeredByShipping ? 'rejected' : 'requested',
			rawStatus: execution ? 'cancellationExecution' : 'cancellationRequest',
			reason: request?.cancelReason ?? execution?.cancelReason ?? null,
			requestedBy: entryOf(ASKED_BY, who) ?? 'unknown',
			refund: null,
			requestedAt: null,
			respondBy: null,
			updatedAt: null,
			lines: [{ lineExternalId: item.orderItemId, quantity: item.quantityOrdered }],
		},
	];
}

// Points granted with a purchase are paid by the seller (Japan); the only expense that the order names.
function toFees(item: WireItem): Fee[] {
	const amount = toMoney(item.expense?.pointsCost?.pointsGranted?.pointsMonetaryValue);
	if (!amount) return [];
	return [{ externalId: `${item.orderItemId}:points`, kind: 'other', rawKind: 'pointsCost', amount, lineExternalId: item.orderItemId }];
}

function toBuyer(wire: WireOrder): BuyerData | null {
	const address = wire.recipient?.deliveryAddress;
	if (!wire.buyer && !address) return null;
	const email = wire.buyer?.buyerEmail ?? null;
	const lines = [address?.companyName, address?.addressLine1, address?.addressLine2, address?.addressLine3];
	return {
		name: wire.buyer?.buyerName ?? address?.name ?? null,
		email,
		phone: address?.phone ?? null,
		taxId: wire.tax?.taxRegistrations?.find((r) => r.entityType === 'BUYER')?.taxRegistrationNumber ?? null,
		addressLines: lines.filter((line) => line != null && line !== '').map(String),
		city: address?.city ?? null,
		region: address?.stateOrRegion ?? null,
		postalCode: address?.postalCode ?? null,
		// Amazon's buyer address is always a relay.
		maskedByPlatform: /@(?:[\w.-]+\.)?marketplace\.amazon\./i.test(email ?? ''),
	};
}

function warningsOf(wire: WireOrder, rawStatus: string): string[] {
	const marketplaceId = wire.salesChannel?.marketplaceId;
	const foreign = marketplaceId && !SITE_IDS.has(marketplaceId) ? [`marketplaceId ${marketplaceId}`] : [];
	const channel = wire.salesChannel?.channelName === 'NON_AMAZON' ? ['NON_AMAZON'] : [];
	const related = (wire.associatedOrders ?? []).flatMap((o) => o.associationType ?? []);
	return [...(rawStatus === 'UNFULFILLABLE' ? [rawStatus] : []), ...channel, ...foreign, ...new Set(related)];
}

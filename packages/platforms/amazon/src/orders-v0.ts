import type { Order, OrderState } from '@pangea/domain';
import { entryOf } from '@pangea/platform-contract';
import { toMoney } from './money.ts';
import { instantOrNull, namedInstant, type OrderPlace, siteOf } from './to-order.ts';
import type { WireOrderV0 } from './wire.ts';

const STATES: Readonly<Record<string, OrderState>> = {
	pendingavailability: 'unpaid',
	pending: 'unpaid',
	unshipped: 'toShip',
	partiallyshipped: 'partlyShipped',
	// The order report's word for an order that Amazon's warehouse is packing.
	shipping: 'toShip',
	shipped: 'shipped',
	invoiceunconfirmed: 'shipped',
	canceled: 'cancelled',
	cancelled: 'cancelled',
	unfulfillable: 'cancelled',
};

/**
 * Our state of an older status word, as ordersV0 (`PartiallyShipped`, `Canceled`) and the order report (`Partially Shipped`,
 * `Shipped - Delivered to Buyer`) write it.
 */
export function stateOfOlderWord(word: string): OrderState {
	const [first = '', detail = ''] = word.split(' - ');
	const state = entryOf(STATES, first.replaceAll(/[\s_]/g, '').toLowerCase()) ?? 'unknown';
	return state === 'shipped' && /^delivered/i.test(detail) ? 'delivered' : state;
}

/**
 * An order of ordersV0, which we never ask for: it is met in stored documents only. Items lie in another reply there, so it has no lines.
 * @throws TimeError, MoneyError
 */
export function toOrderFromV0(wire: WireOrderV0, place: OrderPlace): Order {
	const total = toMoney({ amount: wire.OrderTotal?.Amount, currencyCode: wire.OrderTotal?.CurrencyCode });
	return {
		externalId: wire.AmazonOrderId,
		externalGroupId: null,
		siteId: siteOf(wire.MarketplaceId, place.siteId),
		state: stateOfOlderWord(wire.OrderStatus),
		rawStatus: wire.OrderStatus,
		fulfilment: wire.FulfillmentChannel === 'AFN' ? 'platform' : wire.FulfillmentChannel === 'MFN' ? 'seller' : 'unknown',
		placedAt: namedInstant('PurchaseDate', wire.PurchaseDate),
		paidAt: null,
		shipBy: instantOrNull(wire.LatestShipDate),
		deliverBy: instantOrNull(wire.LatestDeliveryDate),
		shippedAt: null,
		deliveredAt: null,
		cancelledAt: null,
		updatedAt: namedInstant('LastUpdateDate', wire.LastUpdateDate),
		buyerCountry: wire.ShippingAddress?.CountryCode ?? null,
		externalBuyerId: null,
		isTest: false,
		money: {
			currency: total?.currency ?? place.currency,
			taxBasis: 'unknown',
			parts: total ? { total } : {},
			totalComputed: false,
		},
		lines: [],
		parcels: [],
		returns: [],
		fees: [],
		buyer: null,
		warnings: wire.SalesChannel?.startsWith('Non-Amazon') ? [wire.SalesChannel] : [],
	};
}

import type { Money } from './money.ts';
import type { Instant } from './time.ts';

/**
 * Our states of an order, in the order in which an order usually goes through them. They never replace the platform's own
 * word, which is kept beside them (`rawStatus`). A word we do not know becomes `unknown` and is shown as it came.
 */
export const ORDER_STATES = [
	'unpaid',
	'onHold',
	'toShip',
	'partlyShipped',
	'shipped',
	'delivered',
	'completed',
	'cancelled',
	'unknown',
] as const;
export type OrderState = (typeof ORDER_STATES)[number];

/** Who packs and ships. */
export const FULFILMENTS = ['seller', 'platform', 'unknown'] as const;
export type Fulfilment = (typeof FULFILMENTS)[number];

/**
 * Parts an order's money consists of. Signs are the seller's view of the buyer's bill: discounts and refunds are negative.
 * `total` is the platform's own grand total and is never computed by us when the platform states it.
 */
export const MONEY_PARTS = [
	'items',
	'shipping',
	'tax',
	'giftWrap',
	'otherCharges',
	'sellerDiscount',
	'platformDiscount',
	'shippingDiscount',
	'refund',
	'total',
	/** What the platform estimates it will pay out for the order. */
	'estimatedPayout',
] as const;
export type MoneyPart = (typeof MONEY_PARTS)[number];

export type TaxBasis = 'gross' | 'net' | 'unknown';

export interface OrderMoney {
	currency: string;
	/** Whether `items` and line prices contain tax. */
	taxBasis: TaxBasis;
	parts: Partial<Record<MoneyPart, Money>>;
	/** True when `total` was summed by us because the platform sent none. */
	totalComputed: boolean;
}

export interface OrderLine {
	externalId: string;
	/** The platform's id of the listing or product (ASIN, item id, goods id, product id). */
	externalListingId: string | null;
	/** The platform's id of the variant. */
	externalVariantId: string | null;
	sellerSku: string | null;
	title: string;
	variant: string | null;
	imageUrl: string | null;
	quantity: number;
	quantityCancelled: number;
	quantityShipped: number | null;
	/** Price of one piece as the buyer paid it before order-level discounts; null where the platform does not say (yet). */
	unitPrice: Money | null;
	discount: Money | null;
	tax: Money | null;
	rawStatus: string | null;
}

export const PARCEL_STATES = ['pending', 'shipped', 'inTransit', 'delivered', 'failed', 'returned', 'cancelled', 'unknown'] as const;
export type ParcelState = (typeof PARCEL_STATES)[number];

export interface Parcel {
	externalId: string;
	carrier: string | null;
	trackingNumber: string | null;
	state: ParcelState;
	rawStatus: string | null;
	shippedAt: Instant | null;
	deliveredAt: Instant | null;
	lines: { lineExternalId: string; quantity: number }[];
}

export const RETURN_KINDS = ['cancellation', 'refund', 'return', 'replacement', 'claim', 'unknown'] as const;
export type ReturnKind = (typeof RETURN_KINDS)[number];
export const RETURN_STATES = ['requested', 'accepted', 'rejected', 'inTransit', 'completed', 'cancelled', 'unknown'] as const;
export type ReturnState = (typeof RETURN_STATES)[number];

/** A cancellation, refund or return as far as the order flow shows it. */
export interface OrderReturn {
	externalId: string;
	kind: ReturnKind;
	state: ReturnState;
	rawStatus: string;
	reason: string | null;
	requestedBy: 'buyer' | 'seller' | 'platform' | 'unknown';
	refund: Money | null;
	requestedAt: Instant | null;
	/** Until when the seller must answer. */
	respondBy: Instant | null;
	updatedAt: Instant | null;
	lines: { lineExternalId: string; quantity: number }[];
}

/** What a platform charges for the order. Amounts are what the seller pays: positive is a cost. */
export interface Fee {
	externalId: string;
	kind: 'commission' | 'shipping' | 'payment' | 'tax' | 'other';
	/** The platform's own name of the fee. */
	rawKind: string;
	amount: Money;
	lineExternalId: string | null;
}

/** Personal data of the buyer, kept apart from everything else and encrypted. Every field may be masked by the platform. */
export interface BuyerData {
	name: string | null;
	email: string | null;
	phone: string | null;
	taxId: string | null;
	addressLines: string[];
	city: string | null;
	region: string | null;
	postalCode: string | null;
	/** True when the platform itself sent asterisks or a proxy. */
	maskedByPlatform: boolean;
}

/** An order as one platform reply tells it. The store is known from where it was pulled. */
export interface Order {
	/** The platform's id, as text. */
	externalId: string;
	/** The pack or parent order under which the platform groups it. */
	externalGroupId: string | null;
	/** Id of the site on which it was sold; null when the platform does not say. */
	siteId: string | null;
	state: OrderState;
	rawStatus: string;
	fulfilment: Fulfilment;
	placedAt: Instant;
	paidAt: Instant | null;
	shipBy: Instant | null;
	deliverBy: Instant | null;
	shippedAt: Instant | null;
	deliveredAt: Instant | null;
	cancelledAt: Instant | null;
	/** The platform's own time of the last change; older news never overwrites newer. */
	updatedAt: Instant;
	buyerCountry: string | null;
	/** The platform's pseudonymous id of the buyer. */
	externalBuyerId: string | null;
	isTest: boolean;
	money: OrderMoney;
	/** The platform would not say the amounts this time, as while it computes them: what it said before still holds. */
	amountsUntold?: true;
	/** The platform refused a part of it that it may tell later, though nothing about the order changes until then. */
	askAgain?: true;
	lines: OrderLine[];
	parcels: Parcel[];
	/** Where it is true, the parcels are all there are: one that is missing was replaced. Elsewhere an answer may leave some out. */
	parcelsComplete?: true;
	returns: OrderReturn[];
	fees: Fee[];
	buyer: BuyerData | null;
	/** Flags worth an operator's eye in the platform's own words, e.g. `fraud_risk_detected`. */
	warnings: string[];
}

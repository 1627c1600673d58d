import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type {
	ConnectionState,
	Field,
	Fulfilment,
	MoneyPart,
	OrderState,
	ParcelState,
	ReturnKind,
	ReturnState,
	RevealReason,
	Role,
	SettlementKind,
	StoreColour,
	TaxBasis,
} from '@pangea/domain';
import type { Attention, Flag } from './features/orders/filter.ts';

/* The glossary's words as people read them. Platforms' own words are shown beside them, never translated. */

export const STATE_WORDS: Record<OrderState, MessageDescriptor> = {
	unpaid: msg`Unpaid`,
	onHold: msg`On hold`,
	toShip: msg`To ship`,
	partlyShipped: msg`Partly shipped`,
	shipped: msg`Shipped`,
	delivered: msg`Delivered`,
	completed: msg`Completed`,
	cancelled: msg`Cancelled`,
	unknown: msg`Not known to us`,
};

export const FULFILMENT_WORDS: Record<Fulfilment, MessageDescriptor> = {
	seller: msg`Shipped by us`,
	platform: msg`Shipped by the platform`,
	unknown: msg`Shipper not told`,
};

export const ATTENTION_WORDS: Record<Attention, MessageDescriptor> = {
	late: msg`Late to ship`,
	soon: msg`Ship within 24 h`,
	returns: msg`Return waiting for an answer`,
	warnings: msg`Platform warning`,
	counting: msg`Counts in the figures`,
};

export const COLOUR_WORDS: Record<StoreColour, MessageDescriptor> = {
	red: msg`Red`,
	orange: msg`Orange`,
	yellow: msg`Yellow`,
	green: msg`Green`,
	blue: msg`Blue`,
	purple: msg`Purple`,
};

export const FLAG_WORDS: Record<Flag, MessageDescriptor> = {
	red: msg`Red flag`,
	orange: msg`Orange flag`,
	yellow: msg`Yellow flag`,
	green: msg`Green flag`,
	blue: msg`Blue flag`,
	purple: msg`Purple flag`,
};

export const MONEY_WORDS: Record<MoneyPart, MessageDescriptor> = {
	items: msg`Items`,
	shipping: msg`Shipping`,
	tax: msg`Tax`,
	giftWrap: msg`Gift wrap`,
	otherCharges: msg`Other charges`,
	sellerDiscount: msg`Discount paid by us`,
	platformDiscount: msg`Discount paid by the platform`,
	shippingDiscount: msg`Shipping discount`,
	refund: msg`Refunded`,
	total: msg`Total`,
	estimatedPayout: msg`Estimated payout`,
};

export const TAX_WORDS: Record<TaxBasis, MessageDescriptor> = {
	gross: msg`Prices include tax`,
	net: msg`Prices without tax`,
	unknown: msg`The platform does not say whether prices include tax`,
};

export const PARCEL_WORDS: Record<ParcelState, MessageDescriptor> = {
	pending: msg`Not handed over`,
	shipped: msg`Handed over`,
	inTransit: msg`On its way`,
	delivered: msg`Delivered`,
	failed: msg`Delivery failed`,
	returned: msg`Sent back`,
	cancelled: msg`Cancelled`,
	unknown: msg`Not known to us`,
};

export const RETURN_KIND_WORDS: Record<ReturnKind, MessageDescriptor> = {
	cancellation: msg`Cancellation`,
	refund: msg`Refund`,
	return: msg`Return`,
	replacement: msg`Replacement`,
	claim: msg`Claim`,
	unknown: msg`Case`,
};

export const RETURN_STATE_WORDS: Record<ReturnState, MessageDescriptor> = {
	requested: msg`Waiting for an answer`,
	accepted: msg`Accepted`,
	rejected: msg`Refused`,
	inTransit: msg`On its way back`,
	completed: msg`Closed`,
	cancelled: msg`Withdrawn`,
	unknown: msg`Not known to us`,
};

export const FEE_WORDS: Record<string, MessageDescriptor> = {
	commission: msg`Commission`,
	shipping: msg`Shipping fee`,
	payment: msg`Payment fee`,
	tax: msg`Tax withheld`,
	other: msg`Other fee`,
};

export const ROLE_WORDS: Record<Role, MessageDescriptor> = {
	owner: msg`Owner`,
	manager: msg`Manager`,
	agent: msg`Agent`,
	analyst: msg`Analyst`,
};

export const ROLE_MEANINGS: Record<Role, MessageDescriptor> = {
	owner: msg`Everything, including the workspace itself and other owners`,
	manager: msg`Stores, members, orders and buyers' data`,
	agent: msg`Orders, notes and buyers' data with a reason`,
	analyst: msg`Reads orders and stores; no buyers' data`,
};

export const SEEN_WORDS: Record<Field, MessageDescriptor> = {
	buyer: msg`Buyers' data`,
	revenue: msg`Revenue`,
	cost: msg`Cost`,
};

export const SEEN_MEANINGS: Record<Field, MessageDescriptor> = {
	buyer: msg`Names, addresses and telephone numbers, with a reason each time`,
	revenue: msg`Totals, prices, discounts and refunds`,
	cost: msg`Platform fees and what is paid out`,
};

export const REASON_WORDS: Record<string, MessageDescriptor> = {
	address: msg`Check the address before shipping`,
	delivery: msg`Carrier asks`,
	return: msg`Return or refund`,
	invoice: msg`Invoice or tax`,
	legal: msg`Request of an authority`,
	other: msg`Something else`,
} satisfies Record<RevealReason, MessageDescriptor>;

export const CONNECTION_WORDS: Record<ConnectionState, MessageDescriptor> = {
	active: msg`Connected`,
	needsReconnect: msg`Needs reconnecting`,
	disconnected: msg`Disconnected`,
};

export const MODE_WORDS: Record<string, MessageDescriptor> = {
	local: msg`Local store`,
	crossBorder: msg`Cross-border store`,
	semiManaged: msg`Semi-managed`,
	fullyManaged: msg`Fully managed`,
	platformFulfilled: msg`Platform warehouse`,
	unknown: msg`Way of selling not told`,
};

export const SETTLEMENT_WORDS: Record<SettlementKind, MessageDescriptor> = {
	sale: msg`Goods`,
	refund: msg`Refunded`,
	commission: msg`Commission`,
	fulfilment: msg`Fulfilment`,
	advertising: msg`Advertising`,
	service: msg`Services`,
	shippingCharged: msg`Shipping paid by the buyer`,
	shippingPaid: msg`Shipping paid by you`,
	tax: msg`Tax`,
	adjustment: msg`Adjustments`,
	reserve: msg`Reserve`,
	payout: msg`Payout`,
	unknown: msg`Without a name`,
};

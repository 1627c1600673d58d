/**
 * Truths that a platform does not tell on the wire, each with its reason and the section of the platform's contract page. The checker then
 * expects that nothing was made up, and counts how often each was used.
 */
export const UNTOLD = {
	'amazon.paidAt': { reason: 'orders have no time of payment; PENDING ends without one', contract: 'amazon §9' },
	'amazon.deliveredAt': { reason: 'packages have a status and a ship time, no time of arrival', contract: 'amazon §9' },
	'amazon.completed': { reason: 'SHIPPED is the last state of an order; only packages say DELIVERED', contract: 'amazon §9' },
	'amazon.cancelledAt': { reason: 'a cancellation has a reason and a requester, no time', contract: 'amazon §9' },
	'amazon.moneyWhilePending': { reason: 'PENDING orders, and those cancelled while pending, have no proceeds', contract: 'amazon §9' },
	'amazon.discountSplit': { reason: 'one DISCOUNT, whoever pays for it and whatever it is for', contract: 'amazon §11' },
	'amazon.afnParcels': { reason: 'packages exist for orders that the merchant ships', contract: 'amazon §9' },
	'amazon.returns': { reason: 'returns are no part of an order', contract: 'amazon §9' },
	'amazon.report.parcels': { reason: 'the order report has neither parcels nor times of shipping', contract: 'amazon §10' },
	'amazon.report.cancellation': { reason: 'the order report has no cancellations but the state', contract: 'amazon §10' },
	'amazon.report.cancelledPieces': { reason: 'the order report says quantity 0 for what was cancelled', contract: 'amazon §10' },
	'amazon.report.delivered': { reason: 'the order report ends with Shipped for what was shipped', contract: 'amazon §10' },
	'amazon.report.buyer': { reason: 'the order report holds no personal data', contract: 'amazon §10' },
	'tiktok-shop.parcelTimes': {
		reason: 'packages have no times; those of the order belong to one only when it is the only one',
		contract: 'tiktok-shop §6',
	},
	'tiktok-shop.lineTax': { reason: 'item_tax exists in the US only, and is told for each piece', contract: 'tiktok-shop §6' },
	'tiktok-shop.alikeLines': { reason: 'pieces of one SKU at one price are not told apart', contract: 'tiktok-shop §6' },
	'tiktok-shop.lapse': { reason: 'an order that lapsed unpaid has no cancellation record', contract: 'tiktok-shop §6' },
	'mercado-libre.completed': { reason: 'delivered is the last state of a shipment', contract: 'mercado-libre §5' },
	'mercado-libre.onHold': { reason: 'a paid order whose label is not ready is handling like any other', contract: 'mercado-libre §5' },
	'mercado-libre.handOver': {
		reason: 'the history begins with the carrier’s shipped; handing over is a substatus without a time',
		contract: 'mercado-libre §5',
	},
	'mercado-libre.cancelDetail': {
		reason: 'cross-border orders have no cancel_detail: neither time nor requester',
		contract: 'mercado-libre §4.2',
	},
	'mercado-libre.discounts': { reason: 'unit_price is what the buyer pays; discounts are not told apart', contract: 'mercado-libre §4.2' },
	'mercado-libre.shipping': { reason: 'shipping is charged per cart and told in costs of the shipment', contract: 'mercado-libre §5' },
	'mercado-libre.claims': { reason: 'an order names its claims; their story has its own resource', contract: 'mercado-libre §7.4' },
	'mercado-libre.reason': { reason: 'reasons are codes of the platform’s own', contract: 'mercado-libre §4.2' },
	'mercado-libre.fraud': {
		reason: 'whether a cancellation was for fraud, and is paid back, the platform alone knows',
		contract: 'mercado-libre §4.2',
	},
	'mercado-libre.lapse': { reason: 'the shipment is made when the payment is confirmed', contract: 'mercado-libre §5' },
	'temu.paidAt': { reason: 'orders have no time of payment; pending ends with the review', contract: 'temu §5' },
	'temu.deliveredAt': { reason: 'orders have deadlines and the time of the last change, not of arrival', contract: 'temu §5' },
	'temu.cancelledAt': { reason: 'orders have the time of the last change, not of the cancellation', contract: 'temu §5' },
	'temu.completed': { reason: 'delivered is the last state', contract: 'temu §5' },
	'temu.unpaid': { reason: 'unpaid and under review are both pending', contract: 'temu §5' },
	'temu.moneyWhilePending': { reason: 'amounts are refused while they are computed', contract: 'temu §5' },
	'temu.amountsComputing': { reason: 'amounts are refused while they are computed; the next poll brings them', contract: 'temu §5' },
	'temu.lineTax': { reason: 'the US answer has no tax of a line', contract: 'temu §5' },
	'temu.buyer': { reason: 'addresses are behind calls of their own that only approved applications may make', contract: 'temu §5' },
	'temu.partlyShipped': {
		reason: 'semi-managed stores have no such state, and parcels of unshipped orders are not listed',
		contract: 'temu §5',
	},
	'temu.casesWhilePending': { reason: 'cases are asked for once the order is out of review', contract: 'temu §9' },
	'temu.cancelledBy': { reason: 'only buyers’ requests are listed; other cancellations are a state', contract: 'temu §9' },
} as const satisfies Record<string, { reason: string; contract: string }>;

export type Untold = keyof typeof UNTOLD;

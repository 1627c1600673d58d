/** An amount as Amazon writes it. */
export const usd = (amount: string): { amount: string; currencyCode: string } => ({ amount, currencyCode: 'USD' });

/** An order of orders_2026-01-01 as small as it may be. */
export function wire(id: string, more: object = {}): Record<string, unknown> {
	return {
		orderId: id,
		createdTime: '2026-11-22T08:00:00.000Z',
		lastUpdatedTime: '2026-11-22T10:00:00.000Z',
		salesChannel: { channelName: 'AMAZON', marketplaceId: 'ATVPDKIKX0DER' },
		fulfillment: { fulfillmentStatus: 'UNSHIPPED', fulfilledBy: 'MERCHANT' },
		orderItems: [{ orderItemId: `${id}-1`, quantityOrdered: 1, product: { asin: 'B0', title: 'Lamp', sellerSku: 'L-1' } }],
		...more,
	};
}

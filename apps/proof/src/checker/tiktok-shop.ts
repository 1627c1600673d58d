import type { OrderTruth, SimLine } from '@pangea/simulator';
import {
	amount,
	type Content,
	contentOf,
	type Expected,
	inOrder,
	iso,
	isoOf,
	type LineFacts,
	money,
	type OrderFacts,
	stepAt,
	sum,
	wholeOrder,
} from './facts.ts';
import type { Untold } from './untold.ts';

const STATES: Readonly<Record<OrderTruth['order']['status'], string>> = {
	unpaid: 'unpaid',
	onHold: 'onHold',
	paid: 'toShip',
	partlyShipped: 'partlyShipped',
	// Labelled and waiting for the carrier: still to be handed over.
	shipped: 'toShip',
	inTransit: 'shipped',
	delivered: 'delivered',
	completed: 'completed',
	cancelled: 'cancelled',
};
const HANDED_OVER = ['inTransit', 'delivered', 'completed'];
const RETURNS = {
	requested: 'requested',
	approved: 'accepted',
	rejected: 'rejected',
	shipped: 'inTransit',
	received: 'accepted',
	refunded: 'completed',
};

/** Contract tiktok-shop §6. */
export function tiktokShop(truth: OrderTruth): Expected[] {
	const { order } = truth;
	const refunded = order.return?.state === 'refunded';
	const state = refunded ? 'completed' : STATES[order.status];
	const left = refunded || HANDED_OVER.includes(order.status);
	const shipped = stepAt(truth, 'collected') ?? (left ? stepAt(truth, 'shipped') : null);
	const delivered = stepAt(truth, 'delivered');
	const cancelled = order.cancellation?.at ?? null;
	const parcel = (p: OrderTruth['order']['parcels'][number]): OrderFacts['parcels'][number] => ({
		carrier: p.carrier,
		tracking: p.tracking,
		state:
			order.status === 'cancelled'
				? 'cancelled'
				: refunded || ['delivered', 'completed'].includes(order.status)
					? 'delivered'
					: order.status === 'inTransit'
						? 'inTransit'
						: 'pending',
		shipped: order.parcels.length === 1 ? iso(shipped) : null,
		delivered: order.parcels.length === 1 ? iso(delivered) : null,
		content: contentOf(order.lines, p.lines),
	});
	const returns = inOrder([...returned(truth), ...cancellation(truth)]);
	const facts: OrderFacts = {
		state,
		fulfilment: 'seller',
		placed: isoOf(order.placedAt),
		updated: isoOf(order.updatedAt),
		paid: iso(stepAt(truth, 'paid')),
		shipped: iso(shipped),
		delivered: iso(delivered),
		cancelled: iso(cancelled),
		currency: order.currency,
		money: money({
			items: sum(order.lines.map((l) => l.unitPrice * l.quantity)),
			shipping: order.shipping,
			tax: order.tax,
			sellerDiscount: -sum(order.lines.map((l) => l.sellerDiscount)),
			platformDiscount: -sum(order.lines.map((l) => l.platformDiscount)),
			shippingDiscount: -order.shippingSellerDiscount - order.shippingPlatformDiscount,
			refund: -sum(returns.filter((r) => r.state === 'completed').map((r) => Number(r.refund ?? 0))),
			total: order.total,
		}),
		lines: inOrder(linesOf(truth, left)),
		parcels: inOrder(order.parcels.map(parcel)),
		returns,
	};
	const untold: Untold[] = [
		...(order.parcels.length > 1 ? (['tiktok-shop.parcelTimes'] as const) : []),
		...(order.tax > 0 ? (['tiktok-shop.lineTax'] as const) : []),
		...(facts.lines.length < order.lines.length ? (['tiktok-shop.alikeLines'] as const) : []),
		...(order.cancellation?.by === 'platform' ? (['tiktok-shop.lapse'] as const) : []),
	];
	return [{ externalId: truth.id, facts, buyer: true, untold }];
}

/** One element is one piece; pieces of one SKU at one price are one line. */
function linesOf({ order }: OrderTruth, left: boolean): LineFacts[] {
	const alike = Map.groupBy(order.lines, (l) => `${l.sku.code} ${l.unitPrice} ${l.net / l.quantity}`);
	return [...alike.values()].flatMap((lines) => {
		const [first] = lines;
		if (!first) return [];
		const quantity = sum(lines.map((l) => l.quantity));
		const perPiece = (l: SimLine): number => Math.floor(l.tax / l.quantity) * l.quantity;
		return [
			{
				sku: first.sku.code,
				title: first.title,
				quantity,
				cancelled: order.status === 'cancelled' ? quantity : 0,
				shipped: left ? quantity : 0,
				unitPrice: String(first.unitPrice),
				discount: amount(-sum(lines.map((l) => l.sellerDiscount + l.platformDiscount))),
				tax: order.store.country === 'US' ? amount(sum(lines.map(perPiece))) : null,
			},
		];
	});
}

function returned({ order }: OrderTruth): OrderFacts['returns'] {
	const found = order.return;
	if (found === null) return [];
	const content: Content = contentOf(order.lines, found.lines);
	return [
		{
			kind: found.refundOnly ? 'refund' : 'return',
			state: RETURNS[found.state],
			by: 'buyer',
			reason: found.reason,
			requested: isoOf(found.requestedAt),
			refund: amount(sum(found.lines.map((l) => l.amount + l.tax))),
			content,
		},
	];
}

function cancellation({ order }: OrderTruth): OrderFacts['returns'] {
	const found = order.cancellation;
	if (found === null || found.by === 'platform') return [];
	return [
		{
			kind: 'cancellation',
			state: found.at === null ? 'requested' : 'completed',
			by: found.by,
			reason: found.reason,
			requested: iso(found.requestedAt ?? found.at),
			refund: amount(order.total),
			content: wholeOrder(order.lines),
		},
	];
}

import type { Order } from '@pangea/domain';
import { expect } from 'vitest';
import { sortedIds } from './session.ts';
import type { ExpectedOrder } from './world.ts';

/** Each expected order once, none besides, with equal money, pieces and times. */
export function expectTruth(orders: readonly Order[], expected: readonly ExpectedOrder[]): void {
	expect(sortedIds(orders)).toEqual(sortedIds(expected));
	const byId = new Map(orders.map((order) => [order.externalId, order]));
	for (const truth of expected) {
		const order = byId.get(truth.externalId);
		expect({ ...facts(order, truth), externalId: order?.externalId }).toEqual({ ...facts(truth, truth), externalId: truth.externalId });
	}
}

/** The parts of an order that the truth tells, in one shape for both. */
function facts(order: Order | ExpectedOrder | undefined, truth: ExpectedOrder): Record<string, unknown> {
	if (!order) return {};
	const read = 'lines' in order;
	const total = read ? order.money.parts.total : order.total;
	return {
		placedAt: order.placedAt,
		...(truth.total ? { total: total && `${total.amountMinor} ${total.currency}` } : {}),
		...(truth.pieces === null ? {} : { pieces: read ? order.lines.reduce((sum, line) => sum + line.quantity, 0) : order.pieces }),
		...(truth.skus === null ? {} : { skus: read ? skusOf(order) : order.skus }),
	};
}

function skusOf(order: Order): Record<string, number> {
	const skus: Record<string, number> = {};
	for (const line of order.lines) {
		const sku = line.sellerSku ?? '';
		skus[sku] = (skus[sku] ?? 0) + line.quantity;
	}
	return skus;
}

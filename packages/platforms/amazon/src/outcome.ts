import { MoneyError, type Order, TimeError } from '@pangea/domain';
import { causeText, idText, jsonText, type Outcome } from '@pangea/platform-contract';
import { describeIssues } from './errors.ts';
import { type OrderPlace, toOrder } from './to-order.ts';
import { wireOrder } from './wire.ts';

/** One order of orders_2026-01-01; what cannot be read is kept with its cause. */
export function toOutcome(document: unknown, place: OrderPlace, replies: number[]): Outcome<Order> {
	const parsed = wireOrder.safeParse(document);
	if (!parsed.success)
		return { ok: false, externalId: idOf(document), cause: describeIssues(parsed.error), raw: jsonText(document), replies };
	try {
		return { ok: true, value: toOrder(parsed.data, place), replies };
	} catch (error) {
		if (!(error instanceof MoneyError || error instanceof TimeError)) throw error;
		return { ok: false, externalId: parsed.data.orderId, cause: causeText(error.message), raw: jsonText(document), replies };
	}
}

function idOf(document: unknown): string | null {
	return typeof document === 'object' && document !== null && 'orderId' in document ? idText(document.orderId) : null;
}

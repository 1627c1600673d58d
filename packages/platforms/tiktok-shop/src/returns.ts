import { type Money, type OrderReturn, parseMoney, type ReturnKind, type ReturnState } from '@pangea/domain';
import { entryOf } from '@pangea/platform-contract';
import { optionalTime } from './times.ts';
import type { WireAfterSale } from './wire.ts';

/**
 * A return, refund, replacement or cancellation. `lineOf` leads from the piece it names to the line that stands for the piece; pieces
 * that no line knows are left out.
 * @throws MoneyError for a refund that is no amount
 */
export function toReturn(wire: WireAfterSale, lineOf: ReadonlyMap<string, string>): OrderReturn {
	const deadlines = wire.seller_next_action_response.map((next) => optionalTime(next.deadline)).filter((at) => at !== null);
	return {
		externalId: wire.id,
		kind: entryOf(KINDS, wire.type) ?? 'unknown',
		state: entryOf(STATES, wire.status) ?? 'unknown',
		rawStatus: wire.status,
		reason: wire.reason,
		requestedBy: entryOf(ROLES, wire.role) ?? 'unknown',
		refund: refundOf(wire.refund_amount),
		requestedAt: optionalTime(wire.create_time),
		respondBy: deadlines.sort()[0] ?? null,
		updatedAt: optionalTime(wire.update_time),
		lines: toLines(wire.units, lineOf),
	};
}

const KINDS: Readonly<Record<string, ReturnKind>> = {
	REFUND: 'refund',
	RETURN_AND_REFUND: 'return',
	REPLACEMENT: 'replacement',
	CANCELLATION: 'cancellation',
};

/** Contract §6; the third cancellation state is spelled in two ways. */
const STATES: Readonly<Record<string, ReturnState>> = {
	RETURN_OR_REFUND_REQUEST_PENDING: 'requested',
	REFUND_OR_RETURN_REQUEST_REJECT: 'rejected',
	AWAITING_BUYER_RESPONSE: 'requested',
	AWAITING_BUYER_SHIP: 'accepted',
	BUYER_SHIPPED_ITEM: 'inTransit',
	REJECT_RECEIVE_PACKAGE: 'rejected',
	RETURN_OR_REFUND_REQUEST_SUCCESS: 'accepted',
	RETURN_OR_REFUND_REQUEST_CANCEL: 'cancelled',
	RETURN_OR_REFUND_REQUEST_COMPLETE: 'completed',
	REPLACEMENT_REQUEST_PENDING: 'requested',
	REPLACEMENT_REQUEST_REJECT: 'rejected',
	REPLACEMENT_REQUEST_REFUND_SUCCESS: 'accepted',
	REPLACEMENT_REQUEST_CANCEL: 'cancelled',
	REPLACEMENT_REQUEST_COMPLETE: 'completed',
	CANCELLATION_REQUEST_PENDING: 'requested',
	CANCELLATION_REQUEST_SUCCESS: 'accepted',
	CANCELLATION_REQUEST_CANCEL: 'cancelled',
	CANCELLATION_REQUEST_CANCELLED: 'cancelled',
	CANCELLATION_REQUEST_COMPLETE: 'completed',
};

const ROLES: Readonly<Record<string, OrderReturn['requestedBy']>> = {
	BUYER: 'buyer',
	SELLER: 'seller',
	OPERATOR: 'platform',
	SYSTEM: 'platform',
};

function refundOf(amount: WireAfterSale['refund_amount']): Money | null {
	return amount?.refund_total && amount.currency ? parseMoney(amount.refund_total, amount.currency) : null;
}

function toLines(units: readonly (string | null)[], lineOf: ReadonlyMap<string, string>): OrderReturn['lines'] {
	const quantities = new Map<string, number>();
	for (const unit of units) {
		const line = unit === null ? undefined : lineOf.get(unit);
		if (line !== undefined) quantities.set(line, (quantities.get(line) ?? 0) + 1);
	}
	return [...quantities].map(([lineExternalId, quantity]) => ({ lineExternalId, quantity }));
}

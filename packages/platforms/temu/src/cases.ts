import type { CaseFacts, Message, Order, OrderReturn, Thread } from '@pangea/domain';
import type { Cases } from '@pangea/platform-contract';

/** Before Temu's number of a case. */
const CASE = 'case:';

/**
 * Cancellations, refunds and returns of an order as conversations in which nobody can write: Temu has no interface for messages of sellers
 * (contract §9). What a seller may do is listed by numbers whose meaning is not published, so no actions are named.
 */
export const cases: Cases = {
	ofOrder: (order) => order.returns.map((one) => threadOf(order, one)),
};

function threadOf(order: Order, one: OrderReturn): Thread {
	return {
		conversation: {
			externalId: CASE + one.externalId,
			kind: 'case',
			externalBuyerId: order.externalBuyerId,
			buyerName: null,
			externalOrderId: order.externalId,
			externalListingId: null,
			subject: null,
			canSend: false,
			closedBy: 'read_only',
			caseFacts: factsOf(one),
		},
		messages: [opening(order, one)],
	};
}

function factsOf({ kind, state, rawStatus, reason, respondBy }: OrderReturn): CaseFacts {
	const isOurs = state === 'requested';
	return {
		kind,
		state,
		rawStatus,
		stage: null,
		reason,
		turn: isOurs ? 'seller' : 'nobody',
		dueAt: isOurs ? respondBy : null,
		hasMediator: false,
		answersGoTo: null,
		actions: [],
	};
}

/** That somebody wants something, in the only words that Temu tells of a buyer. */
function opening(order: Order, one: OrderReturn): Message {
	return {
		externalId: `${CASE}${one.externalId}:opened`,
		kind: 'returnCard',
		sender: 'buyer',
		sentAt: one.requestedAt ?? order.updatedAt,
		position: '0',
		text: one.reason,
		imageUrl: null,
		externalOrderId: order.externalId,
		externalListingId: null,
		refusedFor: null,
	};
}

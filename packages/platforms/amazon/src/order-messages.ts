import type { AllowedOrderMessage, OrderMessageKind } from '@pangea/domain';
import { entryOf, type OrderMessages, pathStep, PlatformError, type StoreContext } from '@pangea/platform-contract';
import { z } from 'zod';
import { call } from './client.ts';
import { wireActions, wireAttributes } from './wire-order-messages.ts';

/** By Amazon's word for an action: ours, its operation, its path, and the longest text of its request (contract §14, messaging model). */
const ACTIONS: Readonly<Record<string, { kind: OrderMessageKind; operation: string; longest: number | null }>> = {
	confirmOrderDetails: { kind: 'orderDetails', operation: 'createConfirmOrderDetails', longest: 2000 },
	confirmDeliveryDetails: { kind: 'deliveryDetails', operation: 'createConfirmDeliveryDetails', longest: 2000 },
	confirmServiceDetails: { kind: 'serviceDetails', operation: 'createConfirmServiceDetails', longest: 2000 },
	confirmCustomizationDetails: { kind: 'customization', operation: 'confirmCustomizationDetails', longest: 800 },
	unexpectedProblem: { kind: 'problem', operation: 'createUnexpectedProblem', longest: 2000 },
	digitalAccessKey: { kind: 'accessKey', operation: 'createDigitalAccessKey', longest: 400 },
	productReviewAndSellerFeedback: {
		kind: 'reviewRequest',
		operation: 'createProductReviewAndSellerFeedbackSolicitation',
		longest: null,
	},
};
/** Listed among the actions, and no message. */
const ATTRIBUTES = 'attributes';

/**
 * Messages of the kinds that Amazon allows for an order, and the request for a review: one-way, one marketplace at a time. What was sent cannot be
 * read. Kinds that need files are not sent from here.
 */
export const orderMessages: OrderMessages = {
	async allowed(context, externalOrderId) {
		const names = [
			...(await actionsOf(context, 'getMessagingActionsForOrder', messagingPath(externalOrderId))),
			...(await actionsOf(context, 'getSolicitationActionsForOrder', solicitationsPath(externalOrderId))),
		];
		const allowed = names.flatMap((name): AllowedOrderMessage[] => {
			const known = entryOf(ACTIONS, name);
			return known ? [{ kind: known.kind, longest: known.longest }] : [];
		});
		const elsewhere = names.filter((name) => name !== ATTRIBUTES && !entryOf(ACTIONS, name));
		const isWritten = names.includes(ATTRIBUTES) && allowed.some(({ longest }) => longest !== null);
		return { allowed, elsewhere, language: isWritten ? await languageOf(context, externalOrderId) : null };
	},

	async send(context, externalOrderId, { kind, text }) {
		const [name, action] = Object.entries(ACTIONS).find(([, one]) => one.kind === kind) ?? [];
		if (name === undefined || !action) throw new TypeError(`Amazon has no message ${kind}`);
		const path =
			action.longest === null
				? `${solicitationsPath(externalOrderId)}/solicitations/${name}`
				: `${messagingPath(externalOrderId)}/messages/${name}`;
		try {
			await call(context, z.looseObject({}), {
				operation: action.operation,
				method: 'POST',
				path,
				query: { marketplaceIds: context.store.siteId },
				...(action.longest !== null && { body: { text } }),
				writes: true,
			});
		} catch (error) {
			// A missing role is told where the actions are asked for; here the order does not allow it any more.
			if (!(error instanceof PlatformError) || error.kind !== 'forbidden') throw error;
			throw new PlatformError({ kind: 'rejected', userMessage: { code: 'kindNotAllowed' }, detail: error.message, cause: error });
		}
	},
};

const messagingPath = (orderId: string): string => `/messaging/v1/orders/${pathStep(orderId)}`;
const solicitationsPath = (orderId: string): string => `/solicitations/v1/orders/${pathStep(orderId)}`;

/** The names of the actions; none for an order of which Amazon knows none. */
async function actionsOf(context: StoreContext, operation: string, path: string): Promise<string[]> {
	try {
		const { value } = await call(context, wireActions, { operation, path, query: { marketplaceIds: context.store.siteId } });
		return (value._links?.actions ?? []).flatMap(({ name }) => name ?? []);
	} catch (error) {
		if (error instanceof PlatformError && error.kind === 'notFound') return [];
		throw error;
	}
}

async function languageOf(context: StoreContext, orderId: string): Promise<string | null> {
	const { value } = await call(context, wireAttributes, {
		operation: 'GetAttributes',
		path: `${messagingPath(orderId)}/attributes`,
		query: { marketplaceIds: context.store.siteId },
	});
	return value.buyer?.locale ?? null;
}

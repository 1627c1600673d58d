import { orderMessagesOf, orderRows, type Scope, writeAudit } from '@pangea/db';
import { checkMessage, LONGEST_MESSAGE, ORDER_MESSAGE_KINDS, unfilledVariables } from '@pangea/domain';
import type { OrderMessageKind, OrderMessageOffer, OrderMessageState } from '@pangea/domain';
import { z } from 'zod';
import { inboxProcedure } from '../inbox/inbox.procedure.ts';
import { adapterOf } from '../adapter.ts';
import { problem } from '../problem.ts';
import type { OrderMessageView } from '../shapes.ts';
import type { Member } from '../trpc.ts';

const ofOrder = z.object({ orderId: z.uuid() });

async function requireOrder(member: Member, scope: Scope, orderId: string) {
	const [row] = await orderRows(scope, member.storeScope, [orderId]);
	const adapter = row && adapterOf(member, row.platform);
	if (!row) throw problem('notFound');
	// Null where the platform takes no such messages.
	const policy = adapter?.orderMessages ? adapter.manifest.messagePolicy : null;
	return { storeId: row.store_id, externalOrderId: row.external_id, policy };
}

/** Messages of the kinds that a platform allows about an order. */
export const messageProcedures = {
	/** What the platform allows for the order now, asked of it at this moment. @throws notFound, storeStopped, and what the platform says */
	messageOffer: inboxProcedure('inbox.answer')
		.input(ofOrder)
		.query(async ({ ctx: { member }, input }): Promise<OrderMessageOffer> => {
			const { storeId, externalOrderId, policy } = await member.scoped((scope) => requireOrder(member, scope, input.orderId));
			if (policy === null) return { allowed: [], elsewhere: [], language: null };
			return await member.services.operations.offerOrderMessages(member.workspaceId, storeId, externalOrderId);
		}),

	/** What was sent from here, newest first. */
	messages: inboxProcedure('inbox.read')
		.input(ofOrder)
		.query(async ({ ctx: { member }, input }): Promise<OrderMessageView[]> => {
			const box = await member.services.operations.box(member.workspaceId);
			return await member.scoped(async (scope) => {
				await requireOrder(member, scope, input.orderId);
				const rows = await orderMessagesOf(scope, input.orderId);
				return rows.map((row) => ({
					messageId: row.message_id,
					kind: row.kind as OrderMessageKind,
					state: row.state as OrderMessageState,
					// Written by ourselves.
					text: (JSON.parse(box.open(row.sealed, `orderMessage ${row.message_id}`).toString('utf8')) as { text: string | null }).text,
					userId: row.user_id,
					askedAt: row.asked_at,
					errorCode: row.error_code,
				}));
			});
		}),

	/**
	 * Row, job and trail are one transaction; the job asks the platform once more whether it allows the kind.
	 * @throws notFound, inputWrong where words are missing or not asked for, variableUnfilled, messagePolicy, kindNotAllowed where the
	 * platform takes no such messages, alreadyAsked
	 */
	sendMessage: inboxProcedure('inbox.answer')
		.input(
			ofOrder.extend({
				messageId: z.uuid(),
				kind: z.enum(ORDER_MESSAGE_KINDS),
				text: z.string().trim().min(1).max(LONGEST_MESSAGE).nullable(),
			}),
		)
		.mutation(async ({ ctx: { member }, input }): Promise<{ queued: number }> => {
			const { orderId, messageId, kind, text } = input;
			if ((text === null) !== (kind === 'reviewRequest')) throw problem('inputWrong', { field: 'text' });
			const box = await member.services.operations.box(member.workspaceId);
			return await member.scoped(async (scope) => {
				const { storeId, externalOrderId, policy } = await requireOrder(member, scope, orderId);
				if (policy === null) throw problem('kindNotAllowed');
				if (text !== null) {
					const unfilled = unfilledVariables(text);
					if (unfilled.length > 0) throw problem('variableUnfilled', { variables: unfilled.join(', ') });
					const rules = checkMessage(policy, { text, kind: 'message', known: [externalOrderId] }).filter(
						(one) => one.severity === 'blocks',
					);
					if (rules.length > 0) throw problem('messagePolicy', { rules: rules.map(({ rule }) => rule).join(', ') });
				}
				const known = (await orderMessagesOf(scope, orderId)).some((row) => row.message_id === messageId);
				if (known) return { queued: 0 };
				const request = { messageId, orderId, storeId, externalOrderId, userId: member.user.id, kind, text };
				if (!(await member.services.operations.sendOrderMessage(scope, box, request))) throw problem('alreadyAsked');
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'orders.message',
					subject: orderId,
					subjectName: externalOrderId,
					storeId,
					facts: { messageKind: kind, ...(text !== null && { noteLength: text.length }) },
				});
				return { queued: 1 };
			});
		}),
};

import {
	conversationRows,
	conversationsApart,
	conversationsOfBuyer,
	joinConversations,
	ordersOfBuyer,
	type Scope,
	splitConversations,
	writeAudit,
} from '@pangea/db';
import type { OrderState } from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import { z } from 'zod';
import { problem } from '../problem.ts';
import type { Member } from '../trpc.ts';
import { inboxProcedure, toRows } from './inbox.procedure.ts';
import type { BuyerHistoryView } from './shapes.ts';

/** Whom a conversation is with, over all channels: what else they said and bought, and what people know of it that platforms do not tell. */
export const buyerProcedures = {
	/** Other conversations and the orders of the buyer of one, newest first, at most fifty each. @throws notFound */
	buyer: inboxProcedure('inbox.read')
		.input(z.object({ conversationId: z.uuid() }))
		.query(async ({ ctx: { member }, input }): Promise<BuyerHistoryView> => {
			const { conversationId } = input;
			const box = await member.services.operations.box(member.workspaceId);
			return await member.scoped(async (scope) => {
				const [row] = await conversationRows(scope, member.storeScope, [conversationId]);
				if (!row) throw problem('notFound');
				const found = await conversationsOfBuyer(scope, member.storeScope, conversationId);
				const apart = await conversationsApart(scope, conversationId);
				const ids = [...found.map((one) => one.conversationId), ...apart];
				const views = await toRows(member, scope, await conversationRows(scope, member.storeScope, ids), box);
				const viewOf = new Map(views.map((view) => [view.conversationId, view]));
				const orders = await ordersOfBuyer(scope, member.storeScope, [conversationId, ...found.map((one) => one.conversationId)]);
				return {
					conversations: found.flatMap(({ conversationId: id, reason }) => {
						const conversation = viewOf.get(id);
						return conversation ? [{ conversation, reason }] : [];
					}),
					apart: apart.flatMap((id) => viewOf.get(id) ?? []),
					orders: orders.map((order) => ({ ...order, state: order.state as OrderState })),
				};
			});
		}),

	/** Says that conversations are with one buyer. They stay what they are at their platforms, each with its own clock. @throws notFound */
	join: inboxProcedure('inbox.answer')
		.input(z.object({ conversationId: z.uuid(), otherIds: z.array(z.uuid()).min(1).max(50) }))
		.mutation(async ({ ctx: { member }, input }) =>
			member.scoped(async (scope) => {
				const ids = [...new Set([input.conversationId, ...input.otherIds])];
				const rows = await all(member, scope, ids);
				await joinConversations(scope, member.user.id, ids);
				await told(member, scope, 'inbox.join', rows);
				return { joined: ids.length - 1 };
			}),
		),

	/** Says that a conversation is with another buyer than another one, whatever the platforms tell. @throws notFound */
	split: inboxProcedure('inbox.answer')
		.input(z.object({ conversationId: z.uuid(), otherId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input }) =>
			member.scoped(async (scope) => {
				const { conversationId, otherId } = input;
				const rows = await all(member, scope, [...new Set([conversationId, otherId])]);
				await splitConversations(scope, member.user.id, { conversationId, otherIds: [otherId] });
				await told(member, scope, 'inbox.split', rows);
				return { split: rows.length - 1 };
			}),
		),
};

type Rows = Awaited<ReturnType<typeof conversationRows>>;

/** @throws notFound unless the member sees every one */
async function all(member: Member, scope: Scope, ids: readonly string[]): Promise<Rows> {
	const rows = await conversationRows(scope, member.storeScope, ids);
	if (rows.length < ids.length) throw problem('notFound');
	return rows;
}

async function told({ user }: Member, scope: Scope, action: 'inbox.join' | 'inbox.split', rows: Rows): Promise<void> {
	const [first] = rows;
	if (!first) return;
	await writeAudit(scope, {
		userId: user.id,
		action,
		subject: first.conversation_id,
		subjectName: first.external_id,
		storeId: first.store_id,
		after: { count: rows.length },
	});
	for (const [storeId, of] of Map.groupBy(rows, (row) => row.store_id))
		await recordEvent(scope, { kind: 'conversation.changed', storeId, ids: of.map((row) => row.conversation_id) });
}

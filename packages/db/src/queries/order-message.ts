import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { prepared } from '../prepared.ts';

export interface NewOrderMessage {
	messageId: string;
	orderId: string;
	storeId: string;
	externalOrderId: string;
	kind: string;
	sealed: Buffer;
	userId: string;
	askedAt: string;
	diesAt: string;
}

/** Keeps a message until it is sent. @returns false when it is there already, or another of its kind stands in its way. */
export async function queueOrderMessage(scope: Scope, made: NewOrderMessage): Promise<boolean> {
	const result = await scope.db
		.insertInto('order_message')
		.values({
			workspace_id: scope.workspaceId,
			message_id: made.messageId,
			order_id: made.orderId,
			store_id: made.storeId,
			external_order_id: made.externalOrderId,
			kind: made.kind,
			state: 'queued',
			sealed: made.sealed,
			user_id: made.userId,
			asked_at: made.askedAt,
			dies_at: made.diesAt,
		})
		.onConflict((c) => c.doNothing())
		.executeTakeFirst();
	return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Messages of an order, newest first. */
export async function orderMessagesOf(scope: Scope, orderId: string) {
	return await scope.db
		.selectFrom('order_message')
		.select(['message_id', 'kind', 'state', 'sealed', 'user_id', 'asked_at', 'error_code'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('order_id', '=', orderId)
		.orderBy('asked_at', 'desc')
		.limit(50)
		.execute();
}

/** A message that wants to be sent, one more try counted; null when it does not any more. */
export async function takeOrderMessage(scope: Scope, messageId: string) {
	return (
		(await scope.db
			.updateTable('order_message')
			.set({ attempts: sql`attempts + 1` })
			.where('workspace_id', '=', scope.workspaceId)
			.where('message_id', '=', messageId)
			.where('state', 'in', ['queued', 'sending'])
			.returning(['order_id', 'store_id', 'external_order_id', 'kind', 'sealed', 'attempts', 'attempted_at'])
			.executeTakeFirst()) ?? null
	);
}

/** From now on nobody knows whether the platform has it; with null it surely has not. */
export async function markOrderMessage(scope: Scope, messageId: string, attemptedAt: string | null): Promise<void> {
	await scope.db
		.updateTable('order_message')
		.set({ state: attemptedAt === null ? 'queued' : 'sending', attempted_at: attemptedAt })
		.where('workspace_id', '=', scope.workspaceId)
		.where('message_id', '=', messageId)
		.where('state', 'in', ['queued', 'sending'])
		.execute();
}

export async function settleOrderMessage(
	scope: Scope,
	messageId: string,
	end: { state: 'accepted' | 'unknown' } | { state: 'rejected' | 'failed'; code: string },
): Promise<void> {
	await scope.db
		.updateTable('order_message')
		.set({ state: end.state, error_code: 'code' in end ? end.code : null })
		.where('workspace_id', '=', scope.workspaceId)
		.where('message_id', '=', messageId)
		.where('state', 'in', ['queued', 'sending'])
		.execute();
}

/** Messages that wait though no job may be left for them. */
export async function waitingOrderMessages(scope: Scope, olderThanSeconds: number, limit: number): Promise<string[]> {
	const rows = await prepared(
		scope,
		'waiting_order_messages',
		sql<{ message_id: string }>`
		select message_id from order_message where workspace_id = ${scope.workspaceId} and state in ('queued', 'sending')
			and coalesce(attempted_at, asked_at) < now() - make_interval(secs => ${olderThanSeconds}) limit ${limit}`,
	);
	return rows.map((row) => row.message_id);
}

import type { MessageKind } from '@pangea/domain';
import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { prepared } from '../prepared.ts';
import { inStores, type StoreScope } from './store-scope.ts';

export interface OwnMessage {
	messageId: string;
	conversationId: string;
	/** Of the conversation. */
	storeId: string;
	userId: string;
	kind: MessageKind;
	sentAt: string;
	sealed: Buffer;
	/** What it is found by. */
	marks: string[];
	diesAt: string;
}

/** Keeps a message of ours until it is sent. The same id twice is one message. @returns whether it is new. */
export async function queueMessage(scope: Scope, message: OwnMessage): Promise<boolean> {
	const result = await scope.db
		.insertInto('message')
		.values({
			workspace_id: scope.workspaceId,
			message_id: message.messageId,
			conversation_id: message.conversationId,
			store_id: message.storeId,
			external_id: null,
			// After all that the platform has numbered so far at the same instant.
			position: '~',
			kind: message.kind,
			sender: 'seller',
			state: 'queued',
			sent_at: message.sentAt,
			sealed: message.sealed,
			user_id: message.userId,
			dies_at: message.diesAt,
			marks: message.marks,
			marked: true,
		})
		.onConflict((c) => c.doNothing())
		.executeTakeFirst();
	return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export interface MessageToSend {
	conversationId: string;
	externalConversationId: string;
	/** Of the conversation. */
	kind: string;
	storeId: string;
	sealed: Buffer;
	/** When it was handed over before; null when this is the first time. */
	attemptedAt: string | null;
	attempts: number;
	/** The platform's id of the buyer's last message. */
	answers: string | null;
}

/**
 * Takes a message of ours in hand: from now on nobody knows whether the platform has it.
 * @returns null when there is nothing to send any more.
 */
export async function takeMessage(scope: Scope, messageId: string, now: string): Promise<MessageToSend | null> {
	const taken = await sql<{
		conversation_id: string;
		external_id: string;
		kind: string;
		store_id: string;
		sealed: Buffer;
		attempted_at: string | null;
		attempts: number;
		answers: string | null;
	}>`
		update message m set state = 'sending', attempted_at = ${now}, attempts = m.attempts + 1
		from message was join conversation c on c.workspace_id = was.workspace_id and c.conversation_id = was.conversation_id
		where m.workspace_id = ${scope.workspaceId} and m.message_id = ${messageId} and m.state in ('queued', 'sending')
			and was.workspace_id = m.workspace_id and was.message_id = m.message_id
		returning c.conversation_id, c.external_id, c.kind, c.store_id, m.sealed, was.attempted_at, m.attempts,
			(select b.external_id from message b where b.workspace_id = m.workspace_id and b.conversation_id = m.conversation_id
				and b.sender = 'buyer' order by b.sent_at desc, b.position desc limit 1) as answers`.execute(scope.db);
	const [row] = taken.rows;
	return row
		? {
				conversationId: row.conversation_id,
				externalConversationId: row.external_id,
				kind: row.kind,
				storeId: row.store_id,
				sealed: row.sealed,
				attemptedAt: row.attempted_at,
				attempts: row.attempts,
				answers: row.answers,
			}
		: null;
}

export type MessageEnd =
	| { state: 'accepted'; externalId: string }
	/** The platform says no, or it could not be reached for too long. */
	| { state: 'rejected' | 'failed'; code: string }
	/** It was surely not handed over: the next try needs no look. */
	| { state: 'queued' };

/** Settles a message in hand. @returns whether it was still unsettled. */
export async function settleMessage(scope: Scope, messageId: string, end: MessageEnd): Promise<boolean> {
	// The platform may have told of it in other words, a space trimmed, before it answered us: it is the same message.
	if (end.state === 'accepted')
		await sql`
			delete from message other using message mine
			where other.workspace_id = ${scope.workspaceId} and mine.workspace_id = ${scope.workspaceId} and mine.message_id = ${messageId}
				and other.conversation_id = mine.conversation_id and other.external_id = ${end.externalId} and other.message_id <> ${messageId}`.execute(
			scope.db,
		);
	const result = await scope.db
		.updateTable('message')
		.set({
			state: end.state,
			...(end.state === 'accepted' ? { external_id: end.externalId, error_code: null } : {}),
			...(end.state === 'queued' ? { attempted_at: null } : {}),
			...('code' in end ? { error_code: end.code } : {}),
		})
		.where('workspace_id', '=', scope.workspaceId)
		.where('message_id', '=', messageId)
		.where('state', '=', 'sending')
		.executeTakeFirst();
	return result.numUpdatedRows > 0n;
}

/** A message of ours that the platform has taken, and where it was said; null when it is not such a one any more. */
export async function takenMessage(
	scope: Scope,
	messageId: string,
): Promise<{ storeId: string; externalConversationId: string; sentAt: string } | null> {
	const row = await scope.db
		.selectFrom('message as m')
		.innerJoin('conversation as c', (join) =>
			join.onRef('c.workspace_id', '=', 'm.workspace_id').onRef('c.conversation_id', '=', 'm.conversation_id'),
		)
		.select(['c.store_id', 'c.external_id', 'm.sent_at'])
		.where('m.workspace_id', '=', scope.workspaceId)
		.where('m.message_id', '=', messageId)
		.where('m.state', '=', 'accepted')
		.executeTakeFirst();
	return row ? { storeId: row.store_id, externalConversationId: row.external_id, sentAt: row.sent_at } : null;
}

/** Puts a message that was not taken back into the queue. @returns the conversation's store, or null when it is not such a one. */
export async function requeueMessage(
	scope: Scope,
	storeScope: StoreScope,
	messageId: string,
): Promise<{ conversationId: string; storeId: string } | null> {
	const result = await sql<{ conversation_id: string; store_id: string }>`
		update message m set state = 'queued', error_code = null, external_id = null, attempts = 0
		from conversation c
		where m.workspace_id = ${scope.workspaceId} and m.message_id = ${messageId} and m.state in ('rejected', 'failed')
			and c.workspace_id = m.workspace_id and c.conversation_id = m.conversation_id and ${inStores('c.store_id', storeScope)}
		returning c.conversation_id, c.store_id`.execute(scope.db);
	const [row] = result.rows;
	return row ? { conversationId: row.conversation_id, storeId: row.store_id } : null;
}

/** Messages of ours that wait though no job may be left for them. */
export async function waitingMessages(
	scope: Scope,
	olderThanSeconds: number,
	limit: number,
): Promise<{ messageId: string; conversationId: string }[]> {
	return await prepared(
		scope,
		'waiting_messages',
		sql<{ messageId: string; conversationId: string }>`
		select message_id as "messageId", conversation_id as "conversationId" from message
		where workspace_id = ${scope.workspaceId} and state in ('queued', 'sending')
			and coalesce(attempted_at, sent_at) < now() - make_interval(secs => ${olderThanSeconds}) limit ${limit}`,
	);
}

import type { Schema } from '@pangea/db';
import { type ConversationKind, type MessageKind, type MessageState, type PlatformId, type Sender } from '@pangea/domain';
import type { SealedBox } from '@pangea/vault';
import type { Selectable } from 'kysely';
import type { ConversationRowView, MessageView } from './shapes.ts';

/** What is sealed beside a conversation and a message; the engine writes both. */
interface Face {
	buyerName: string | null;
	preview: string | null;
	previewKind: MessageKind;
}
interface Body {
	text: string | null;
	imageUrl: string | null;
}

export function toConversationRow(row: Selectable<Schema['conversation']>, box: SealedBox): ConversationRowView {
	const face = JSON.parse(box.open(row.sealed, `conversation ${row.conversation_id}`).toString('utf8')) as Face;
	return {
		conversationId: row.conversation_id,
		storeId: row.store_id,
		platform: row.platform as PlatformId,
		kind: row.kind as ConversationKind,
		externalId: row.external_id,
		buyerName: face.buyerName,
		preview: face.preview,
		previewKind: face.previewKind,
		lastAt: row.last_at,
		lastSender: row.last_sender as Sender,
		waitingSince: row.waiting_since,
		unread: row.unread,
		done: row.done_at !== null,
		assigneeId: row.assignee_id,
		canSend: row.can_send,
		externalOrderId: row.external_order_id,
	};
}

export function toMessage(row: Selectable<Schema['message']>, box: SealedBox): MessageView {
	const body = JSON.parse(box.open(row.sealed, `message ${row.message_id}`).toString('utf8')) as Body;
	return {
		messageId: row.message_id,
		kind: row.kind as MessageKind,
		sender: row.sender as Sender,
		state: row.state as MessageState,
		sentAt: row.sent_at,
		text: body.text,
		imageUrl: body.imageUrl,
		externalOrderId: row.external_order_id,
		externalListingId: row.external_listing_id,
		userId: row.user_id,
		errorCode: row.error_code,
	};
}

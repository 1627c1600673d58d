import type { Schema, ShownFile, ShownMessage } from '@pangea/db';
import {
	type ConversationFace,
	type ConversationKind,
	type MessageBody,
	type MessageKind,
	type MessageState,
	LONGEST_MESSAGE,
	type PlatformId,
	type ReplyClockRule,
	replyKindOf,
	type Sender,
	waitDue,
} from '@pangea/domain';
import type { PlatformAdapter } from '@pangea/platform-contract';
import type { LanguageTeller } from '@pangea/translation';
import type { SealedBox } from '@pangea/vault';
import type { Selectable } from 'kysely';
import { toFiles } from './files.ts';
import type { ConversationRowView, MessageView, NoteView, ReplyDueView } from './shapes.ts';

type ConversationRow = Selectable<Schema['conversation']>;

/** The most characters that a platform takes as one answer in a conversation of a kind. */
export function longestOf(adapter: PlatformAdapter | undefined, kind: string): number {
	const rules = adapter?.manifest.messagePolicy.rules ?? [];
	const told = rules.flatMap((rule) =>
		rule.check === 'length' && (rule.kinds?.includes(replyKindOf(kind)) ?? true) ? [rule.longest] : [],
	);
	return Math.min(adapter?.messages?.longestText ?? LONGEST_MESSAGE, ...told);
}

/** Where a person goes on with what cannot be done here; null where the platform's documents name no place. */
export function sellerCentreOf(adapter: PlatformAdapter | undefined, { siteId, mode }: { siteId: string; mode: string }): string | null {
	const fits = adapter?.manifest.sellerCentres?.find(
		({ sites, modes }) => (sites?.includes(siteId) ?? true) && (modes?.some((one) => one === mode) ?? true),
	);
	return fits?.url ?? null;
}

/** When the wait of a buyer is over; null where nobody waits or the platform keeps no such time. */
export function dueOf(
	{ waiting_since: since, kind, done_at: done, case_facts: caseFacts }: ConversationRow,
	place: { siteId: string; zone: string } | undefined,
	rules: readonly ReplyClockRule[],
): ReplyDueView | null {
	if (since === null || done !== null || !place) return null;
	return waitDue(rules, { since, kind, caseFacts, site: place.siteId, zone: place.zone });
}

// Both were written by ourselves.
export function openFace(row: Pick<ConversationRow, 'conversation_id' | 'sealed'>, box: SealedBox): ConversationFace {
	return JSON.parse(box.open(row.sealed, `conversation ${row.conversation_id}`).toString('utf8')) as ConversationFace;
}

export function openBody(row: Pick<ShownMessage, 'message_id' | 'sealed'>, box: SealedBox): MessageBody {
	return JSON.parse(box.open(row.sealed, `message ${row.message_id}`).toString('utf8')) as MessageBody;
}

export function toConversationRow(row: ConversationRow, box: SealedBox, tagIds: string[], due: ReplyDueView | null): ConversationRowView {
	const face = openFace(row, box);
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
		due,
		unread: row.unread,
		done: row.done_at !== null,
		assigneeId: row.assignee_id,
		snoozedUntil: row.snoozed_until,
		tagIds,
		canSend: row.can_send,
		closedBy: row.closed_by,
		subject: face.subject ?? null,
		externalListingId: row.external_listing_id,
		externalOrderId: row.external_order_id,
	};
}

/** With what a message is shown. */
interface Shown {
	/** All files, of this message and of others. */
	files: ReadonlyMap<string | null, readonly ShownFile[]>;
	link: (fileId: string) => string;
	teller: LanguageTeller;
	/** What the buyer probably writes, a BCP 47 tag. */
	likely: string;
}

export function toMessage(row: ShownMessage, box: SealedBox, { files, link, teller, likely }: Shown): MessageView {
	const body = openBody(row, box);
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
		attachments: toFiles(body.attachments ?? [], files.get(row.message_id) ?? [], link),
		userId: row.user_id,
		errorCode: row.error_code,
		language: body.text === null ? null : teller.of(body.text, likely),
	};
}

export function toNote(row: Selectable<Schema['conversation_note']>, box: SealedBox): NoteView {
	return {
		noteId: row.note_id,
		userId: row.user_id,
		text: box.open(row.sealed, `note ${row.note_id}`).toString('utf8'),
		mentions: row.mentions,
		at: row.created_at,
	};
}

import type { CaseFacts, Shift } from '@pangea/domain';
import type { ColumnType, Generated } from 'kysely';
import type { DefaultTime, Time } from './schema-columns.ts';

export interface ConversationTable {
	workspace_id: string;
	conversation_id: string;
	store_id: string;
	platform: string;
	kind: string;
	external_id: string;
	external_buyer_id: string | null;
	/** The order that was named last. */
	external_order_id: string | null;
	/** What the whole conversation is about, where that is a listing. */
	external_listing_id: string | null;
	/** Why the seller may not write, in the platform's word. */
	closed_by: string | null;
	/** Who the buyer is and how the last message begins. */
	sealed: Buffer;
	can_send: boolean | null;
	/** Of the newest message that a person would read. */
	last_at: Time;
	last_sender: string;
	/** The first message of the buyer that nobody has answered. */
	waiting_since: string | null;
	unread: Generated<number>;
	seen_at: string | null;
	done_at: string | null;
	assignee_id: string | null;
	/** It sleeps until then; a buyer's message wakes it before. */
	snoozed_until: string | null;
	/** Where a claim or case stands; null for other conversations. */
	case_facts: ColumnType<CaseFacts | null, string | null | undefined, string | null>;
	created_at: DefaultTime;
}
export interface MessageTable {
	workspace_id: string;
	message_id: string;
	conversation_id: string;
	/** Of the conversation. */
	store_id: string;
	/** Null as long as the platform has not told it. */
	external_id: string | null;
	position: string;
	kind: string;
	sender: string;
	state: string;
	sent_at: Time;
	/** When it was written down here, by the database's clock: whoever answers has read what came before. */
	came_at: DefaultTime;
	sealed: Buffer;
	external_order_id: string | null;
	external_listing_id: string | null;
	/** The member who wrote it here. */
	user_id: string | null;
	error_code: string | null;
	attempts: Generated<number>;
	/** When it was handed to the platform last. */
	attempted_at: string | null;
	dies_at: Time;
	/** Keyed digests of the words in it, ascending; 64-bit integers as text. */
	marks: Generated<string[]>;
	/** False while its marks are not those of what is sealed, under the key that sealed it. */
	marked: Generated<boolean>;
}
export interface MessageDraftTable {
	workspace_id: string;
	draft_id: string;
	conversation_id: string;
	user_id: string;
	/** `own`: the writer's own words, of which the answer is a translation. */
	part: Generated<string>;
	sealed: Buffer;
	updated_at: DefaultTime;
}
export interface InboxTagTable {
	workspace_id: string;
	tag_id: string;
	name: string;
	created_at: DefaultTime;
}
export interface ConversationTagTable {
	workspace_id: string;
	conversation_id: string;
	tag_id: string;
}
export interface ConversationTieTable {
	workspace_id: string;
	/** The smaller id of the two. */
	first_id: string;
	second_id: string;
	/** Whether somebody said that both are with one buyer, or that they are not. */
	stand: string;
	user_id: string;
	created_at: DefaultTime;
}
export interface NoReplyMarkTable {
	workspace_id: string;
	conversation_id: string;
	at: Time;
	user_id: string;
}
export interface ConversationNoteTable {
	workspace_id: string;
	note_id: string;
	conversation_id: string;
	user_id: string;
	sealed: Buffer;
	/** Members who are named in it. */
	mentions: Generated<string[]>;
	/** Those of them who have not looked at the conversation since. */
	unread_by: Generated<string[]>;
	created_at: DefaultTime;
	dies_at: Time;
}
export interface InboxRotaTable {
	workspace_id: string;
	rota_id: string;
	name: string;
	place: Generated<number>;
	is_on: Generated<boolean>;
	store_ids: Generated<string[]>;
	languages: Generated<string[]>;
	user_ids: Generated<string[]>;
	capacity: number | null;
	shift: ColumnType<Shift | null, string | null | undefined, string | null>;
	last_user_id: string | null;
	created_at: DefaultTime;
}
export interface MessagePullTable {
	workspace_id: string;
	store_id: string;
	/** All conversations with news up to here have been read. */
	read_until: string | null;
	tried_at: string | null;
	state: Generated<string>;
	/** Why the mailbox cannot be read. */
	error_code: string | null;
}
export interface MailboxTable {
	workspace_id: string;
	connection_id: string;
	/** All that it takes to sign in. */
	sealed: Buffer;
	saved_at: DefaultTime;
}
export interface MailboxCursorTable {
	workspace_id: string;
	store_id: string;
	folder: string;
	uid_validity: string;
	last_uid: string;
}
/** What belongs to conversations with buyers. */
export interface InboxSchema {
	conversation: ConversationTable;
	message: MessageTable;
	message_draft: MessageDraftTable;
	message_pull: MessagePullTable;
	mailbox: MailboxTable;
	mailbox_cursor: MailboxCursorTable;
	inbox_rota: InboxRotaTable;
	inbox_tag: InboxTagTable;
	conversation_tag: ConversationTagTable;
	conversation_tie: ConversationTieTable;
	conversation_note: ConversationNoteTable;
	no_reply_mark: NoReplyMarkTable;
}

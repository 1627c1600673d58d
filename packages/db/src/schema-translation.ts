import type { DefaultTime, Time } from './schema-columns.ts';

export interface TranslatorTable {
	workspace_id: string;
	translator_id: string;
	/** Where the model is asked, which one, and the key. */
	sealed: Buffer;
	saved_by: string;
	saved_at: DefaultTime;
}
export interface MessageTranslationTable {
	workspace_id: string;
	translation_id: string;
	message_id: string;
	/** The reader's language, a BCP 47 tag. */
	target: string;
	/** `asked`: somebody is asking for it since `asked_at`. */
	state: string;
	asked_at: DefaultTime;
	sealed: Buffer;
	/** As its message does. */
	dies_at: Time;
}
export interface ConversationReadingTable {
	workspace_id: string;
	conversation_id: string;
	user_id: string;
	translated: boolean;
}
/** What belongs to reading in another language. */
export interface TranslationSchema {
	translator: TranslatorTable;
	message_translation: MessageTranslationTable;
	conversation_reading: ConversationReadingTable;
}

import type { Generated } from 'kysely';
import type { DefaultTime, Time } from './schema-columns.ts';

interface MessageFileTable {
	workspace_id: string;
	message_file_id: string;
	/** Null while it is chosen for an answer that is not sent. */
	message_id: string | null;
	conversation_id: string;
	/** Of the conversation. */
	store_id: string;
	/** Among the files of its message. */
	place: number;
	state: string;
	/** Why it is not here: a sentence's code. */
	error_code: string | null;
	attempts: Generated<number>;
	/** By its content. */
	type: string | null;
	/** Bytes before sealing. */
	size: number | null;
	/** Of pictures, in points. */
	width: number | null;
	height: number | null;
	standing: string | null;
	risk: string | null;
	/** Its name and where its platform has it. */
	sealed: Buffer;
	/** Who chose it. */
	user_id: string | null;
	created_at: DefaultTime;
	dies_at: Time;
}
interface MessageFileContentTable {
	workspace_id: string;
	message_file_id: string;
	sealed: Buffer;
}

/** Files of messages, and their bytes. */
export interface MessageFileTables {
	message_file: MessageFileTable;
	message_file_content: MessageFileContentTable;
}

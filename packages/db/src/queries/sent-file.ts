import { sql } from 'kysely';
import type { InspectedFile } from '@pangea/domain';
import type { Scope } from '../database.ts';
import { fileColumns, SHOWN_FILE, type ShownFile } from './message-file.ts';

/** A file that a member has chosen for an answer. */
export interface ChosenFile {
	fileId: string;
	conversationId: string;
	storeId: string;
	userId: string;
	found: Pick<InspectedFile, 'type' | 'bytes' | 'standing' | 'risk' | 'width' | 'height'>;
	/** Its name. */
	sealed: Buffer;
	content: Buffer;
	/** When it goes if no answer takes it. */
	diesAt: string;
}

/** Keeps a file until an answer takes it. */
export async function addChosenFile(scope: Scope, file: ChosenFile): Promise<void> {
	await scope.db
		.insertInto('message_file')
		.values({
			workspace_id: scope.workspaceId,
			message_file_id: file.fileId,
			message_id: null,
			conversation_id: file.conversationId,
			store_id: file.storeId,
			place: 0,
			state: 'kept',
			...fileColumns(file.found),
			sealed: file.sealed,
			user_id: file.userId,
			dies_at: file.diesAt,
		})
		.execute();
	await scope.db
		.insertInto('message_file_content')
		.values({ workspace_id: scope.workspaceId, message_file_id: file.fileId, sealed: file.content })
		.execute();
}

/** What a member has chosen for an answer in a conversation and not sent, in the order of choosing. */
export async function chosenFiles(scope: Scope, of: { conversationId: string; userId: string }): Promise<ShownFile[]> {
	const found = await sql<ShownFile>`
		select ${SHOWN_FILE} from message_file f
		where f.workspace_id = ${scope.workspaceId} and f.conversation_id = ${of.conversationId} and f.user_id = ${of.userId}
			and f.message_id is null
		order by f.created_at, f.message_file_id`.execute(scope.db);
	return found.rows;
}

/** Forgets one of them. @returns whether it was there. */
export async function removeChosenFile(scope: Scope, of: { fileId: string; userId: string }): Promise<boolean> {
	const result = await scope.db
		.deleteFrom('message_file')
		.where('workspace_id', '=', scope.workspaceId)
		.where('message_file_id', '=', of.fileId)
		.where('user_id', '=', of.userId)
		.where('message_id', 'is', null)
		.executeTakeFirst();
	return result.numDeletedRows > 0n;
}

/** Gives chosen files to the answer that takes them, in this order. */
export async function attachFiles(scope: Scope, messageId: string, fileIds: readonly string[], diesAt: string): Promise<void> {
	await sql`
		update message_file f set message_id = ${messageId}, place = x.place - 1, dies_at = ${diesAt}
		from unnest(${fileIds}::uuid[]) with ordinality as x(message_file_id, place)
		where f.workspace_id = ${scope.workspaceId} and f.message_file_id = x.message_file_id and f.message_id is null`.execute(scope.db);
}

/** Makes the files of an answer that is taken back chosen ones again. */
export async function detachFiles(scope: Scope, of: { messageId: string; userId: string }, diesAt: string): Promise<void> {
	await sql`
		update message_file f set message_id = null, dies_at = ${diesAt}
		from message m
		where f.workspace_id = ${scope.workspaceId} and f.message_id = ${of.messageId} and f.user_id = ${of.userId}
			and m.workspace_id = f.workspace_id and m.message_id = f.message_id and m.state = 'queued' and m.attempts = 0`.execute(scope.db);
}

/** The files of an answer with their bytes, in their order. */
export async function filesToSend(
	scope: Scope,
	messageId: string,
): Promise<{ fileId: string; type: string; sealed: Buffer; content: Buffer }[]> {
	const found = await sql<{ fileId: string; type: string; sealed: Buffer; content: Buffer }>`
		select f.message_file_id as "fileId", f.type, f.sealed, c.sealed as content
		from message_file f join message_file_content c on c.workspace_id = f.workspace_id and c.message_file_id = f.message_file_id
		where f.workspace_id = ${scope.workspaceId} and f.message_id = ${messageId} order by f.place`.execute(scope.db);
	return found.rows;
}

/** Keeps what is known of a file beside its bytes. */
export async function keepFileFacts(scope: Scope, fileId: string, sealed: Buffer): Promise<void> {
	await scope.db
		.updateTable('message_file')
		.set({ sealed })
		.where('workspace_id', '=', scope.workspaceId)
		.where('message_file_id', '=', fileId)
		.execute();
}

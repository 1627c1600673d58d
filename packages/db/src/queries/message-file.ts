import { sql } from 'kysely';
import type { FileRisk, FileStanding, FileState, InspectedFile } from '@pangea/domain';
import type { Scope } from '../database.ts';
import { prepared } from '../prepared.ts';
import { inStores, type StoreScope } from './store-scope.ts';

/** A file that a message names, before anything of it is here. */
export interface NamedFile {
	fileId: string;
	messageId: string;
	conversationId: string;
	storeId: string;
	/** Among the files of its message. */
	place: number;
	/** Name and where its platform has it. */
	sealed: Buffer;
	diesAt: string;
	/** Why it is not even asked for: a sentence's code. */
	errorCode: string | null;
}

/** A file as it is listed, without its bytes. */
export interface ShownFile {
	fileId: string;
	messageId: string | null;
	conversationId: string;
	storeId: string;
	place: number;
	state: FileState;
	errorCode: string | null;
	type: string | null;
	size: number | null;
	width: number | null;
	height: number | null;
	standing: FileStanding | null;
	risk: FileRisk | null;
	sealed: Buffer;
}

type Found = Pick<InspectedFile, 'type' | 'bytes' | 'standing' | 'risk' | 'width' | 'height'>;

export const SHOWN_FILE = sql`f.message_file_id as "fileId", f.message_id as "messageId", f.conversation_id as "conversationId", f.store_id as "storeId", f.place, f.state,
	f.error_code as "errorCode", f.type, f.size, f.width, f.height, f.standing, f.risk, f.sealed`;

export async function addFiles(scope: Scope, files: readonly NamedFile[]): Promise<void> {
	if (files.length === 0) return;
	await scope.db
		.insertInto('message_file')
		.values(
			files.map((file) => ({
				workspace_id: scope.workspaceId,
				message_file_id: file.fileId,
				message_id: file.messageId,
				conversation_id: file.conversationId,
				store_id: file.storeId,
				place: file.place,
				state: file.errorCode === null ? 'waiting' : 'failed',
				error_code: file.errorCode,
				sealed: file.sealed,
				dies_at: file.diesAt,
			})),
		)
		.execute();
}

/** The files of some messages, in their order. */
export async function filesOfMessages(scope: Scope, messageIds: readonly string[]): Promise<ShownFile[]> {
	if (messageIds.length === 0) return [];
	const found = await sql<ShownFile>`
		select ${SHOWN_FILE} from message_file f where f.workspace_id = ${scope.workspaceId} and f.message_id = any(${messageIds}::uuid[])
		order by f.message_id, f.place`.execute(scope.db);
	return found.rows;
}

/** A file inside the stores, without its bytes. */
export async function fileById(scope: Scope, storeScope: StoreScope, fileId: string): Promise<ShownFile | null> {
	const found = await sql<ShownFile>`
		select ${SHOWN_FILE} from message_file f
		where f.workspace_id = ${scope.workspaceId} and f.message_file_id = ${fileId} and ${inStores('f.store_id', storeScope)}`.execute(
		scope.db,
	);
	return found.rows[0] ?? null;
}

/** The sealed bytes of a file; null when they are not here. */
export async function fileContent(scope: Scope, fileId: string): Promise<Buffer | null> {
	const row = await scope.db
		.selectFrom('message_file_content')
		.select('sealed')
		.where('workspace_id', '=', scope.workspaceId)
		.where('message_file_id', '=', fileId)
		.executeTakeFirst();
	return row?.sealed ?? null;
}

/** What it takes to ask a platform for a file. */
export interface FileToFetch {
	storeId: string;
	conversationId: string;
	externalConversationId: string;
	externalMessageId: string;
	sealed: Buffer;
	attempts: number;
}

/** Takes a file in hand that waits to be fetched. @returns null when nobody waits for it any more. */
export async function takeFile(scope: Scope, fileId: string): Promise<FileToFetch | null> {
	const taken = await sql<FileToFetch>`
		update message_file f set attempts = f.attempts + 1
		from message m join conversation c on c.workspace_id = m.workspace_id and c.conversation_id = m.conversation_id
		where f.workspace_id = ${scope.workspaceId} and f.message_file_id = ${fileId} and f.state = 'waiting'
			and m.workspace_id = f.workspace_id and m.message_id = f.message_id and m.external_id is not null
		returning f.store_id as "storeId", c.conversation_id as "conversationId", c.external_id as "externalConversationId",
			m.external_id as "externalMessageId", f.sealed, f.attempts`.execute(scope.db);
	return taken.rows[0] ?? null;
}

/** The lock under which a conversation's files are counted and added to. */
export function conversationFilesLock(conversationId: string): string {
	return `files ${conversationId}`;
}

/** How many bytes of files a conversation holds. */
export async function bytesOfConversation(scope: Scope, conversationId: string): Promise<number> {
	const found = await sql<{ n: string }>`
		select coalesce(sum(size), 0) as n from message_file
		where workspace_id = ${scope.workspaceId} and conversation_id = ${conversationId} and state = 'kept'`.execute(scope.db);
	return Number(found.rows[0]?.n ?? 0);
}

/** Keeps the bytes of a file that waited for them. @returns whether it still did. */
export async function keepFile(scope: Scope, fileId: string, found: Found, sealed: Buffer): Promise<boolean> {
	const result = await scope.db
		.updateTable('message_file')
		.set({ ...fileColumns(found), state: 'kept', error_code: null })
		.where('workspace_id', '=', scope.workspaceId)
		.where('message_file_id', '=', fileId)
		.where('state', '=', 'waiting')
		.executeTakeFirst();
	if (result.numUpdatedRows === 0n) return false;
	await scope.db.insertInto('message_file_content').values({ workspace_id: scope.workspaceId, message_file_id: fileId, sealed }).execute();
	return true;
}

/** Notes why a file that was waited for is not here: a sentence's code. @returns whether it was still waited for. */
export async function failFile(scope: Scope, fileId: string, code: string): Promise<boolean> {
	const result = await scope.db
		.updateTable('message_file')
		.set({ state: 'failed', error_code: code })
		.where('workspace_id', '=', scope.workspaceId)
		.where('message_file_id', '=', fileId)
		.where('state', '=', 'waiting')
		.executeTakeFirst();
	return result.numUpdatedRows > 0n;
}

/** Waits once more for a file that failed. @returns whether it had. */
export async function waitForFile(scope: Scope, fileId: string): Promise<boolean> {
	const result = await scope.db
		.updateTable('message_file')
		.set({ state: 'waiting', error_code: null, attempts: 0 })
		.where('workspace_id', '=', scope.workspaceId)
		.where('message_file_id', '=', fileId)
		.where('state', '=', 'failed')
		.where('message_id', 'is not', null)
		.executeTakeFirst();
	return result.numUpdatedRows > 0n;
}

/** Files that wait though no job may be left for them. */
export async function waitingFiles(scope: Scope, olderThanSeconds: number, limit: number): Promise<string[]> {
	const rows = await prepared(
		scope,
		'waiting_files',
		sql<{ message_file_id: string }>`
		select message_file_id from message_file where workspace_id = ${scope.workspaceId} and state = 'waiting'
			and created_at < now() - make_interval(secs => ${olderThanSeconds}) order by created_at limit ${limit}`,
	);
	return rows.map((row) => row.message_file_id);
}

export function fileColumns({ type, bytes, standing, risk, width, height }: Found) {
	return { type, size: bytes, standing, risk, width, height };
}

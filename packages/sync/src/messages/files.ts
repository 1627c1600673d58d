import {
	bytesOfConversation,
	conversationFilesLock,
	failFile,
	fileById,
	type FileToFetch,
	keepFile,
	type Scope,
	type StoreScope,
	takeFile,
	waitForFile,
} from '@pangea/db';
import { type Attachment, inspectFile, NotActiveError } from '@pangea/domain';
import { fileFetch } from '@pangea/jobs';
import { PlatformError } from '@pangea/platform-contract';
import { recordEvent } from '@pangea/realtime';
import type { OpenStore } from '../context.ts';
import type { Engine } from '../engine.ts';
import { PLACES } from '../keyring.ts';
import { type StoreRun, withStore } from '../trouble.ts';
import { ofMessages } from './pull.ts';

/** A file that could not be had so often is given up until somebody asks for it. */
const MOST_ATTEMPTS = 5;

/**
 * Fetches a file from its platform and keeps it sealed. What cannot be had is noted with its reason.
 * @throws PlatformError kinds `unavailable` and `unexpected`, for the job's back-off.
 */
export async function fetchFile(
	engine: Engine,
	{ workspaceId, fileId }: { workspaceId: string; fileId: string },
	signal: AbortSignal,
): Promise<StoreRun<void>> {
	const taken = await engine.database.inWorkspace(workspaceId, (scope) => takeFile(scope, fileId));
	if (!taken) return { state: 'done', value: undefined };
	const fail = (code: string): Promise<void> =>
		engine.database.inWorkspace(workspaceId, async (scope) => {
			if (await failFile(scope, fileId, code)) await told(scope, taken);
		});
	// Where files lie is often another place than where messages are read: that it does not answer is no problem of the store.
	let later: PlatformError | null = null;
	try {
		const run = await withStore(engine, { workspaceId, storeId: taken.storeId }, { signal, urgent: false }, async (store) => {
			try {
				const code = await fetchInto(engine, store, fileId, taken);
				if (code !== null) await fail(code);
			} catch (error) {
				if (!(error instanceof PlatformError) || (error.kind !== 'unavailable' && error.kind !== 'unexpected')) throw error;
				later = error;
			}
		});
		if (later !== null) throw later;
		if (run.state === 'notActive' || run.state === 'refused') await fail('storeStopped');
		return run;
	} catch (error) {
		if (taken.attempts < MOST_ATTEMPTS) throw error;
		await fail('attachmentUnreachable');
		return { state: 'done', value: undefined };
	}
}

/** @returns why it is not here; null when it is. */
async function fetchInto(engine: Engine, store: OpenStore, fileId: string, taken: FileToFetch): Promise<string | null> {
	const { messages } = ofMessages(store);
	const { workspaceId } = store.target;
	const box = await engine.keys.box(workspaceId);
	// Written by ourselves.
	const { name, ref } = JSON.parse(box.open(taken.sealed, PLACES.fileFacts(fileId)).toString('utf8')) as Attachment;
	if (!messages.file || ref === undefined) return 'attachmentUnreachable';
	const { externalConversationId, externalMessageId } = taken;
	let bytes: Uint8Array;
	try {
		bytes = await messages.file(store.context, { externalConversationId, externalMessageId, ref }, engine.options.fileBytes);
	} catch (error) {
		// The platform says no to this file; of the store that tells nothing.
		const known = error instanceof PlatformError ? refusalOf(error) : null;
		if (known === null) throw error;
		engine.log.warn({ storeId: taken.storeId, fileId, err: error }, 'a file of a message could not be had');
		return known;
	}
	const found = inspectFile(name, bytes);
	const sealed = box.seal(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), PLACES.fileContent(fileId));
	const work = async (scope: Scope): Promise<string | null> => {
		if ((await bytesOfConversation(scope, taken.conversationId)) + bytes.byteLength > engine.options.conversationFileBytes)
			return 'attachmentsFull';
		if (await keepFile(scope, fileId, found, sealed)) await told(scope, taken);
		return null;
	};
	return await engine.database.inWorkspace(workspaceId, work, { lock: conversationFilesLock(taken.conversationId) });
}

function refusalOf({ kind, userMessage }: PlatformError): string | null {
	if (userMessage.code.startsWith('attachment') || userMessage.code.startsWith('mailbox'))
		return kind === 'unavailable' ? null : userMessage.code;
	if (kind === 'notFound') return 'attachmentGone';
	return kind === 'rejected' || kind === 'forbidden' ? 'attachmentUnreachable' : null;
}

/** Asks once more for a file that could not be had, with the scope's commit. @throws NotActiveError when there is no such one */
export async function askForFile(engine: Engine, scope: Scope, storeScope: StoreScope, fileId: string): Promise<void> {
	const file = await fileById(scope, storeScope, fileId);
	if (!file || !(await waitForFile(scope, fileId))) throw new NotActiveError('missing', `No file ${fileId} that failed`);
	await engine.jobs.enqueue(fileFetch, { workspaceId: scope.workspaceId, fileId }, { scope });
	await told(scope, file);
}

async function told(scope: Scope, { storeId, conversationId }: { storeId: string; conversationId: string }): Promise<void> {
	await recordEvent(scope, { kind: 'conversation.changed', storeId, ids: [conversationId] });
}

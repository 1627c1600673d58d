import {
	attachFiles,
	conversationRows,
	detachFiles,
	type MessageEnd,
	type MessageToSend,
	newestMessage,
	queueMessage,
	requeueMessage,
	replyState,
	type Scope,
	settleMessage,
	storeMessagesLock,
	type StoreScope,
	summariseConversation,
	takeBackMessage,
	takeMessage,
	takenMessage,
} from '@pangea/db';
import { addMillis, type MessageKind, NotActiveError } from '@pangea/domain';
import { messageLook, messageSend } from '@pangea/jobs';
import { PlatformError } from '@pangea/platform-contract';
import { recordEvent } from '@pangea/realtime';
import type { SealedBox } from '@pangea/vault';
import type { OpenStore } from '../context.ts';
import type { Engine } from '../engine.ts';
import { type StoreRun, withStore } from '../trouble.ts';
import { openBody, openFace, sealBody, sealFace } from './bodies.ts';
import { marksOf } from './marks.ts';
import { outgoingFiles } from './outgoing-files.ts';
import { ofMessages, threadsOf } from './pull.ts';
import { messageDeath, storeThreads } from './threads.ts';

/** A message that could not be handed over so often is given back to its writer. */
const MOST_ATTEMPTS = 6;
/** How far the platform's clock may lie behind ours when we look for what we sent. */
const LOOK_BACK = 120_000;
/** So long a chosen file waits for its answer. */
const CHOSEN_MILLIS = 86_400_000;

/** A file that a member chose for a reply. */
export interface ReplyFile {
	fileId: string;
	name: string;
	type: string;
	bytes: number;
}

export interface Reply {
	conversationId: string;
	/** Made where it was written: the same message twice is one. */
	messageId: string;
	userId: string;
	/** Empty where files go alone. */
	text: string;
	/** Chosen before, in their order. */
	files: readonly ReplyFile[];
	/** It is handed over so many seconds from now; until then its writer may take it back. */
	holdSeconds: number;
}

/**
 * Keeps a reply and sends the job that hands it over, with its event: all with the scope's commit, so that who asks for it can keep its own
 * record of the reply in the same transaction.
 * @param box the workspace's, opened before the transaction: it may need a connection of its own
 * @returns whether the reply is new; asked for twice it is one.
 * @throws NotActiveError when there is no such conversation inside the stores
 */
export async function queueReply(
	engine: Engine,
	scope: Scope,
	box: SealedBox,
	storeScope: StoreScope,
	reply: Reply,
): Promise<{ sentAt: string; isNew: boolean }> {
	const { conversationId, messageId, userId, files, holdSeconds } = reply;
	const text = reply.text === '' ? null : reply.text;
	const { workspaceId } = scope;
	const sentAt = engine.now().toISOString();
	const [conversation] = await conversationRows(scope, storeScope, [conversationId]);
	if (!conversation) throw new NotActiveError('missing', `No conversation ${conversationId}`);
	const face = openFace(box, conversationId, conversation.sealed);
	const attachments = files.map(({ name, type, bytes }) => ({ name, type, bytes }));
	const body = { text, imageUrl: null, ...(attachments.length > 0 && { attachments }) };
	const kind = text !== null ? 'text' : files.every(({ type }) => type.startsWith('image/')) ? 'image' : 'file';
	const diesAt = messageDeath(engine, sentAt);
	const isNew = await queueMessage(scope, {
		messageId,
		conversationId,
		storeId: conversation.store_id,
		userId,
		kind,
		sentAt,
		sealed: sealBody(box, messageId, body),
		marks: marksOf(box, { body, face, ids: [conversation.external_order_id] }),
		diesAt,
	});
	if (!isNew) return { sentAt, isNew };
	await attachFiles(
		scope,
		messageId,
		files.map(({ fileId }) => fileId),
		diesAt,
	);
	const sealed = sealFace(box, conversationId, { ...face, preview: text, previewKind: kind });
	await summariseConversation(scope, conversationId, { sealed, reopen: false });
	await engine.jobs.enqueue(messageSend, { workspaceId, conversationId, messageId }, { scope, startAfterSeconds: holdSeconds });
	await told(scope, conversation.store_id, conversationId);
	return { sentAt, isNew };
}

/**
 * Takes back a reply that has not been handed over, with the scope's commit. The job finds nothing to send.
 * Its files are chosen ones again.
 * @returns its words, empty for one that had none; null when it is too late.
 */
export async function takeBack(
	engine: Pick<Engine, 'now'>,
	scope: Scope,
	box: SealedBox,
	storeScope: StoreScope,
	of: { messageId: string; userId: string },
): Promise<string | null> {
	await detachFiles(scope, of, addMillis(engine.now().toISOString(), CHOSEN_MILLIS));
	const taken = await takeBackMessage(scope, storeScope, of);
	if (!taken) return null;
	const { conversationId, storeId } = taken;
	const [conversation] = await conversationRows(scope, storeScope, [conversationId]);
	const newest = await newestMessage(scope, conversationId, 'anybody');
	if (conversation && newest) {
		const face = openFace(box, conversationId, conversation.sealed);
		const { text } = openBody(box, newest.messageId, newest.sealed);
		const sealed = sealFace(box, conversationId, { ...face, preview: text, previewKind: newest.kind as MessageKind });
		await summariseConversation(scope, conversationId, { sealed, reopen: false });
	}
	await told(scope, storeId, conversationId);
	return openBody(box, of.messageId, taken.sealed).text ?? '';
}

/** Sends a reply that was not taken once more, with the scope's commit. @throws NotActiveError when it is not such a one */
export async function sendAgain(engine: Engine, scope: Scope, storeScope: StoreScope, messageId: string): Promise<void> {
	const found = await requeueMessage(scope, storeScope, messageId);
	if (!found) throw new NotActiveError('missing', `No message ${messageId} that was not taken`);
	const { conversationId, storeId } = found;
	await summariseConversation(scope, conversationId, { reopen: false });
	await engine.jobs.enqueue(messageSend, { workspaceId: scope.workspaceId, conversationId, messageId }, { scope });
	await told(scope, storeId, conversationId);
}

/**
 * Hands a reply to its platform. Where a former try left nobody knowing whether it arrived, the conversation is read first: no platform here has a
 * key by which it would know the same message again.
 * @throws PlatformError kinds `unavailable` and `unexpected`, for the job's back-off.
 */
export async function sendMessage(
	engine: Engine,
	ids: { workspaceId: string; conversationId: string; messageId: string },
	signal: AbortSignal,
): Promise<StoreRun<void>> {
	const { workspaceId, messageId } = ids;
	const now = engine.now().toISOString();
	const taken = await engine.database.inWorkspace(workspaceId, (scope) => takeMessage(scope, messageId, now));
	if (!taken) return { state: 'done', value: undefined };
	const box = await engine.keys.box(workspaceId);
	const { text } = openBody(box, messageId, taken.sealed);
	let end: MessageEnd | null = null;
	try {
		const run = await withStore(engine, { workspaceId, storeId: taken.storeId }, { signal, urgent: true }, async (store) => {
			end = await handOver(engine, store, { messageId, text: text ?? '', box }, taken);
		});
		end ??= run.state === 'wait' ? { state: 'queued' } : run.state === 'done' ? null : { state: 'failed', code: 'storeStopped' };
		return run;
	} catch (error) {
		if (taken.attempts < MOST_ATTEMPTS) throw error;
		end = { state: 'failed', code: error instanceof PlatformError ? error.userMessage.code : 'internal' };
		return { state: 'done', value: undefined };
	} finally {
		if (end !== null) await settle(engine, ids, taken, end);
	}
}

/** @returns how it ended; null when the platform had it already. */
async function handOver(
	engine: Engine,
	store: OpenStore,
	{ messageId, text, box }: { messageId: string; text: string; box: SealedBox },
	taken: MessageToSend,
): Promise<MessageEnd | null> {
	const { messages } = ofMessages(store);
	if (taken.attemptedAt !== null && (await arrived(engine, store, messageId, taken))) {
		await lookLater(engine, store, { conversationId: taken.conversationId, messageId });
		return null;
	}
	try {
		const files = await outgoingFiles(engine, store.target.workspaceId, box, { messageId, isFirst: taken.attempts === 1 });
		const facts = { messageId, answers: taken.answers, files };
		const externalId = await messages.send(store.context, taken.externalConversationId, text, facts);
		// Whom a claim waits for is the platform's word, which an answer changes.
		if (taken.kind === 'claim') await readNow(engine, store, taken);
		await lookLater(engine, store, { conversationId: taken.conversationId, messageId });
		return { state: 'accepted', externalId };
	} catch (error) {
		if (error instanceof NotActiveError && error.reason === 'writesStopped') return { state: 'failed', code: 'writesStopped' };
		// The platform says no to this message; of the store that tells nothing.
		if (error instanceof PlatformError && (error.kind === 'rejected' || error.kind === 'notFound' || error.kind === 'forbidden')) {
			// What was refused may be closed or answered by somebody else by now; the screen has to say so before the next try.
			await readNow(engine, store, taken);
			return { state: 'rejected', code: error.userMessage.code };
		}
		throw error;
	}
}

/** Where a platform may take a message back after it took it, the conversation is read again by then. */
async function lookLater(engine: Engine, store: OpenStore, of: { conversationId: string; messageId: string }): Promise<void> {
	const { workspaceId } = store.target;
	for (const seconds of ofMessages(store).rules.looksAgainAfterSeconds ?? [])
		await engine.jobs.enqueue(messageLook, { workspaceId, ...of, seconds }, { startAfterSeconds: seconds });
}

/** Reads the conversation; that it cannot be read changes nothing of what became of the reply. */
async function readNow(engine: Engine, store: OpenStore, taken: MessageToSend): Promise<void> {
	try {
		const since = addMillis(engine.now().toISOString(), -LOOK_BACK);
		const page = await ofMessages(store).messages.fetch(store.context, [taken.externalConversationId], since);
		await storeThreads(engine, store.target, threadsOf(engine, store, page));
	} catch (error) {
		if (!(error instanceof PlatformError)) throw error;
		engine.log.warn({ storeId: taken.storeId, err: error }, 'a conversation could not be read after a reply');
	}
}

/**
 * Reads the conversation of a reply that its platform took, to find out whether it was taken back.
 * @throws PlatformError kinds `unavailable` and `unexpected`, for the job's back-off.
 */
export async function lookAgain(
	engine: Engine,
	ids: { workspaceId: string; messageId: string },
	signal: AbortSignal,
): Promise<StoreRun<void>> {
	const { workspaceId, messageId } = ids;
	const taken = await engine.database.inWorkspace(workspaceId, (scope) => takenMessage(scope, messageId));
	if (!taken) return { state: 'done', value: undefined };
	return await withStore(engine, { workspaceId, storeId: taken.storeId }, { signal, urgent: false }, async (store) => {
		const since = addMillis(taken.sentAt, -LOOK_BACK);
		const page = await ofMessages(store).messages.fetch(store.context, [taken.externalConversationId], since);
		await storeThreads(engine, store.target, threadsOf(engine, store, page));
	});
}

/** Reads the conversation; a message that is there by now was adopted by being stored. */
async function arrived(engine: Engine, store: OpenStore, messageId: string, taken: MessageToSend): Promise<boolean> {
	const since = addMillis(taken.attemptedAt ?? engine.now().toISOString(), -LOOK_BACK);
	const page = await ofMessages(store).messages.fetch(store.context, [taken.externalConversationId], since);
	await storeThreads(engine, store.target, threadsOf(engine, store, page));
	const { conversationId } = taken;
	const state = await engine.database.inWorkspace(store.target.workspaceId, (scope) => replyState(scope, { conversationId, messageId }));
	return state !== 'sending';
}

async function settle(
	engine: Engine,
	ids: { workspaceId: string; messageId: string },
	taken: MessageToSend,
	end: MessageEnd,
): Promise<void> {
	const work = async (scope: Scope): Promise<void> => {
		if (!(await settleMessage(scope, ids.messageId, end))) return;
		// What its buyer never got is work again, though the conversation was closed meanwhile.
		await summariseConversation(scope, taken.conversationId, { reopen: end.state === 'failed' || end.state === 'rejected' });
		await told(scope, taken.storeId, taken.conversationId);
	};
	await engine.database.inWorkspace(ids.workspaceId, work, { lock: storeMessagesLock(taken.storeId) });
}

async function told(scope: Scope, storeId: string, conversationId: string): Promise<void> {
	await recordEvent(scope, { kind: 'conversation.changed', storeId, ids: [conversationId] });
}

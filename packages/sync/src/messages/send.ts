import {
	conversationRows,
	isUnsettled,
	type MessageEnd,
	type MessageToSend,
	queueMessage,
	requeueMessage,
	type Scope,
	settleMessage,
	storeMessagesLock,
	type StoreScope,
	summariseConversation,
	takeMessage,
} from '@pangea/db';
import { addMillis, NotActiveError } from '@pangea/domain';
import { messageSend } from '@pangea/jobs';
import { PlatformError } from '@pangea/platform-contract';
import { recordEvent } from '@pangea/realtime';
import type { OpenStore } from '../context.ts';
import type { Engine } from '../engine.ts';
import { type StoreRun, withStore } from '../trouble.ts';
import { ofMessages, threadsOf } from './pull.ts';
import { messageDeath, openBody, openFace, sealBody, sealFace, storeThreads } from './threads.ts';

/** A message that could not be handed over so often is given back to its writer. */
const MOST_ATTEMPTS = 6;
/** How far the platform's clock may lie behind ours when we look for what we sent. */
const LOOK_BACK = 120_000;

export interface Reply {
	conversationId: string;
	/** Made where it was written: the same message twice is one. */
	messageId: string;
	userId: string;
	text: string;
}

/**
 * Keeps a reply and sends the job that hands it over, in one transaction with its event.
 * @throws NotActiveError when there is no such conversation inside the stores
 */
export async function queueReply(engine: Engine, workspaceId: string, storeScope: StoreScope, reply: Reply): Promise<{ sentAt: string }> {
	const { conversationId, messageId, userId, text } = reply;
	const box = await engine.keys.box(workspaceId);
	const sentAt = engine.now().toISOString();
	await engine.database.inWorkspace(workspaceId, async (scope) => {
		const [conversation] = await conversationRows(scope, storeScope, [conversationId]);
		if (!conversation) throw new NotActiveError('missing', `No conversation ${conversationId}`);
		const isNew = await queueMessage(scope, {
			messageId,
			conversationId,
			userId,
			sentAt,
			sealed: sealBody(box, messageId, { text, imageUrl: null }),
			diesAt: messageDeath(engine, sentAt),
		});
		if (!isNew) return;
		const face = openFace(box, conversationId, conversation.sealed);
		const sealed = sealFace(box, conversationId, { ...face, preview: text, previewKind: 'text' });
		await summariseConversation(scope, conversationId, { sealed, reopen: false });
		await engine.jobs.enqueue(messageSend, { workspaceId, conversationId, messageId }, { scope });
		await told(scope, conversation.store_id, conversationId);
	});
	return { sentAt };
}

/** Sends a reply that was not taken once more. @throws NotActiveError when it is not such a one */
export async function sendAgain(engine: Engine, workspaceId: string, storeScope: StoreScope, messageId: string): Promise<void> {
	await engine.database.inWorkspace(workspaceId, async (scope) => {
		const found = await requeueMessage(scope, storeScope, messageId);
		if (!found) throw new NotActiveError('missing', `No message ${messageId} that was not taken`);
		await summariseConversation(scope, found.conversationId, { reopen: false });
		await engine.jobs.enqueue(messageSend, { workspaceId, conversationId: found.conversationId, messageId }, { scope });
		await told(scope, found.storeId, found.conversationId);
	});
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
			end = await handOver(engine, store, messageId, taken, text ?? '');
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
	messageId: string,
	taken: MessageToSend,
	text: string,
): Promise<MessageEnd | null> {
	const { messages } = ofMessages(store);
	if (taken.attemptedAt !== null && (await arrived(engine, store, messageId, taken))) return null;
	try {
		return {
			state: 'accepted',
			externalId: await messages.send(store.context, taken.externalConversationId, text, { messageId, answers: taken.answers }),
		};
	} catch (error) {
		if (error instanceof NotActiveError && error.reason === 'writesStopped') return { state: 'failed', code: 'writesStopped' };
		// The platform says no to this message; of the store that tells nothing.
		if (error instanceof PlatformError && (error.kind === 'rejected' || error.kind === 'notFound' || error.kind === 'forbidden'))
			return { state: 'rejected', code: error.userMessage.code };
		throw error;
	}
}

/** Reads the conversation; a message that is there by now was adopted by being stored. */
async function arrived(engine: Engine, store: OpenStore, messageId: string, taken: MessageToSend): Promise<boolean> {
	const since = addMillis(taken.attemptedAt ?? engine.now().toISOString(), -LOOK_BACK);
	const page = await ofMessages(store).messages.fetch(store.context, [taken.externalConversationId], since);
	await storeThreads(engine, store.target, threadsOf(engine, store, page));
	return !(await engine.database.inWorkspace(store.target.workspaceId, (scope) => isUnsettled(scope, messageId)));
}

async function settle(
	engine: Engine,
	ids: { workspaceId: string; messageId: string },
	taken: MessageToSend,
	end: MessageEnd,
): Promise<void> {
	const work = async (scope: Scope): Promise<void> => {
		if (!(await settleMessage(scope, ids.messageId, end))) return;
		await summariseConversation(scope, taken.conversationId, { reopen: false });
		await told(scope, taken.storeId, taken.conversationId);
	};
	await engine.database.inWorkspace(ids.workspaceId, work, { lock: storeMessagesLock(taken.storeId) });
}

async function told(scope: Scope, storeId: string, conversationId: string): Promise<void> {
	await recordEvent(scope, { kind: 'conversation.changed', storeId, ids: [conversationId] });
}

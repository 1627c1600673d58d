import {
	addConversation,
	addMessages,
	knownConversation,
	knownMessages,
	placeMessages,
	rejectMessages,
	type MessageWrite,
	type Scope,
	settleMessage,
	storeMessagesLock,
	summariseConversation,
	unsettledMessages,
} from '@pangea/db';
import { addMillis, type ConversationFace, type Instant, type Message, type MessageBody, type Thread } from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import type { SealedBox } from '@pangea/vault';
import type { Engine } from '../engine.ts';
import { guard } from '../guard.ts';
import { newId } from '../ids.ts';
import type { StoreTarget } from '../ingest-target.ts';
import { PLACES } from '../keyring.ts';

const DAY = 86_400_000;
/** Lists show the beginning of the last message. */
const PREVIEW = 160;

type ThreadParts = Pick<Engine, 'database' | 'keys' | 'options' | 'now'>;

/** When a message is forgotten. */
export function messageDeath({ options }: Pick<Engine, 'options'>, sentAt: Instant): Instant {
	return addMillis(sentAt, options.messageDays * DAY);
}

/**
 * Stores conversations as their platform tells them, in one transaction: messages that are new, ours of which it was not known whether they
 * arrived, what lists show of the conversation, and the event. The same news twice changes nothing and emits nothing.
 * @returns the conversations with something new.
 */
export async function storeThreads(engine: ThreadParts, target: StoreTarget, threads: readonly Thread[]): Promise<string[]> {
	const box = await engine.keys.box(target.workspaceId);
	const diesAt = (message: Message): string => messageDeath(engine, message.sentAt);
	const work = async (scope: Scope): Promise<string[]> => {
		await guard(scope, target.storeId);
		const changed: string[] = [];
		for (const thread of threads) {
			const conversationId = await storeThread(scope, { target, box, thread, diesAt, now: engine.now().toISOString() });
			if (conversationId !== null) changed.push(conversationId);
		}
		if (changed.length > 0) await recordEvent(scope, { kind: 'conversation.changed', storeId: target.storeId, ids: changed });
		return changed;
	};
	return await engine.database.inWorkspace(target.workspaceId, work, { lock: storeMessagesLock(target.storeId) });
}

interface Storing {
	target: StoreTarget;
	box: SealedBox;
	thread: Thread;
	diesAt: (message: Message) => string;
	now: string;
}

/** @returns the conversation's id when something of it is new. */
async function storeThread(scope: Scope, { target, box, thread, diesAt, now }: Storing): Promise<string | null> {
	const { conversation } = thread;
	// What is past its date is not even stored.
	const alive = thread.messages.filter((message) => diesAt(message) > now);
	const known = await knownConversation(scope, target.storeId, conversation.externalId);
	const last = alive.at(-1);
	if (!known && !last) return null;
	const refused = known ? await rejectMessages(scope, known.conversationId, thread.undelivered ?? []) : false;
	const conversationId = known?.conversationId ?? newId();
	const held = known
		? await knownMessages(
				scope,
				conversationId,
				alive.map((m) => m.externalId),
			)
		: new Set<string>();
	const fresh = alive.filter((message) => !held.has(message.externalId));
	const placed = await placeMessages(
		scope,
		conversationId,
		alive.filter((message) => held.has(message.externalId)),
	);
	if (known && fresh.length === 0 && !placed && !refused) return null;
	if (!known) {
		await addConversation(scope, {
			conversationId,
			storeId: target.storeId,
			platform: target.platform,
			kind: conversation.kind,
			externalId: conversation.externalId,
			externalBuyerId: conversation.externalBuyerId,
			canSend: conversation.canSend,
			sealed: sealFace(box, conversationId, { buyerName: conversation.buyerName, preview: null, previewKind: 'notice' }),
			at: last?.sentAt ?? now,
		});
	}
	const adopted = known ? await adoptOurs(scope, box, conversationId, fresh) : new Set<string>();
	if (adopted.size > 0)
		await placeMessages(
			scope,
			conversationId,
			fresh.filter((message) => adopted.has(message.externalId)),
		);
	await addMessages(
		scope,
		conversationId,
		fresh.filter((message) => !adopted.has(message.externalId)).map((message) => messageWrite(box, message, diesAt(message))),
	);
	const before = known ? openFace(box, conversationId, known.sealed) : null;
	const shown = alive.findLast((message) => message.sender !== 'platform') ?? last;
	await summariseConversation(scope, conversationId, {
		sealed: sealFace(box, conversationId, {
			buyerName: conversation.buyerName ?? before?.buyerName ?? null,
			preview: shown ? shown.text : (before?.preview ?? null),
			previewKind: shown?.kind ?? before?.previewKind ?? 'notice',
		}),
		canSend: conversation.canSend,
		externalBuyerId: conversation.externalBuyerId,
		reopen: fresh.some((message) => message.sender === 'buyer'),
	});
	return conversationId;
}

/**
 * Messages of ours whose answer was lost on the way, told by the platform now: they are the same, not second ones.
 * @returns the platform's ids of those.
 */
async function adoptOurs(scope: Scope, box: SealedBox, conversationId: string, fresh: readonly Message[]): Promise<Set<string>> {
	const adopted = new Set<string>();
	const theirs = fresh.filter((message) => message.sender === 'seller' && message.kind === 'text');
	if (theirs.length === 0) return adopted;
	for (const { messageId, sealed } of await unsettledMessages(scope, conversationId)) {
		const { text } = openBody(box, messageId, sealed);
		// Where the platform keeps the id that we gave it, words that it changed on the way do not matter.
		const same =
			theirs.find((message) => message.externalId.includes(messageId)) ??
			theirs.find((message) => message.text === text && !adopted.has(message.externalId));
		if (same && (await settleMessage(scope, messageId, { state: 'accepted', externalId: same.externalId }))) adopted.add(same.externalId);
	}
	return adopted;
}

function messageWrite(box: SealedBox, message: Message, diesAt: string): MessageWrite {
	const messageId = newId();
	const { externalId, position, kind, sender, sentAt, externalOrderId, externalListingId, text, imageUrl, attachments } = message;
	const sealed = sealBody(box, messageId, { text, imageUrl, ...(attachments && { attachments }) });
	return { messageId, externalId, position, kind, sender, sentAt, sealed, externalOrderId, externalListingId, diesAt };
}

export function sealBody(box: SealedBox, messageId: string, body: MessageBody): Buffer {
	return box.seal(JSON.stringify(body), PLACES.message(messageId));
}

// Both were written by ourselves.
export function openBody(box: SealedBox, messageId: string, sealed: Buffer): MessageBody {
	return JSON.parse(box.open(sealed, PLACES.message(messageId)).toString('utf8')) as MessageBody;
}

export function openFace(box: SealedBox, conversationId: string, sealed: Buffer): ConversationFace {
	return JSON.parse(box.open(sealed, PLACES.conversation(conversationId)).toString('utf8')) as ConversationFace;
}

/** Of the preview only the beginning is kept. */
export function sealFace(box: SealedBox, conversationId: string, face: ConversationFace): Buffer {
	return box.seal(JSON.stringify({ ...face, preview: face.preview?.slice(0, PREVIEW) ?? null }), PLACES.conversation(conversationId));
}

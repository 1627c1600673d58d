import { isDeepStrictEqual } from 'node:util';
import {
	addConversation,
	addFiles,
	addMessages,
	hasRota,
	knownConversation,
	placeMessages,
	refuseMessages,
	type MessageWrite,
	type Scope,
	settleMessage,
	settleStoredIntakes,
	storeMessagesLock,
	summariseConversation,
	unmarkConversation,
	unsettledMessages,
} from '@pangea/db';
import { addMillis, type ConversationFace, type Instant, type Message, type Thread } from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import type { SealedBox } from '@pangea/vault';
import type { Engine } from '../engine.ts';
import { guard, notActive } from '../guard.ts';
import { newId } from '../ids.ts';
import type { StoreTarget } from '../ingest-target.ts';
import { conversationsHandOut, fileFetch } from '@pangea/jobs';
import { openBody, openFace, sealBody, sealFace } from './bodies.ts';
import { namedFiles } from './file-rows.ts';
import { marksOf } from './marks.ts';

const DAY = 86_400_000;
/** How far the platform's clock may lie behind ours. */
const CLOCK_SKEW = 120_000;

type ThreadParts = Pick<Engine, 'database' | 'keys' | 'options' | 'now' | 'jobs'>;

/** When a message is forgotten. */
export function messageDeath({ options }: Pick<Engine, 'options'>, sentAt: Instant): Instant {
	return addMillis(sentAt, options.messageDays * DAY);
}

/**
 * Stores conversations as their platform tells them, in one transaction: messages that are new, ours of which it was not known whether they
 * arrived, what lists show of the conversation, and the event. The same news twice changes nothing and emits nothing.
 * @param intakeIds pushes that are settled in the same transaction
 * @returns the conversations with something new.
 */
export async function storeThreads(
	engine: ThreadParts,
	target: StoreTarget,
	threads: readonly Thread[],
	intakeIds: readonly string[] = [],
): Promise<string[]> {
	const box = await engine.keys.box(target.workspaceId);
	let isRotaOn = false;
	const work = async (scope: Scope): Promise<string[]> => {
		// Asked with the first look at a conversation, and heard before anything is kept.
		const asked = Promise.all([mayStore(scope, target.storeId, intakeIds), hasRota(scope)]);
		await scope.send(asked);
		const files: string[] = [];
		const changed = await writeThreads(engine, scope, { target, box, threads, files });
		for (const fileId of files) await engine.jobs.enqueue(fileFetch, { workspaceId: target.workspaceId, fileId }, { scope });
		if (changed.length > 0) await scope.send(recordEvent(scope, { kind: 'conversation.changed', storeId: target.storeId, ids: changed }));
		[, isRotaOn] = await asked;
		return changed;
	};
	const lock = storeMessagesLock(target.storeId);
	const changed = await engine.database.inWorkspace(target.workspaceId, work, { lock, pipelined: true });
	if (changed.length > 0 && isRotaOn) await engine.jobs.enqueue(conversationsHandOut, { workspaceId: target.workspaceId });
	return changed;
}

/** Settles the pushes. @throws NotActiveError where calls for the store are not wanted: all is undone then. */
async function mayStore(scope: Scope, storeId: string, intakeIds: readonly string[]): Promise<void> {
	if (intakeIds.length === 0) await guard(scope, storeId);
	else if (!(await settleStoredIntakes(scope, storeId, intakeIds))) throw notActive(storeId);
}

/**
 * The same inside a transaction that holds the store's messages, and without the event.
 * @param to with `files` it is told which files are to be fetched
 * @returns the conversations with something new.
 */
export async function writeThreads(
	engine: Pick<Engine, 'options' | 'now'>,
	scope: Scope,
	{ threads, files = [], ...to }: { target: StoreTarget; box: SealedBox; threads: readonly Thread[]; files?: string[] },
): Promise<string[]> {
	const diesAt = (message: Message): string => messageDeath(engine, message.sentAt);
	const now = engine.now().toISOString();
	const changed: string[] = [];
	for (const thread of threads) {
		const conversationId = await storeThread(engine, scope, { ...to, thread, diesAt, now, files });
		if (conversationId !== null) changed.push(conversationId);
	}
	return changed;
}

interface Storing {
	target: StoreTarget;
	box: SealedBox;
	thread: Thread;
	diesAt: (message: Message) => string;
	now: string;
	/** Files that are to be fetched are added to it. */
	files: string[];
}

/** @returns the conversation's id when something of it is new. */
async function storeThread(
	engine: Pick<Engine, 'options'>,
	scope: Scope,
	{ target, box, thread, diesAt, now, files }: Storing,
): Promise<string | null> {
	const { conversation } = thread;
	// What is past its date is not even stored.
	const alive = thread.messages.filter((message) => diesAt(message) > now);
	const known = await knownConversation(
		scope,
		{ storeId: target.storeId, externalId: conversation.externalId },
		alive.map((m) => m.externalId),
	);
	const last = alive.at(-1);
	const facts = conversation.caseFacts ?? null;
	// A case that was over before we knew of it is its order's history and nobody's work.
	if (!known && (!last || (conversation.kind === 'case' && facts?.turn === 'nobody'))) return null;
	const conversationId = known?.conversationId ?? newId();
	const held = known?.held ?? new Set<string>();
	const fresh = alive.filter((message) => !held.has(message.externalId));
	const placed = await placeMessages(
		scope,
		conversationId,
		alive.filter((message) => held.has(message.externalId)),
	);
	const tookBack = alive.flatMap(({ externalId, refusedFor }) =>
		refusedFor !== null && held.has(externalId) ? [{ externalId, code: refusedFor }] : [],
	);
	const refused = await refuseMessages(scope, conversationId, [...tookBack, ...(thread.undelivered ?? [])]);
	const { canSend, closedBy } = conversation;
	const turned = known !== null && canSend !== null && (canSend !== known.canSend || closedBy !== known.closedBy);
	const moved = known !== null && facts !== null && !isDeepStrictEqual(facts, known.caseFacts);
	if (known && fresh.length === 0 && !placed && !refused && !turned && !moved) return null;
	const adopted = known ? await adoptOurs(scope, box, conversationId, fresh) : new Set<string>();
	if (adopted.size > 0)
		await placeMessages(
			scope,
			conversationId,
			fresh.filter((message) => adopted.has(message.externalId)),
		);
	const before = known ? openFace(box, conversationId, known.sealed) : null;
	const about = {
		buyerName: conversation.buyerName ?? before?.buyerName ?? null,
		subject: conversation.subject ?? before?.subject ?? null,
		externalOrderId: conversation.externalOrderId,
	};
	const place = { conversationId, storeId: target.storeId };
	const writes = fresh
		.filter((message) => !adopted.has(message.externalId))
		.map((message) => ({ message, write: messageWrite(box, message, about, diesAt(message)) }));
	const said = writes.map(({ write }) => write);
	const shownLast = alive.findLast((message) => message.sender !== 'platform') ?? last;
	// What was sent is read from another folder than what was received: a look may bring nothing but older messages.
	const shown = shownLast && known && shownLast.sentAt < known.lastAt ? undefined : shownLast;
	const sealed = sealFace(box, conversationId, {
		buyerName: about.buyerName,
		// A look that brings no newer message leaves what lists show.
		preview: shown ? shown.text : (before?.preview ?? null),
		previewKind: shown?.kind ?? before?.previewKind ?? 'notice',
		subject: about.subject,
	});
	if (known) await scope.send(addMessages(scope, place, said));
	else {
		const { platform } = target;
		const made = { ...place, ...conversation, platform, caseFacts: facts, sealed, at: last?.sentAt ?? now };
		await scope.send(addConversation(scope, made, said));
	}
	const named = writes.flatMap(({ message, write: { messageId, diesAt: dies } }) =>
		namedFiles(engine, box, message, { ...place, messageId, diesAt: dies }),
	);
	await addFiles(scope, named);
	files.push(...named.flatMap(({ fileId, errorCode }) => (errorCode === null ? [fileId] : [])));
	if (before && (about.buyerName !== before.buyerName || about.subject !== (before.subject ?? null)))
		await unmarkConversation(scope, conversationId);
	if (!known) return conversationId;
	const reopen =
		refused ||
		fresh.some(({ sender }) => sender === 'buyer' || sender === 'assistant') ||
		(facts?.turn === 'seller' && known.caseFacts?.turn !== 'seller');
	const { externalBuyerId } = conversation;
	const changes = { sealed, canSend, closedBy, externalBuyerId, caseFacts: facts, reopen };
	await scope.send(summariseConversation(scope, conversationId, changes));
	return conversationId;
}

/**
 * Messages of ours whose answer was lost on the way, told by the platform now: they are the same, not second ones.
 * @returns the platform's ids of those.
 */
async function adoptOurs(scope: Scope, box: SealedBox, conversationId: string, fresh: readonly Message[]): Promise<Set<string>> {
	const adopted = new Set<string>();
	const theirs = fresh.filter((message) => message.sender === 'seller' && message.refusedFor === null);
	if (theirs.length === 0) return adopted;
	for (const { messageId, sealed, attemptedAt } of await unsettledMessages(scope, conversationId)) {
		const { text } = openBody(box, messageId, sealed);
		const free = theirs.filter((message) => !adopted.has(message.externalId));
		// Where the platform keeps the id that we gave it, words that it changed on the way do not matter.
		const same =
			theirs.find((message) => message.externalId.includes(messageId)) ??
			(text === null
				? // A picture has no words to be known by: one of the seller's that came since the attempt, and is nobody else's, is it.
					free.find((message) => message.kind === 'image' && attemptedAt !== null && message.sentAt >= addMillis(attemptedAt, -CLOCK_SKEW))
				: free.find((message) => message.text === text));
		if (same && (await settleMessage(scope, messageId, { state: 'accepted', externalId: same.externalId }))) adopted.add(same.externalId);
	}
	return adopted;
}

interface About extends Pick<ConversationFace, 'buyerName' | 'subject'> {
	externalOrderId: string | null;
}

function messageWrite(box: SealedBox, message: Message, about: About, diesAt: string): MessageWrite {
	const messageId = newId();
	const { externalId, position, kind, sender, sentAt, externalOrderId, externalListingId, refusedFor, text, imageUrl, attachments } =
		message;
	const body = { text, imageUrl, ...(attachments && { attachments }) };
	return {
		messageId,
		externalId,
		position,
		kind,
		sender,
		sentAt,
		sealed: sealBody(box, messageId, body),
		externalOrderId,
		externalListingId,
		refusedFor,
		diesAt,
		marks: marksOf(box, { body, face: about, ids: [externalOrderId, externalListingId, about.externalOrderId] }),
	};
}

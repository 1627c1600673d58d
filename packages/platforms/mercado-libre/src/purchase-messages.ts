import type { Instant, Message, Sender, Thread } from '@pangea/domain';
import {
	entryOf,
	type HttpRequest,
	type Json,
	type Outcome,
	type OutgoingFile,
	pathStep,
	PlatformError,
	type StoreContext,
	type UserMessageCode,
} from '@pangea/platform-contract';
import { answer, apiUrl, read, readFresh, sendAs } from './client.ts';
import { notUnderstood, understand } from './errors.ts';
import { attachmentsOf, purchaseFiles, uploadFiles } from './message-files.ts';
import { isGlobalSelling } from './stores.ts';
import { type WireMessage, wireMessage, wireSent, type WireThread, wireThread, wireUnread } from './wire-messages.ts';

const A_PAGE = 50;
/** So many messages of a purchase are read at most; who wants older ones looks at the platform. */
const MOST_MESSAGES = 200;
const POST_SALE = { tag: 'post_sale' } as const;

/** The platform's own assistants, which ask in a buyer's name, by site (contract §7.2). */
const ASSISTANTS = new Set(['3020819166', '3037204123', '3037204279', '3037674934', '3037675074', '3037204685']);

/** Purchases with messages that the seller has not read; the platform lists no others. */
export async function unreadPacks(context: StoreContext): Promise<string[]> {
	const isGlobal = isGlobalSelling(context);
	const { json } = await read(context, {
		operation: 'messages.read',
		path: `${isGlobal ? '/marketplace' : ''}/messages/unread`,
		query: { role: 'seller', ...POST_SALE, ...(isGlobal ? { user_id: context.store.externalId } : {}) },
	});
	const { results } = understand('messages.read', wireUnread, json);
	return (results ?? []).flatMap(({ resource }) => /^\/?packs\/(\d{1,20})(?:\/|$)/.exec(resource)?.[1] ?? []);
}

/** The purchase that a message belongs to; null when it is gone or names none. */
export async function packOfMessage(context: StoreContext, messageId: string): Promise<string | null> {
	try {
		const { json } = await readFresh(context, {
			operation: 'messages.read',
			path: `${isGlobalSelling(context) ? '/marketplace' : ''}/messages/${pathStep(messageId)}`,
			query: isGlobalSelling(context) ? {} : POST_SALE,
		});
		const { messages } = understand('messages.read', wireThread, json);
		const found = wireMessage.safeParse(messages?.[0]);
		const resources = found.success ? (found.data.message_resources ?? []) : [];
		return resources.find(({ name }) => name === 'packs')?.id ?? null;
	} catch (error) {
		if (error instanceof PlatformError && error.kind === 'notFound') return null;
		throw error;
	}
}

function threadPath(context: StoreContext, pack: string): string {
	const path = `/messages/packs/${pathStep(pack)}`;
	return isGlobalSelling(context) ? `/marketplace${path}` : `${path}/sellers/${pathStep(context.store.externalId)}`;
}

async function threadPage(context: StoreContext, pack: string, offset: number, limit = A_PAGE): Promise<WireThread> {
	const { json } = await read(context, {
		operation: 'messages.read',
		path: threadPath(context, pack),
		query: {
			...(isGlobalSelling(context) ? {} : POST_SALE),
			limit: String(limit),
			offset: String(offset),
			// Reading must not take the mark of what is unread from the seller's own inbox. Whether cross-border threads know the word is not published.
			mark_as_read: 'false',
		},
	});
	return understand('messages.read', wireThread, json);
}

/** What was said about a purchase at or after `since`; nothing when the platform knows no such purchase of the store. */
export async function purchaseThread(context: StoreContext, pack: string, since: Instant): Promise<Outcome<Thread>[]> {
	const found: WireMessage[] = [];
	let head: WireThread | null = null;
	try {
		for (let offset = 0; offset < MOST_MESSAGES; offset += A_PAGE) {
			const page = await threadPage(context, pack, offset);
			head ??= page;
			const rows = page.messages ?? [];
			const read = rows.flatMap((row) => readable(row));
			found.push(...read);
			if (rows.length < A_PAGE || read.some((message) => timeOf(message) < since)) break;
		}
	} catch (error) {
		if (error instanceof PlatformError && error.kind === 'notFound') return [];
		throw error;
	}
	return head ? [{ ok: true, value: toThread(context, pack, head, found, since), replies: [] }] : [];
}

function readable(row: Json): WireMessage[] {
	const wire = wireMessage.safeParse(row);
	return wire.success && timeOf(wire.data) !== '' ? [wire.data] : [];
}

function timeOf({ message_date: date }: WireMessage): Instant {
	return date?.received ?? date?.created ?? '';
}

function toThread(context: StoreContext, pack: string, head: WireThread, found: readonly WireMessage[], since: Instant): Thread {
	const theirs = found.map((message) => ({ message, sender: senderOf(context, message) }));
	const buyer = theirs.find(({ sender }) => sender === 'buyer')?.message.from;
	const addressed = theirs.find(({ message, sender }) => sender === 'seller' && !ASSISTANTS.has(message.to?.user_id ?? ''))?.message.to;
	const known = buyer ?? addressed;
	// Newest first on the wire. Times are cut to the second, so that the platform's order has to tell who spoke last within one.
	const oldestFirst = theirs.toReversed();
	const messages = oldestFirst.flatMap(({ message, sender }, index) => {
		const sentAt = timeOf(message);
		const before = oldestFirst.slice(0, index).filter((other) => timeOf(other.message) === sentAt).length;
		return sentAt >= since ? toMessages(message, { sender, sentAt, position: String(before).padStart(4, '0') }) : [];
	});
	return {
		conversation: {
			externalId: pack,
			kind: 'purchase',
			externalBuyerId: known?.user_id ?? null,
			buyerName: known?.name || null,
			externalOrderId: pack,
			externalListingId: null,
			subject: null,
			...stateOf(head),
		},
		messages,
	};
}

function senderOf(context: StoreContext, { from }: WireMessage): Sender {
	const id = from?.user_id ?? '';
	if (ASSISTANTS.has(id)) return 'assistant';
	return id === context.store.externalId || id === context.store.attributes['globalUserId'] ? 'seller' : 'buyer';
}

const HELD_BACK = ['moderated', 'rejected', 'blocked'];
const REASONS: Readonly<Record<string, UserMessageCode>> = {
	out_of_place_language: 'moderatedLanguage',
	social_network_link: 'moderatedContact',
	link_short_url: 'moderatedLink',
	automatic_message: 'moderatedAutomatic',
	personal_data: 'moderatedContact',
	link_mercadopago: 'moderatedPayment',
	ml_links_paypal: 'moderatedPayment',
	evasion_claim_seller: 'moderatedClaim',
};

/** Nothing for what moderation keeps from the seller. */
function toMessages(wire: WireMessage, told: Pick<Message, 'sender' | 'sentAt' | 'position'>): Message[] {
	// Samples write both cases (contract §7.2).
	const moderation = (wire.message_moderation?.status ?? '').toLowerCase();
	const isRefused = HELD_BACK.includes((wire.status ?? '').toLowerCase()) || moderation === 'rejected' || moderation === 'blocked';
	if (isRefused && told.sender !== 'seller') return [];
	const refusedFor = isRefused ? (entryOf(REASONS, (wire.message_moderation?.reason ?? '').toLowerCase()) ?? 'moderated') : null;
	const attachments = attachmentsOf(wire);
	const message: Message = {
		...told,
		externalId: wire.id,
		kind: wire.text ? 'text' : attachments.length > 0 ? 'file' : 'other',
		text: wire.text || null,
		imageUrl: null,
		externalOrderId: null,
		externalListingId: null,
		refusedFor,
		...(attachments.length > 0 && { attachments }),
	};
	return [message];
}

/** What is not known as open is blocked (contract §7.2); the platform's word says why. */
function stateOf({ conversation_status: state }: WireThread): { canSend: boolean | null; closedBy: string | null } {
	if (!state) return { canSend: null, closedBy: null };
	if ((state.status ?? '').toLowerCase() === 'active') return { canSend: true, closedBy: null };
	// One page spells it so.
	const word = (state.substatus || state.status || 'unknown').toLowerCase().replace(/^bloqued_/, 'blocked_');
	return { canSend: false, closedBy: word };
}

/** A conversation with an assistant has a path of its own. */
const OWN_PATH = /\/conversations\/(\w{1,40})$/;

/** @throws PlatformError kind `rejected` where nobody may write */
export async function sendToPurchase(context: StoreContext, pack: string, text: string, files: readonly OutgoingFile[]): Promise<string> {
	const attachments = await uploadFiles(context, purchaseFiles(context), files);
	const said = { text, ...(attachments.length > 0 && { attachments }) };
	const request = isGlobalSelling(context) ? crossBorder(context, pack, said) : await local(context, pack, said);
	const reply = await sendAs(context, request);
	return understand('messages.write', wireSent, answer(context, 'messages.write', reply).json);
}

function writing(context: StoreContext, path: string, query: Record<string, string>, body: object): HttpRequest {
	return {
		operation: 'messages.write',
		method: 'POST',
		url: apiUrl(context, path, query),
		headers: { 'content-type': 'application/json', accept: 'application/json' },
		body: JSON.stringify(body),
		// Not repeated by the client: the platform knows no key by which it would see that it is the same message.
		idempotent: false,
		writes: true,
	};
}

interface SaidHere {
	text: string;
	attachments?: string[];
}

function crossBorder(context: StoreContext, pack: string, said: SaidHere): HttpRequest {
	return writing(context, threadPath(context, pack), {}, said);
}

/** A local seller names whom the message is for: whoever spoke last, a buyer or an assistant. */
async function local(context: StoreContext, pack: string, said: SaidHere): Promise<HttpRequest> {
	const head = await threadPage(context, pack, 0);
	if (stateOf(head).canSend === false)
		throw new PlatformError({ kind: 'rejected', userMessage: { code: 'conversationClosed' }, detail: 'messages.write: blocked' });
	const found = (head.messages ?? []).flatMap((row) => readable(row));
	const asked = found.find((message) => senderOf(context, message) !== 'seller')?.from?.user_id;
	const to = asked ?? found.find((message) => senderOf(context, message) === 'seller')?.to?.user_id;
	if (!to) throw notUnderstood('messages.write', 'nobody to write to');
	const own = OWN_PATH.exec(head.conversation_status?.path ?? '')?.[0] ?? '';
	const body = { from: { user_id: context.store.externalId }, to: { user_id: to }, ...said };
	return writing(context, threadPath(context, pack) + own, POST_SALE, body);
}

/** Tells the platform that a person has seen the messages: the thread is read as the seller's own inbox reads it. */
export async function markPurchaseRead(context: StoreContext, pack: string): Promise<void> {
	await sendAs(context, {
		operation: 'messages.read',
		method: 'GET',
		url: apiUrl(context, threadPath(context, pack), {
			...(isGlobalSelling(context) ? {} : POST_SALE),
			limit: '1',
			offset: '0',
			mark_as_read: 'true',
		}),
		headers: { accept: 'application/json' },
		idempotent: true,
		writes: true,
	});
}

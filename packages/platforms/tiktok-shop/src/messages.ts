import { type Conversation, instantFromSeconds, type Message, type MessageKind, type Sender, type Thread } from '@pangea/domain';
import { entryOf, type Messages, type Outcome, parseJson, type StoreContext } from '@pangea/platform-contract';
import { call } from './client.ts';
import { rawRecord } from './evidence.ts';
import { attachmentOf, fetchFile, uploadPicture } from './message-files.ts';
import { cipherOf } from './stores.ts';
import { explain, Nothing } from './wire.ts';
import {
	ConversationDetail,
	ConversationPage,
	MessageContent,
	MessagePage,
	SentMessage,
	WireConversation,
	WireMessage,
} from './wire-messages.ts';

const BASE = '/customer_service/202309/conversations';
const CONVERSATIONS_A_PAGE = 20;
const MESSAGES_A_PAGE = 10;
/** So many messages of a conversation are read at most; who wants older ones looks at the platform. */
const MOST_MESSAGES = 200;

export const messages: Messages = {
	longestText: 2000,

	/** The list has no time filter and is taken to be newest first (unconfirmed), so the walk ends with a page on which nothing is new. */
	async *pull(context, since) {
		let token: string | null = null;
		do {
			const data: Records = await conversationPage(context, token);
			const items: Outcome<Thread>[] = [];
			for (const record of data.records) {
				const wire = WireConversation.safeParse(record);
				if (!wire.success) {
					items.push({ ok: false, externalId: null, cause: explain(wire.error), raw: rawRecord(record), replies: [] });
					continue;
				}
				const newest = wire.data.latest_message?.create_time;
				if (newest === undefined || newest * 1000 < Date.parse(since)) continue;
				items.push(threadOf(wire.data, await readMessages(context, wire.data.id, since)));
			}
			token = items.length > 0 ? data.token : null;
			yield { items, replies: [], next: token, watermark: context.now().toISOString(), total: null };
		} while (token !== null);
	},

	async fetch(context, externalIds, since) {
		const items: Outcome<Thread>[] = [];
		for (const externalId of externalIds) {
			// A buyer waits for both; neither needs the other.
			const [{ data }, found] = await Promise.all([
				call(context, read(context, `/customer_service/202601/conversations/${encodeURIComponent(externalId)}`, {}), ConversationDetail),
				readMessages(context, externalId, since),
			]);
			items.push(threadOf(data.conversation, found));
		}
		return { items, replies: [], next: null, watermark: context.now().toISOString(), total: null };
	},

	async send(context, externalConversationId, text, reply) {
		const [picture] = reply?.files ?? [];
		const content = picture ? await uploadPicture(context, picture) : { content: text };
		const { data } = await call(
			context,
			{
				...writing(context, externalConversationId),
				body: { type: picture ? 'IMAGE' : 'TEXT', content: JSON.stringify(content) },
				// Not repeated by the client: the platform knows no key by which it would see that it is the same message.
				idempotent: false,
			},
			SentMessage,
		);
		return data.message_id;
	},

	file: fetchFile,

	async markRead(context, externalConversationId) {
		const request = writing(context, externalConversationId);
		await call(context, { ...request, path: `${request.path}/read`, idempotent: true }, Nothing);
	},
};

function read(context: StoreContext, path: string, query: Readonly<Record<string, string | number | undefined>>) {
	return { operation: 'customerService.read', method: 'GET', path, query, cipher: cipherOf(context), idempotent: true } as const;
}

function writing(context: StoreContext, conversation: string) {
	const path = `${BASE}/${encodeURIComponent(conversation)}/messages`;
	return { operation: 'customerService.write', method: 'POST', path, cipher: cipherOf(context), writes: true } as const;
}

function threadOf(wire: WireConversation, found: readonly WireMessage[]): Outcome<Thread> {
	// Oldest first; the platform's own order is by index.
	const messages = found.flatMap((record) => toMessage(record) ?? []).sort((a, b) => (a.position < b.position ? -1 : 1));
	return { ok: true, value: { conversation: toConversation(wire), messages }, replies: [] };
}

interface Records {
	token: string | null;
	records: unknown[];
}

async function conversationPage(context: StoreContext, token: string | null): Promise<Records> {
	const query = { page_size: CONVERSATIONS_A_PAGE, page_token: token ?? undefined };
	return (await call(context, read(context, BASE, query), ConversationPage)).data;
}

async function messagePage(context: StoreContext, conversation: string, token: string | null): Promise<Records> {
	const query = { page_size: MESSAGES_A_PAGE, sort_order: 'DESC', sort_field: 'index', page_token: token ?? undefined };
	return (await call(context, read(context, `${BASE}/${encodeURIComponent(conversation)}/messages`, query), MessagePage)).data;
}

async function readMessages(context: StoreContext, conversation: string, since: string): Promise<WireMessage[]> {
	const all: WireMessage[] = [];
	let token: string | null = null;
	do {
		const data: Records = await messagePage(context, conversation, token);
		const page = data.records.flatMap((record) => {
			const wire = WireMessage.safeParse(record);
			return wire.success ? [wire.data] : [];
		});
		all.push(...page);
		const reached = page.some((message) => message.create_time * 1000 < Date.parse(since));
		token = reached || all.length >= MOST_MESSAGES ? null : data.token;
	} while (token !== null);
	return all.filter((message) => message.create_time * 1000 >= Date.parse(since));
}

export function toConversation({ id, participants, can_send_message: canSend }: WireConversation): Conversation {
	const buyer = participants.find((participant) => participant.role === 'BUYER');
	return {
		externalId: id,
		kind: 'chat',
		externalBuyerId: buyer?.user_id ?? null,
		buyerName: buyer?.nickname ?? null,
		canSend: canSend ?? null,
		closedBy: null,
		externalOrderId: null,
		externalListingId: null,
		subject: null,
	};
}

const KINDS: Readonly<Record<string, MessageKind>> = {
	TEXT: 'text',
	IMAGE: 'image',
	VIDEO: 'video',
	ORDER_CARD: 'orderCard',
	PRODUCT_CARD: 'productCard',
	RETURN_REFUND_CARD: 'returnCard',
	COUPON_CARD: 'couponCard',
	NOTIFICATION: 'notice',
	ALLOCATED_SERVICE: 'notice',
	BUYER_ENTER_FROM_TRANSFER: 'notice',
	BUYER_ENTER_FROM_PRODUCT: 'notice',
	BUYER_ENTER_FROM_ORDER: 'notice',
};

const SENDERS: Readonly<Record<string, Sender>> = {
	BUYER: 'buyer',
	SHOP: 'seller',
	CUSTOMER_SERVICE: 'seller',
	ROBOT: 'robot',
	SYSTEM: 'platform',
};

/** Null for what the platform shows nobody. */
export function toMessage(wire: WireMessage): Message | null {
	if (wire.is_visible === false) return null;
	const kind = entryOf(KINDS, wire.type ?? '') ?? 'other';
	const content = contentOf(wire.content);
	const attachments = attachmentOf(kind, content);
	return {
		externalId: wire.id,
		kind,
		sender: entryOf(SENDERS, wire.sender?.role ?? '') ?? 'platform',
		sentAt: instantFromSeconds(wire.create_time),
		// Numeric text without a fixed length; its own id where there is none.
		position: (wire.index ?? wire.id).padStart(24, '0'),
		text: kind === 'image' || kind === 'video' ? null : content.content,
		imageUrl: null,
		externalOrderId: content.order_id,
		externalListingId: content.product_id,
		refusedFor: null,
		...(attachments.length > 0 && { attachments }),
	};
}

const EMPTY = { content: null, url: null, order_id: null, product_id: null, format: null, size: null };

function contentOf(text: string | null): Record<keyof typeof EMPTY, string | null> {
	try {
		return MessageContent.parse(parseJson(text ?? ''));
	} catch {
		// A kind that came after us, or a text that is no JSON: the platform's own words are better than none.
		return { ...EMPTY, content: text };
	}
}

import { answerOf, questionOf } from '../core/chatter.ts';
import type { Operation, WireCall, WireReply } from '../core/operation.ts';
import type { SimOrder } from '../core/order.ts';
import type { ConversationTruth, PlatformContext } from '../core/platform.ts';
import { hash } from '../core/random.ts';
import type { StoreSeed } from '../core/stores.ts';
import { badParameter, fail, ok } from './dialect.ts';
import type { TikTokIds } from './ids.ts';
import { seconds } from './order.ts';
import { fieldsOf, type ShopCall } from './shop-call.ts';
import type { TikTokWebhooks } from './webhooks.ts';

type ShopLevel = (scope: string, handle: (shop: ShopCall) => WireReply) => (call: WireCall) => WireReply;
type Role = 'BUYER' | 'SHOP' | 'SYSTEM';

const DAY = 86_400_000;
const MINUTE = 60_000;
/** A day's calls of a shop (contract §4). */
const DAILY = 10_000;
/** A chat may be written to for so long after its last message (contract §7: 30 days after a chat, 60 after an order). */
const OPEN = 60 * DAY;
/** Conversations that a shop has when somebody looks for the first time. */
const SEEDED = 8;
/** Of so many new orders one buyer writes at once. */
const ONE_IN = 5;

/** One message as the platform keeps it. */
interface Said {
	id: string;
	index: number;
	at: number;
	role: Role;
	type: string;
	content: Record<string, unknown>;
}

interface Chat {
	id: string;
	store: StoreSeed;
	buyer: number;
	nickname: string;
	createdAt: number;
	unread: number;
	said: Said[];
}

/** Chats between buyers and shops. */
export class CustomerService {
	readonly #context: PlatformContext;
	readonly #ids: TikTokIds;
	readonly #webhooks: TikTokWebhooks;
	readonly #chats = new Map<number, Map<string, Chat>>();
	readonly #calls = new Map<string, number>();
	#count = 0;

	constructor(context: PlatformContext, ids: TikTokIds, webhooks: TikTokWebhooks) {
		this.#context = context;
		this.#ids = ids;
		this.#webhooks = webhooks;
	}

	/** A buyer of an order writes to its shop. @returns the conversation's id */
	buyerWrites(order: SimOrder, text: string): string {
		const chat = this.#chatOf(order);
		const orderId = this.#ids.order({ store: order.store.number, index: order.index });
		if (!chat.said.some((said) => said.content['order_id'] === orderId))
			this.#say(chat, 'BUYER', 'BUYER_ENTER_FROM_ORDER', { order_id: orderId });
		this.#say(chat, 'BUYER', 'TEXT', { content: text });
		return chat.id;
	}

	/** Some buyers ask as soon as they have bought. */
	placed(order: SimOrder): void {
		if (hash(this.#context.world.seed, order.store.number, order.index, 77) % ONE_IN === 0)
			this.buyerWrites(order, questionOf(order.store, order.buyer.number + order.index));
	}

	truth(store: StoreSeed): ConversationTruth[] {
		return [...this.#of(store).values()].map((chat) => ({
			store: store.id,
			id: chat.id,
			unread: chat.unread,
			messages: chat.said.map((said) => ({
				id: said.id,
				at: said.at,
				from: said.role === 'BUYER' ? 'buyer' : said.role === 'SHOP' ? 'seller' : 'platform',
				type: said.type,
				text: typeof said.content['content'] === 'string' ? said.content['content'] : null,
			})),
		}));
	}

	operations(shopLevel: ShopLevel): Operation[] {
		const served = (handle: (shop: ShopCall) => WireReply): ((call: WireCall) => WireReply) =>
			shopLevel('seller.customer_service', (shop) => (this.#exhausted(shop) ? fail(shop.call, 'dailyLimit') : handle(shop)));
		const inChat = (handle: (shop: ShopCall, chat: Chat) => WireReply): ((call: WireCall) => WireReply) =>
			served((shop) => {
				const chat = this.#of(shop.store).get(shop.call.params['conversationId'] ?? '');
				return chat ? handle(shop, chat) : badParameter(shop.call, 'conversation_id is invalid.');
			});
		const base = '/customer_service/202309/conversations';
		return [
			{ name: 'conversations.list', method: 'GET', path: base, handle: served((shop) => this.#list(shop)) },
			{
				name: 'conversations.get',
				method: 'GET',
				path: '/customer_service/202601/conversations/:conversationId',
				handle: inChat(({ call }, chat) => {
					const { id, participant_count, create_time, unread_count, participants } = this.#render(chat);
					return ok(call, { conversation: { id, participant_count, create_time, unread_count, participants } });
				}),
			},
			{
				name: 'messages.list',
				method: 'GET',
				path: `${base}/:conversationId/messages`,
				handle: inChat((shop, chat) => this.#messages(shop, chat)),
			},
			{
				name: 'messages.send',
				method: 'POST',
				path: `${base}/:conversationId/messages`,
				handle: inChat((shop, chat) => this.#send(shop, chat)),
			},
			{
				name: 'messages.read',
				method: 'POST',
				path: `${base}/:conversationId/messages/read`,
				handle: inChat(({ call }, chat) => {
					chat.unread = 0;
					return ok(call, {});
				}),
			},
		];
	}

	#exhausted({ call, store }: ShopCall): boolean {
		const key = `${store.number} ${new Date(call.now).toISOString().slice(0, 10)}`;
		const calls = (this.#calls.get(key) ?? 0) + 1;
		this.#calls.set(key, calls);
		return calls > DAILY;
	}

	#list({ call, store }: ShopCall): WireReply {
		const size = Number(call.query.get('page_size') ?? Number.NaN);
		if (!Number.isInteger(size) || size < 1 || size > 20) return badParameter(call, 'page_size must be between 1 and 20.');
		const all = [...this.#of(store).values()].sort((a, b) => lastIndex(b) - lastIndex(a));
		const start = Number(call.query.get('page_token') || 0);
		const conversations = all.slice(start, start + size).map((chat) => {
			const { participants, ...rest } = this.#render(chat);
			const latest = chat.said.at(-1);
			return {
				...rest,
				can_send_message: canSend(chat, call.now),
				participants,
				...(latest === undefined ? {} : { latest_message: this.#renderSaid(chat, latest) }),
			};
		});
		return ok(call, { next_page_token: start + size < all.length ? String(start + size) : '', conversations }, conversations);
	}

	#messages({ call }: ShopCall, chat: Chat): WireReply {
		const size = Number(call.query.get('page_size') ?? Number.NaN);
		if (!Number.isInteger(size) || size < 1 || size > 10) return badParameter(call, 'page_size must be between 1 and 10.');
		const order = call.query.get('sort_order') ?? 'DESC';
		const sorted = order === 'ASC' ? chat.said : chat.said.toReversed();
		const start = Number(call.query.get('page_token') || 0);
		const messages = sorted.slice(start, start + size).map((said) => this.#renderSaid(chat, said));
		const data = {
			next_page_token: start + size < sorted.length ? String(start + size) : '',
			unsupported_msg_tips: 'Please check this message in Seller Center.',
			messages,
		};
		return ok(call, data, messages);
	}

	#send({ call }: ShopCall, chat: Chat): WireReply {
		const { type, content } = fieldsOf(call);
		if (type !== 'TEXT') return badParameter(call, 'type is not supported by this simulator.');
		const text = textOf(content);
		if (text === null || text === '') return badParameter(call, 'content must be a JSON string with content.');
		if (text.length > 2000) return badParameter(call, 'content must not exceed 2000 characters.');
		if (!canSend(chat, call.now)) return fail(call, 'mayNotSend');
		const said = this.#say(chat, 'SHOP', 'TEXT', { content: text });
		chat.unread = 0;
		return ok(call, { message_id: said.id });
	}

	#say(chat: Chat, role: Role, type: string, content: Record<string, unknown>, at = this.#context.clock.now()): Said {
		const said: Said = {
			id: this.#ids.message(chat.store, this.#count),
			index: at * 1000 + (this.#count++ % 1000),
			at,
			role,
			type,
			content,
		};
		chat.said.push(said);
		if (role === 'BUYER' && type === 'TEXT') chat.unread++;
		const { index, ...rest } = this.#renderSaid(chat, said);
		const { id: message_id, sender, ...told } = rest;
		this.#webhooks.message(chat.store, {
			message_id,
			index,
			conversation_id: chat.id,
			...told,
			sender: { im_user_id: sender.im_user_id, role: sender.role },
		});
		return said;
	}

	#chatOf(order: SimOrder): Chat {
		const chats = this.#of(order.store);
		const id = this.#ids.conversation(order.store, order.buyer.number);
		const known = chats.get(id);
		if (known) return known;
		const chat: Chat = {
			id,
			store: order.store,
			buyer: order.buyer.number,
			nickname: `${order.buyer.first.toLowerCase()}_${order.buyer.number}`,
			createdAt: this.#context.clock.now(),
			unread: 0,
			said: [],
		};
		chats.set(id, chat);
		return chat;
	}

	/** A shop's chats; the first look finds some of the past, the same in every run of a world. */
	#of(store: StoreSeed): Map<string, Chat> {
		const known = this.#chats.get(store.number);
		if (known) return known;
		const chats = new Map<string, Chat>();
		this.#chats.set(store.number, chats);
		const { world, clock } = this.#context;
		const now = clock.now();
		const { orders } = world.page({ stores: [store], by: 'placed', from: 0, to: now, at: now, descending: true }, SEEDED);
		for (const [i, order] of orders.toReversed().entries()) {
			const chat = this.#chatOf(order);
			const at = Math.min(Math.max(order.placedAt, now - (SEEDED - i) * 47 * MINUTE), now - 10_000);
			const add = (role: Role, type: string, content: Record<string, unknown>, after: number): void => {
				chat.said.push({
					id: this.#ids.message(store, this.#count),
					index: (at + after) * 1000 + (this.#count++ % 1000),
					at: at + after,
					role,
					type,
					content,
				});
			};
			add('BUYER', 'BUYER_ENTER_FROM_ORDER', { order_id: this.#ids.order({ store: store.number, index: order.index }) }, 0);
			add('BUYER', 'TEXT', { content: questionOf(store, order.buyer.number + i) }, 8000);
			// A buyer of this very minute has no answer yet.
			if (i % 3 === 0 && at + 9 * MINUTE < now) add('SHOP', 'TEXT', { content: answerOf(store) }, 9 * MINUTE);
			else chat.unread++;
			chat.createdAt = Math.min(chat.createdAt, at);
		}
		return chats;
	}

	#render(chat: Chat) {
		return {
			id: chat.id,
			participant_count: 2,
			unread_count: chat.unread,
			create_time: seconds(chat.createdAt),
			participants: [
				{
					im_user_id: this.#ids.imUser(chat.store, chat.buyer),
					user_id: this.#ids.user(chat.store, chat.buyer),
					role: 'BUYER',
					nickname: chat.nickname,
					avatar: 'https://p16-oec-va.ibyteimg.com/demo/avatar-buyer.jpeg',
				},
				{
					im_user_id: this.#ids.imUser(chat.store, 0),
					user_id: this.#ids.shop(chat.store),
					role: 'SHOP',
					nickname: `Yunfan ${chat.store.site}`,
					avatar: 'https://p16-oec-va.ibyteimg.com/demo/avatar-shop.jpeg',
				},
			],
		};
	}

	#renderSaid(chat: Chat, said: Said) {
		const buyer = said.role === 'BUYER';
		return {
			id: said.id,
			type: said.type,
			content: JSON.stringify(said.content),
			create_time: seconds(said.at),
			is_visible: true,
			sender: {
				im_user_id: this.#ids.imUser(chat.store, buyer ? chat.buyer : 0),
				role: said.role,
				nickname: buyer ? chat.nickname : `Yunfan ${chat.store.site}`,
				avatar: 'https://p16-oec-va.ibyteimg.com/demo/avatar.jpeg',
			},
			index: String(said.index),
		};
	}
}

function lastIndex(chat: Chat): number {
	return chat.said.at(-1)?.index ?? 0;
}

function canSend(chat: Chat, now: number): boolean {
	return now - (chat.said.at(-1)?.at ?? chat.createdAt) < OPEN;
}

function textOf(content: unknown): string | null {
	if (typeof content !== 'string') return null;
	try {
		const inner: unknown = JSON.parse(content);
		const text: unknown = typeof inner === 'object' && inner !== null ? Reflect.get(inner, 'content') : null;
		return typeof text === 'string' ? text : null;
	} catch {
		return null;
	}
}

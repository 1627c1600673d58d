import { answerOf, questionOf } from '../core/chatter.ts';
import { sizeOfPicture } from '../core/pictures.ts';
import { fileInForm } from '../core/form.ts';
import { fingerprint, kindOf, photoOf, type SentFile } from '../core/sent-files.ts';
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

type ShopLevel = (
	scope: string,
	handle: (shop: ShopCall) => WireReply | Promise<WireReply>,
) => (call: WireCall) => WireReply | Promise<WireReply>;
type Role = 'BUYER' | 'SHOP' | 'SYSTEM';

const DAY = 86_400_000;
const MINUTE = 60_000;
/** A day's calls of a shop (contract §4). */
const DAILY = 10_000;
/** A chat may be written to for so long after its last message (contract §7: 30 days after a chat, 60 after an order). */
const OPEN = 60 * DAY;
/** Conversations that a shop has when somebody looks for the first time. */
const SEEDED = 8;
/** Published with the upload call: jpg, gif, webp and png of 10 MB at most. */
const LARGEST_IMAGE = 10_000_000;
const IMAGES = ['jpeg', 'gif', 'webp', 'png'];
const IMAGE_HOST = 'p16-oec-va.ibyteimg.com';
const VIDEO_HOST = 'v16m-default.akamaized.net';
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
	/** Fingerprint of its picture or video. */
	file?: string;
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
	/** Pictures that shops gave, by their address. */
	readonly #uploads = new Map<string, { store: number; file: string }>();
	#count = 0;

	constructor(context: PlatformContext, ids: TikTokIds, webhooks: TikTokWebhooks) {
		this.#context = context;
		this.#ids = ids;
		this.#webhooks = webhooks;
	}

	/** A buyer of an order writes to its shop. @returns the conversation's id */
	buyerWrites(order: SimOrder, text: string, files: readonly SentFile[] = []): string {
		const chat = this.#chatOf(order);
		const orderId = this.#ids.order({ store: order.store.number, index: order.index });
		if (!chat.said.some((said) => said.content['order_id'] === orderId))
			this.#say(chat, 'BUYER', 'BUYER_ENTER_FROM_ORDER', { order_id: orderId });
		if (text !== '') this.#say(chat, 'BUYER', 'TEXT', { content: text });
		for (const file of files) this.#say(chat, 'BUYER', ...this.#shown(file));
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
				files: said.file === undefined ? [] : [said.file],
			})),
		}));
	}

	operations(shopLevel: ShopLevel): Operation[] {
		const served = (handle: (shop: ShopCall) => WireReply | Promise<WireReply>) =>
			shopLevel('seller.customer_service', (shop) => (this.#exhausted(shop) ? fail(shop.call, 'dailyLimit') : handle(shop)));
		const inChat = (handle: (shop: ShopCall, chat: Chat) => WireReply) =>
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
				name: 'messages.upload',
				method: 'POST',
				path: '/customer_service/202309/images/upload',
				handle: served((shop) => this.#upload(shop)),
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
		if (type === 'IMAGE') return this.#sendImage(call, chat, content);
		if (type !== 'TEXT') return badParameter(call, 'type is not supported by this simulator.');
		const text = textOf(content);
		if (text === null || text === '') return badParameter(call, 'content must be a JSON string with content.');
		if (text.length > 2000) return badParameter(call, 'content must not exceed 2000 characters.');
		if (!canSend(chat, call.now)) return fail(call, 'mayNotSend');
		const said = this.#say(chat, 'SHOP', 'TEXT', { content: text });
		chat.unread = 0;
		return ok(call, { message_id: said.id });
	}

	async #upload({ call, store }: ShopCall): Promise<WireReply> {
		const file = await fileInForm(call, 'data');
		if (!file) return badParameter(call, 'data is required.');
		if (file.bytes.length > LARGEST_IMAGE) return badParameter(call, 'the image is larger than 10MB.');
		if (!IMAGES.includes(kindOf(file.bytes) ?? '')) return badParameter(call, 'the image format is not supported.');
		const url = this.#context.files.put(IMAGE_HOST, file.type || 'image/jpeg', file.bytes);
		this.#uploads.set(url, { store: store.number, file: fingerprint(file) });
		return ok(call, { url, ...(sizeOfPicture(file.bytes) ?? { width: 640, height: 640 }) });
	}

	#sendImage(call: WireCall, chat: Chat, content: unknown): WireReply {
		const image = objectIn(content);
		const upload = typeof image['url'] === 'string' ? this.#uploads.get(image['url']) : undefined;
		if (!upload || upload.store !== chat.store.number) return badParameter(call, 'content.url must be an image that was uploaded.');
		if (![image['width'], image['height']].every((side) => Number.isInteger(side)))
			return badParameter(call, 'content needs width and height.');
		if (!canSend(chat, call.now)) return fail(call, 'mayNotSend');
		const told = { url: image['url'], width: String(image['width']), height: String(image['height']) };
		chat.unread = 0;
		return ok(call, { message_id: this.#say(chat, 'SHOP', 'IMAGE', told, upload.file).id });
	}

	/** A picture or video as a message: width and height of pictures are text on the way in (contract §7). */
	#shown(file: SentFile): [type: string, content: Record<string, unknown>, file: string] {
		const isVideo = file.type.startsWith('video/');
		const url = this.#context.files.put(isVideo ? VIDEO_HOST : IMAGE_HOST, file.type, file.bytes);
		const { width, height } = sizeOfPicture(file.bytes) ?? { width: 640, height: 480 };
		const content = isVideo
			? { url, cover: url, width, height, duration: '3', vid: 'v1', expire_time: '0', format: 'mp4', size: file.bytes.length }
			: { url, width: String(width), height: String(height) };
		return [isVideo ? 'VIDEO' : 'IMAGE', content, fingerprint(file)];
	}

	#say(chat: Chat, role: Role, type: string, content: Record<string, unknown>, file?: string): Said {
		const at = this.#context.clock.now();
		const said: Said = {
			id: this.#ids.message(chat.store, this.#count),
			index: at * 1000 + (this.#count++ % 1000),
			at,
			role,
			type,
			content,
			...(file !== undefined && { file }),
		};
		chat.said.push(said);
		if (role === 'BUYER' && type !== 'BUYER_ENTER_FROM_ORDER') chat.unread++;
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
			const add = (role: Role, type: string, content: Record<string, unknown>, after: number, file?: string): void => {
				chat.said.push({
					id: this.#ids.message(store, this.#count),
					index: (at + after) * 1000 + (this.#count++ % 1000),
					at: at + after,
					role,
					type,
					content,
					...(file !== undefined && { file }),
				});
			};
			add('BUYER', 'BUYER_ENTER_FROM_ORDER', { order_id: this.#ids.order({ store: store.number, index: order.index }) }, 0);
			add('BUYER', 'TEXT', { content: questionOf(store, order.buyer.number + i) }, 8000);
			if (i % 4 === 2) {
				const [type, content, file] = this.#shown(photoOf(order.buyer.number + i));
				add('BUYER', type, content, 9000, file);
			}
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
	const text = objectIn(content)['content'];
	return typeof text === 'string' ? text : null;
}

/** What a JSON text holds; nothing where it is none, or no object. */
function objectIn(content: unknown): Record<string, unknown> {
	if (typeof content !== 'string') return {};
	try {
		const inner: unknown = JSON.parse(content);
		return typeof inner === 'object' && inner !== null ? { ...inner } : {};
	} catch {
		return {};
	}
}

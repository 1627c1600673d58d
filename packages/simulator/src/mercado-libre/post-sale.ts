import { createHash } from 'node:crypto';
import { answerOf, questionOf } from '../core/chatter.ts';
import { fileInForm } from '../core/form.ts';
import { fingerprint, kindOf, photoOf, type SentFile } from '../core/sent-files.ts';
import type { Operation, WireCall, WireReply } from '../core/operation.ts';
import type { SimOrder } from '../core/order.ts';
import type { ConversationTruth } from '../core/platform.ts';
import { hash } from '../core/random.ts';
import type { StoreSeed } from '../core/stores.ts';
import { guideOperations } from './action-guide.ts';
import { callerOfFamily, type Desk, spend } from './caller.ts';
import type { Account } from './grants.ts';
import { buyerId, orderId, packId, readOrderOrPack, sellerId } from './ids.ts';
import type { Notices } from './notices.ts';
import { type Family, hasPack, partOf } from './render-order.ts';
import { badRequest, MeliRefusal, notFound, notYours } from './replies.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;
/** Published for all reads and all writes of messages (contract mercado-libre §3.2). */
const A_MINUTE = 500;
const LONGEST = 350;
const MOST_ATTACHED = 25;
const LARGEST_FILE = 25_000_000;
/** What is not put into a message by then is gone (contract §7.2). */
const UNUSED = 2 * DAY;
/** A thread is closed so long after its last message. */
const OPEN = 30 * DAY;
/** Moderation has made up its mind by then (contract §7.2: minutes later). */
const MODERATION = 3 * MINUTE;
/** Threads that a store has when somebody looks for the first time. */
const SEEDED = 8;
/** Of so many new orders one buyer writes at once. */
const ONE_IN = 5;

interface Said {
	id: string;
	at: number;
	from: 'buyer' | 'seller';
	text: string;
	/** When the other side read it. */
	readAt: number | null;
	refused: string | null;
	files: Held[];
}

/** A file as the platform holds it. */
interface Held extends SentFile {
	id: string;
	store: StoreSeed;
	at: number;
	/** The platform itself warns of it. */
	isThreat: boolean;
	isUsed: boolean;
}

interface Thread {
	pack: string;
	order: SimOrder;
	said: Said[];
}

/** What moderation does not let pass, and the word it uses for it. */
const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
	[/follow us|síguenos|siga[- ]nos|instagram|facebook/i, 'SOCIAL_NETWORK_LINK'],
	[/bit\.ly|goo\.gl|tinyurl/i, 'LINK_SHORT_URL'],
	[/\S+@\S+\.\S+|\+\d{8,}/, 'PERSONAL_DATA'],
	[/paypal/i, 'ML_LINKS_PAYPAL'],
];

/** Messages between buyers and sellers about a purchase. */
export class PostSale {
	readonly #desk: Desk;
	readonly #notices: Notices;
	readonly #threads = new Map<number, Map<string, Thread>>();
	readonly #files = new Map<string, Held>();
	#count = 0;

	constructor(desk: Desk, notices: Notices) {
		this.#desk = desk;
		this.#notices = notices;
	}

	/** @returns the pack's id, or the order's where it has no pack */
	buyerWrites(order: SimOrder, text: string, files: readonly SentFile[] = []): string {
		const thread = this.#threadOf(order);
		this.#say(
			thread,
			'buyer',
			text,
			files.map((file) => this.#hold(order.store, file, true)),
		);
		return thread.pack;
	}

	/** Some buyers ask as soon as they have bought. */
	placed(order: SimOrder): void {
		if (hash(this.#desk.context.world.seed, order.store.number, order.index, 78) % ONE_IN === 0)
			this.buyerWrites(order, questionOf(order.store, order.buyer.number + order.index));
	}

	truth(store: StoreSeed): ConversationTruth[] {
		return [...this.#of(store).values()].map((thread) => ({
			store: store.id,
			id: thread.pack,
			unread: unreadOf(thread),
			messages: thread.said.map((said) => ({
				id: said.id,
				at: said.at,
				from: said.from,
				type: this.#isRefused(said) ? 'MODERATED' : 'TEXT',
				text: said.text,
				files: said.files.map(fingerprint),
			})),
		}));
	}

	operations(): Operation[] {
		const reads = (family: Family, handle: (call: WireCall, account: Account) => WireReply) => (call: WireCall) => {
			const account = callerOfFamily(this.#desk, call, family);
			spend(this.#desk, 'messages.read', A_MINUTE);
			return handle(call, account);
		};
		const writes = (family: Family) => (call: WireCall) => {
			const account = callerOfFamily(this.#desk, call, family);
			spend(this.#desk, 'messages.write', A_MINUTE);
			return this.#send(call, account, family);
		};
		const files = (family: Family): Operation[] => {
			const base = `${family === 'global' ? '/marketplace' : ''}/messages/attachments`;
			const suffix = family === 'global' ? '' : '.local';
			return [
				{
					name: `attachments.get${suffix}`,
					method: 'GET',
					path: `${base}/:file`,
					handle: reads(family, (call, account) => this.#file(call, account)),
				},
				{
					name: `attachments.add${suffix}`,
					method: 'POST',
					path: base,
					handle: async (call) => {
						const account = callerOfFamily(this.#desk, call, family);
						spend(this.#desk, 'messages.write', A_MINUTE);
						return await this.#upload(call, account);
					},
				},
			];
		};
		const local = '/messages/packs/:pack/sellers/:seller';
		return [
			// Before those that take any word in the place of `attachments`.
			...files('global'),
			...files('local'),
			{
				name: 'messages.unread',
				method: 'GET',
				path: '/marketplace/messages/unread',
				handle: reads('global', (c, a) => this.#unread(c, a, 'global')),
			},
			{
				name: 'messages.get',
				method: 'GET',
				path: '/marketplace/messages/:id',
				handle: reads('global', (c, a) => this.#one(c, a, 'global')),
			},
			{
				name: 'messages.list',
				method: 'GET',
				path: '/marketplace/messages/packs/:pack',
				handle: reads('global', (c, a) => this.#list(c, a, 'global')),
			},
			{ name: 'messages.send', method: 'POST', path: '/marketplace/messages/packs/:pack', handle: writes('global') },
			{
				name: 'messages.unread.local',
				method: 'GET',
				path: '/messages/unread',
				handle: reads('local', (c, a) => this.#unread(c, a, 'local')),
			},
			...guideOperations({
				found: (call) => {
					const { pack, order, said } = this.#found(call, callerOfFamily(this.#desk, call, 'local'));
					return { pack, order, isBegun: said.length > 0 };
				},
				spend: (operation) => spend(this.#desk, operation, A_MINUTE),
				say: (call, text) => {
					const thread = this.#found(call, callerOfFamily(this.#desk, call, 'local'));
					return this.#render(thread, this.#say(thread, 'seller', text), 'local');
				},
			}),
			{ name: 'messages.get.local', method: 'GET', path: '/messages/:id', handle: reads('local', (c, a) => this.#one(c, a, 'local')) },
			{ name: 'messages.list.local', method: 'GET', path: local, handle: reads('local', (c, a) => this.#list(c, a, 'local')) },
			{ name: 'messages.send.local', method: 'POST', path: local, handle: writes('local') },
		];
	}

	#unread({ query }: WireCall, account: Account, family: Family): WireReply {
		if (query.get('role') !== 'seller') throw badRequest('role is mandatory');
		const of = query.get('user_id');
		const stores = account.stores.filter((store) => of === null || of === String(account.userId) || of === String(sellerId(store)));
		const results = stores.flatMap((store) =>
			[...this.#of(store).values()].flatMap((thread) => {
				const count = unreadOf(thread);
				const resource = `/packs/${thread.pack}${family === 'local' ? `/sellers/${sellerId(store)}` : ''}`;
				return count > 0 ? [{ resource, count }] : [];
			}),
		);
		return { status: 200, body: { [family === 'local' ? 'user_id' : 'userId']: account.userId, results: results.slice(0, 1000) } };
	}

	#one(call: WireCall, account: Account, family: Family): WireReply {
		for (const store of account.stores)
			for (const thread of this.#of(store).values()) {
				const said = thread.said.find(({ id }) => id === call.params['id']);
				if (said && !call.strikes('notYet'))
					return { status: 200, body: { paging: null, conversation_status: null, messages: [this.#render(thread, said, family)] } };
			}
		throw notFound();
	}

	#list(call: WireCall, account: Account, family: Family): WireReply {
		const thread = this.#found(call, account);
		const limit = Math.min(Number(call.query.get('limit') ?? 10), A_MINUTE);
		const offset = Number(call.query.get('offset') ?? 0);
		const messages = thread.said
			.toReversed()
			.slice(offset, offset + limit)
			.map((said) => this.#render(thread, said, family));
		if (call.query.get('mark_as_read') !== 'false') for (const said of thread.said) if (said.from === 'buyer') said.readAt ??= call.now;
		const substatus = this.#closedBy(thread, call.now);
		const head = {
			status: substatus === null ? 'active' : 'blocked',
			substatus,
			status_date: stamp(thread.said.at(-1)?.at ?? thread.order.placedAt, family),
			status_update_allowed: false,
			shipping_id: null,
		};
		const paging = { limit, offset, total: thread.said.length };
		if (family === 'global')
			return { status: 200, body: { paging, conversation_status: { ...head, claim_ids: null }, messages }, records: messages };
		const path = `/packs/${thread.pack}/sellers/${sellerId(thread.order.store)}`;
		return {
			status: 200,
			body: {
				paging,
				conversation_status: { ...head, path, claim_id: null },
				messages,
				seller_max_message_length: LONGEST,
				buyer_max_message_length: 3500,
			},
			records: messages,
		};
	}

	#send(call: WireCall, account: Account, family: Family): WireReply {
		const thread = this.#found(call, account);
		const body = call.json();
		const { text, from, to, attachments } = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
		if (typeof text !== 'string' || text === '') throw refused(400, 'bad_request', 'The field text is mandatory');
		if (text.length > LONGEST) throw refused(400, 'limit_exceeded', `The text is too long: ${text.length} characters of ${LONGEST}`);
		// A list of emoji passes as well, which is not published.
		// oxlint-disable-next-line no-control-regex
		if (/[^\u0000-\u00ff]/.test(text)) throw refused(400, 'bad_request', 'The text holds characters outside of ISO-8859-1');
		const named = Array.isArray(attachments) ? attachments : [];
		if (named.length > MOST_ATTACHED) throw refused(400, 'bad_request', 'Too many attachments');
		const files = named.map((id) => this.#unused(String(id), thread.order.store, call.now));
		if (family === 'local') {
			if (idIn(from) !== String(sellerId(thread.order.store))) throw refused(400, 'bad_request', 'The field from is not the seller');
			if (idIn(to) !== String(buyerId(thread.order))) throw refused(400, 'bad_request', 'The field to is not the buyer');
		}
		if (this.#closedBy(thread, call.now) !== null) throw refused(403, 'forbidden', 'blocked_conversation_send_message_forbidden');
		return { status: 201, body: this.#render(thread, this.#say(thread, 'seller', text, files), family) };
	}

	#hold(store: StoreSeed, file: SentFile, isUsed: boolean): Held {
		const ending = /\.\w{1,5}$/.exec(file.name)?.[0] ?? '';
		const id = `${sellerId(store)}_${this.#nextId(store)}${ending}`;
		const held = { ...file, id, store, at: this.#desk.context.clock.now(), isThreat: /\.(?:exe|scr)$/i.test(file.name), isUsed };
		this.#files.set(id, held);
		return held;
	}

	#file({ params, query }: WireCall, account: Account): WireReply {
		if (query.get('tag') !== 'post_sale' || !query.get('site_id')) throw badRequest('tag and site_id are mandatory');
		const held = this.#files.get(params['file'] ?? '');
		if (!held || !account.stores.some((store) => store.number === held.store.number)) throw notFound();
		return { status: 200, headers: { 'content-type': held.type }, body: held.bytes };
	}

	async #upload(call: WireCall, account: Account): Promise<WireReply> {
		const site = call.query.get('site_id');
		const store = account.stores.find((one) => one.site === site);
		if (call.query.get('tag') !== 'post_sale' || !store) throw badRequest('tag and site_id are mandatory');
		const file = await fileInForm(call, 'file');
		if (!file || file.name === '') throw badRequest('The field file is mandatory');
		if (file.bytes.length > LARGEST_FILE) throw refused(400, 'bad_request', 'The file is too large');
		if (!['jpeg', 'png', 'pdf'].includes(kindOf(file.bytes) ?? '') || !/\.(?:jpe?g|png|pdf)$/i.test(file.name))
			throw refused(400, 'bad_request', 'The file type is not allowed');
		return { status: 201, body: { id: this.#hold(store, file, false).id } };
	}

	#unused(id: string, store: StoreSeed, now: number): Held {
		const held = this.#files.get(id);
		if (!held || held.isUsed || held.store.number !== store.number || now - held.at > UNUSED)
			throw refused(400, 'bad_request', 'The attachment does not exist');
		held.isUsed = true;
		return held;
	}

	#found(call: WireCall, account: Account): Thread {
		const meaning = readOrderOrPack(call.params['pack'] ?? '');
		const order = meaning && this.#desk.context.world.order(meaning, call.now);
		if (!order) throw notFound();
		const { seller } = call.params;
		const isTheirs = account.stores.some((store) => store.number === order.store.number);
		if (!isTheirs || (seller !== undefined && seller !== String(sellerId(order.store)))) throw notYours();
		const pack = call.params['pack'] ?? '';
		// Whatever may be known of the order by now.
		const known = this.#of(order.store).get(pack);
		return known ? Object.assign(known, { order }) : { pack, order, said: [] };
	}

	/** Sellers do not speak first, nor where the sale is off (contract §7.2). */
	#closedBy({ order, said }: Thread, now: number): string | null {
		if (order.status === 'cancelled') return 'blocked_by_cancelled_order';
		const last = said.at(-1);
		if (!last || said.every(({ from }) => from === 'seller')) return 'blocked_by_conversation_initiated_by_seller';
		const isDelivered = order.status === 'delivered' || order.status === 'completed';
		if (order.store.mode === 'platform-fulfilled' && !isDelivered) return 'blocked_by_fulfillment';
		return now - last.at >= OPEN ? 'blocked_by_time' : null;
	}

	#isRefused({ at, refused: reason }: Said): boolean {
		return reason !== null && this.#desk.context.clock.now() >= at + MODERATION;
	}

	#say(thread: Thread, from: Said['from'], text: string, files: Held[] = []): Said {
		const store = thread.order.store;
		const at = this.#desk.context.clock.now();
		const said: Said = {
			id: this.#nextId(store),
			at,
			from,
			text,
			readAt: null,
			refused: from === 'seller' ? forbidden(text) : null,
			files,
		};
		// Who answers has read.
		if (from === 'seller') for (const other of thread.said) if (other.from === 'buyer') other.readAt ??= at;
		this.#of(store).set(thread.pack, thread);
		thread.said.push(said);
		this.#notices.message(store, said.id);
		return said;
	}

	#nextId(store: StoreSeed): string {
		return createHash('md5')
			.update(`${this.#desk.context.world.seed} ${store.number} ${this.#count++}`)
			.digest('hex');
	}

	#threadOf(order: SimOrder): Thread {
		const pack = packOf(order);
		const known = this.#of(order.store).get(pack);
		return known ? Object.assign(known, { order }) : { pack, order, said: [] };
	}

	/** A store's threads; the first look finds some of the past, the same in every run of a world. */
	#of(store: StoreSeed): Map<string, Thread> {
		const known = this.#threads.get(store.number);
		if (known) return known;
		const threads = new Map<string, Thread>();
		this.#threads.set(store.number, threads);
		const { world, clock } = this.#desk.context;
		const now = clock.now();
		const { orders } = world.page({ stores: [store], by: 'placed', from: 0, to: now, at: now, descending: true }, SEEDED);
		for (const [i, order] of orders.toReversed().entries()) {
			const at = Math.min(Math.max(order.placedAt, now - (SEEDED - i) * 53 * MINUTE), now - 10_000);
			const answered = i % 3 === 1 && at + 9 * MINUTE < now;
			const asked: Said = {
				id: this.#nextId(store),
				at,
				from: 'buyer',
				text: questionOf(store, order.buyer.number + i + 3),
				readAt: answered ? at + 8 * MINUTE : null,
				refused: null,
				files: i % 4 === 2 ? [this.#hold(store, photoOf(order.buyer.number + i), true)] : [],
			};
			const answer: Said = {
				id: this.#nextId(store),
				at: at + 9 * MINUTE,
				from: 'seller',
				text: answerOf(store),
				readAt: null,
				refused: null,
				files: [],
			};
			threads.set(packOf(order), { pack: packOf(order), order, said: answered ? [asked, answer] : [asked] });
		}
		return threads;
	}

	#render({ pack, order }: Thread, said: Said, family: Family): Record<string, unknown> {
		const { first, last } = order.buyer;
		const buyer = { user_id: buyerId(order), ...(family === 'global' ? { name: `${first} ${last}` } : {}) };
		const seller = { user_id: sellerId(order.store), ...(family === 'global' ? { name: 'YUNFAN' } : {}) };
		const isSeller = said.from === 'seller';
		const isRefused = this.#isRefused(said);
		const received = stamp(said.at, family);
		return {
			id: said.id,
			site_id: order.store.site,
			client_id: isSeller ? this.#desk.app.id : null,
			from: isSeller ? seller : buyer,
			to: isSeller ? buyer : seller,
			status: isRefused ? 'moderated' : 'available',
			subject: null,
			text: said.text,
			message_date: {
				received,
				available: isRefused ? null : received,
				notified: null,
				created: received,
				read: said.readAt === null ? null : stamp(said.readAt, family),
			},
			message_moderation: {
				status: isRefused ? 'rejected' : 'clean',
				reason: isRefused ? said.refused : null,
				source: 'online',
				moderation_date: received,
			},
			message_attachments:
				said.files.length === 0
					? null
					: said.files.map((file) => ({
							filename: file.id,
							original_filename: file.name,
							type: file.type,
							size: file.bytes.length,
							potential_security_threat: file.isThreat,
							creation_date: stamp(file.at, family),
						})),
			message_resources: [
				{ id: pack, name: 'packs' },
				{ id: String(sellerId(order.store)), name: 'sellers' },
			],
			conversation_first_message: false,
			...(family === 'global' ? { text_translated: null } : {}),
		};
	}
}

/** The order stands in the pack's place where there is none; of a pack that was split it is the part with the first line. */
function packOf(order: SimOrder): string {
	return String(hasPack(order) ? packId(order, partOf(order, 0)) : orderId(order, 0));
}

function unreadOf({ said }: Thread): number {
	return said.filter(({ from, readAt }) => from === 'buyer' && readAt === null).length;
}

function forbidden(text: string): string | null {
	return FORBIDDEN.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

function idIn(person: unknown): string {
	return typeof person === 'object' && person !== null ? String(Reflect.get(person, 'user_id')) : '';
}

/** Messages of cross-border sellers are dated to the second, those of local ones to the millisecond. */
function stamp(at: number, family: Family): string {
	const iso = new Date(at).toISOString();
	return family === 'global' ? `${iso.slice(0, 19)}Z` : iso;
}

/** The envelope of messaging (contract §3.1). */
function refused(status: number, code: string, message: string): MeliRefusal {
	return new MeliRefusal({ status, body: { status_code: status, code, message } });
}

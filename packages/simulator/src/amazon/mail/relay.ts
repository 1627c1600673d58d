import type { AddressInfo, Server, Socket } from 'node:net';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { answerOf, questionOf } from '../../core/chatter.ts';
import type { SimOrder } from '../../core/order.ts';
import type { ConversationTruth, PlatformContext } from '../../core/platform.ts';
import { hash } from '../../core/random.ts';
import { fingerprint, photoOf, type SentFile } from '../../core/sent-files.ts';
import type { StoreSeed } from '../../core/stores.ts';
import type { AmazonIds } from '../ids.ts';
import { bounceMail, buyerMail } from './compose.ts';
import { createImapServer } from './imap-server.ts';
import { MailFolder } from './mail-folder.ts';

const MINUTE = 60_000;
/** Conversations that a store has when somebody looks for the first time. */
const SEEDED = 7;
/** Of so many new orders one buyer writes at once. */
const ONE_IN = 6;

interface Said {
	id: string;
	at: number;
	from: 'buyer' | 'seller';
	text: string;
	/** Fingerprints. */
	files: string[];
}

interface Chat {
	/** The alias without its domain, and the order. */
	id: string;
	alias: string;
	orderId: string;
	store: StoreSeed;
	name: string;
	unread: number;
	optedOut: boolean;
	said: Said[];
}

interface Account {
	account: string;
	address: string;
	user: string;
	password: string;
	inbox: MailFolder;
	sent: MailFolder;
}

/** Sellers' mailboxes, and Amazon between them and the buyers: there is no other way to read what buyers write (contract §14). */
export class MailRelay {
	/** Whether the sellers' mail server keeps what it sends, as large providers do. */
	keepsSent = true;
	readonly #context: PlatformContext;
	readonly #ids: AmazonIds;
	readonly #accounts: readonly Account[];
	readonly #chats = new Map<number, Map<string, Chat>>();
	readonly #imap: Server;
	readonly #smtp: SMTPServer;
	readonly #lines = new Set<Socket>();
	#count = 0;

	constructor(context: PlatformContext, ids: AmazonIds, accounts: readonly string[]) {
		this.#context = context;
		this.#ids = ids;
		const validity = Math.floor(context.clock.now() / 1000);
		this.#accounts = accounts.map((account) => ({
			account,
			address: `service-${account}@yunfan-home.example`,
			user: `service-${account}`,
			password: `mail of ${account} 2026`,
			inbox: new MailFolder('INBOX', null, validity),
			sent: new MailFolder('Sent', '\\Sent', validity + 1),
		}));
		const target = (operation: string) => ({ platform: 'amazon', operation });
		this.#imap = createImapServer({
			enter: (user, password) => {
				const found = this.#accounts.find((one) => one.user === user && one.password === password);
				if (!found) return null;
				for (const store of this.#storesOf(found)) this.#of(store);
				return [found.inbox, found.sent];
			},
			breaks: (command) => context.faults.strike('reset', target(`imap.${command}`)) !== null,
			now: () => context.clock.now(),
		});
		this.#smtp = new SMTPServer({
			disabledCommands: ['STARTTLS'],
			authMethods: ['PLAIN', 'LOGIN'],
			allowInsecureAuth: true,
			disableReverseLookup: true,
			logger: false,
			size: 10_000_000,
			onAuth: (auth, _session, done) => {
				const found = this.#accounts.find((one) => one.user === auth.username && one.password === auth.password);
				if (found) done(null, { user: found.account });
				else done(new Error('wrong user name or password'));
			},
			onRcptTo: (address, _session, done) => {
				if (this.#chatsAt(address.address).length > 0) done();
				else done(Object.assign(new Error('no such recipient'), { responseCode: 550 }));
			},
			onData: (stream, session, done) => {
				if (context.faults.strike('serverError', target('smtp.send')) !== null) {
					stream.resume();
					stream.on('end', () => done(Object.assign(new Error('try again later'), { responseCode: 451 })));
					return;
				}
				void this.#take(stream, session).then(
					() => {
						// The mail is taken, and nobody hears of it.
						if (context.faults.strike('reset', target('smtp.send')) !== null) for (const line of this.#lines) line.destroy();
						else done();
					},
					(error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
				);
			},
		});
		this.#smtp.on('error', () => {});
		this.#smtp.server.on('connection', (line: Socket) => {
			this.#lines.add(line);
			line.once('close', () => this.#lines.delete(line));
		});
	}

	async listen(): Promise<void> {
		for (const server of [this.#imap, this.#smtp.server])
			await new Promise<void>((resolve, reject) => {
				server.once('error', reject);
				server.listen(0, '127.0.0.1', resolve);
			});
	}

	close(): void {
		this.#imap.close();
		this.#smtp.close();
	}

	facts() {
		const place = (server: { address(): AddressInfo | string | null }) => ({
			host: '127.0.0.1',
			port: (server.address() as AddressInfo).port,
			security: 'none',
		});
		return {
			imap: place(this.#imap),
			smtp: place(this.#smtp.server),
			accounts: this.#accounts.map(({ account, address, user, password }) => ({ account, address, user, password })),
		};
	}

	/** A buyer writes about an order. @returns the conversation's id */
	buyerWrites(order: SimOrder, text: string, files: readonly SentFile[] = []): string {
		const chat = this.#chatOf(order);
		this.#hear(chat, text, this.#context.clock.now(), files);
		return chat.id;
	}

	/** Some buyers ask as soon as they have bought. */
	placed(order: SimOrder): void {
		if (hash(this.#context.world.seed, order.store.number, order.index, 78) % ONE_IN === 0)
			this.buyerWrites(order, questionOf(order.store, order.buyer.number + order.index));
	}

	/** From now on Amazon relays nothing to this buyer. Throws RangeError for an unknown conversation. */
	optOut(conversation: string): void {
		const chat = [...this.#chats.values()].map((of) => of.get(conversation)).find((one) => one !== undefined);
		if (!chat) throw new RangeError(`No conversation ${conversation}`);
		chat.optedOut = true;
	}

	/** Puts bytes into the mailbox of a store as they are, for mails that no buyer's program would write. */
	deliver(store: StoreSeed, bytes: Buffer): void {
		this.#accountOf(store).inbox.add(bytes, this.#context.clock.now());
	}

	truth(store: StoreSeed): ConversationTruth[] {
		return [...this.#of(store).values()].map(({ id, unread, said }) => ({
			store: store.id,
			id,
			unread,
			messages: said.map((one) => ({ id: one.id, at: one.at, from: one.from, type: 'MAIL', text: one.text, files: one.files })),
		}));
	}

	#storesOf({ account }: Account): StoreSeed[] {
		return this.#context.stores.filter((store) => store.account === account);
	}

	#accountOf(store: StoreSeed): Account {
		const found = this.#accounts.find((one) => one.account === store.account);
		if (!found) throw new RangeError(`No mailbox for ${store.id}`);
		return found;
	}

	#chatsAt(alias: string): Chat[] {
		return this.#context.stores.flatMap((store) => [...this.#of(store).values()].filter((chat) => chat.alias === alias.toLowerCase()));
	}

	#chatOf(order: SimOrder): Chat {
		const chats = this.#of(order.store);
		return this.#made(chats, order);
	}

	#made(chats: Map<string, Chat>, order: SimOrder): Chat {
		const alias = this.#ids.relay(order.store, order.buyer.number);
		const orderId = this.#ids.order({ store: order.store.number, index: order.index });
		const id = `${alias.slice(0, alias.indexOf('@'))} ${orderId}`;
		const known = chats.get(id);
		if (known) return known;
		const chat: Chat = { id, alias, orderId, store: order.store, name: order.buyer.first, unread: 0, optedOut: false, said: [] };
		chats.set(id, chat);
		return chat;
	}

	#hear(chat: Chat, text: string, at: number, sent: readonly SentFile[] = []): void {
		const account = this.#accountOf(chat.store);
		const last = chat.said.findLast((said) => said.from === 'seller');
		const number = hash(this.#context.world.seed, chat.store.number, chat.said.length, this.#count++);
		const id = `${number.toString(36)}.${at}@buyer-relay.${chat.alias.split('@')[1]}`;
		const quoted = last ? { ...last, who: account.address } : null;
		const { alias: from, name, store, orderId } = chat;
		const files = sent.length > 0 || number % 11 !== 0 ? sent : [photoOf(number)];
		account.inbox.add(buyerMail({ id, from, name, to: account.address, store, orderId, text, quoted, style: number, at, files }), at);
		chat.said.push({ id, at, from: 'buyer', text, files: files.map(fingerprint) });
		chat.unread++;
	}

	/** What the seller sends: to the buyer, or back with a notice. */
	async #take(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
		const account = this.#accounts.find((one) => one.account === session.user);
		const chunks: Buffer[] = [];
		for await (const chunk of stream) chunks.push(Buffer.from(chunk));
		const bytes = Buffer.concat(chunks);
		if (!account) throw new Error('sign in first');
		const mail = await PostalMime.parse(bytes);
		const to = session.envelope.rcptTo[0]?.address ?? '';
		const id = (mail.messageId ?? '').replace(/^<|>$/g, '');
		const at = this.#context.clock.now();
		if (this.keepsSent) account.sent.add(bytes, at);
		const chats = this.#chatsAt(to);
		const chat = chats.find(({ orderId }) => (mail.subject ?? '').includes(orderId)) ?? chats.at(-1);
		const from = session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address;
		if (!chat || chat.optedOut || from.toLowerCase() !== account.address) {
			const domain = to.slice(to.indexOf('@marketplace.') + '@marketplace.'.length);
			const bounce = { id: `bounce-${this.#count++}@${domain}`, domain, to: account.address, orderId: chat?.orderId ?? '', about: id, at };
			account.inbox.add(bounceMail({ ...bounce, optedOut: chat?.optedOut ?? false }), at);
			return;
		}
		const files = mail.attachments.map(({ content }) =>
			fingerprint({ bytes: Buffer.from(content instanceof ArrayBuffer ? new Uint8Array(content) : content) }),
		);
		chat.said.push({ id, at, from: 'seller', text: (mail.text ?? '').replaceAll('\r\n', '\n').trim(), files });
		chat.unread = 0;
	}

	/** A store's conversations; the first look finds some of the past, the same in every run of a world. */
	#of(store: StoreSeed): Map<string, Chat> {
		const known = this.#chats.get(store.number);
		if (known) return known;
		const chats = new Map<string, Chat>();
		this.#chats.set(store.number, chats);
		const { world, clock } = this.#context;
		const now = clock.now();
		const { orders } = world.page({ stores: [store], by: 'placed', from: 0, to: now, at: now, descending: true }, SEEDED);
		for (const [i, order] of orders.toReversed().entries()) {
			const chat = this.#made(chats, order);
			const at = Math.floor(Math.min(Math.max(order.placedAt, now - (SEEDED - i) * 53 * MINUTE), now - 10_000) / 1000) * 1000;
			this.#hear(chat, questionOf(store, order.buyer.number + i), at);
			const answered = at + 11 * MINUTE;
			if (i % 3 !== 0 || answered >= now) continue;
			this.#answerSeeded(chat, answered);
			if (i === 0 && answered + 5 * MINUTE < now) this.#hear(chat, questionOf(store, order.buyer.number + i + 1), answered + 5 * MINUTE);
		}
		return chats;
	}

	/** What the seller answered before from another mail program. */
	#answerSeeded(chat: Chat, at: number): void {
		const account = this.#accountOf(chat.store);
		const id = `seeded-${chat.store.number}-${this.#count++}@yunfan-home.example`;
		const text = answerOf(chat.store);
		const head = [`From: <${account.address}>`, `To: <${chat.alias}>`, `Subject: Re: ${chat.orderId}`, `Message-ID: <${id}>`];
		const body = ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: base64', '', Buffer.from(text).toString('base64')];
		account.sent.add(Buffer.from([...head, 'MIME-Version: 1.0', ...body, ''].join('\r\n')), at);
		chat.said.push({ id, at, from: 'seller', text, files: [] });
		chat.unread = 0;
	}
}

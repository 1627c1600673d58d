import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { READ_BYTES, readMail } from '@pangea/mail';
import type { Mailbox, MailFilter, OutgoingMail, StoredMail } from '@pangea/platform-contract';
import type { FetchMessageObject, ImapFlow, SearchObject } from 'imapflow';
import { createTransport } from 'nodemailer';
import { imapTrouble, type MailboxSettings, openImap, openSmtp, smtpTrouble, trouble } from './door.ts';
import { filePlace, filesOfMail, gone, readFile } from './files.ts';

/** Mails of one batch; each is read by itself and only its text stays. */
const BATCH = 20;
/** Servers that keep what they send do so within moments. */
const SENT_SETTLES = 1500;
const SENT_NAMES = /^(?:sent|sent items|sent messages|sent mail|已发送|已发送邮件|enviados|itens enviados|elementos enviados)$/i;

type Folder = StoredMail['folder'];

/** Where it is kept how far each folder was read. */
export interface CursorKeeper {
	read(folder: Folder): Promise<{ uidValidity: string; lastUid: number } | null>;
	keep(folder: Folder, cursor: { uidValidity: string; lastUid: number }): Promise<void>;
}

interface Parts {
	settings: MailboxSettings;
	/** `host:port` of servers that may lie inside the own network. */
	inner: readonly string[];
	cursors: CursorKeeper;
	signal: AbortSignal;
	onTrouble: (error: unknown) => void;
}

/** A mailbox over IMAP and SMTP. Connects when something is asked for, and reads without marking anything as read. */
export function openMailbox({ settings, inner, cursors, signal, onTrouble }: Parts): Mailbox {
	let shared: ImapFlow | null = null;

	const withImap = async <T>(work: (client: ImapFlow) => Promise<T>): Promise<T> => {
		const own = shared === null ? await openImap(settings, inner) : null;
		const client = own ?? shared;
		if (!client) throw new TypeError('No connection');
		const abort = (): void => client.close();
		signal.addEventListener('abort', abort, { once: true });
		try {
			return await work(client);
		} catch (error) {
			throw imapTrouble(error, settings.imap);
		} finally {
			signal.removeEventListener('abort', abort);
			if (own) await leave(own);
		}
	};

	const find = async (client: ImapFlow, folder: Folder, path: string, query: SearchObject): Promise<StoredMail[]> => {
		const { uidValidity } = await client.mailboxOpen(path, { readOnly: true });
		const mails: StoredMail[] = [];
		for (const uid of await uidsOf(client, query)) {
			const mail = await readOne(client, { folder, uidValidity: String(uidValidity), uid });
			if (mail) mails.push(mail);
		}
		return mails;
	};

	async function* newsOf(client: ImapFlow, folder: Folder, path: string, query: SearchObject, since: string): AsyncGenerator<StoredMail[]> {
		const opened = await client.mailboxOpen(path, { readOnly: true });
		const uidValidity = String(opened.uidValidity);
		const before = await cursors.read(folder);
		// Another validity: the folder was made anew and its numbers mean other mails (RFC 3501, 2.3.1.1).
		const known = before?.uidValidity === uidValidity ? before.lastUid : null;
		const range: SearchObject = known === null ? { since: new Date(since) } : { uid: `${known + 1}:*` };
		// A range that ends in * always holds the last mail.
		const uids = (await uidsOf(client, { ...query, ...range })).filter((uid) => known === null || uid > known);
		for (let start = 0; start < uids.length; start += BATCH) {
			const batch = uids.slice(start, start + BATCH);
			// Whoever took the last batch may have looked into another folder.
			await client.mailboxOpen(path, { readOnly: true });
			const mails: StoredMail[] = [];
			for (const uid of batch) {
				const mail = await readOne(client, { folder, uidValidity, uid });
				if (mail) mails.push(mail);
			}
			if (mails.length > 0) yield mails;
			await cursors.keep(folder, { uidValidity, lastUid: batch.at(-1) ?? 0 });
		}
		await cursors.keep(folder, { uidValidity, lastUid: Math.max(known ?? 0, opened.uidNext - 1) });
	}

	return {
		address: settings.address,

		async *news(filter, since) {
			const client = await openImap(settings, inner);
			const abort = (): void => client.close();
			signal.addEventListener('abort', abort, { once: true });
			shared = client;
			try {
				yield* newsOf(client, 'received', settings.folder, anyOf(filter.senders, 'from'), since);
				const sent = await sentFolder(client);
				if (sent !== null) yield* newsOf(client, 'sent', sent, anyOf(filter.recipients, 'to'), since);
			} catch (error) {
				throw imapTrouble(error, settings.imap);
			} finally {
				shared = null;
				signal.removeEventListener('abort', abort);
				await leave(client);
			}
		},

		find: (filter: MailFilter, since: string) =>
			withImap(async (client) => {
				const from = { since: new Date(since) };
				const received = await find(client, 'received', settings.folder, { ...anyOf(filter.senders, 'from'), ...from });
				const path = await sentFolder(client);
				const sent = path === null ? [] : await find(client, 'sent', path, { ...anyOf(filter.recipients, 'to'), ...from });
				return [...received, ...sent].filter((mail) => mail.at >= since.slice(0, 19));
			}),

		sent: (id: string) =>
			withImap(async (client) => {
				const path = await sentFolder(client);
				const found = path === null ? [] : await find(client, 'sent', path, { header: { 'message-id': `<${id}>` } });
				return found[0] ?? null;
			}),

		file: (ref: string, most: number) =>
			withImap(async (client) => {
				const place = filePlace(ref);
				const path = place?.folder === 'sent' ? await sentFolder(client) : settings.folder;
				if (!place || path === null) throw gone();
				const { uidValidity } = await client.mailboxOpen(path, { readOnly: true });
				if (String(uidValidity) !== place.uidValidity) throw gone();
				return await readFile(client, place, most);
			}),

		async send(mail) {
			const bytes = await compose(mail);
			const transport = await openSmtp(settings, inner);
			try {
				await transport.sendMail({ envelope: { from: mail.from, to: [mail.to] }, raw: bytes });
			} catch (error) {
				throw smtpTrouble(error, settings.smtp);
			} finally {
				transport.close();
			}
			// It is on its way whatever becomes of our copy.
			await withImap((client) => keepCopy(client, mail.id, bytes)).catch(onTrouble);
		},
	};
}

/** @throws PlatformError when the mailbox cannot be read or the server does not let us send. */
export async function tryMailbox(settings: MailboxSettings, inner: readonly string[]): Promise<void> {
	const client = await openImap(settings, inner);
	try {
		const folders = await client.list();
		if (!folders.some(({ path }) => path === settings.folder || path.toUpperCase() === settings.folder.toUpperCase()))
			throw trouble('forbidden', 'mailboxFolderMissing', { folder: settings.folder });
		await client.mailboxOpen(settings.folder, { readOnly: true });
	} catch (error) {
		throw imapTrouble(error, settings.imap);
	} finally {
		await leave(client);
	}
	const transport = await openSmtp(settings, inner);
	try {
		await transport.verify();
	} catch (error) {
		throw smtpTrouble(error, settings.smtp);
	} finally {
		transport.close();
	}
}

async function leave(client: ImapFlow): Promise<void> {
	try {
		await client.logout();
	} catch {
		client.close();
	}
}

function anyOf(parts: readonly string[], field: 'from' | 'to'): SearchObject {
	const queries = parts.map((part): SearchObject => ({ [field]: part }));
	return queries.length === 1 ? (queries[0] ?? {}) : { or: queries };
}

async function uidsOf(client: ImapFlow, query: SearchObject): Promise<number[]> {
	const found = await client.search(query, { uid: true });
	return found ? found.toSorted((a, b) => a - b) : [];
}

async function sentFolder(client: ImapFlow): Promise<string | null> {
	const folders = await client.list();
	const special = folders.find(({ specialUse }) => specialUse === '\\Sent');
	return (special ?? folders.find(({ name }) => SENT_NAMES.test(name)))?.path ?? null;
}

/** A mail that is gone by now is nobody's news; one that cannot be read is told by its envelope. */
async function readOne(client: ImapFlow, at: { folder: Folder; uidValidity: string; uid: number }): Promise<StoredMail | null> {
	const { folder, uid } = at;
	const asked = { uid: true, size: true, internalDate: true, envelope: true, bodyStructure: true };
	const head = await client.fetchOne(String(uid), asked, { uid: true });
	if (!head) return null;
	const full = await client.fetchOne(String(uid), { uid: true, source: { maxLength: READ_BYTES } }, { uid: true });
	const source = full ? full.source : undefined;
	const base = { folder, position: `${folder === 'received' ? 1 : 2}${String(uid).padStart(12, '0')}`, at: timeOf(head) };
	const read = source ? await readMail(source, head.size) : null;
	const files = head.bodyStructure && filesOfMail(head.bodyStructure, at);
	if (read) {
		const { messageId, ...rest } = read;
		return { ...base, ...rest, ...(files && { attachments: files }), id: messageId ?? digestOf(source ?? Buffer.alloc(0)) };
	}
	const { envelope } = head;
	const [from] = envelope?.from ?? [];
	return {
		...base,
		id: digestOf(Buffer.from(`${envelope?.messageId ?? ''} ${base.at} ${head.size ?? 0} ${uid}`)),
		from: from?.address?.toLowerCase() ?? '',
		fromName: '',
		to: (envelope?.to ?? []).flatMap((one) => one.address?.toLowerCase() ?? []),
		subject: (envelope?.subject ?? '').slice(0, 500),
		text: null,
		attachments: files ?? [],
		mentions: [],
		authenticated: true,
	};
}

function timeOf({ internalDate }: FetchMessageObject): string {
	const at = internalDate === undefined ? new Date() : new Date(internalDate);
	return (Number.isNaN(at.getTime()) ? new Date() : at).toISOString();
}

function digestOf(bytes: Uint8Array): string {
	return `sha256-${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}`;
}

/** The bytes of a mail, headers encoded by the library, so that what is sent and what is kept are the same. */
async function compose(mail: OutgoingMail): Promise<Buffer> {
	const { from, to, subject, text, id, answers, files } = mail;
	const built = await createTransport({ streamTransport: true, buffer: true, newline: 'windows' }).sendMail({
		from,
		to,
		subject,
		text,
		messageId: `<${id}>`,
		...(answers !== null && { inReplyTo: `<${answers}>`, references: `<${answers}>` }),
		attachments: files.map(({ name, type, bytes }) => ({ filename: name, contentType: type, content: Buffer.from(bytes) })),
		disableFileAccess: true,
		disableUrlAccess: true,
	});
	return Buffer.isBuffer(built.message) ? built.message : Buffer.alloc(0);
}

async function keepCopy(client: ImapFlow, id: string, bytes: Buffer): Promise<void> {
	const path = await sentFolder(client);
	if (path === null) return;
	for (const wait of [0, SENT_SETTLES]) {
		if (wait > 0) await sleep(wait);
		await client.mailboxOpen(path, { readOnly: true });
		if ((await uidsOf(client, { header: { 'message-id': `<${id}>` } })).length > 0) return;
	}
	await client.append(path, bytes, ['\\Seen']);
}

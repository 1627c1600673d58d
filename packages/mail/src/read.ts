import { safeName } from '@pangea/domain';
import { convert } from 'html-to-text';
import PostalMime, { type Address, type Email } from 'postal-mime';

/** Of each mail so much is read: what somebody wrote stands in front, and reading a text costs a second a megabyte. */
export const READ_BYTES = 1024 * 1024;
/** Text of one mail that is kept; nobody writes more to a seller by hand. */
const LONGEST_TEXT = 50_000;
/** Attachments that are told of one mail. */
const MOST_ATTACHMENTS = 50;
/** A link longer than this is shown by its host: the rest is tracking. */
const LONGEST_LINK = 120;
/** Where the ids of mails that this one is about may stand. */
const SEARCHED = 200_000;
const MOST_MENTIONS = 100;

/** An attachment as the mail names it. Its content is not kept, so neither is believed further than this line. */
export interface AttachmentNote {
	/** Safe to show. */
	name: string;
	type: string;
	bytes: number;
}

/** What a mail says, without anything in it that could act: no markup, no content of attachments. */
export interface ReadMail {
	/** Without angle brackets; null where the mail has none that is one. */
	messageId: string | null;
	/** Bare address in lower case; empty where there is none. */
	from: string;
	/** Display name of the sender. Personal, and whatever the sender wants. */
	fromName: string;
	to: readonly string[];
	subject: string;
	text: string;
	attachments: readonly AttachmentNote[];
	/** Ids, without brackets, of mails that this one answers, reports on or holds. */
	mentions: readonly string[];
	/** False where the mailbox's own check of the sender failed (RFC 8601). */
	authenticated: boolean;
}

/**
 * Reads a mail as it came. Never throws for what stands in it: what cannot be read comes back as null, and is to be told and not dropped.
 * Markup becomes text with its links written out; nothing is unpacked, loaded or run.
 * @param source the mail, or its beginning; nothing after READ_BYTES is read
 * @param size bytes of the whole mail: the last file that its beginning names stands for the rest
 */
export async function readMail(source: Uint8Array, size = source.byteLength): Promise<ReadMail | null> {
	const beginning = source.subarray(0, READ_BYTES);
	let mail: Email;
	try {
		mail = await PostalMime.parse(beginning, { maxNestingDepth: 40, maxHeadersSize: 4 * 1024 * 1024, maxRfc822NestingDepth: 2 });
	} catch {
		return null;
	}
	// Base64 takes four bytes for three.
	const unread = Math.floor((Math.max(size, source.byteLength) - beginning.byteLength) * 0.73);
	const [from] = flat(mail.from === undefined ? [] : [mail.from]);
	return {
		messageId: bareId(mail.messageId ?? ''),
		from: from?.address.trim().toLowerCase() ?? '',
		fromName: plainLine(from?.name ?? '', 200),
		to: flat(mail.to ?? []).map((one) => one.address.trim().toLowerCase()),
		subject: plainLine(mail.subject ?? '', 500),
		text: plainText(mail.text ?? textOf(mail.html ?? '')),
		attachments: mail.attachments.slice(0, MOST_ATTACHMENTS).map(({ filename, mimeType, content }, i, all) => ({
			name: safeName(filename ?? ''),
			type: /^[\w.+-]{1,60}\/[\w.+-]{1,80}$/.test(mimeType) ? mimeType : 'application/octet-stream',
			bytes: (typeof content === 'string' ? content.length : content.byteLength) + (i === all.length - 1 ? unread : 0),
		})),
		mentions: mentionsIn(mail, beginning),
		authenticated: !failsCheck(mail),
	};
}

function flat(addresses: readonly Address[]): { name: string; address: string }[] {
	return addresses.flatMap((one) => (one.group ? one.group : [{ name: one.name, address: one.address }]));
}

/** The id inside the brackets, where it has the form of one and nothing that could break a header. */
function bareId(text: string): string | null {
	return /^\s*<([\w.!#$%&'*+/=?^`{|}~-]{1,200}@[\w.-]{1,200})>\s*$/.exec(text.slice(0, 500))?.[1] ?? null;
}

// A delivery report holds the head of the mail it is about in a part of its own (RFC 3462), as plain text.
function mentionsIn(mail: Email, source: Uint8Array): string[] {
	const head = `${mail.inReplyTo ?? ''} ${mail.references ?? ''}`.slice(0, SEARCHED);
	const raw = Buffer.from(source.buffer, source.byteOffset, Math.min(source.byteLength, SEARCHED)).toString('latin1');
	const own = bareId(mail.messageId ?? '');
	const all = [...head.matchAll(/<([^<>\s]{3,400})>/g), ...raw.matchAll(/^(?:original-)?message-id:\s{0,4}<([^<>\s]{3,400})>/gim)];
	return [...new Set(all.flatMap((found) => found[1] ?? []))].filter((id) => id !== own).slice(0, MOST_MENTIONS);
}

/** The topmost result is the one that the own mail server wrote; those below may be the sender's. No result is no failure. */
function failsCheck(mail: Email): boolean {
	const check =
		mail.headers
			.find((header) => header.key === 'authentication-results')
			?.value.slice(0, 5000)
			.toLowerCase() ?? '';
	if (/\bdmarc=fail\b/.test(check)) return true;
	return /\bdkim=fail\b/.test(check) && !/\bdkim=pass\b/.test(check) && !/\bdmarc=pass\b/.test(check);
}

/** One line without control characters and marks that turn the direction of text. */
function plainLine(text: string, longest: number): string {
	return text
		.slice(0, longest * 2)
		.replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu, ' ')
		.trim()
		.slice(0, longest);
}

function plainText(text: string): string {
	const clean = text
		.slice(0, LONGEST_TEXT * 4)
		.replaceAll(/\r\n?/g, '\n')
		.replaceAll(/(?![\n\t])[\p{Cc}\p{Cs}]|[\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, '')
		.replaceAll(/https?:\/\/[^\s)>\]]+/gi, shortLink)
		.replaceAll(/[ \t]+\n/g, '\n')
		.replaceAll(/\n{4,}/g, '\n\n\n')
		.trim();
	return clean.length > LONGEST_TEXT ? `${clean.slice(0, LONGEST_TEXT)}…` : clean;
}

/** What markup says, links written out behind their words. Pictures say nothing: who wrote them chooses their words. */
function textOf(html: string): string {
	return convert(html, {
		wordwrap: false,
		limits: { maxInputLength: READ_BYTES, maxDepth: 60, maxChildNodes: 5000 },
		selectors: [
			{ selector: 'img', format: 'skip' },
			{ selector: 'table', format: 'block' },
			...['script', 'style', 'svg', 'math', 'object', 'iframe', 'form', 'head'].map((selector) => ({ selector, format: 'skip' })),
			...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
			{ selector: 'a', options: { hideLinkHrefIfSameAsText: true, linkBrackets: ['(', ')'] } },
		],
	});
}

function shortLink(link: string): string {
	return link.length <= LONGEST_LINK ? link : `${URL.parse(link)?.origin ?? link.slice(0, LONGEST_LINK)}/…`;
}

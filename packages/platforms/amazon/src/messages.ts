import type { Conversation, Message, Thread } from '@pangea/domain';
import { buyerAlias, composeReply, recogniseMail, ReplyError, stripQuoted } from '@pangea/mail';
import {
	type Mailbox,
	type MailFilter,
	type Messages,
	type Outcome,
	type Page,
	PlatformError,
	type StoreContext,
	type StoredMail,
} from '@pangea/platform-contract';
import { manifest } from './manifest.ts';

/**
 * Buyers' messages as Amazon relays them: there is no API to read or answer them (contract §14). Each buyer of a seller has an alias below the
 * marketplace's own domain; a conversation is what was said with one alias about one order. Its id is the alias without its domain, which the
 * store's site tells, and the order's id.
 */
export const messages: Messages = {
	longestText: 4000,

	async *pull(context, since) {
		const mailbox = await mailboxOf(context);
		for await (const mails of mailbox.news(filterOf(domainOf(context)), since)) yield await pageOf(context, mailbox, mails);
	},

	async fetch(context, externalIds, since) {
		const mailbox = await mailboxOf(context);
		const mails: StoredMail[] = [];
		for (const externalId of externalIds) {
			const { alias } = partsOf(context, externalId);
			mails.push(...(await mailbox.find({ senders: [alias], recipients: [alias] }, since)));
		}
		const page = await pageOf(context, mailbox, mails);
		return { ...page, items: page.items.filter((item) => item.ok && externalIds.includes(item.value.conversation.externalId)) };
	},

	file: async (context, { ref }, most) => (await mailboxOf(context)).file(ref, most),

	async send(context, externalConversationId, text, reply) {
		if (!reply) throw new TypeError('A reply by mail needs an id');
		const mailbox = await mailboxOf(context);
		const { alias, orderId } = partsOf(context, externalConversationId);
		const id = ownId(mailbox, reply.messageId);
		const answers = reply.answers?.includes('@') ? reply.answers : null;
		const mail = compose({ mailbox, alias, orderId, text, answers });
		await mailbox.send({ from: mail.from, to: mail.to, subject: mail.subject, text: mail.text, id, answers, files: reply.files });
		return id;
	},
};

async function mailboxOf(context: StoreContext): Promise<Mailbox> {
	if (context.mailbox) return await context.mailbox();
	throw new PlatformError({ kind: 'forbidden', userMessage: { code: 'mailboxMissing' }, detail: 'no mailbox' });
}

/** The same for each attempt at a reply, so that the relay, the mailbox and we can know it again. */
function ownId(mailbox: Mailbox, messageId: string): string {
	return `${messageId}@${mailbox.address.slice(mailbox.address.lastIndexOf('@') + 1)}`;
}

function compose(parts: { mailbox: Mailbox; alias: string; orderId: string | null; text: string; answers: string | null }) {
	const { mailbox, alias, orderId, text, answers } = parts;
	const ids = answers === null ? [] : [`<${answers}>`];
	try {
		return composeReply({
			from: mailbox.address,
			to: alias,
			subject: orderId === null ? 'Re: Amazon' : `Re: Amazon ${orderId}`,
			text,
			important: false,
			inReplyTo: ids[0] ?? null,
			references: ids,
		});
	} catch (error) {
		if (!(error instanceof ReplyError)) throw error;
		throw new PlatformError({
			kind: 'rejected',
			userMessage: { code: 'mailboxRefused', params: { words: error.field } },
			detail: error.message,
			cause: error,
		});
	}
}

const SECOND_LEVEL: Readonly<Record<string, string>> = {
	GB: 'co.uk',
	JP: 'co.jp',
	ZA: 'co.za',
	US: 'com',
	MX: 'com.mx',
	BR: 'com.br',
	BE: 'com.be',
	TR: 'com.tr',
	AU: 'com.au',
};

/** Amazon's own domain of the store's marketplace. */
function domainOf({ store }: StoreContext): string {
	const country = manifest.sites.find((site) => site.id === store.siteId)?.country ?? 'US';
	return `amazon.${SECOND_LEVEL[country] ?? country.toLowerCase()}`;
}

/** Besides the marketplace's relay: Amazon's own notices, and the reports of mail servers on what they could not deliver. */
function filterOf(domain: string): MailFilter {
	return { senders: [domain, 'mailer-daemon@', 'postmaster@'], recipients: [`@marketplace.${domain}`] };
}

function partsOf(context: StoreContext, externalId: string): { alias: string; orderId: string | null } {
	const [local = '', orderId = null] = externalId.split(' ');
	return { alias: `${local}@marketplace.${domainOf(context)}`, orderId };
}

interface Said {
	conversation: Conversation;
	message: Message | null;
	undelivered: { externalId: string; code: string } | null;
}

async function pageOf(context: StoreContext, mailbox: Mailbox, mails: readonly StoredMail[]): Promise<Page<Thread>> {
	const said: Said[] = [];
	for (const mail of mails.toSorted((a, b) => (a.at < b.at || (a.at === b.at && a.position < b.position) ? -1 : 1))) {
		const one = mail.folder === 'sent' ? answered(context, mail) : ((await undelivered(context, mailbox, mail)) ?? written(context, mail));
		if (one) said.push(one);
	}
	const items = [...Map.groupBy(said, (one) => one.conversation.externalId).values()].map((of): Outcome<Thread> => {
		const named = of.findLast((one) => one.conversation.buyerName !== null) ?? of[0];
		const conversation = named?.conversation ?? of[0]?.conversation;
		if (!conversation) throw new TypeError('A group without members');
		return {
			ok: true,
			replies: [],
			value: {
				conversation,
				messages: of.flatMap((one) => one.message ?? []),
				undelivered: of.flatMap((one) => one.undelivered ?? []),
			},
		};
	});
	return { items, replies: [], next: null, watermark: context.now().toISOString(), total: null };
}

function conversationOf(alias: string, orderId: string | null, buyerName: string | null): Conversation {
	const local = alias.slice(0, alias.indexOf('@'));
	return {
		externalId: orderId === null ? local : `${local} ${orderId}`,
		kind: 'purchase',
		externalBuyerId: null,
		buyerName,
		canSend: null,
		closedBy: null,
		externalOrderId: orderId,
		externalListingId: null,
		subject: null,
	};
}

/** A buyer's mail; null for what is of nobody, of another marketplace, or of Amazon itself. */
function written(context: StoreContext, mail: StoredMail): Said | null {
	const { fresh } = stripQuoted(mail.text ?? '');
	const relayed = recogniseMail({ from: mail.from, authenticated: mail.authenticated, subject: mail.subject, text: mail.text ?? '' });
	if (relayed.kind !== 'buyerMessage' || !isOf(context, relayed.alias)) return null;
	const { alias, orderId } = relayed;
	return {
		conversation: conversationOf(alias, orderId, nameOf(mail)),
		message: toMessage(mail, 'buyer', orderId, fresh),
		undelivered: null,
	};
}

/** What the seller sent to a buyer, from here or from any other mail program. */
function answered(context: StoreContext, mail: StoredMail): Said | null {
	const alias = mail.to.map(buyerAlias).find((one) => one !== null && isOf(context, one));
	if (!alias) return null;
	const { fresh } = stripQuoted(mail.text ?? '');
	const relayed = recogniseMail({ from: alias, authenticated: true, subject: mail.subject, text: mail.text ?? '' });
	const orderId = relayed.kind === 'buyerMessage' ? relayed.orderId : null;
	return { conversation: conversationOf(alias, orderId, null), message: toMessage(mail, 'seller', null, fresh), undelivered: null };
}

/** A notice of Amazon's, or a mail server's report, that one of our mails did not reach its buyer. */
async function undelivered(context: StoreContext, mailbox: Mailbox, mail: StoredMail): Promise<Said | null> {
	const report = /^(?:mailer-daemon|postmaster)@/.test(mail.from);
	const relayed = recogniseMail({ from: mail.from, authenticated: mail.authenticated, subject: mail.subject, text: mail.text ?? '' });
	const refused = relayed.kind === 'notice' && (relayed.topic === 'undelivered' || relayed.topic === 'optedOut');
	if (!report && !refused) return null;
	for (const id of mail.mentions) {
		const ours = await mailbox.sent(id);
		const known = ours && answered(context, ours);
		if (!known) continue;
		const code = relayed.kind === 'notice' && relayed.topic === 'optedOut' ? 'buyerOptedOut' : 'messageUndelivered';
		return { conversation: known.conversation, message: null, undelivered: { externalId: id, code } };
	}
	return null;
}

function isOf(context: StoreContext, alias: string): boolean {
	return alias.endsWith(`@marketplace.${domainOf(context)}`);
}

/** Amazon writes the buyer's name before its own. */
function nameOf({ fromName }: StoredMail): string | null {
	return fromName.replace(/\s+(?:-|–|via)\s+Amazon.*$/i, '').trim() || null;
}

function toMessage(mail: StoredMail, sender: 'buyer' | 'seller', orderId: string | null, text: string): Message {
	return {
		externalId: mail.id,
		kind: mail.text === null ? 'other' : 'text',
		sender,
		sentAt: mail.at,
		position: mail.position,
		text: mail.text === null ? null : text.trim(),
		imageUrl: null,
		externalOrderId: orderId,
		externalListingId: null,
		refusedFor: null,
		...(mail.attachments.length > 0 && { attachments: mail.attachments }),
	};
}

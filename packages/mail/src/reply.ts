import { buyerAlias } from './relay.ts';

/** A reply that must not be sent as it is; `field` names what is wrong with it. */
export class ReplyError extends Error {
	override name = 'ReplyError';
	readonly field: 'from' | 'to' | 'subject' | 'text' | 'messageId';
	constructor(field: ReplyError['field'], why: string) {
		super(`${field}: ${why}`);
		this.field = field;
	}
}

/** A mail in the fields of a sender that encodes headers itself. Text only: what a person typed is never taken for HTML. */
export interface ReplyMail {
	from: string;
	to: string;
	subject: string;
	text: string;
	inReplyTo?: string;
	references?: readonly string[];
}

const ADDRESS = /^[a-z0-9][a-z0-9.+_-]{0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,5}[a-z]{2,24}$/i;
const MESSAGE_ID = /^<[\w.!#$%&'*+/=?^`{|}~-]{1,200}@[\w.-]{1,200}>$/;
const SUBJECT_LIMIT = 250;

/**
 * A reply into a buyer's thread at Amazon. Goes only to a relay address, and no field can hold a second header.
 * @param important marks order-critical mail, which passes a buyer's opt-out (contract amazon, section 14).
 * @throws ReplyError
 */
export function composeReply(reply: {
	from: string;
	to: string;
	subject: string;
	text: string;
	important: boolean;
	inReplyTo: string | null;
	references: readonly string[];
}): ReplyMail {
	const to = buyerAlias(reply.to);
	if (!to) throw new ReplyError('to', 'not an address of the relay');
	if (!ADDRESS.test(reply.from)) throw new ReplyError('from', 'not a bare address');
	if (/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(reply.subject)) throw new ReplyError('subject', 'has control characters');
	if (reply.subject.length > SUBJECT_LIMIT) throw new ReplyError('subject', `longer than ${SUBJECT_LIMIT}`);
	if (reply.text.trim() === '') throw new ReplyError('text', 'empty');
	if (reply.text.includes('\0')) throw new ReplyError('text', 'has a zero character');
	const ids = reply.inReplyTo === null ? reply.references : [reply.inReplyTo, ...reply.references];
	if (ids.some((id) => !MESSAGE_ID.test(id))) throw new ReplyError('messageId', 'not a message id');
	const subject = reply.important && !reply.subject.startsWith('[Important]') ? `[Important] ${reply.subject}` : reply.subject;
	return {
		from: reply.from,
		to,
		subject,
		text: reply.text.replaceAll(/\r\n?|\n/g, '\r\n'),
		...(reply.inReplyTo === null ? {} : { inReplyTo: reply.inReplyTo }),
		...(reply.references.length === 0 ? {} : { references: reply.references }),
	};
}

import type { Instant } from '@pangea/domain';

/** A mail as a mailbox holds it, read to text. */
export interface StoredMail {
	/** Where it lies: what came, or what the seller sent. */
	folder: 'received' | 'sent';
	/** Sorts the mails of one folder by when they came, as text. */
	position: string;
	/** When the mailbox took it; the time that a sender writes is not believed. */
	at: Instant;
	/** Its own id without brackets, or a digest where it has none. */
	id: string;
	/** Bare address in lower case. */
	from: string;
	fromName: string;
	to: readonly string[];
	subject: string;
	/** Null where the mail is too large or too broken to be read. */
	text: string | null;
	attachments: readonly MailFile[];
	/** Ids of mails that this one answers or reports on. */
	mentions: readonly string[];
	/** False where the mailbox's check of the sender failed. */
	authenticated: boolean;
}

/** A file as its mail names it. */
export interface MailFile {
	name: string;
	type: string;
	bytes: number;
	/** Where it lies in the mailbox; absent where its server does not say how a mail is built. */
	ref?: string;
}

/** Whose mails are wanted: parts of addresses, as the mailbox searches for them. */
export interface MailFilter {
	senders: readonly string[];
	recipients: readonly string[];
}

export interface OutgoingMail {
	from: string;
	to: string;
	subject: string;
	text: string;
	/** Without brackets. The same for each attempt. */
	id: string;
	/** Ids without brackets. */
	answers: string | null;
	files: readonly { name: string; type: string; bytes: Uint8Array }[];
}

/**
 * The seller's own mailbox, through which some platforms relay buyers' messages.
 * All calls throw PlatformError: `forbidden` with a code that begins with `mailbox` where a person has to mend the settings, `unavailable` where
 * the line broke, `rejected` where the server does not take a mail or a file is larger than asked for, `notFound` where a file's mail is gone.
 */
export interface Mailbox {
	/** The address that is registered at the platform. */
	readonly address: string;
	/** Mails that came since they were read last, a batch at a time; a batch counts as read when the next is asked for. */
	news(filter: MailFilter, since: Instant): AsyncIterable<readonly StoredMail[]>;
	/** All mails that match, from `since` on, however often they were read. */
	find(filter: MailFilter, since: Instant): Promise<readonly StoredMail[]>;
	/** A mail that was sent, by its id; null where the folder of sent mails has none. */
	sent(id: string): Promise<StoredMail | null>;
	/** The bytes of a file of a mail, decoded. @param most bytes that are taken */
	file(ref: string, most: number): Promise<Uint8Array>;
	/** Hands a mail to the server, and puts it into the folder of sent mails where the server does not by itself. */
	send(mail: OutgoingMail): Promise<void>;
}

import type { PlatformId } from '@pangea/domain';

export interface MailServer {
	host: string;
	port: number;
	/** `none` only for servers inside the own network that configuration names. */
	security: 'tls' | 'starttls' | 'none';
}

/** The mailbox of a grant whose platform relays buyers' messages by mail. The password is never told. */
export interface MailboxView {
	connectionId: string;
	platform: PlatformId;
	accountName: string | null;
	externalAccountId: string;
	storeIds: string[];
	/** Null where nobody has named one, or the member may not see it. */
	settings: { address: string; user: string; imap: MailServer; smtp: MailServer; folder: string } | null;
	/** Whether one is named. */
	named: boolean;
	savedAt: string | null;
	/** Why messages cannot be read: a sentence's code. */
	code: string | null;
	/** All mail up to here was read. */
	readUntil: string | null;
	/** Where the platform says how to register the address. */
	help: string;
}

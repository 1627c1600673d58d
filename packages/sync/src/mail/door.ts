import { isIP } from 'node:net';
import { PlatformError, type UserMessageCode } from '@pangea/platform-contract';
import { type AuthenticationFailure, ImapFlow } from 'imapflow';
import { createTransport, type Transporter } from 'nodemailer';
import { addressOf } from '../outside.ts';

/** `none` is for servers inside the own network that configuration names: it shows the password to everybody on the way. */
export const MAIL_SECURITY = ['tls', 'starttls', 'none'] as const;
export type MailSecurity = (typeof MAIL_SECURITY)[number];

export interface MailServer {
	host: string;
	port: number;
	security: MailSecurity;
}

/** What it takes to read and write a mailbox. Sealed at rest; never logged, never shown. */
export interface MailboxSettings {
	/** Registered at the platform; replies come from it. */
	address: string;
	user: string;
	password: string;
	imap: MailServer;
	smtp: MailServer;
	/** Where the platform's mail lands. */
	folder: string;
}

const CONNECT = 15_000;
const SILENCE = 60_000;

/**
 * Where a mail server is reached. Only public addresses are called, whatever a name resolves to, and those that configuration names.
 * @param inner `host:port` of servers that may lie inside the own network
 * @throws PlatformError
 */
async function reach(server: MailServer, inner: readonly string[]): Promise<{ host: string; servername: string | undefined }> {
	const { host, port } = server;
	const params = { host: `${host}:${port}` };
	if (inner.includes(`${host}:${port}`)) return { host, servername: isIP(host) ? undefined : host };
	if (server.security === 'none') throw trouble('forbidden', 'mailboxInnerHost', params);
	const address = await addressOf(server, inner);
	if (address === 'unknown') throw trouble('forbidden', 'mailboxUnknownHost', params);
	if (address === 'inner') throw trouble('forbidden', 'mailboxInnerHost', params);
	return { host: address.host, servername: isIP(host) ? undefined : host };
}

/** Signs in for reading. The caller closes. @throws PlatformError */
export async function openImap(settings: MailboxSettings, inner: readonly string[], maxIdleMillis?: number): Promise<ImapFlow> {
	const { imap, user, password } = settings;
	const { host, servername } = await reach(imap, inner);
	const client = new ImapFlow({
		host,
		port: imap.port,
		secure: imap.security === 'tls',
		doSTARTTLS: imap.security === 'starttls',
		...(servername !== undefined && { servername }),
		auth: { user, pass: password },
		logger: false,
		connectionTimeout: CONNECT,
		greetingTimeout: CONNECT,
		socketTimeout: maxIdleMillis === undefined ? SILENCE : maxIdleMillis * 2,
		...(maxIdleMillis === undefined ? { disableAutoIdle: true } : { maxIdleTime: maxIdleMillis, autoIdleDelay: 200 }),
	});
	// Told to whoever waits for an answer as well.
	client.on('error', () => {});
	try {
		await client.connect();
	} catch (error) {
		client.close();
		throw imapTrouble(error, imap);
	}
	return client;
}

/** The server that takes replies. @throws PlatformError */
export async function openSmtp(settings: MailboxSettings, inner: readonly string[]): Promise<Transporter> {
	const { smtp, user, password } = settings;
	const { host, servername } = await reach(smtp, inner);
	return createTransport({
		host,
		port: smtp.port,
		secure: smtp.security === 'tls',
		requireTLS: smtp.security === 'starttls',
		ignoreTLS: smtp.security === 'none',
		...(servername !== undefined && { tls: { servername } }),
		auth: { user, pass: password },
		connectionTimeout: CONNECT,
		greetingTimeout: CONNECT,
		socketTimeout: SILENCE,
		disableFileAccess: true,
		disableUrlAccess: true,
	});
}

export function trouble(
	kind: 'forbidden' | 'unavailable' | 'rejected',
	code: UserMessageCode,
	params: Record<string, string>,
	cause?: unknown,
): PlatformError {
	// What a server says may repeat what was sent to it.
	return new PlatformError({
		kind,
		userMessage: { code, params },
		detail: `${code} ${params['host'] ?? ''}`,
		...(cause !== undefined && { cause: causeOf(cause) }),
	});
}

/** The kind of an error without its words. */
function causeOf(error: unknown): string {
	return `${error instanceof Error ? error.name : 'Error'} ${codeOf(error)}`;
}

function codeOf(error: unknown): string {
	return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function isCertificate(error: unknown): boolean {
	return /CERT|SIGNATURE|ALTNAME|SELF_SIGNED|ERR_TLS|ERR_SSL/.test(codeOf(error));
}

export function imapTrouble(error: unknown, { host, port }: MailServer): PlatformError {
	if (error instanceof PlatformError) return error;
	// Of our own database: no mail server is to blame.
	if (error instanceof Error && 'severity' in error) throw error;
	const params = { host: `${host}:${port}` };
	if (error instanceof Error && 'executedCommand' in error && / EXAMINE /.test(String(error.executedCommand)))
		return trouble('forbidden', 'mailboxFolderMissing', { folder: '' }, error);
	const refused = error instanceof Error && (error as Partial<AuthenticationFailure>).authenticationFailed === true;
	if (refused) return trouble('forbidden', 'mailboxLoginRefused', params, error);
	if (isCertificate(error)) return trouble('forbidden', 'mailboxCertificate', params, error);
	return trouble('unavailable', 'mailboxUnreachable', params, error);
}

export function smtpTrouble(error: unknown, { host, port }: MailServer): PlatformError {
	if (error instanceof PlatformError) return error;
	const params = { host: `${host}:${port}` };
	if (codeOf(error) === 'EAUTH') return trouble('forbidden', 'mailboxLoginRefused', params, error);
	if (isCertificate(error)) return trouble('forbidden', 'mailboxCertificate', params, error);
	const status = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0;
	if (status >= 500) {
		const words = error instanceof Error && 'response' in error && typeof error.response === 'string' ? error.response.slice(0, 200) : '';
		return trouble('rejected', 'mailboxRefused', { ...params, words }, error);
	}
	return trouble('unavailable', 'mailboxUnreachable', params, error);
}

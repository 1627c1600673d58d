import { DeliveryError } from '@pangea/domain';
import { createTransport } from 'nodemailer';
import type { NoticeText } from './texts.ts';

/** The server that takes our mail, and who sends it. */
export interface MailSettings {
	/** `smtp://user:password@host:port` */
	url: string;
	from: string;
}

const TIMEOUT = 15_000;

/**
 * Sends a mail as plain text.
 * @param messageId the same for each attempt, so that a mailbox can tell a repeat.
 * @throws DeliveryError
 */
export async function sendMail(settings: MailSettings | null, to: string, text: NoticeText, messageId: string): Promise<void> {
	if (settings === null) throw new DeliveryError('mailNotConfigured');
	const transport = createTransport({
		url: settings.url,
		connectionTimeout: TIMEOUT,
		greetingTimeout: TIMEOUT,
		socketTimeout: TIMEOUT,
		disableFileAccess: true,
		disableUrlAccess: true,
	});
	try {
		await transport.sendMail({ from: settings.from, to, subject: text.subject, text: text.body, messageId });
	} catch (error) {
		throw deliveryError(error);
	} finally {
		transport.close();
	}
}

function deliveryError(error: unknown): DeliveryError {
	const code = error instanceof Error && 'code' in error ? error.code : null;
	const response = error instanceof Error && 'response' in error && typeof error.response === 'string' ? error.response : '';
	if (code === 'EAUTH') return new DeliveryError('mailLoginRefused', '', { cause: error });
	if (response !== '') return new DeliveryError('mailRefused', response.slice(0, 200), { cause: error });
	return new DeliveryError('mailUnreachable', '', { cause: error });
}

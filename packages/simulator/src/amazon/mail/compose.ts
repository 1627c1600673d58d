import type { SentFile } from '../../core/sent-files.ts';
import type { StoreSeed } from '../../core/stores.ts';

/** How the buyer's mail program quotes what it answers. */
const QUOTES: Record<StoreSeed['language'], (when: string, who: string) => string> = {
	en: (when, who) => `On ${when}, ${who} wrote:`,
	es: (when, who) => `El ${when}, ${who} escribió:`,
	pt: (when, who) => `Em ${when}, ${who} escreveu:`,
	de: (when, who) => `Am ${when} schrieb ${who}:`,
	ja: (when, who) => `2026年11月28日(土) ${when.slice(17, 22)} <${who}>:`,
	th: (when, who) => `On ${when}, ${who} wrote:`,
};

const SUBJECTS: Record<StoreSeed['language'], (order: string) => string> = {
	en: (order) => `Inquiry from Amazon customer (Order: ${order})`,
	es: (order) => `Consulta de un cliente de Amazon (Pedido: ${order})`,
	pt: (order) => `Pergunta de cliente da Amazon (Pedido: ${order})`,
	de: (order) => `Anfrage von Amazon-Kunde (Bestellung: ${order})`,
	ja: (order) => `Amazonのお客様からのお問い合わせ(注文番号: ${order})`,
	th: (order) => `Inquiry from Amazon customer (Order: ${order})`,
};

export interface BuyerMail {
	id: string;
	from: string;
	name: string;
	to: string;
	store: StoreSeed;
	orderId: string;
	text: string;
	/** What the seller said last, with its id and time; the buyer's program puts it below. */
	quoted: { id: string; at: number; text: string; who: string } | null;
	/** Which mail program: bare text, Outlook's block, or text beside markup. */
	style: number;
	at: number;
	files: readonly SentFile[];
}

/** A buyer's message as Amazon relays it. */
export function buyerMail(mail: BuyerMail): Buffer {
	const { store, quoted } = mail;
	const body = quoted === null ? mail.text : `${mail.text}\r\n\r\n${historyOf(mail, quoted)}`;
	const head = [
		`Authentication-Results: mx.seller.example; dkim=pass header.d=${mail.from.split('@')[1]}; dmarc=pass`,
		`From: ${word(`${mail.name} - Amazon Marketplace`)} <${mail.from}>`,
		`To: <${mail.to}>`,
		`Subject: ${encoded(SUBJECTS[store.language](mail.orderId))}`,
		`Date: ${new Date(mail.at).toUTCString().replace('GMT', '+0000')}`,
		`Message-ID: <${mail.id}>`,
		...(quoted === null ? [] : [`In-Reply-To: <${quoted.id}>`, `References: <${quoted.id}>`]),
		'MIME-Version: 1.0',
	];
	const plain = part('text/plain; charset=utf-8', body);
	const hasFiles = mail.files.length > 0;
	if (mail.style % 3 !== 2 && !hasFiles) return joined([...head, ...plain]);
	const html = part('text/html; charset=utf-8', `<html><body><p>${escape(body).replaceAll('\r\n', '<br>')}</p></body></html>`);
	const edge = `b${mail.id.replaceAll(/\W/g, '').slice(0, 30)}`;
	const parts = hasFiles ? [plain, ...mail.files.map(filePart)] : [plain, html];
	return joined([
		...head,
		`Content-Type: multipart/${hasFiles ? 'mixed' : 'alternative'}; boundary="${edge}"`,
		'',
		...parts.flatMap((lines) => [`--${edge}`, ...lines]),
		`--${edge}--`,
	]);
}

/** Amazon's notice that it did not relay a mail of the seller's. */
export function bounceMail(mail: {
	id: string;
	domain: string;
	to: string;
	orderId: string;
	about: string;
	optedOut: boolean;
	at: number;
}): Buffer {
	const subject = mail.optedOut
		? `Buyer has opted out of messages: ${mail.orderId}`
		: `Your message could not be delivered: ${mail.orderId}`;
	return joined([
		`Authentication-Results: mx.seller.example; dkim=pass header.d=${mail.domain}; dmarc=pass`,
		`From: "Amazon.com" <donotreply@${mail.domain}>`,
		`To: <${mail.to}>`,
		`Subject: ${subject}`,
		`Date: ${new Date(mail.at).toUTCString().replace('GMT', '+0000')}`,
		`Message-ID: <${mail.id}>`,
		`In-Reply-To: <${mail.about}>`,
		'MIME-Version: 1.0',
		...part('text/plain; charset=utf-8', `Your message about order ${mail.orderId} was not sent to the buyer.`),
	]);
}

function historyOf({ store, style }: BuyerMail, quoted: NonNullable<BuyerMail['quoted']>): string {
	const when = new Date(quoted.at).toUTCString();
	if (style % 3 === 1) return `-----Original Message-----\r\nFrom: ${quoted.who}\r\nSent: ${when}\r\n\r\n${quoted.text}`;
	return `${QUOTES[store.language](when, quoted.who)}\r\n${quoted.text
		.split('\n')
		.map((line) => `> ${line}`)
		.join('\r\n')}`;
}

function part(type: string, text: string): string[] {
	const bytes = Buffer.from(text.replaceAll(/\r?\n/g, '\r\n')).toString('base64');
	return [`Content-Type: ${type}`, 'Content-Transfer-Encoding: base64', '', ...(bytes.match(/.{1,76}/g) ?? [])];
}

function filePart({ name, type, bytes }: SentFile): string[] {
	const called = word(name).replace(/^(?!["=]).*$/, '"$&"');
	return [
		`Content-Type: ${type}; name=${called}`,
		`Content-Disposition: attachment; filename=${called}`,
		'Content-Transfer-Encoding: base64',
		'',
		...(bytes.toString('base64').match(/.{1,76}/g) ?? []),
	];
}

/** RFC 2047. */
function word(text: string): string {
	if (/^[\x20-\x7e]*$/.test(text)) return /[,:;<>@"()[\]\\]/.test(text) ? `"${text.replaceAll(/["\\]/g, '\\$&')}"` : text;
	return `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;
}

function escape(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function joined(lines: readonly string[]): Buffer {
	return Buffer.from(`${lines.join('\r\n')}\r\n`);
}

function encoded(text: string): string {
	return /^[\x20-\x7e]*$/.test(text) ? text : word(text);
}

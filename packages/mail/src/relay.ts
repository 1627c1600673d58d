// Contract amazon, section 14: each buyer and seller have a stable address `…@marketplace.amazon.<tld>`; order ids are `\d{3}-\d{7}-\d{7}`.
const ALIAS =
	/^[a-z0-9][a-z0-9.+_-]{0,63}@marketplace\.amazon\.(?:com|co|ca|de|fr|it|es|nl|se|pl|ie|eg|ae|sa|in|sg)(?:\.(?:mx|br|uk|be|tr|jp|au|za))?$/;
const OF_AMAZON =
	/^[a-z0-9.+_-]{1,64}@(?:[a-z0-9-]{1,63}\.){0,3}amazon\.(?:com|co|ca|de|fr|it|es|nl|se|pl|ie|eg|ae|sa|in|sg)(?:\.(?:mx|br|uk|be|tr|jp|au|za))?$/;
const ORDER = /(?<![\w-])\d{3}-\d{7}-\d{7}(?![\w-])/g;

/** Text of a mail beyond this is not searched for ids: no relayed mail has its order that far down. */
const SEARCHED = 200_000;

/**
 * The address under which Amazon relays to one buyer, in lower case, or nothing if it is none.
 * @param address a bare address, without a display name.
 */
export function buyerAlias(address: string): string | null {
	const lower = address.trim().toLowerCase();
	return ALIAS.test(lower) ? lower : null;
}

/** Amazon order ids in a text, each once, in their order. */
export function orderIdsIn(text: string): readonly string[] {
	return [...new Set(text.slice(0, SEARCHED).match(ORDER))];
}

/** What a mail of Amazon's own is about. Templates change without notice, so `other` is common and the mail is kept whole. */
export type NoticeTopic = 'undelivered' | 'optedOut' | 'claim' | 'return' | 'other';

export type RelayedMail =
	| { kind: 'buyerMessage'; alias: string; orderId: string | null; moreOrderIds: readonly string[] }
	| { kind: 'notice'; topic: NoticeTopic; orderId: string | null }
	| { kind: 'foreign' };

const TOPICS: readonly (readonly [NoticeTopic, RegExp])[] = [
	['optedOut', /opted out|opt-out|ha optado por no recibir|optou por não receber|拒收|退订/i],
	[
		'undelivered',
		/could not be (?:sent|delivered)|was not delivered|undeliverable|no se (?:pudo|ha podido) (?:enviar|entregar)|não (?:pôde|foi possível).{0,20}(?:envi|entreg)|未能(?:发送|送达)|无法发送/i,
	],
	['claim', /a-(?:to|a)-z|a z guarantee|garantía de la a a la z|garantia de a a z|亚马逊商城交易保障/i],
	['return', /return (?:request|authori[sz]ation)|solicitud de devolución|solicitação de devolução|退货(?:请求|申请)/i],
];

/**
 * Tells a buyer's message from a notice of Amazon's and from everything else that lands in a mailbox. The sender is only as true as the
 * mailbox's check of it: the caller hands in `authenticated: false` where DKIM or DMARC failed, and the mail is foreign.
 * An order id in the subject wins over one in the body, which may be quoted.
 */
export function recogniseMail(mail: { from: string; authenticated: boolean; subject: string; text: string }): RelayedMail {
	if (!mail.authenticated) return { kind: 'foreign' };
	const [orderId = null, ...moreOrderIds] = orderIdsIn(`${mail.subject}\n${mail.text}`);
	const alias = buyerAlias(mail.from);
	if (alias) return { kind: 'buyerMessage', alias, orderId, moreOrderIds };
	if (!OF_AMAZON.test(mail.from.trim().toLowerCase())) return { kind: 'foreign' };
	const topic = TOPICS.find(([, words]) => words.test(mail.subject))?.[0] ?? 'other';
	return { kind: 'notice', topic, orderId };
}

import { createHmac } from 'node:crypto';
import { DeliveryError, type HookKind } from '@pangea/domain';
import { createPlatformHttp, PlatformError } from '@pangea/platform-contract';
import type { NoticeText } from './texts.ts';

/** Where a group chat takes messages. */
export interface Hook {
	url: string;
	/** Of the bot's signature check, where it has one and it is switched on. */
	secret: string | null;
}

interface Message {
	url: string;
	body: Record<string, unknown>;
}

const TIMEOUT = 15_000;
const MOST_ANSWER_BYTES = 64 * 1024;
/** WeCom takes 2,048 bytes of text; the others more. */
const MOST_BYTES = 2000;
const WORDS_SHOWN = 200;

/**
 * The message as each product documents it.
 * - Feishu: open.feishu.cn, "Custom bot usage guide"; seconds, the key is time and secret, what is signed is empty.
 * - DingTalk: open.dingtalk.com, "Custom robot access"; milliseconds, signed with the secret, both in the address.
 * - WeCom: developer.work.weixin.qq.com, "Group robot"; the key in the address is all.
 * - Slack: api.slack.com, "Sending messages using incoming webhooks"; the address is the secret.
 */
export function hookMessage(kind: HookKind, { url, secret }: Hook, text: NoticeText, now: Date): Message {
	const content = cut(`${text.subject}\n${text.body}`);
	switch (kind) {
		case 'feishu': {
			const timestamp = String(Math.floor(now.getTime() / 1000));
			const sign = secret === null ? {} : { timestamp, sign: createHmac('sha256', `${timestamp}\n${secret}`).digest('base64') };
			return { url, body: { ...sign, msg_type: 'text', content: { text: content } } };
		}
		case 'dingtalk': {
			const signed = new URL(url);
			if (secret !== null) {
				const timestamp = String(now.getTime());
				signed.searchParams.set('timestamp', timestamp);
				signed.searchParams.set('sign', createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64'));
			}
			return { url: signed.href, body: { msgtype: 'text', text: { content } } };
		}
		case 'wecom':
			return { url, body: { msgtype: 'text', text: { content } } };
		case 'slack':
			return { url, body: { text: escapeSlack(content) } };
	}
}

/** Slack reads three characters as markup. */
function escapeSlack(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function cut(text: string): string {
	let kept = text;
	while (Buffer.byteLength(kept) > MOST_BYTES) kept = kept.slice(0, Math.floor(kept.length * 0.9));
	return kept;
}

/**
 * Sends a message to a group chat. Only public addresses over https are called, and those that configuration names.
 * @param origins further origins that may be called, wherever they lie.
 * @throws DeliveryError
 */
export async function sendToHook(
	kind: HookKind,
	hook: Hook,
	text: NoticeText,
	{ now, origins, signal }: { now: Date; origins: readonly string[]; signal: AbortSignal },
): Promise<void> {
	const message = hookMessage(kind, hook, text, now);
	const http = createPlatformHttp({
		hosts: Object.fromEntries(origins.map((origin, i) => [String(i), origin])),
		allowedHosts: () => true,
		// A group chat's own limit is far above what a condition that is told once sends.
		budgets: { take: () => Promise.resolve(), adjust: () => Promise.resolve() },
		signal,
		timeoutMillis: TIMEOUT,
		maxBodyBytes: MOST_ANSWER_BYTES,
		// The job repeats it, with longer waits.
		attempts: 1,
	});
	const reply = await http
		.send({
			operation: `notice.${kind}`,
			method: 'POST',
			url: message.url,
			headers: { 'content-type': 'application/json; charset=utf-8' },
			body: JSON.stringify(message.body),
			idempotent: false,
		})
		.catch((error: unknown) => {
			if (!(error instanceof PlatformError)) throw error;
			throw new DeliveryError(error.kind === 'unavailable' ? 'hookUnreachable' : 'hookAddressRefused', '', { cause: error });
		});
	const said = reply.body.toString('utf8').trim();
	if (reply.status !== 200) throw new DeliveryError('hookRefused', `${reply.status} ${said}`.trim().slice(0, WORDS_SHOWN));
	// Slack says "ok"; the others always answer 200 and tell in the body.
	const refusal = kind === 'slack' ? null : refusalIn(said);
	if (refusal !== null) throw new DeliveryError('hookRefused', refusal.slice(0, WORDS_SHOWN));
}

/** Why an answer with a code of its own is a refusal; null when it is not. */
function refusalIn(said: string): string | null {
	let answer: unknown;
	try {
		answer = JSON.parse(said);
	} catch {
		return said === '' ? 'empty answer' : said;
	}
	if (typeof answer !== 'object' || answer === null) return said;
	const code: unknown =
		'errcode' in answer ? answer.errcode : 'code' in answer ? answer.code : 'StatusCode' in answer ? answer.StatusCode : null;
	if (code === 0) return null;
	const words: unknown = 'errmsg' in answer ? answer.errmsg : 'msg' in answer ? answer.msg : said;
	return `${typeof code === 'number' ? code : ''} ${typeof words === 'string' ? words : ''}`.trim() || said;
}

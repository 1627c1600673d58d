import { createCipheriv, createHash, createHmac } from 'node:crypto';
import type { RequestField } from './request-body.ts';

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** The MD5 signature of a request, upper-case hex (contract temu §4): names in byte order glued to their values between two secrets. */
export function requestSign(fields: ReadonlyMap<string, RequestField>, secret: string): string {
	const glued = [...fields]
		.filter(([name]) => name !== 'sign')
		.sort(([a], [b]) => byBytes(a, b))
		.map(([name, field]) => name + field.signed)
		.join('');
	return createHash('md5').update(`${secret}${glued}${secret}`).digest('hex').toUpperCase();
}

/** What a webhook carries besides its event data. Times are milliseconds since the epoch. */
export interface Envelope {
	appKey: string;
	eventCode: string;
	timestampMs: number;
	/** Null sends the event without `x-tm-ext-param`: both forms are published. */
	extParam: string | null;
}

/** Seals one event (contract temu §10): AES-128-CBC with the first 16 bytes of the secret, HMAC-SHA256 over the plain text. */
export function sealEvent(envelope: Envelope, plain: string, secret: string): { headers: Record<string, string>; body: string } {
	const key = Buffer.from(secret).subarray(0, 16);
	const cipher = createCipheriv('aes-128-cbc', key, key);
	const eventData = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]).toString('base64');
	const headers: Record<string, string> = {
		'x-tm-app-key': envelope.appKey,
		'x-tm-event-code': envelope.eventCode,
		'x-tm-timestamp': String(envelope.timestampMs),
	};
	if (envelope.extParam !== null) headers['x-tm-ext-param'] = envelope.extParam;
	const glued = Object.entries({ ...headers, eventData: plain })
		.sort(([a], [b]) => byBytes(a, b))
		.map(([name, value]) => name + value)
		.join('');
	const signature = createHmac('sha256', secret).update(glued).digest('hex');
	return {
		headers: { 'content-type': 'application/json', ...headers, 'x-tm-signature': signature },
		body: JSON.stringify({ eventData }),
	};
}

import { createHmac, timingSafeEqual } from 'node:crypto';

/** The request signature (contract §3): lower-case hex over secret, path, sorted decoded parameters, body, secret. */
export function signRequest(input: { secret: string; path: string; query: URLSearchParams; body: Buffer; contentType: string }): string {
	const parameters = [...input.query]
		.filter(([name]) => name !== 'sign' && name !== 'access_token')
		.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
		.map(([name, value]) => name + value)
		.join('');
	const hmac = createHmac('sha256', input.secret).update(input.secret + input.path + parameters);
	if (!input.contentType.startsWith('multipart/form-data')) hmac.update(input.body);
	return hmac.update(input.secret).digest('hex');
}

/** The webhook signature (contract §11): over the application key and the body, no separator. */
export function signWebhook(appKey: string, secret: string, body: string): string {
	return createHmac('sha256', secret).update(appKey).update(body).digest('hex');
}

/** Equality that takes as long for a near miss as for a miss. */
export function sameSignature(given: string, expected: string): boolean {
	const a = Buffer.from(given);
	const b = Buffer.from(expected);
	return a.length === b.length && timingSafeEqual(a, b);
}

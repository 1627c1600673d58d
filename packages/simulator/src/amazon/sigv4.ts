import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { WireCall } from '../core/operation.ts';

/** Long-term keys of the queue's owner. */
export interface AwsKeys {
	accessKeyId: string;
	secretAccessKey: string;
}

/**
 * Checks an AWS Signature Version 4 over the call as sent; `path` is the request path including any prefix. Null when it is right, else
 * the service's error type. Source: docs.aws.amazon.com, "Create a signed AWS API request".
 */
export function checkSignature(call: WireCall, path: string, keys: AwsKeys): string | null {
	const header = call.headers['authorization'] ?? '';
	const match =
		/^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
			header,
		);
	if (match === null) return 'MissingAuthenticationTokenException';
	const [, keyId = '', day = '', region = '', service = '', signed = '', signature = ''] = match;
	if (keyId !== keys.accessKeyId) return 'UnrecognizedClientException';
	const names = signed.split(';');
	if (!names.includes('host')) return 'InvalidSignatureException';
	const canonicalHeaders = names.map((name) => `${name}:${(call.headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`).join('');
	const query = [...call.query]
		.map(([name, value]) => [encode(name), encode(value)] as const)
		.sort((a, b) => (a[0] + a[1] < b[0] + b[1] ? -1 : 1))
		.map(([name, value]) => `${name}=${value}`)
		.join('&');
	const canonical = [
		call.method,
		path
			.split('/')
			.map((part) => encode(part))
			.join('/'),
		query,
		canonicalHeaders,
		signed,
		sha256(call.body),
	].join('\n');
	const toSign = ['AWS4-HMAC-SHA256', call.headers['x-amz-date'] ?? '', `${day}/${region}/${service}/aws4_request`, sha256(canonical)].join(
		'\n',
	);
	const key = hmac(hmac(hmac(hmac(`AWS4${keys.secretAccessKey}`, day), region), service), 'aws4_request');
	const expected = hmac(key, toSign).toString('hex');
	return timingSafeEqual(Buffer.from(signature), Buffer.from(expected)) ? null : 'InvalidSignatureException';
}

function hmac(key: string | Buffer, text: string): Buffer {
	return createHmac('sha256', key).update(text).digest();
}

function sha256(data: string | Buffer): string {
	return createHash('sha256').update(data).digest('hex');
}

function encode(text: string): string {
	return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

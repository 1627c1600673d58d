import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export const KEY = { keyId: 'AKIDEXAMPLE', secret: 'a secret key of the test', region: 'eu-test-1' };

export interface StandIn {
	url: string;
	objects: Map<string, Buffer>;
	/** Uploads neither completed nor aborted. */
	open: Map<string, Map<number, Buffer>>;
	/** Refuses this part of every upload. */
	failPart: number | null;
	close(): Promise<void>;
}

/** As much of S3 as a store of files asks for. Every request's signature is worked out anew from AWS's description of it. */
export async function startStandIn(): Promise<StandIn> {
	const objects = new Map<string, Buffer>();
	const open = new Map<string, Map<number, Buffer>>();
	const state: StandIn = { url: '', objects, open, failPart: null, close: () => Promise.resolve() };
	const server = createServer((request, response) => {
		const pieces: Buffer[] = [];
		request.on('data', (piece: Buffer) => pieces.push(piece));
		request.on('end', () => {
			const body = Buffer.concat(pieces);
			const answer = signatureFault(request, body) ?? act(state, request, body);
			response.writeHead(answer.status, answer.headers).end(answer.body);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/bucket/pangea`;
	state.close = () => new Promise((resolve) => server.close(() => resolve()));
	return state;
}

interface Answer {
	status: number;
	headers?: Record<string, string>;
	body?: string | Buffer;
}

function act({ objects, open, failPart }: StandIn, request: IncomingMessage, body: Buffer): Answer {
	const url = new URL(request.url ?? '', 'http://x');
	const id = url.searchParams.get('uploadId');
	const part = Number(url.searchParams.get('partNumber'));
	if (request.method === 'POST' && url.searchParams.has('uploads')) {
		open.set(`id/${open.size}+1`, new Map());
		return { status: 200, body: `<R><UploadId>${[...open.keys()].at(-1)}</UploadId></R>` };
	}
	const parts = id === null ? undefined : open.get(id);
	if (id !== null && !parts) return { status: 404 };
	if (request.method === 'PUT' && parts) {
		if (part === failPart) return { status: 403 };
		parts.set(part, body);
		return { status: 200, headers: { etag: `"${part}-${body.length}"` } };
	}
	if (request.method === 'POST' && parts && id !== null) {
		const named = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>([^<]+)<\/ETag>/g)];
		const whole = named.map(([, n, tag]) => ({ n: Number(n), tag, bytes: parts.get(Number(n)) ?? Buffer.alloc(0) }));
		if (whole.some(({ n, tag, bytes }) => tag !== `"${n}-${bytes.length}"`)) return { status: 400 };
		objects.set(url.pathname, Buffer.concat(whole.map((one) => one.bytes)));
		open.delete(id);
		return { status: 200, body: '<CompleteMultipartUploadResult/>' };
	}
	if (request.method === 'DELETE') {
		if (id === null) objects.delete(url.pathname);
		else open.delete(id);
		return { status: 204 };
	}
	if (request.method === 'PUT') {
		objects.set(url.pathname, body);
		return { status: 200 };
	}
	const found = objects.get(url.pathname);
	return found ? { status: 200, body: found } : { status: 404 };
}

const sha = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');
const mac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

function signatureFault(request: IncomingMessage, body: Buffer): Answer | null {
	const { authorization = '' } = request.headers;
	const found =
		/^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
			authorization,
		);
	const [, keyId, day = '', region = '', signed = '', signature] = found ?? [];
	if (keyId !== KEY.keyId || region !== KEY.region) return { status: 403 };
	const header = (name: string): string => String(request.headers[name] ?? '').trim();
	if (header('x-amz-content-sha256') !== sha(body)) return { status: 400 };
	const [path = '', query = ''] = (request.url ?? '').split('?');
	const canonicalQuery =
		query === ''
			? ''
			: query
					.split('&')
					.map((pair) => (pair.includes('=') ? pair : `${pair}=`))
					.toSorted()
					.join('&');
	const headers = signed
		.split(';')
		.map((name) => `${name}:${header(name)}\n`)
		.join('');
	const canonical = [request.method, path, canonicalQuery, headers, signed, sha(body)].join('\n');
	const scope = `${day}/${region}/s3/aws4_request`;
	const toSign = ['AWS4-HMAC-SHA256', header('x-amz-date'), scope, sha(canonical)].join('\n');
	const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>((so, part) => mac(so, part), `AWS4${KEY.secret}`);
	return mac(key, toSign).toString('hex') === signature ? null : { status: 403 };
}

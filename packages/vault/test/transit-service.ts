import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A counterpart of the transit engine's wire, written from its published API (developer.hashicorp.com/vault/api-docs/secret/transit). */
export interface TransitService {
	keyUrl: string;
	token: string;
	/** Answers everything with 503, as a sealed server does. */
	sealed: boolean;
	/** Requests seen, as `POST /v1/transit/encrypt/pangea`. */
	seen: string[];
	/** Forgets versions below this one. */
	least: number;
	close(): Promise<void>;
}

export async function startTransitService(): Promise<TransitService> {
	const versions: Buffer[] = [randomBytes(32)];
	const service: TransitService = {
		keyUrl: '',
		token: 'hvs.a-token-of-the-test',
		sealed: false,
		seen: [],
		least: 1,
		close: () => new Promise((done) => server.close(() => done())),
	};
	const answer = async (request: IncomingMessage): Promise<[number, unknown]> => {
		service.seen.push(`${request.method} ${request.url}`);
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		if (service.sealed) return [503, { errors: ['Vault is sealed'] }];
		if (request.headers['x-vault-token'] !== service.token) return [403, { errors: ['permission denied'] }];
		const [, action, name, more] = /^\/v1\/transit\/(\w+)\/(\w+)(\/rotate)?$/.exec(request.url ?? '') ?? [];
		if (name !== 'pangea') return [404, { errors: [] }];
		const body = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, string>;
		if (action === 'keys' && more) {
			versions.push(randomBytes(32));
			return [204, null];
		}
		if (action === 'keys') return [200, { data: { name, latest_version: versions.length, min_decryption_version: service.least } }];
		if (action === 'encrypt') {
			const nonce = randomBytes(12);
			const cipher = createCipheriv('aes-256-gcm', versions.at(-1) ?? Buffer.alloc(32), nonce);
			const sealed = Buffer.concat([
				nonce,
				cipher.update(Buffer.from(body['plaintext'] ?? '', 'base64')),
				cipher.final(),
				cipher.getAuthTag(),
			]);
			return [200, { data: { ciphertext: `vault:v${versions.length}:${sealed.toString('base64')}`, key_version: versions.length } }];
		}
		const [, version, text = ''] = /^vault:v(\d+):(.+)$/.exec(body['ciphertext'] ?? '') ?? [];
		const key = Number(version) < service.least ? undefined : versions[Number(version) - 1];
		if (action !== 'decrypt' || !key) return [400, { errors: ['ciphertext or signature version is disallowed by policy (too old)'] }];
		const sealed = Buffer.from(text, 'base64');
		const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
		decipher.setAuthTag(sealed.subarray(-16));
		const plain = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
		return [200, { data: { plaintext: plain.toString('base64') } }];
	};
	const server = createServer((request, response) => {
		void answer(request).then(([status, body]) =>
			response.writeHead(status, { 'content-type': 'application/json' }).end(body === null ? undefined : JSON.stringify(body)),
		);
	});
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	service.keyUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/transit/keys/pangea`;
	return service;
}

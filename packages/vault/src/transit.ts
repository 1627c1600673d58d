import { createHash } from 'node:crypto';
import { type MasterKey, VaultError, type WrappedKey } from './master-key.ts';

/** A key of HashiCorp Vault's (or OpenBao's) transit engine: it wraps and unwraps there and never leaves it. */
export interface TransitSettings {
	/** Address of the key, `https://vault.example:8200/v1/transit/keys/pangea`. */
	keyUrl: string;
	/** Read at every call: agents renew a token in its file. @throws Error with a sentence */
	readToken: () => string;
	/** Enterprise namespace. */
	namespace: string | null;
}

export interface TransitKey extends MasterKey {
	/** Asks the service for a new version of the key, which wraps from then on. @throws VaultError */
	rotate(): Promise<void>;
}

const PREFIX = 'transit:';

/** Whether a key was wrapped by a key service. */
export function isTransitId(id: string): boolean {
	return id.startsWith(PREFIX);
}

const PATIENCE = 10_000;
/** Opened data keys that are kept, so that neither every look nor an outage of the service stops who has them already. */
const KEPT = 10_000;

/**
 * The wire of the transit engine (developer.hashicorp.com/vault/api-docs/secret/transit). A key's id here is its address without the host and its
 * version, so that the rotation command sees what lies under a former version.
 * @throws VaultError with a sentence when the service does not answer, refuses the token or has no such key.
 */
export async function openTransit(settings: TransitSettings): Promise<TransitKey> {
	const key = URL.parse(settings.keyUrl);
	const [, mount = '', name = ''] = /^\/v1\/(.+)\/keys\/([^/]+)$/.exec(key?.pathname ?? '') ?? [];
	if (!key || mount === '' || name === '') throw new VaultError("The key service's address must end in /v1/<mount>/keys/<name>");
	const base = `${key.origin}/v1/${mount}`;
	const idOf = (version: number): string => `${PREFIX}${mount}/${name}:v${version}`;
	const opened = new Map<string, Buffer>();

	const call = async (method: 'GET' | 'POST', path: string, body?: Record<string, string>): Promise<Record<string, unknown>> => {
		let reply: Response;
		try {
			reply = await fetch(base + path, {
				method,
				headers: {
					'x-vault-token': settings.readToken(),
					'x-vault-request': 'true',
					...(settings.namespace === null ? {} : { 'x-vault-namespace': settings.namespace }),
					...(body === undefined ? {} : { 'content-type': 'application/json' }),
				},
				...(body === undefined ? {} : { body: JSON.stringify(body) }),
				redirect: 'error',
				signal: AbortSignal.timeout(PATIENCE),
			});
		} catch (cause) {
			throw new VaultError(`The key service at ${key.host} does not answer: check its address and that it runs`, { cause });
		}
		const text = await reply.text();
		if (!reply.ok) throw new VaultError(refusal(reply.status, key.host, `${mount}/${name}`));
		return dataOf(text);
	};
	const versions = async (): Promise<{ latest: number; least: number }> => {
		const data = await call('GET', `/keys/${name}`);
		const [latest, least] = [data['latest_version'], data['min_decryption_version']];
		if (typeof latest !== 'number') throw new VaultError(`The key service at ${key.host} did not tell the version of ${mount}/${name}`);
		return { latest, least: typeof least === 'number' ? least : 1 };
	};
	const digest = (wrapped: Buffer): string => createHash('sha256').update(wrapped).digest('base64');
	const keep = (wrapped: Buffer, plain: Buffer): Buffer => {
		if (opened.size >= KEPT) opened.clear();
		opened.set(digest(wrapped), plain);
		return plain;
	};

	let { latest } = await versions();
	return {
		get id() {
			return idOf(latest);
		},
		async has(id) {
			const version = Number(/:v(\d+)$/.exec(id)?.[1] ?? 0);
			if (id !== idOf(version)) return false;
			const now = await versions();
			latest = now.latest;
			return version >= now.least && version <= now.latest;
		},
		async wrap(dataKey): Promise<WrappedKey> {
			const { ciphertext } = await call('POST', `/encrypt/${name}`, { plaintext: dataKey.toString('base64') });
			const version = typeof ciphertext === 'string' ? Number(/^vault:v(\d+):/.exec(ciphertext)?.[1] ?? 0) : 0;
			if (typeof ciphertext !== 'string' || version === 0)
				throw new VaultError(`The key service at ${key.host} did not return a ciphertext`);
			latest = Math.max(latest, version);
			const wrapped = Buffer.from(ciphertext);
			keep(wrapped, dataKey);
			return { masterKeyId: idOf(version), wrapped };
		},
		async unwrap({ wrapped }) {
			const known = opened.get(digest(wrapped));
			if (known) return known;
			const { plaintext } = await call('POST', `/decrypt/${name}`, { ciphertext: wrapped.toString('utf8') });
			if (typeof plaintext !== 'string') throw new VaultError(`The key service at ${key.host} did not return a key`);
			return keep(wrapped, Buffer.from(plaintext, 'base64'));
		},
		async rotate() {
			await call('POST', `/keys/${name}/rotate`, {});
			({ latest } = await versions());
		},
	};
}

function refusal(status: number, host: string, key: string): string {
	if (status === 403)
		return `The key service at ${host} refuses our token: give one whose policy allows encrypt, decrypt and read of ${key}`;
	if (status === 404) return `The key service at ${host} has no key ${key}: make it there, or correct the address`;
	if (status === 503) return `The key service at ${host} is sealed or stands by: unseal it`;
	return `The key service at ${host} answered ${status} for ${key}`;
}

/** What an answer carries; nothing where it has no body, as a rotation. */
function dataOf(text: string): Record<string, unknown> {
	let body: unknown;
	try {
		body = text === '' ? {} : JSON.parse(text);
	} catch {
		throw new VaultError('The key service answered in a form that is no JSON');
	}
	const data = typeof body === 'object' && body !== null && 'data' in body ? body.data : {};
	return typeof data === 'object' && data !== null ? { ...data } : {};
}

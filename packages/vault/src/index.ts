import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

export class VaultError extends Error {
	override name = 'VaultError';
}

/** Wraps data keys. The file and environment providers hold the key in memory; a KMS would implement the same two calls. */
export interface MasterKey {
	/** Stands in every wrapped key, so that keys can rotate. */
	readonly id: string;
	wrap(dataKey: Buffer): Buffer;
	unwrap(wrapped: Buffer): Buffer;
}

/** Encrypts and decrypts with one data key. `place` says what the bytes are and binds them to it: a value moved elsewhere does not open. */
export interface SealedBox {
	seal(plain: Buffer | string, place: string): Buffer;
	/** @throws VaultError when the bytes were changed, moved or sealed with another key. */
	open(sealed: Buffer, place: string): Buffer;
}

const VERSION = 1;
const NONCE = 12;
const TAG = 16;

// Asking the system for twelve bytes at a time costs more than the cipher.
let pool = Buffer.alloc(0);

function nextNonce(): Buffer {
	if (pool.length < NONCE) pool = randomBytes(NONCE * 512);
	const nonce = pool.subarray(0, NONCE);
	pool = pool.subarray(NONCE);
	return nonce;
}

function encrypt(key: Buffer, plain: Buffer, place: string): Buffer {
	const nonce = nextNonce();
	const cipher = createCipheriv('aes-256-gcm', key, nonce);
	cipher.setAAD(Buffer.from(place));
	const body = Buffer.concat([cipher.update(plain), cipher.final()]);
	return Buffer.concat([Buffer.from([VERSION]), nonce, cipher.getAuthTag(), body]);
}

function decrypt(key: Buffer, sealed: Buffer, place: string): Buffer {
	if (sealed.length < 1 + NONCE + TAG || sealed[0] !== VERSION) throw new VaultError('Not a sealed value of this version');
	try {
		const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + NONCE));
		decipher.setAAD(Buffer.from(place));
		decipher.setAuthTag(sealed.subarray(1 + NONCE, 1 + NONCE + TAG));
		return Buffer.concat([decipher.update(sealed.subarray(1 + NONCE + TAG)), decipher.final()]);
	} catch (cause) {
		throw new VaultError(`Cannot open the sealed value for ${place}: changed, moved, or another key`, { cause });
	}
}

/** A master key from 32 bytes in base64 or hex. @throws VaultError naming what is wrong, never the key. */
export function masterKeyFromText(text: string): MasterKey {
	const trimmed = text.trim();
	const bytes = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64');
	if (bytes.length !== 32) throw new VaultError('The master key must be 32 bytes, as 64 hex digits or base64');
	const id = createHash('sha256').update('pangea master key').update(bytes).digest('hex').slice(0, 16);
	return {
		id,
		wrap: (dataKey) => encrypt(bytes, dataKey, `data key under ${id}`),
		unwrap: (wrapped) => decrypt(bytes, wrapped, `data key under ${id}`),
	};
}

export function newMasterKeyText(): string {
	return randomBytes(32).toString('base64');
}

/** A fresh data key, wrapped for storage. */
export function newWrappedKey(master: MasterKey): { masterKeyId: string; wrapped: Buffer } {
	return { masterKeyId: master.id, wrapped: master.wrap(randomBytes(32)) };
}

/** @throws VaultError when the master key is not the one the data key was wrapped with. */
export function openBox(master: MasterKey, key: { masterKeyId: string; wrapped: Buffer }): SealedBox {
	if (key.masterKeyId !== master.id) {
		throw new VaultError(
			`The data was encrypted under master key ${key.masterKeyId}, but ${master.id} is configured. Restore the former key file`,
		);
	}
	const dataKey = master.unwrap(key.wrapped);
	return {
		seal: (plain, place) => encrypt(dataKey, typeof plain === 'string' ? Buffer.from(plain) : plain, place),
		open: (sealed, place) => decrypt(dataKey, sealed, place),
	};
}

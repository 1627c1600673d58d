import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';

import { type MasterKey, VaultError, type WrappedKey } from './master-key.ts';
import { isTransitId, openTransit, type TransitSettings } from './transit.ts';

export { type MasterKey, VaultError, type WrappedKey } from './master-key.ts';
export { packBytes, unpackBytes } from './pack.ts';
export { openTransit, type TransitKey, type TransitSettings } from './transit.ts';

/** One of a workspace's data keys. Every value names the generation it was sealed with. */
export interface DataKey extends WrappedKey {
	/** 1 for a workspace's first key, one more for each that follows. */
	generation: number;
	/** False while it is only announced: every process must know a key before one of them seals with it. */
	seals: boolean;
}

/** Encrypts and decrypts with a workspace's data keys. `place` says what the bytes are and binds them to it: a value moved elsewhere does not open. */
export interface SealedBox {
	seal(plain: Buffer | string, place: string): Buffer;
	/** @throws VaultError when the bytes were changed, moved or sealed with another key. */
	open(sealed: Buffer, place: string): Buffer;
	/** Digests of words under the key that seals now, in no order that tells theirs: 64-bit integers as decimal text. */
	digests(words: readonly string[]): string[];
	/** The digests of one word under every key that is known: one of them is what {@link digests} gave when it was asked. */
	digestsOf(word: string): string[];
}

/** HKDF (RFC 5869) from a data key: what finds a text does not open it. */
function searchKey(dataKey: Buffer): Buffer {
	return Buffer.from(hkdfSync('sha256', dataKey, '', 'pangea search marks', 32));
}

/** HMAC-SHA-256 (RFC 2104), its first 64 bits. */
function digest(key: Buffer, word: string): bigint {
	return createHmac('sha256', key).update(word).digest().readBigInt64BE(0);
}

const NONCE = 12;
const TAG = 16;
// Version 1 is nonce, tag and body, by the first data key; version 2 has the key's generation in four bytes before them.
const FIRST = 1;
const WITH_GENERATION = 2;

/** Random bytes, so many at every call and none twice. Asking the system for a few at a time costs more than what they are used for. */
export function pooledRandom(size: number): () => Buffer {
	let pool = Buffer.alloc(0);
	return () => {
		if (pool.length < size) pool = randomBytes(size * 512);
		const bytes = pool.subarray(0, size);
		pool = pool.subarray(size);
		return bytes;
	};
}

const nextNonce = pooledRandom(NONCE);

function encrypt(key: Buffer, plain: Buffer, place: string): Buffer {
	const nonce = nextNonce();
	const cipher = createCipheriv('aes-256-gcm', key, nonce);
	cipher.setAAD(Buffer.from(place));
	const body = Buffer.concat([cipher.update(plain), cipher.final()]);
	return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

function decrypt(key: Buffer, sealed: Buffer, place: string): Buffer {
	try {
		const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE));
		decipher.setAAD(Buffer.from(place));
		decipher.setAuthTag(sealed.subarray(NONCE, NONCE + TAG));
		return Buffer.concat([decipher.update(sealed.subarray(NONCE + TAG)), decipher.final()]);
	} catch (cause) {
		throw new VaultError(`Cannot open the sealed value for ${place}: changed, moved, or another key`, { cause });
	}
}

function headOf(generation: number): Buffer {
	if (generation === 1) return Buffer.from([FIRST]);
	const head = Buffer.alloc(5);
	head[0] = WITH_GENERATION;
	head.writeUInt32BE(generation, 1);
	return head;
}

/** The generation of the data key that sealed a value, and where its nonce begins. @throws VaultError for anything else. */
function readHead(sealed: Buffer): { generation: number; start: number } {
	if (sealed[0] === FIRST && sealed.length >= 1 + NONCE + TAG) return { generation: 1, start: 1 };
	if (sealed[0] === WITH_GENERATION && sealed.length >= 5 + NONCE + TAG) return { generation: sealed.readUInt32BE(1), start: 5 };
	throw new VaultError('Not a sealed value of this version');
}

interface LocalKey {
	id: string;
	bytes: Buffer;
}

/** @throws VaultError naming what is wrong, never the key. */
function parseKeys(text: string): [LocalKey, ...LocalKey[]] {
	const keys = text.split(/\s+/).filter(Boolean).map(parseKey);
	const [first, ...more] = keys;
	if (!first) throw new VaultError('There is no master key: give 32 bytes, as 64 hex digits or base64');
	return [first, ...more];
}

function parseKey(text: string): LocalKey {
	const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
	if (bytes.length !== 32) throw new VaultError('The master key must be 32 bytes, as 64 hex digits or base64');
	return { id: createHash('sha256').update('pangea master key').update(bytes).digest('hex').slice(0, 16), bytes };
}

const placeOf = (id: string): string => `data key under ${id}`;

/**
 * Master keys from a text of one or more, each 32 bytes in base64 or hex, parted by white space: the first wraps, all unwrap. `read` is asked
 * again when a key comes up that is not among them, so a running process learns of a rotation by itself; not more often than every
 * `askAgainMillis`, for the source may be a program or a service.
 * @throws VaultError naming what is wrong, never the key.
 */
export function masterKeyFrom(read: () => string, askAgainMillis = 1000): MasterKey {
	let keys = parseKeys(read());
	let readAt = Date.now();
	const find = (id: string): LocalKey | undefined => {
		const known = keys.find((key) => key.id === id);
		if (known || Date.now() - readAt < askAgainMillis) return known;
		readAt = Date.now();
		keys = parseKeys(read());
		return keys.find((key) => key.id === id);
	};
	return {
		get id() {
			return keys[0].id;
		},
		async has(id) {
			return find(id) !== undefined;
		},
		async wrap(dataKey) {
			const [{ id, bytes }] = keys;
			return { masterKeyId: id, wrapped: Buffer.concat([Buffer.from([FIRST]), encrypt(bytes, dataKey, placeOf(id))]) };
		},
		async unwrap({ masterKeyId, wrapped }) {
			const key = find(masterKeyId);
			if (!key) throw missingKey(masterKeyId, keys[0].id);
			return decrypt(key.bytes, wrapped.subarray(readHead(wrapped).start), placeOf(masterKeyId));
		},
	};
}

function missingKey(needed: string, configured: string): VaultError {
	return new VaultError(
		`The data were encrypted under master key ${needed}, but ${configured} is configured. Restore the former key file, or add that key after the current one`,
	);
}

/** Makes a process with a foreign key end at its start and not at its first secret. @throws VaultError naming the key that is missing. */
export async function checkMasterKey(master: MasterKey, needed: readonly string[]): Promise<void> {
	for (const id of needed) if (!(await master.has(id))) throw missingKey(id, master.id);
}

/** Where master keys come from, as the environment says it. */
export interface MasterKeySources {
	/** Keys in a file, the environment or a command; null where there is none. */
	readMasterKey: (() => string) | null;
	/** A key service, which goes first: it wraps, and keys of the other source still open what lies under them. */
	transit: TransitSettings | null;
}

/** The master key of all sources. @throws VaultError with a sentence */
export async function openMasterKey({ readMasterKey, transit }: MasterKeySources): Promise<MasterKey> {
	const local = readMasterKey === null ? null : masterKeyFrom(readMasterKey);
	if (transit === null) {
		if (local === null) throw new VaultError('There is no master key: give 32 bytes, or name a key service');
		return local;
	}
	const service = await openTransit(transit);
	return {
		get id() {
			return service.id;
		},
		has: async (id) => (isTransitId(id) ? await service.has(id) : ((await local?.has(id)) ?? false)),
		wrap: (dataKey) => service.wrap(dataKey),
		async unwrap(key) {
			if (isTransitId(key.masterKeyId)) return await service.unwrap(key);
			if (local === null) throw missingKey(key.masterKeyId, service.id);
			return await local.unwrap(key);
		},
	};
}

/** {@link masterKeyFrom} a text that never changes. */
export function masterKeyFromText(text: string): MasterKey {
	return masterKeyFrom(() => text);
}

export function newMasterKeyText(): string {
	return randomBytes(32).toString('base64');
}

/** The ids of the master keys in a text, the current one first. @throws VaultError */
export function masterKeyIds(text: string): string[] {
	return parseKeys(text).map((key) => key.id);
}

/** 32 fresh random bytes, wrapped for storage. */
export async function newWrappedKey(master: MasterKey): Promise<WrappedKey> {
	return await master.wrap(randomBytes(32));
}

/** @throws VaultError when a key was wrapped under a master key that is not at hand, or when none may seal. */
export async function openBox(master: MasterKey, keys: readonly DataKey[]): Promise<SealedBox> {
	const opened = new Map<number, Buffer>();
	for (const key of keys) opened.set(key.generation, await master.unwrap(key));
	const newest = Math.max(...keys.filter((key) => key.seals).map((key) => key.generation));
	const sealing = opened.get(newest);
	if (!sealing) throw new VaultError('The workspace has no data key that may seal');
	const head = headOf(newest);
	const finding = searchKey(sealing);
	const findingAny = [...opened.values()].map(searchKey);
	return {
		digests: (words) => [...new Set(words.map((word) => digest(finding, word)))].toSorted((a, b) => (a < b ? -1 : 1)).map(String),
		digestsOf: (word) => findingAny.map((key) => String(digest(key, word))),
		seal: (plain, place) => Buffer.concat([head, encrypt(sealing, typeof plain === 'string' ? Buffer.from(plain) : plain, place)]),
		open(sealed, place) {
			const { generation, start } = readHead(sealed);
			const key = opened.get(generation);
			if (!key)
				throw new VaultError(
					`Cannot open the sealed value for ${place}: it was sealed with data key ${generation}, which is not known here`,
				);
			return decrypt(key, sealed.subarray(start), place);
		},
	};
}

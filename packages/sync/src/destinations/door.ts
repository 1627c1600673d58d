import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Destination, DestinationError, type DestinationProblem } from '@pangea/domain';
import ssh2, { type Client, type ConnectConfig, type SFTPWrapper } from 'ssh2';
import { addressOf } from '../outside.ts';

const { utils } = ssh2;

const CONNECT = 15_000;
/** Without a sign of life for three of these a connection counts as lost. */
const KEEP_ALIVE = 20_000;

interface Place {
	host: string;
	port: number;
}

/** What may be called besides public addresses, and until when. */
export interface Reach {
	/** `host:port` of servers that may lie inside the own network. */
	inner: readonly string[];
	signal: AbortSignal;
}

/**
 * The key by which a server is known, `ssh-ed25519 SHA256:…`, as `ssh-keygen -l` tells it. Nothing of ours is told to the server: no name, no secret.
 * @throws DestinationError
 */
export async function hostKeyOf(place: Place, reach: Reach): Promise<string> {
	let seen: string | null = null;
	await connected(place, reach, {
		username: 'nobody',
		hostVerifier: (key: Buffer) => {
			seen = keyName(key);
			return false;
		},
	}).catch((error: unknown) => {
		if (seen === null) throw error;
	});
	if (seen === null) throw new DestinationError('sftpUnreachable', place.host);
	return seen;
}

/** Signs in at a server whose key is the one that was accepted, does some work in its folder, and leaves. @throws DestinationError */
export async function inFolder<T>(destination: Destination, reach: Reach, work: (folder: Folder) => Promise<T>): Promise<T> {
	const { host, user, secret, hostKey, folder } = destination;
	let differs = false;
	const client = await connected(destination, reach, {
		username: user,
		...(secret.kind === 'password' ? { password: secret.password } : keyIn(secret, host)),
		algorithms: { serverHostKey: algorithmsOf(hostKey) },
		hostVerifier: (key: Buffer) => {
			differs = keyName(key) !== hostKey;
			return !differs;
		},
	}).catch((error: unknown) => {
		throw differs ? new DestinationError('sftpHostKeyChanged', host) : error;
	});
	const leave = (): void => void client.destroy();
	reach.signal.addEventListener('abort', leave, { once: true });
	// What was asked of a line that is gone is never answered.
	const lost = new AbortController();
	client.once('close', () => lost.abort(new DestinationError('sftpUnreachable', host)));
	try {
		const sftp = await whileUp(sftpOf(client, host), lost.signal);
		return await work(new Folder(sftp, { path: folder, host, lost: lost.signal }));
	} finally {
		reach.signal.removeEventListener('abort', leave);
		client.end();
	}
}

/** Ends with what the signal says once the line is lost, whatever becomes of the work. */
async function whileUp<T>(work: Promise<T>, lost: AbortSignal): Promise<T> {
	work.catch(() => {});
	lost.throwIfAborted();
	const { promise, reject } = Promise.withResolvers<never>();
	const give = (): void => reject(lost.reason as Error);
	lost.addEventListener('abort', give, { once: true });
	try {
		return await Promise.race([work, promise]);
	} finally {
		lost.removeEventListener('abort', give);
	}
}

/** A folder of a server. */
export class Folder {
	readonly #sftp: SFTPWrapper;
	readonly #path: string;
	readonly #host: string;
	readonly #lost: AbortSignal;

	constructor(sftp: SFTPWrapper, { path, host, lost }: { path: string; host: string; lost: AbortSignal }) {
		this.#sftp = sftp;
		this.#path = path;
		this.#host = host;
		this.#lost = lost;
	}

	/**
	 * Brings a file: under another name first, so that nobody takes a part of it for the whole, and under its own once all of it is there. One of the
	 * same name and size is the same file, brought by a try whose end nobody saw.
	 * @throws DestinationError
	 */
	async bring(name: string, size: number, bytes: () => AsyncIterable<Buffer>): Promise<void> {
		const target = this.#at(name);
		if ((await this.#sizeOf(target)) === size) return;
		// The next try writes over what a cut line leaves of it.
		const draft = this.#at(`.${name}.part`);
		try {
			const written = pipeline(Readable.from(bytes()), this.#sftp.createWriteStream(draft), { signal: this.#lost });
			await whileUp(written, this.#lost).catch((cause: unknown) => {
				throw this.#trouble(cause, 'sftpFolderRefused');
			});
			if ((await this.#sizeOf(draft)) !== size) throw new DestinationError('sftpNotWritten', this.#host);
			await this.#rename(draft, target);
		} catch (error) {
			await this.#remove(draft).catch(() => {});
			throw error;
		}
	}

	/** Brings a file of no use and takes it away again. @throws DestinationError */
	async probe(): Promise<void> {
		const name = `.pangea-${randomUUID()}`;
		const words = Buffer.from('Pangea can write here.\n');
		await this.bring(name, words.length, async function* () {
			yield words;
		});
		await this.#remove(this.#at(name)).catch((cause: unknown) => {
			throw this.#trouble(cause, 'sftpNotWritten');
		});
	}

	#at(name: string): string {
		if (this.#path === '') return name;
		return this.#path.endsWith('/') ? `${this.#path}${name}` : `${this.#path}/${name}`;
	}

	/** Null where there is none. */
	async #sizeOf(path: string): Promise<number | null> {
		const asked = new Promise<number | null>((resolve, reject) => {
			this.#sftp.stat(path, (error, stats) => {
				if (!error) resolve(stats.size);
				else if (statusOf(error) === utils.sftp.STATUS_CODE.NO_SUCH_FILE) resolve(null);
				else reject(this.#trouble(error, 'sftpFolderRefused'));
			});
		});
		return await whileUp(asked, this.#lost);
	}

	/** A run's name is its own, so nothing else stands in its way. */
	async #rename(from: string, to: string): Promise<void> {
		const asked = new Promise<void>((resolve, reject) => {
			this.#sftp.rename(from, to, (error) => (error ? reject(this.#trouble(error, 'sftpNotWritten')) : resolve()));
		});
		await whileUp(asked, this.#lost);
	}

	async #remove(path: string): Promise<void> {
		const asked = new Promise<void>((resolve, reject) => this.#sftp.unlink(path, (error) => (error ? reject(error) : resolve())));
		await whileUp(asked, this.#lost);
	}

	#trouble(cause: unknown, code: DestinationProblem): DestinationError {
		if (cause instanceof DestinationError) return cause;
		// Without a status the line is gone, and the folder may be as it should.
		return new DestinationError(statusOf(cause) === null ? 'sftpUnreachable' : code, this.#host);
	}
}

function statusOf(error: unknown): number | null {
	return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : null;
}

/** @throws DestinationError */
async function connected(place: Place, { inner, signal }: Reach, config: ConnectConfig): Promise<Client> {
	const { host, port } = place;
	const address = await addressOf(place, inner);
	if (address === 'unknown') throw new DestinationError('sftpUnknownHost', host);
	if (address === 'inner') throw new DestinationError('sftpInnerHost', host);
	const client = new ssh2.Client();
	// Told to whoever waits; later ones are seen by what is under way.
	client.on('error', () => {});
	try {
		const ready = once(client, 'ready', { signal });
		client.connect({ host: address.host, port, readyTimeout: CONNECT, keepaliveInterval: KEEP_ALIVE, keepaliveCountMax: 3, ...config });
		await ready;
	} catch (error) {
		client.destroy();
		signal.throwIfAborted();
		throw new DestinationError(isRefusal(error) ? 'sftpLoginRefused' : 'sftpUnreachable', host);
	}
	return client;
}

/** The server knows us and does not let us in; all else is about the way to it. */
function isRefusal(error: unknown): boolean {
	return error instanceof Error && 'level' in error && error.level === 'client-authentication';
}

async function sftpOf(client: Client, host: string): Promise<SFTPWrapper> {
	return await new Promise((resolve, reject) => {
		client.sftp((error, sftp) => {
			if (error) reject(new DestinationError('sftpFolderRefused', host));
			else resolve(sftp);
		});
	});
}

function keyIn({ privateKey, passphrase }: { privateKey: string; passphrase: string | null }, host: string): ConnectConfig {
	const parsed = utils.parseKey(privateKey, passphrase ?? undefined);
	if (parsed instanceof Error || !parsed.isPrivateKey()) throw new DestinationError('sftpKeyUnreadable', host);
	return { privateKey, ...(passphrase !== null && { passphrase }) };
}

/** RFC 4253, 6.6: a key begins with the name of its type. */
function keyName(key: Buffer): string {
	const type = key.toString('latin1', 4, 4 + key.readUInt32BE(0));
	return `${type} SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** Of a server with several keys the one that was accepted has to be shown. An RSA key signs in ways that are no older than SHA-2. */
function algorithmsOf(hostKey: string): NonNullable<NonNullable<ConnectConfig['algorithms']>['serverHostKey']> {
	const [type = ''] = hostKey.split(' ');
	return type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type as 'ssh-ed25519'];
}

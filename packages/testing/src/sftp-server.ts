import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import ssh2, { type Connection, type ParsedKey, type SFTPWrapper } from 'ssh2';

const { Server, utils } = ssh2;
const { STATUS_CODE, OPEN_MODE } = utils.sftp;

/** Who may sign in at the server. */
export const SFTP_LOGIN = { user: 'pangea', password: 'right-9f2c' };

/** A key pair as OpenSSH writes them. */
export function newSshKey(type: 'ed25519' | 'rsa' = 'ed25519', passphrase?: string): { private: string; public: string } {
	const options = type === 'rsa' ? ({ bits: 2048 } as const) : {};
	const lock = passphrase === undefined ? {} : { passphrase, cipher: 'aes256-ctr', rounds: 4 };
	const pair = utils.generateKeyPairSync(type as 'rsa', { ...options, ...lock } as { bits: 2048 });
	// Of four hundred keys that the library makes, it cannot read one again.
	return utils.parseKey(pair.private, passphrase) instanceof Error ? newSshKey(type, passphrase) : pair;
}

/** A key in the form that no SSH client reads. */
export const NO_SSH_KEY = generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;

export interface SftpServer {
	port: number;
	/** Whole files by path, as somebody sees them who lists the folders. */
	files: Map<string, Buffer>;
	/** What was asked, in order, of what leaves a trace. */
	log: string[];
	/** Names with which somebody tried to sign in. */
	signIns: string[];
	/** What goes wrong from now on. */
	faults: { cutAfterBytes?: number; refuseRename?: boolean; short?: boolean; folders?: ReadonlySet<string> };
	close(): Promise<void>;
}

interface Setup {
	hostKeys?: string[];
	/** Who may sign in with a key, as OpenSSH writes it. */
	publicKey?: string;
	port?: number;
}

/** A real SSH server on the loopback with files in memory. */
export async function startSftpServer({ hostKeys = [newSshKey().private], publicKey, port = 0 }: Setup = {}): Promise<SftpServer> {
	const state: Omit<SftpServer, 'port' | 'close'> = { files: new Map(), log: [], signIns: [], faults: {} };
	const open = new Set<Connection>();
	const allowed = publicKey === undefined ? null : (utils.parseKey(publicKey) as ParsedKey);
	const server = new Server({ hostKeys }, (client) => {
		open.add(client);
		client.on('error', () => {});
		client.on('close', () => open.delete(client));
		client.on('authentication', (context) => {
			if (context.method === 'none') return context.reject(['password', 'publickey']);
			state.signIns.push(context.username);
			if (context.username !== SFTP_LOGIN.user) return context.reject();
			if (context.method === 'password') return context.password === SFTP_LOGIN.password ? context.accept() : context.reject();
			if (context.method !== 'publickey' || !allowed) return context.reject();
			const isKnown = context.key.data.equals(allowed.getPublicSSH());
			const isSigned = !context.signature || (context.blob && allowed.verify(context.blob, context.signature, context.hashAlgo) === true);
			return isKnown && isSigned ? context.accept() : context.reject();
		});
		client.on('ready', () => {
			client.on('session', (accept) => {
				accept().on('sftp', (acceptSftp) => serve(acceptSftp(), state, () => client.end()));
			});
		});
	});
	server.listen(port, '127.0.0.1');
	await once(server, 'listening');
	return {
		...state,
		port: (server.address() as AddressInfo).port,
		async close() {
			for (const client of open) client.end();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
}

const folderOf = (path: string): string => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '');

function serve(sftp: SFTPWrapper, state: Omit<SftpServer, 'port' | 'close'>, cut: () => void): void {
	const { files, log, faults } = state;
	const handles = new Map<number, { path: string; pieces: Map<number, Buffer> }>();
	let next = 0;
	const status = (id: number, code: number) => sftp.status(id, code);
	const isPlace = (path: string): boolean => faults.folders === undefined || faults.folders.has(folderOf(path));
	let written = 0;
	sftp.on('OPEN', (id, path, flags) => {
		if (!isPlace(path)) return status(id, STATUS_CODE.NO_SUCH_FILE);
		if (!(flags & OPEN_MODE.WRITE)) return status(id, STATUS_CODE.PERMISSION_DENIED);
		log.push(`open ${path}`);
		const handle = Buffer.alloc(4);
		handle.writeUInt32BE(next);
		handles.set(next++, { path, pieces: new Map() });
		files.set(path, Buffer.alloc(0));
		sftp.handle(id, handle);
	});
	sftp.on('WRITE', (id, handle, offset, data) => {
		const file = handles.get(handle.readUInt32BE(0));
		if (!file) return status(id, STATUS_CODE.FAILURE);
		file.pieces.set(offset, Buffer.from(data));
		written += data.length;
		files.set(file.path, joined(file.pieces));
		if (faults.cutAfterBytes !== undefined && written >= faults.cutAfterBytes) return cut();
		status(id, STATUS_CODE.OK);
	});
	sftp.on('CLOSE', (id, handle) => {
		const file = handles.get(handle.readUInt32BE(0));
		if (file && faults.short) files.set(file.path, joined(file.pieces).subarray(1));
		status(id, handles.delete(handle.readUInt32BE(0)) ? STATUS_CODE.OK : STATUS_CODE.FAILURE);
	});
	const stat = (id: number, path: string): void => {
		const file = files.get(path);
		if (!isPlace(path) || !file) return status(id, STATUS_CODE.NO_SUCH_FILE);
		sftp.attrs(id, { mode: 0o100600, uid: 0, gid: 0, size: file.length, atime: 0, mtime: 0 });
	};
	sftp.on('STAT', stat);
	sftp.on('LSTAT', stat);
	sftp.on('FSETSTAT', (id) => status(id, STATUS_CODE.OK));
	sftp.on('SETSTAT', (id) => status(id, STATUS_CODE.OK));
	sftp.on('RENAME', (id, from, to) => {
		const file = files.get(from);
		// As version 3 of the protocol has it: never over a file that is there.
		if (!file || faults.refuseRename || files.has(to)) return status(id, STATUS_CODE.FAILURE);
		log.push(`rename ${from} ${to}`);
		files.delete(from);
		files.set(to, file);
		status(id, STATUS_CODE.OK);
	});
	sftp.on('REMOVE', (id, path) => {
		log.push(`remove ${path}`);
		status(id, files.delete(path) ? STATUS_CODE.OK : STATUS_CODE.NO_SUCH_FILE);
	});
}

function joined(pieces: ReadonlyMap<number, Buffer>): Buffer {
	const all = [...pieces].toSorted(([a], [b]) => a - b);
	const last = all.at(-1);
	const whole = Buffer.alloc(last ? last[0] + last[1].length : 0);
	for (const [offset, piece] of all) piece.copy(whole, offset);
	return whole;
}

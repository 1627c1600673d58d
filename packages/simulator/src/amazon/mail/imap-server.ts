import { createServer, type Server, type Socket } from 'node:net';
import { partAt, partsOf, structureText } from './structure.ts';
import { addressIn, headerOf, type KeptMail, type MailFolder } from './mail-folder.ts';

type Token = string | Token[];

/** Who signs in, and what they find. */
export interface ImapAccounts {
	/** Null for a wrong name or password. */
	enter(user: string, password: string): readonly MailFolder[] | null;
	/** Whether a command's line shall break now. */
	breaks(command: string): boolean;
	now(): number;
}

/**
 * The part of IMAP4rev1 (RFC 3501) that readers of a mailbox need, and IDLE (RFC 2177). No TLS: it listens at loopback only.
 * Commands: CAPABILITY, LOGIN, LIST, LSUB, SELECT, EXAMINE, UID SEARCH, UID FETCH, APPEND, IDLE, NOOP, CLOSE, LOGOUT.
 */
export function createImapServer(accounts: ImapAccounts): Server {
	return createServer((socket) => new Session(socket, accounts));
}

class Session {
	readonly #socket: Socket;
	readonly #accounts: ImapAccounts;
	#buffer: Buffer = Buffer.alloc(0);
	/** Parts of the command under way; literals stand beside the lines around them. */
	#parts: (string | Buffer)[] = [];
	#wanted = 0;
	#folders: readonly MailFolder[] | null = null;
	#open: MailFolder | null = null;
	#idle: { tag: string; end: () => void } | null = null;

	constructor(socket: Socket, accounts: ImapAccounts) {
		this.#socket = socket;
		this.#accounts = accounts;
		socket.on('data', (chunk: Buffer) => this.#take(chunk));
		socket.on('error', () => socket.destroy());
		socket.on('close', () => this.#idle?.end());
		this.#say('* OK IMAP4rev1 ready');
	}

	#say(line: string | Buffer): void {
		if (!this.#socket.writable) return;
		this.#socket.write(line);
		this.#socket.write('\r\n');
	}

	#take(chunk: Buffer): void {
		this.#buffer = Buffer.concat([this.#buffer, chunk]);
		for (;;) {
			if (this.#wanted > 0) {
				if (this.#buffer.length < this.#wanted) return;
				this.#parts.push(this.#buffer.subarray(0, this.#wanted));
				this.#buffer = this.#buffer.subarray(this.#wanted);
				this.#wanted = 0;
			}
			const end = this.#buffer.indexOf('\r\n');
			if (end === -1) return;
			const line = this.#buffer.subarray(0, end).toString('utf8');
			this.#buffer = this.#buffer.subarray(end + 2);
			const literal = /\{(\d+)(\+?)\}$/.exec(line);
			if (literal) {
				this.#parts.push(line.slice(0, literal.index));
				this.#wanted = Number(literal[1]);
				if (literal[2] !== '+') this.#say('+ go on');
				if (this.#wanted === 0) this.#parts.push(Buffer.alloc(0));
				continue;
			}
			const parts = [...this.#parts, line];
			this.#parts = [];
			this.#run(parts);
		}
	}

	#run(parts: readonly (string | Buffer)[]): void {
		if (this.#idle) {
			if (String(parts[0]).toUpperCase() !== 'DONE') return;
			const { tag, end } = this.#idle;
			end();
			this.#idle = null;
			this.#say(`${tag} OK IDLE ended`);
			return;
		}
		const [tag = '*', name = '', ...args] = tokensOf(parts);
		const command = String(name).toUpperCase();
		if (this.#accounts.breaks(command)) {
			this.#socket.destroy();
			return;
		}
		this.#answer(String(tag), command, args, parts);
	}

	#answer(tag: string, command: string, args: readonly Token[], parts: readonly (string | Buffer)[]): void {
		switch (command) {
			case 'CAPABILITY':
				this.#say('* CAPABILITY IMAP4rev1 IDLE SPECIAL-USE');
				return this.#say(`${tag} OK`);
			case 'NOOP':
				return this.#say(`${tag} OK`);
			case 'LOGOUT':
				this.#say('* BYE');
				this.#say(`${tag} OK`);
				this.#socket.end();
				return;
			case 'LOGIN':
				this.#folders = this.#accounts.enter(String(args[0] ?? ''), String(args[1] ?? ''));
				return this.#say(this.#folders ? `${tag} OK` : `${tag} NO [AUTHENTICATIONFAILED] wrong user name or password`);
		}
		if (!this.#folders) return this.#say(`${tag} NO sign in first`);
		switch (command) {
			case 'LIST':
			case 'LSUB':
				// Asked for nothing, a server tells what its folders are parted by.
				if (args[1] === '') {
					this.#say(`* ${command} (\\Noselect) "/" ""`);
					return this.#say(`${tag} OK`);
				}
				for (const { name, special } of this.#folders)
					this.#say(`* ${command} (\\HasNoChildren${special === null ? '' : ` ${special}`}) "/" "${name}"`);
				return this.#say(`${tag} OK`);
			case 'SELECT':
			case 'EXAMINE':
				return this.#select(tag, String(args[0] ?? ''));
			case 'CLOSE':
				this.#open = null;
				return this.#say(`${tag} OK`);
			case 'APPEND': {
				const folder = this.#folder(String(args[0] ?? ''));
				const bytes = parts.findLast((part) => Buffer.isBuffer(part));
				if (!folder || !Buffer.isBuffer(bytes)) return this.#say(`${tag} NO [TRYCREATE] no such folder`);
				folder.add(Buffer.from(bytes), this.#accounts.now());
				return this.#say(`${tag} OK`);
			}
		}
		const open = this.#open;
		if (!open) return this.#say(`${tag} NO open a folder first`);
		switch (command) {
			case 'IDLE': {
				const end = open.watch(() => this.#say(`* ${open.mails.length} EXISTS`));
				this.#idle = { tag, end };
				this.#say('+ idling');
				return this.#say(`* ${open.mails.length} EXISTS`);
			}
			case 'UID':
				return this.#byUid(tag, open, String(args[0] ?? '').toUpperCase(), args.slice(1));
		}
		this.#say(`${tag} BAD unknown command`);
	}

	#folder(name: string): MailFolder | undefined {
		return this.#folders?.find((one) => one.name.toUpperCase() === name.toUpperCase());
	}

	#select(tag: string, name: string): void {
		const folder = this.#folder(name);
		if (!folder) return this.#say(`${tag} NO no such folder`);
		this.#open = folder;
		this.#say('* FLAGS (\\Seen)');
		this.#say(`* ${folder.mails.length} EXISTS`);
		this.#say('* 0 RECENT');
		this.#say(`* OK [UIDVALIDITY ${folder.validity}] numbers`);
		this.#say(`* OK [UIDNEXT ${folder.nextUid}] next`);
		this.#say(`${tag} OK [READ-ONLY] opened`);
	}

	#byUid(tag: string, folder: MailFolder, command: string, args: readonly Token[]): void {
		if (command === 'SEARCH') {
			const found = folder.mails.filter((mail) => matches(folder, mail, [...args]));
			this.#say(`* SEARCH${found.map(({ uid }) => ` ${uid}`).join('')}`);
			return this.#say(`${tag} OK`);
		}
		if (command !== 'FETCH') return this.#say(`${tag} BAD unknown command`);
		const wanted = JSON.stringify(args[1] ?? '').toUpperCase();
		for (const [index, mail] of folder.mails.entries()) {
			if (!inSet(folder, mail.uid, String(args[0] ?? ''))) continue;
			const items = [`UID ${mail.uid}`];
			if (wanted.includes('FLAGS')) items.push('FLAGS ()');
			if (wanted.includes('RFC822.SIZE')) items.push(`RFC822.SIZE ${mail.bytes.length}`);
			if (wanted.includes('INTERNALDATE')) items.push(`INTERNALDATE "${dateOf(mail.at)}"`);
			if (wanted.includes('ENVELOPE')) items.push(`ENVELOPE ${envelopeOf(mail.bytes)}`);
			if (wanted.includes('BODYSTRUCTURE')) items.push(`BODYSTRUCTURE ${structureText(partsOf(mail.bytes))}`);
			const head = `* ${index + 1} FETCH (${items.join(' ')}`;
			const body = /BODY\.PEEK\[([\d.]*)\](?:<0\.(\d+)>)?/.exec(wanted);
			if (!body) {
				this.#say(`${head})`);
				continue;
			}
			const [, number = '', most] = body;
			const whole = number === '' ? mail.bytes : partAt(partsOf(mail.bytes), number)?.body;
			if (whole === undefined) {
				this.#say(`${head} BODY[${number}] NIL)`);
				continue;
			}
			const bytes = most === undefined ? whole : whole.subarray(0, Number(most));
			const name = `BODY[${number}]${most === undefined ? '' : '<0>'}`;
			this.#say(Buffer.concat([Buffer.from(`${head} ${name} {${bytes.length}}\r\n`), bytes, Buffer.from(')')]));
		}
		this.#say(`${tag} OK`);
	}
}

/** Words, quoted texts, lists in parentheses and literals of a command. */
function tokensOf(parts: readonly (string | Buffer)[]): Token[] {
	const stack: Token[][] = [[]];
	const add = (token: Token): void => void stack.at(-1)?.push(token);
	for (const part of parts) {
		if (Buffer.isBuffer(part)) {
			add(part.toString('utf8'));
			continue;
		}
		for (const [found, quoted, word] of part.matchAll(/"((?:[^"\\]|\\.)*)"|[()]|([^\s()"]+)/g)) {
			if (found === '(') stack.push([]);
			else if (found === ')') {
				const list = stack.pop() ?? [];
				if (stack.length === 0) stack.push([]);
				add(list);
			} else add(word ?? (quoted ?? '').replaceAll(/\\(.)/g, '$1'));
		}
	}
	return stack[0] ?? [];
}

/** Whether a mail fits all keys, which are taken from the front. */
function matches(folder: MailFolder, mail: KeptMail, keys: Token[]): boolean {
	let fits = true;
	while (keys.length > 0) fits = matchOne(folder, mail, keys) && fits;
	return fits;
}

function matchOne(folder: MailFolder, mail: KeptMail, keys: Token[]): boolean {
	const key = keys.shift() ?? 'ALL';
	if (Array.isArray(key)) return matches(folder, mail, [...key]);
	const word = (): string => String(keys.shift() ?? '').toLowerCase();
	const holds = (header: string, text: string): boolean => headerOf(mail.bytes, header).toLowerCase().includes(text);
	switch (key.toUpperCase()) {
		case 'ALL':
			return true;
		case 'CHARSET':
			word();
			return true;
		case 'OR': {
			const first = matchOne(folder, mail, keys);
			return matchOne(folder, mail, keys) || first;
		}
		case 'FROM':
		case 'TO':
			return holds(key, word());
		case 'HEADER':
			return holds(word(), word());
		case 'SINCE':
			return mail.at >= Date.parse(`${word()} UTC`);
		case 'UID':
			return inSet(folder, mail.uid, word());
		default:
			throw new RangeError(`This simulator does not search by ${key}`);
	}
}

/** A range that ends in `*` holds the last mail, whatever it begins with. */
function inSet(folder: MailFolder, uid: number, set: string): boolean {
	const last = folder.mails.at(-1)?.uid ?? 0;
	const number = (text: string): number => (text === '*' ? last : Number(text));
	return set.split(',').some((part) => {
		const [from = '', until = from] = part.split(':');
		const [a, b] = [number(from), number(until)].sort((x, y) => x - y);
		return uid >= (a ?? 0) && uid <= (b ?? 0);
	});
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function dateOf(at: number): string {
	const date = new Date(at);
	const [, time] = /T(\d\d:\d\d:\d\d)/.exec(date.toISOString()) ?? [];
	return `${String(date.getUTCDate()).padStart(2, '0')}-${MONTHS[date.getUTCMonth()]}-${date.getUTCFullYear()} ${time} +0000`;
}

function envelopeOf(bytes: Buffer): string {
	const text = (value: string): string =>
		value === '' ? 'NIL' : `"${value.replaceAll(/["\\]/g, '\\$&').replaceAll(/[^\x20-\x7e]/g, '?')}"`;
	const people = (name: string): string => {
		const [local = '', host = ''] = addressIn(headerOf(bytes, name)).split('@');
		return host === '' ? 'NIL' : `((NIL NIL ${text(local)} ${text(host)}))`;
	};
	const [from, to] = [people('from'), people('to')];
	const of = (name: string): string => text(headerOf(bytes, name));
	return `(${of('date')} ${of('subject')} ${from} ${from} ${from} ${to} NIL NIL ${of('in-reply-to')} ${of('message-id')})`;
}

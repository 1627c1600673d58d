import type { Socket } from 'node:net';
import type pg from 'pg';

const COPY_DATA = 0x64;
const COPY_DONE = 0x63;
const ERROR = 0x45;
/** A code of one byte, and how long the message is, these four bytes included. */
const HEAD = 5;

/** What pg tells a query that it was given as an object. */
interface Connection {
	stream: Socket;
	query(text: string): void;
}

/**
 * `COPY … TO STDOUT` on a connection of pg, whose bytes are taken from the socket as they come: the heads of the messages are closed up where they
 * lie, so that a row costs neither an object nor memory. pg-copy-streams makes a buffer a row; with it an export took half as much again of our CPU.
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-COPY
 */
export class CopyOut implements pg.Submittable {
	/** Rows that have come, a message each; at the end, as the server counts them. */
	rows = 0;
	readonly #text: string;
	#connection: Connection | null = null;
	#pgListener: ((bytes: Buffer) => void) | null = null;
	#failed: Error | null = null;
	#complete = false;
	#dropping = false;
	#wake: () => void = () => {};
	/** The head of a message that was cut within it. */
	#head: Buffer = Buffer.alloc(0);
	/** Bytes of the message at hand that are still to come, and whether they are a row's. */
	#left = 0;
	#isRow = false;

	constructor(text: string) {
		this.#text = text;
	}

	/**
	 * The bytes of the rows, cut anywhere. Begins when the first piece is asked for. Whoever stops half way leaves the rest to be read away; until then
	 * the connection takes no other statement.
	 * @throws pg's DatabaseError, or the error with which the connection was lost
	 */
	async *pieces(client: pg.ClientBase): AsyncGenerator<Buffer, undefined, undefined> {
		client.query(this);
		try {
			while (!this.#complete) {
				if (this.#failed) throw this.#failed;
				const piece = this.#take();
				if (piece === null) await new Promise<void>((resolve) => (this.#wake = resolve));
				else if (piece.length > 0) yield piece;
			}
		} finally {
			this.#dropping = true;
			this.#drop();
		}
	}

	submit(connection: pg.Connection): void {
		this.#connection = connection as unknown as Connection;
		const { stream } = this.#connection;
		const [listener] = stream.listeners('data');
		this.#pgListener = listener as (bytes: Buffer) => void;
		stream.off('data', this.#pgListener);
		stream.pause();
		stream.on('readable', this.#onReadable);
		this.#connection.query(this.#text);
	}

	handleError(error: Error): void {
		this.#failed = error;
		this.#wake();
	}

	handleCommandComplete({ text }: { text: string }): void {
		this.rows = Number(/^COPY (\d+)$/.exec(text)?.[1] ?? this.rows);
		this.#complete = true;
		this.#wake();
	}

	handleReadyForQuery(): void {}

	#onReadable = (): void => {
		if (this.#dropping) this.#drop();
		else this.#wake();
	};

	#drop(): void {
		while (this.#take() !== null);
	}

	/** Null while nothing is there, and when all of it has been. */
	#take(): Buffer | null {
		if (this.#pgListener === null) return null;
		const bytes = this.#connection?.stream.read() as Buffer | null;
		return bytes && this.#closedUp(bytes);
	}

	/** The rows' bytes among these, in the same memory. */
	#closedUp(given: Buffer): Buffer {
		const bytes = this.#head.length === 0 ? given : Buffer.concat([this.#head, given]);
		let [at, filled] = [0, 0];
		for (;;) {
			const taken = Math.min(this.#left, bytes.length - at);
			if (this.#isRow) {
				if (filled !== at) bytes.copyWithin(filled, at, at + taken);
				filled += taken;
			}
			at += taken;
			this.#left -= taken;
			if (bytes.length - at < HEAD) break;
			const code = bytes[at];
			if (code === COPY_DONE || code === ERROR) {
				this.#giveBack(bytes.subarray(at));
				return bytes.subarray(0, filled);
			}
			this.#isRow = code === COPY_DATA;
			if (this.#isRow) this.rows++;
			this.#left = bytes.readUInt32BE(at + 1) - 4;
			at += HEAD;
		}
		this.#head = bytes.subarray(at);
		return bytes.subarray(0, filled);
	}

	/** What comes from here on is pg's again. */
	#giveBack(bytes: Buffer): void {
		const { stream } = this.#connection as Connection;
		const listener = this.#pgListener as (bytes: Buffer) => void;
		this.#pgListener = null;
		stream.off('readable', this.#onReadable);
		stream.on('data', listener);
		listener(bytes);
		process.nextTick(() => stream.resume());
	}
}

import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type NetConnectOpts, type Server, type Socket } from 'node:net';

/** A line between two processes that can be cut in the middle of whatever passes. */
export class Cutter {
	readonly port: number;
	readonly #server: Server;
	readonly #pairs: Set<[Socket, Socket]>;
	#cuts = 0;

	private constructor(server: Server, pairs: Set<[Socket, Socket]>) {
		this.#server = server;
		this.#pairs = pairs;
		this.port = (server.address() as AddressInfo).port;
	}

	static async open(target: NetConnectOpts): Promise<Cutter> {
		const pairs = new Set<[Socket, Socket]>();
		const server = createServer((near) => {
			const far = connect(target);
			const pair: [Socket, Socket] = [near, far];
			pairs.add(pair);
			for (const socket of pair) {
				socket.setNoDelay(true);
				socket.on('error', () => {});
				socket.on('close', () => {
					pairs.delete(pair);
					near.destroy();
					far.destroy();
				});
			}
			near.pipe(far).pipe(near);
		});
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		return new Cutter(server, pairs);
	}

	/** How many connections were cut so far. */
	get cuts(): number {
		return this.#cuts;
	}

	/** Resets every connection there is; both ends see it break. */
	cutAll(): void {
		for (const [near, far] of this.#pairs) {
			this.#cuts++;
			near.resetAndDestroy();
			far.destroy();
		}
	}

	/** Resets each connection that brings an answer within the time, after a random part of it. */
	async cutMidBody(millis: number, random: () => number): Promise<void> {
		const undo: (() => void)[] = [];
		const watch = (pair: [Socket, Socket]): void => {
			const [near, far] = pair;
			let left = Math.floor(random() * 20_000);
			const onData = (chunk: Buffer): void => {
				left -= chunk.length;
				if (left > 0 || near.destroyed) return;
				this.#cuts++;
				near.resetAndDestroy();
				far.destroy();
			};
			far.on('data', onData);
			undo.push(() => far.off('data', onData));
		};
		for (const pair of this.#pairs) watch(pair);
		const known = new Set(this.#pairs);
		const look = setInterval(() => {
			for (const pair of this.#pairs) {
				if (known.has(pair)) continue;
				known.add(pair);
				watch(pair);
			}
		}, 20);
		await new Promise((done) => setTimeout(done, millis));
		clearInterval(look);
		for (const end of undo) end();
	}

	async close(): Promise<void> {
		this.cutAll();
		this.#server.close();
		await once(this.#server, 'close');
	}
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkspaceEvent } from '@pangea/domain';
import { io, type Socket } from 'socket.io-client';
import type { Person } from '../rig/person.ts';

interface SinceAnswer {
	events: WorkspaceEvent[];
	resync: boolean;
	last: string;
}

/** One operator's socket that behaves like a screen: takes events in order, asks for what it missed, comes back after a deploy. */
export class Watcher {
	/** Milliseconds from an event's time to its arrival, for those that were pushed. */
	readonly lags: number[] = [];
	/** How often an event was missing and had to be asked for, or came out of order without being a repeat. */
	holes = 0;
	reconnections = 0;
	/** How often the server said that the gap is too long to replay. */
	resyncs = 0;
	#last: bigint | null = null;
	readonly #socket: Socket;

	constructor(url: string, person: Person) {
		this.#socket = io(url, {
			path: '/live',
			transports: ['websocket'],
			reconnectionDelay: 100,
			reconnectionDelayMax: 500,
			auth: { workspaceId: person.workspaceId },
			extraHeaders: { cookie: person.visitor.cookie },
		});
		this.#socket.on('connect', () => {
			if (this.#last !== null) this.reconnections++;
			this.#ask();
		});
		this.#socket.on('event', (event: WorkspaceEvent) => this.#take(event, true));
	}

	/** The last number seen; null before the first answer. */
	get last(): string | null {
		return this.#last === null ? null : String(this.#last);
	}

	close(): void {
		this.#socket.close();
	}

	#ask(): void {
		this.#socket.emit('since', String(this.#last ?? 0n), (answer: SinceAnswer | { error: string }) => {
			if ('error' in answer) return;
			if (answer.resync) {
				if (this.#last !== null) this.resyncs++;
				this.#last = BigInt(answer.last);
				return;
			}
			for (const event of answer.events) this.#take(event, false);
			this.#last ??= BigInt(answer.last);
		});
	}

	#take(event: WorkspaceEvent, pushed: boolean): void {
		const seq = BigInt(event.seq);
		if (this.#last === null || seq <= this.#last) return;
		if (seq !== this.#last + 1n) {
			this.holes++;
			this.#ask();
			return;
		}
		this.#last = seq;
		if (pushed) this.lags.push(Date.now() - Date.parse(event.at));
	}
}

/** People who read lists; a deploy's moment without a server is not held against anybody. */
export class Readers {
	reads = 0;
	/** Milliseconds a read took. */
	readonly times: number[] = [];
	failures = 0;
	readonly #end = new AbortController();
	readonly #ended: Promise<void>[];

	constructor(people: readonly Person[]) {
		this.#ended = people.map((person, index) => this.#read(person, index));
	}

	async stop(): Promise<void> {
		this.#end.abort();
		await Promise.all(this.#ended);
	}

	async #read(person: Person, index: number): Promise<void> {
		const views = [{}, { state: 'toShip', sort: 'shipBy' }, { platforms: ['temu', 'amazon'] }, { attention: 'returns' }];
		for (let turn = index; !this.#end.signal.aborted; turn++) {
			const started = performance.now();
			try {
				await person.visitor.query(turn % 3 === 0 ? 'orders.counts' : 'orders.list', views[turn % views.length]);
				this.reads++;
				this.times.push(performance.now() - started);
			} catch {
				this.failures++;
			}
			await sleep(400);
		}
	}
}

import type { EventsView } from '@pangea/api';
import type { WorkspaceEvent } from '@pangea/domain';
import { io } from 'socket.io-client';

/** Where the live line stands. `since` is the instant at which it went down. */
export type LiveState = { kind: 'live' } | { kind: 'catchingUp' } | { kind: 'offline'; since: string };

/** What the feed wants done after an input. */
export type FeedEffect =
	| { kind: 'ask'; after: string }
	| { kind: 'deliver'; events: WorkspaceEvent[] }
	/** Too far behind to replay: refetch what is shown. */
	| { kind: 'resync' };

/** How many events may wait for a missing one before a lost answer is assumed and the question repeated. */
const REPEAT_EVERY = 50;

/**
 * Turns a line that splits, repeats and loses events into every event once and in order. Pure: it takes inputs and returns
 * effects; time and the socket are outside. Numbers are compared as bigint, since they are text of any length.
 */
export class EventFeed {
	#last: bigint | null = null;
	#delivered = false;
	#connected = false;
	#asking = false;
	#waitedFor = 0;
	readonly #waiting = new Map<bigint, WorkspaceEvent>();

	/** The last number handed on; null before {@link startAt}. */
	get last(): string | null {
		return this.#last === null ? null : this.#last.toString();
	}

	/** Connected and without a question under way. */
	get caughtUp(): boolean {
		return this.#connected && !this.#asking && this.#last !== null;
	}

	get connected(): boolean {
		return this.#connected;
	}

	/** The number at which shown data was read. The lowest one wins until the first event is handed on. */
	startAt(seq: string): FeedEffect[] {
		const start = BigInt(seq);
		if (this.#last !== null && (this.#delivered || start >= this.#last)) return [];
		this.#last = start;
		return this.#connected ? this.#ask() : [];
	}

	connect(): FeedEffect[] {
		this.#connected = true;
		this.#asking = false;
		return this.#last === null ? [] : this.#ask();
	}

	disconnect(): FeedEffect[] {
		this.#connected = false;
		this.#asking = false;
		return [];
	}

	event(event: WorkspaceEvent): FeedEffect[] {
		const seq = BigInt(event.seq);
		if (this.#last !== null && seq <= this.#last) return [];
		this.#waiting.set(seq, event);
		if (this.#last === null) return [];
		const effects = this.#drain();
		if (this.#waiting.size === 0) return effects;
		// A hole: ask once; the answer, or the next connection, fills it.
		if (!this.#asking) return [...effects, ...this.#ask()];
		this.#waitedFor += 1;
		if (this.#waitedFor % REPEAT_EVERY === 0) return [...effects, ...this.#ask()];
		return effects;
	}

	answer(answer: EventsView): FeedEffect[] {
		this.#asking = false;
		if (this.#last === null) return [];
		if (answer.resync) {
			this.#last = BigInt(answer.last);
			this.#delivered = true;
			for (const seq of this.#waiting.keys()) if (seq <= this.#last) this.#waiting.delete(seq);
			return [{ kind: 'resync' }, ...this.#drain(), ...this.#askIfHole()];
		}
		for (const event of answer.events) {
			const seq = BigInt(event.seq);
			if (seq > this.#last) this.#waiting.set(seq, event);
		}
		const effects = this.#drain();
		// An answer that brought nothing is not asked for again at once: the next event or connection does that.
		return effects.length === 0 ? [] : [...effects, ...this.#askIfHole(BigInt(answer.last))];
	}

	/** A question got no answer in time. */
	unanswered(): FeedEffect[] {
		this.#asking = false;
		return this.#connected && this.#last !== null ? this.#ask() : [];
	}

	#ask(): FeedEffect[] {
		if (this.#last === null) return [];
		this.#asking = true;
		this.#waitedFor = 0;
		return [{ kind: 'ask', after: this.#last.toString() }];
	}

	#askIfHole(known?: bigint): FeedEffect[] {
		const behind = this.#waiting.size > 0 || (known !== undefined && this.#last !== null && known > this.#last);
		return behind && this.#connected ? this.#ask() : [];
	}

	#drain(): FeedEffect[] {
		const events: WorkspaceEvent[] = [];
		while (this.#last !== null) {
			const next = this.#waiting.get(this.#last + 1n);
			if (!next) break;
			this.#waiting.delete(this.#last + 1n);
			this.#last += 1n;
			events.push(next);
		}
		if (events.length === 0) return [];
		this.#delivered = true;
		return [{ kind: 'deliver', events }];
	}
}

/** Somebody who looks at a conversation. */
export interface PersonThere {
	userId: string;
	writing: boolean;
}
/** Who looks at which conversation. */
export type Presence = ReadonlyMap<string, readonly PersonThere[]>;

export interface LiveLine {
	state(): LiveState;
	/** Another one after each change. */
	presence(): Presence;
	onPresence(listener: () => void): () => void;
	/** Tells the others what is looked at, now and after each new connection; null: no conversation. */
	look(at: { conversationId: string; writing: boolean } | null): void;
	/** Tells the number at which shown data was read. */
	startAt(seq: string): void;
	onEvents(listener: (events: WorkspaceEvent[]) => void): () => void;
	onResync(listener: () => void): () => void;
	onState(listener: () => void): () => void;
	close(): void;
}

const ANSWER_WITHIN_MS = 8_000;
const ASK_AGAIN_MS = 1_000;

/** The socket of one workspace, feeding an {@link EventFeed}. */
export function openLiveLine(workspaceId: string): LiveLine {
	const feed = new EventFeed();
	const socket = io({ path: '/live', auth: { workspaceId }, transports: ['websocket', 'polling'] });
	const eventListeners = new Set<(events: WorkspaceEvent[]) => void>();
	const resyncListeners = new Set<() => void>();
	const stateListeners = new Set<() => void>();
	let state: LiveState = { kind: 'catchingUp' };
	let again: ReturnType<typeof setTimeout> | undefined;
	const presenceListeners = new Set<() => void>();
	let presence: Presence = new Map();
	let looked: { conversationId: string; writing: boolean } | null = null;
	const showPresence = (views: readonly { conversationId: string; people: PersonThere[] }[], whole: boolean) => {
		const next = new Map(whole ? [] : presence);
		for (const { conversationId, people } of views) {
			if (people.length > 0) next.set(conversationId, people);
			else next.delete(conversationId);
		}
		presence = next;
		for (const listener of presenceListeners) listener();
	};

	const settle = () => {
		const next: LiveState = feed.connected
			? { kind: feed.caughtUp ? 'live' : 'catchingUp' }
			: state.kind === 'offline'
				? state
				: { kind: 'offline', since: new Date().toISOString() };
		if (next.kind === state.kind) return;
		state = next;
		for (const listener of stateListeners) listener();
	};
	const run = (effects: FeedEffect[]) => {
		for (const effect of effects) {
			if (effect.kind === 'ask') ask(effect.after);
			else if (effect.kind === 'deliver') for (const listener of eventListeners) listener(effect.events);
			else for (const listener of resyncListeners) listener();
		}
		settle();
	};
	const ask = (after: string) => {
		socket.timeout(ANSWER_WITHIN_MS).emit('since', after, (error: Error | null, answer: EventsView | { error: string } | undefined) => {
			if (!error && answer && 'events' in answer) return run(feed.answer(answer));
			again = setTimeout(() => run(feed.unanswered()), ASK_AGAIN_MS);
		});
	};
	socket.on('connect', () => {
		run(feed.connect());
		if (looked) socket.emit('look', looked);
	});
	socket.on('disconnect', () => {
		run(feed.disconnect());
		// Nobody tells who comes and goes meanwhile.
		showPresence([], true);
	});
	socket.on('presence', showPresence);
	socket.on('connect_error', () => run(feed.disconnect()));
	// A dead network shows at the socket only when its heartbeat fails, up to 15 s later; the browser knows at once. It may be wrong, as
	// for a server on this very machine, so the line is tried anew either way.
	const anew = () => socket.disconnect().connect();
	window.addEventListener('offline', anew);
	window.addEventListener('online', anew);
	socket.on('event', (event: WorkspaceEvent) => run(feed.event(event)));

	return {
		state: () => state,
		startAt: (seq) => run(feed.startAt(seq)),
		onEvents: (listener) => subscribe(eventListeners, listener),
		onResync: (listener) => subscribe(resyncListeners, listener),
		onState: (listener) => subscribe(stateListeners, listener),
		presence: () => presence,
		onPresence: (listener) => subscribe(presenceListeners, listener),
		look: (at) => {
			looked = at;
			if (socket.connected) socket.emit('look', at);
		},
		close: () => {
			clearTimeout(again);
			window.removeEventListener('offline', anew);
			window.removeEventListener('online', anew);
			socket.disconnect();
		},
	};
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
	listeners.add(listener);
	return () => listeners.delete(listener);
}

import type { Server as HttpServer } from 'node:http';
import { type Database, eventsAfter, lastSeq, listen } from '@pangea/db';
import type { WorkspaceEvent } from '@pangea/domain';
import { Server, type Socket } from 'socket.io';
import { z } from 'zod';
import { type Asked, Lookout } from './lookout.ts';
import { EVENT_CHANNEL } from './outbox.ts';
import { Presence, PRESENCE_CHANNEL, type PresenceView } from './presence.ts';
import { hideOutside } from './visibility.ts';

/** What a client hears after asking for the events since its last number. */
export interface SinceAnswer {
	events: WorkspaceEvent[];
	/** The gap is too long to replay: refetch what is shown. */
	resync: boolean;
	last: string;
}

export interface ServerToClient {
	event(event: WorkspaceEvent): void;
	/** Who looks at these conversations; `whole`: and nobody at others. */
	presence(views: PresenceView[], whole: boolean): void;
}

export interface ClientToServer {
	since(after: string, answer: (result: SinceAnswer | { error: string }) => void): void;
	/** The conversation that is open and in sight, and whether an answer is being written there; null: none. */
	look(asked: Asked): void;
}

/** Who a socket speaks for. */
export interface SocketMember {
	userId: string;
	storeScope: readonly string[] | null;
	/** Whether they may know of conversations. */
	readsInbox: boolean;
}

interface SocketData {
	workspaceId: string;
	member: SocketMember;
	lookout: Lookout;
}

type LiveSocket = Socket<ClientToServer, ServerToClient, Record<string, never>, SocketData>;

export interface GatewayOptions {
	http: HttpServer;
	database: Database;
	/** For LISTEN, which needs a connection of its own. */
	databaseUrl: string;
	/** The member behind a handshake's cookies, or null. Asked again when members change. */
	authorise(headers: Headers, workspaceId: string): Promise<SocketMember | null>;
	/** The same answer as the API's `events.since`. */
	since(workspaceId: string, member: SocketMember, after: string): Promise<SinceAnswer>;
	/** The store of a conversation that the member sees; null when they see none of this id. */
	storeOf(workspaceId: string, member: SocketMember, conversationId: string): Promise<string | null>;
	/** Origins from which browsers may connect. */
	allowedOrigins: readonly string[];
	onTrouble(error: unknown): void;
	/** Told of each event when it has been handed to the sockets. */
	onSent?: (event: WorkspaceEvent) => void;
}

export interface Gateway {
	close(): Promise<void>;
	/** Open sockets, for metrics. */
	connections(): number;
}

const handshake = z.object({ workspaceId: z.uuid() });
const number = z.string().regex(/^\d{1,18}$/);
const BATCH = 500;

/**
 * Sends every committed event to the workspace's sockets, in order and without a hole. Sockets carry hints only; a client that missed some asks `since`.
 */
export function startGateway(options: GatewayOptions): Gateway {
	const io = new Server<ClientToServer, ServerToClient, Record<string, never>, SocketData>(options.http, {
		path: '/live',
		serveClient: false,
		maxHttpBufferSize: 10_000,
		// A machine that went to sleep or lost its network is gone after at most 15 s, and with it what its person looked at.
		pingInterval: 5_000,
		pingTimeout: 10_000,
		allowRequest: (request, decide) => {
			const { origin } = request.headers;
			decide(null, origin === undefined || options.allowedOrigins.includes(origin));
		},
	});
	const streams = new Map<string, Stream>();
	/** Rooms of a workspace with the stores that are seen from them; null: all. */
	const roomsOf = new Map<string, Map<string, readonly string[] | null>>();

	io.use((socket, next) => {
		void admit(socket).then((refusal) => next(refusal ?? undefined));
	});

	/** Null when the socket may come in. The message is what the client hears. */
	async function admit(socket: LiveSocket): Promise<Error | null> {
		const parsed = handshake.safeParse(socket.handshake.auth);
		if (!parsed.success) return new Error('inputWrong');
		try {
			const member = await options.authorise(headersOf(socket), parsed.data.workspaceId);
			if (!member) return new Error('notSignedIn');
			socket.data = { workspaceId: parsed.data.workspaceId, member, lookout: new Lookout((asked) => follow(socket, asked)) };
			return null;
		} catch (error) {
			options.onTrouble(error);
			return new Error('internal');
		}
	}

	io.on('connection', (socket: LiveSocket) => {
		const { workspaceId, lookout } = socket.data;
		enter(socket, workspaceId);
		socket.on('look', (said) => lookout.hear(said));
		socket.on('disconnect', () => {
			lookout.close();
			presence.look(socket.id, null);
		});
		const stream = streams.get(workspaceId) ?? begin(workspaceId);
		// Without a known start nothing can be promised; the client comes back by itself.
		stream.start.catch(() => socket.disconnect(true));
		socket.on('since', (after, answer) => {
			if (typeof answer !== 'function') return;
			if (!number.safeParse(after).success) {
				answer({ error: 'inputWrong' });
				return;
			}
			// Where pushing starts is fixed before the past is read, so that nothing falls between the two.
			stream.start
				.then(() => options.since(workspaceId, socket.data.member, after))
				.then(answer, (error: unknown) => {
					options.onTrouble(error);
					answer({ error: 'internal' });
				});
		});
	});

	function begin(workspaceId: string): Stream {
		const stream: Stream = { start: options.database.inWorkspace(workspaceId, lastSeq), sent: null, running: false, again: false };
		stream.start.catch(() => streams.delete(workspaceId));
		streams.set(workspaceId, stream);
		pump(workspaceId);
		return stream;
	}

	/** Members who see the same stores share a room, so that an event is written once for all of them. */
	function enter(socket: LiveSocket, workspaceId: string): void {
		const { storeScope } = socket.data.member;
		const name = roomOf(workspaceId, storeScope);
		const rooms = roomsOf.get(workspaceId) ?? new Map<string, readonly string[] | null>();
		roomsOf.set(workspaceId, rooms.set(name, storeScope));
		void socket.join(name);
		if (!socket.data.member.readsInbox) return;
		void socket.join(inboxOf(name));
		const seen = presence.all(workspaceId).filter(({ storeId }) => storeScope === null || storeScope.includes(storeId));
		socket.emit(
			'presence',
			seen.map(({ view }) => view),
			true,
		);
	}

	/** Whoever names a conversation that they do not see looks at none. */
	async function follow(socket: LiveSocket, asked: Asked): Promise<void> {
		const { workspaceId, member } = socket.data;
		try {
			const storeId = asked && member.readsInbox ? await options.storeOf(workspaceId, member, asked.conversationId) : null;
			// It may have gone meanwhile.
			if (!socket.connected) return;
			presence.look(socket.id, asked && storeId !== null ? { workspaceId, storeId, userId: member.userId, ...asked } : null);
		} catch (error) {
			options.onTrouble(error);
		}
	}

	function showPresence(workspaceId: string, storeId: string, view: PresenceView): void {
		const rooms = [...(roomsOf.get(workspaceId) ?? [])].flatMap(([name, storeScope]) =>
			storeScope === null || storeScope.includes(storeId) ? [inboxOf(name)] : [],
		);
		if (rooms.length > 0) io.to(rooms).emit('presence', [view], false);
	}

	function heard(payload: string): void {
		const workspaceId = payload.slice(0, payload.indexOf(':'));
		const stream = streams.get(workspaceId);
		if (!stream) return;
		const event = eventOf(payload);
		// The next one in order goes straight on; anything else is read from the rows.
		const next = stream.sent !== null && !stream.running && event !== null && Number(event.seq) === Number(stream.sent) + 1;
		if (!next || event.kind === 'member.changed' || !hasSockets(workspaceId)) {
			pump(workspaceId);
			return;
		}
		deliver(workspaceId, event);
		stream.sent = event.seq;
	}

	function deliver(workspaceId: string, event: WorkspaceEvent): void {
		const shown: string[] = [];
		const hidden: string[] = [];
		for (const [name, storeScope] of roomsOf.get(workspaceId) ?? []) {
			if (hideOutside(event, storeScope) === event) shown.push(name);
			else hidden.push(name);
		}
		if (shown.length > 0) io.to(shown).emit('event', event);
		if (hidden.length > 0) io.to(hidden).emit('event', hideOutside(event, []));
	}

	/** One reader a workspace at a time; a notification that comes meanwhile makes it look again. */
	function pump(workspaceId: string): void {
		const stream = streams.get(workspaceId);
		if (!stream) return;
		if (stream.running) {
			stream.again = true;
			return;
		}
		stream.running = true;
		drain(workspaceId, stream)
			.catch((error: unknown) => options.onTrouble(error))
			.finally(() => {
				stream.running = false;
				if (stream.again) {
					stream.again = false;
					pump(workspaceId);
				}
			});
	}

	async function drain(workspaceId: string, stream: Stream): Promise<void> {
		if (!hasSockets(workspaceId)) {
			streams.delete(workspaceId);
			return;
		}
		stream.sent ??= await stream.start;
		for (;;) {
			const from: string = stream.sent;
			const events = await options.database.inWorkspace(workspaceId, (scope) => eventsAfter(scope, from, BATCH));
			for (const event of events) {
				deliver(workspaceId, event);
				// Afterwards: who is let in no longer has to hear that something changed, or the screen would stand as it is.
				if (event.kind === 'member.changed') await readmit(workspaceId);
				stream.sent = event.seq;
				options.onSent?.(event);
			}
			if (events.length < BATCH) return;
		}
	}

	async function readmit(workspaceId: string): Promise<void> {
		for (const socket of [...(roomsOf.get(workspaceId) ?? new Map<string, null>()).keys()].flatMap(socketsIn)) {
			const member = await options.authorise(headersOf(socket), workspaceId);
			if (!member) {
				socket.disconnect(true);
				continue;
			}
			const name = roomOf(workspaceId, socket.data.member.storeScope);
			await socket.leave(name);
			await socket.leave(inboxOf(name));
			socket.data.member = member;
			enter(socket, workspaceId);
			socket.data.lookout.again();
		}
	}

	function socketsIn(name: string): LiveSocket[] {
		const ids = io.sockets.adapter.rooms.get(name) ?? new Set<string>();
		return [...ids].flatMap((id) => io.sockets.sockets.get(id) ?? []);
	}

	/** Forgets rooms that everybody has left. */
	function hasSockets(workspaceId: string): boolean {
		const rooms = roomsOf.get(workspaceId);
		if (!rooms) return false;
		for (const name of rooms.keys()) if (!io.sockets.adapter.rooms.has(name)) rooms.delete(name);
		if (rooms.size > 0) return true;
		roomsOf.delete(workspaceId);
		return false;
	}

	const presence = new Presence({
		tell: (payload) => options.database.notify(PRESENCE_CHANNEL, payload),
		onChange: showPresence,
		onTrouble: (error) => options.onTrouble(error),
	});
	const presenceListener = listen({
		url: options.databaseUrl,
		channel: PRESENCE_CHANNEL,
		onPayload: (payload) => presence.hear(payload),
		onConnected: () => presence.connected(),
		onTrouble: (error) => options.onTrouble(error),
	});
	const listener = listen({
		url: options.databaseUrl,
		channel: EVENT_CHANNEL,
		onPayload: heard,
		onConnected: () => {
			for (const workspaceId of streams.keys()) pump(workspaceId);
		},
		onTrouble: (error) => options.onTrouble(error),
	});

	return {
		connections: () => io.sockets.sockets.size,
		close: async () => {
			await presence.close();
			await Promise.all([listener.close(), presenceListener.close()]);
			await io.close();
		},
	};
}

function roomOf(workspaceId: string, storeScope: readonly string[] | null): string {
	return `${workspaceId}:${storeScope === null ? 'all' : storeScope.toSorted().join()}`;
}

/** Those of a room who may know of conversations. */
const inboxOf = (room: string): string => `inbox ${room}`;

// Written by ourselves; see the outbox.
function eventOf(payload: string): WorkspaceEvent | null {
	const text = payload.slice(payload.indexOf(':') + 1);
	return text === '' ? null : (JSON.parse(text) as WorkspaceEvent);
}

interface Stream {
	/** The newest number when the first socket came; pushing begins after it. */
	start: Promise<string>;
	/** Number of the last event sent; null before the stream knows where it starts. */
	sent: string | null;
	running: boolean;
	again: boolean;
}

function headersOf(socket: LiveSocket): Headers {
	const { cookie } = socket.handshake.headers;
	return new Headers(cookie === undefined ? {} : { cookie });
}

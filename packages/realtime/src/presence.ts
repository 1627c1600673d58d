import { randomUUID } from 'node:crypto';
import { z } from 'zod';

/** PostgreSQL channel on which gateways tell each other who looks at which conversation. Ids only: what people write stays where it is. */
export const PRESENCE_CHANNEL = 'pangea_presence';

/** Somebody who looks at a conversation. */
export interface PersonThere {
	userId: string;
	writing: boolean;
}

/** Who looks at a conversation, all of them. */
export interface PresenceView {
	conversationId: string;
	people: PersonThere[];
}

/** What one socket looks at. */
export interface Look {
	workspaceId: string;
	storeId: string;
	conversationId: string;
	userId: string;
	writing: boolean;
}

export interface PresenceOptions {
	/** Sends a payload to the gateways of all processes, this one too. */
	tell(payload: string): Promise<void>;
	/** Those in a conversation are others now. */
	onChange(workspaceId: string, storeId: string, view: PresenceView): void;
	onTrouble(error: unknown): void;
	/** How often each process says what it holds. */
	everyMillis?: number;
	/** What has not been heard of for so long is over: its process is gone. */
	overMillis?: number;
}

interface Heard extends Look {
	server: string;
	heardAt: number;
}

const looked = z.tuple([z.string(), z.uuid(), z.uuid(), z.uuid(), z.string(), z.boolean()]);
const word = z.object({
	server: z.string(),
	/** It has just come and knows nothing. */
	asks: z.boolean().optional(),
	/** Sockets with what they look at: socket, workspace, store, conversation, person, whether they write. */
	here: z.array(looked).optional(),
	/** Sockets that look at nothing any more. */
	gone: z.array(z.string()).optional(),
});
type Word = z.infer<typeof word>;

const EVERY_MS = 4_000;
const OVER_MS = 10_000;
/** So many of them fit into a notification, which PostgreSQL cuts off at 8,000 bytes. */
const A_WORD = 30;

/** Who looks at what, over all processes. Nothing is stored: each process says again and again what it holds, and what is not said again ends. */
export class Presence {
	readonly #server = randomUUID();
	readonly #own = new Map<string, Look>();
	/** What all processes hold, by socket. */
	readonly #heard = new Map<string, Heard>();
	readonly #options: PresenceOptions;
	readonly #over: number;
	readonly #timer: ReturnType<typeof setInterval>;

	constructor(options: PresenceOptions) {
		this.#options = options;
		this.#over = options.overMillis ?? OVER_MS;
		this.#timer = setInterval(() => {
			this.#announce();
			this.#sweep();
		}, options.everyMillis ?? EVERY_MS);
		this.#timer.unref();
	}

	/** A socket of this process looks at a conversation; null: at none. */
	look(socketId: string, look: Look | null): void {
		if (look === null) {
			if (this.#own.delete(socketId)) this.#tell({ server: this.#server, gone: [socketId] });
			return;
		}
		const before = this.#own.get(socketId);
		if (before?.conversationId === look.conversationId && before.writing === look.writing) return;
		this.#own.set(socketId, look);
		this.#tell({ server: this.#server, here: [toTuple(socketId, look)] });
	}

	/** The listening connection stands (again): what came before was not heard. */
	connected(): void {
		this.#tell({ server: this.#server, asks: true });
	}

	hear(payload: string): void {
		const parsed = word.safeParse(parse(payload));
		if (!parsed.success) return;
		const { server, asks, here = [], gone = [] } = parsed.data;
		if (asks === true) this.#announce();
		const touched = new Map<string, Look>();
		for (const [socketId, workspaceId, storeId, conversationId, userId, writing] of here) {
			const before = this.#heard.get(socketId);
			const now = { server, workspaceId, storeId, conversationId, userId, writing, heardAt: Date.now() };
			this.#heard.set(socketId, now);
			if (before?.conversationId === conversationId && before.writing === writing) continue;
			if (before && before.conversationId !== conversationId) touched.set(before.conversationId, before);
			touched.set(conversationId, now);
		}
		for (const socketId of gone) this.#forget(socketId, touched);
		this.#changed(touched);
	}

	/** Everybody of a workspace, by conversation, with its store. */
	all(workspaceId: string): { storeId: string; view: PresenceView }[] {
		const looks = [...this.#heard.values()].filter((look) => look.workspaceId === workspaceId);
		return [...Map.groupBy(looks, (look) => look.conversationId)].map(([conversationId, there]) => ({
			storeId: there[0]?.storeId ?? '',
			view: viewOf(conversationId, there),
		}));
	}

	/** Tells the others that all here are gone. */
	async close(): Promise<void> {
		clearInterval(this.#timer);
		const gone = [...this.#own.keys()];
		this.#own.clear();
		for (let at = 0; at < gone.length; at += A_WORD)
			await this.#send({ server: this.#server, gone: gone.slice(at, at + A_WORD) }).catch((error: unknown) =>
				this.#options.onTrouble(error),
			);
	}

	#announce(): void {
		const here = [...this.#own].map(([socketId, look]) => toTuple(socketId, look));
		for (let at = 0; at < here.length; at += A_WORD) this.#tell({ server: this.#server, here: here.slice(at, at + A_WORD) });
	}

	#sweep(): void {
		const touched = new Map<string, Look>();
		const end = Date.now() - this.#over;
		for (const [socketId, look] of this.#heard) if (look.heardAt < end) this.#forget(socketId, touched);
		this.#changed(touched);
	}

	#forget(socketId: string, touched: Map<string, Look>): void {
		const look = this.#heard.get(socketId);
		if (!look) return;
		this.#heard.delete(socketId);
		touched.set(look.conversationId, look);
	}

	#changed(touched: ReadonlyMap<string, Look>): void {
		for (const { workspaceId, storeId, conversationId } of touched.values()) {
			const there = [...this.#heard.values()].filter((look) => look.workspaceId === workspaceId && look.conversationId === conversationId);
			this.#options.onChange(workspaceId, storeId, viewOf(conversationId, there));
		}
	}

	#tell(said: Word): void {
		this.#send(said).catch((error: unknown) => this.#options.onTrouble(error));
	}

	async #send(said: Word): Promise<void> {
		await this.#options.tell(JSON.stringify(said));
	}
}

/** A person with several windows is one, and writes when they write in any. */
function viewOf(conversationId: string, looks: readonly Look[]): PresenceView {
	const people = new Map<string, boolean>();
	for (const { userId, writing } of looks) people.set(userId, writing || people.get(userId) === true);
	return { conversationId, people: [...people].map(([userId, writing]) => ({ userId, writing })) };
}

const toTuple = (socketId: string, look: Look): z.infer<typeof looked> => [
	socketId,
	look.workspaceId,
	look.storeId,
	look.conversationId,
	look.userId,
	look.writing,
];

function parse(payload: string): unknown {
	try {
		return JSON.parse(payload);
	} catch {
		return null;
	}
}

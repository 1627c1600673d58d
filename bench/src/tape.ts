import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import type { AppCredentials, Grant, HttpRequest, StoreContext, Window } from '@pangea/platform-contract';
import type { PlatformId, StoreDescription } from '@pangea/domain';

/** One answer of a platform: its bytes lie in the tape's data file. */
export interface Exchange {
	operation: string;
	/** The request without what differs from second to second. */
	key: string;
	status: number;
	headers: Record<string, string>;
	offset: number;
	length: number;
}

/** One pull of a window, page by page, with all answers behind each page. */
export interface TapedPull {
	window: Window;
	/** The clock during the pull. */
	now: string;
	pages: { orders: number; exchanges: Exchange[] }[];
}

/** What a store's adapter asked and was told. */
export interface TapedStore {
	platform: PlatformId;
	hosts: Record<string, string>;
	app: AppCredentials;
	grant: Grant;
	store: StoreDescription;
	zone: string;
	currency: string;
	pulls: TapedPull[];
	/** Single orders, as after a webhook. */
	fetches: { id: string; now: string; exchanges: Exchange[] }[];
}

export interface Tape {
	stores: TapedStore[];
	orders: number;
	bytes: number;
}

export const TAPE_FILES = { index: 'tape.json', plain: 'pages.bin', changed: 'changed.bin' } as const;

export function readTape(folder: string): Tape {
	return JSON.parse(readFileSync(`${folder}/${TAPE_FILES.index}`, 'utf8')) as Tape;
}

const CHUNK = 1 << 20;
/** As many as stores are read at the same time, and a next one for each. */
const MOST_CHUNKS = 8;

/** Reads answers from the tape's data file, in chunks of which a few lie in memory: asking the system for every answer costs more than reading it. */
export class TapeData {
	readonly #file: number;
	readonly #chunks = new Map<number, Buffer>();

	constructor(folder: string, data: 'plain' | 'changed') {
		this.#file = openSync(`${folder}/${TAPE_FILES[data]}`, 'r');
	}

	body({ offset, length }: Exchange): Buffer {
		const body = Buffer.allocUnsafeSlow(length);
		for (let done = 0; done < length; ) {
			const at = offset + done;
			const copied = this.#chunk(Math.floor(at / CHUNK)).copy(body, done, at % CHUNK, Math.min(CHUNK, (at % CHUNK) + length - done));
			if (copied === 0) throw new Error('The tape ends within an answer');
			done += copied;
		}
		return body;
	}

	#chunk(index: number): Buffer {
		const known = this.#chunks.get(index);
		if (known) return known;
		const [oldest] = this.#chunks.keys();
		if (oldest !== undefined && this.#chunks.size >= MOST_CHUNKS) this.#chunks.delete(oldest);
		const room = Buffer.allocUnsafeSlow(CHUNK);
		const chunk = room.subarray(0, readSync(this.#file, room, 0, CHUNK, index * CHUNK));
		this.#chunks.set(index, chunk);
		return chunk;
	}

	close(): void {
		closeSync(this.#file);
	}
}

const VOLATILE = /(?:"?(?:sign|timestamp|access_token)"?[=:])("[^"]*"|[^&,}]*)/g;

/** Equal for the same question asked at another time. */
export function requestKey(request: HttpRequest): string {
	return `${request.method} ${request.url.replace(VOLATILE, '')} ${(request.body ?? '').replace(VOLATILE, '')}`;
}

/** A store context that is answered from the tape. @throws Error for a question that the tape does not hold. */
export function replayContext(taped: TapedStore, now: string, exchanges: Map<string, Exchange>, data: TapeData): StoreContext {
	return {
		app: taped.app,
		hosts: taped.hosts,
		http: {
			async send(request) {
				const found = exchanges.get(requestKey(request));
				if (!found) throw new Error(`The tape of ${taped.platform} does not hold ${request.operation}`);
				return { status: found.status, headers: found.headers, body: data.body(found) };
			},
			async adjustBudget() {},
		},
		now: () => new Date(now),
		signal: new AbortController().signal,
		grant: () => taped.grant,
		renew: async () => taped.grant,
		store: taped.store,
		zone: taped.zone,
		currency: taped.currency,
	};
}

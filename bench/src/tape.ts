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

/** Reads answers from the tape's data file, one at a time: the whole tape never lies in memory. */
export class TapeData {
	readonly #file: number;

	constructor(folder: string, data: 'plain' | 'changed') {
		this.#file = openSync(`${folder}/${TAPE_FILES[data]}`, 'r');
	}

	body({ offset, length }: Exchange): Buffer {
		const body = Buffer.allocUnsafeSlow(length);
		readSync(this.#file, body, 0, length, offset);
		return body;
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

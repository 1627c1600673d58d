import type { Clock } from './clock.ts';
import { type Faults, numberOption } from './faults.ts';

/** One message on its way to an application's web address. */
export interface DeliveryRequest {
	platform: string;
	topic: string;
	store: string;
	url: string;
	/** Signed and built anew for each attempt, so that a platform may sign the time of sending. */
	build: (attempt: number) => { headers: Record<string, string>; body: string };
	/** Milliseconds to wait before each further attempt. */
	retries: readonly number[];
	/** Milliseconds the receiver has. */
	timeout: number;
	/** Whether the answer counts as received. */
	accepted: (status: number, body: string) => boolean;
}

export interface DeliveryRecord {
	id: number;
	platform: string;
	topic: string;
	store: string;
	url: string;
	state: 'waiting' | 'sent' | 'delivered' | 'dropped';
	attempts: { at: number; status: number | null; error: string | null }[];
	body: string;
}

const KEPT = 5_000;

/** Sends webhooks at least once, with the platform's own retry schedule; remembers the last few thousand for checkers. */
export class Deliveries {
	readonly #clock: Clock;
	readonly #faults: Faults;
	/** Multiplies every wait: 0.001 makes hours of retrying seconds. */
	scale: number;
	readonly #records = new Map<number, DeliveryRecord>();
	readonly #requests = new Map<number, DeliveryRequest>();
	readonly #timers = new Set<NodeJS.Timeout>();
	readonly #queue: (() => Promise<void>)[] = [];
	#running = 0;
	#last = 0;
	#stopped = false;
	#held: (() => void) | null = null;

	constructor(options: { clock: Clock; faults: Faults; scale: number }) {
		this.#clock = options.clock;
		this.#faults = options.faults;
		this.scale = options.scale;
	}

	/** Puts a message on its way; armed delivery faults duplicate, delay, swap or lose it. */
	send(request: DeliveryRequest): DeliveryRecord {
		const target = { platform: request.platform, operation: request.topic, store: request.store };
		const record: DeliveryRecord = {
			id: ++this.#last,
			platform: request.platform,
			topic: request.topic,
			store: request.store,
			url: request.url,
			state: 'waiting',
			attempts: [],
			body: '',
		};
		this.#records.set(record.id, record);
		this.#requests.set(record.id, request);
		this.#trim();
		if (this.#faults.strike('loseDelivery', target) !== null) {
			record.state = 'dropped';
			return record;
		}
		const go = (): void => this.#enqueue(record, request, 0);
		const late = this.#faults.strike('lateDelivery', target);
		if (late !== null) this.#later(go, numberOption(late, 'milliseconds', 60_000) * this.scale);
		else if (this.#held !== null) {
			const held = this.#held;
			this.#held = null;
			go();
			// The one that was held back leaves after the one that came later.
			this.#later(held, 5);
		} else if (this.#faults.strike('reorderDelivery', target) !== null) this.#hold(go);
		else go();
		if (this.#faults.strike('duplicateDelivery', target) !== null) this.#later(go, 10);
		return record;
	}

	/** Sends a remembered message once more. Throws RangeError when it is no longer known. */
	resend(id: number): void {
		const record = this.#records.get(id);
		const request = this.#requests.get(id);
		if (record === undefined || request === undefined) throw new RangeError(`No delivery ${id}`);
		this.#enqueue(record, request, 0);
	}

	/** The remembered deliveries, oldest first. */
	list(): DeliveryRecord[] {
		return [...this.#records.values()];
	}

	/** Ends all waiting. A message still on its way is not waited for. */
	stop(): void {
		this.#stopped = true;
		for (const timer of this.#timers) clearTimeout(timer);
		this.#timers.clear();
		this.#queue.length = 0;
	}

	#enqueue(record: DeliveryRecord, request: DeliveryRequest, attempt: number): void {
		if (this.#stopped) return;
		this.#queue.push(() => this.#attempt(record, request, attempt));
		this.#pump();
	}

	#pump(): void {
		while (this.#running < 16) {
			const next = this.#queue.shift();
			if (next === undefined) return;
			this.#running++;
			void next().finally(() => {
				this.#running--;
				this.#pump();
			});
		}
	}

	async #attempt(record: DeliveryRecord, request: DeliveryRequest, attempt: number): Promise<void> {
		const { headers, body } = request.build(attempt);
		record.body = body;
		const already = record.state === 'delivered';
		if (!already) record.state = 'sent';
		let status: number | null = null;
		let error: string | null = null;
		let good = false;
		const { signal, end } = patience(request.timeout);
		try {
			const answer = await fetch(request.url, {
				method: 'POST',
				headers,
				body,
				signal,
				redirect: 'manual',
			});
			status = answer.status;
			good = request.accepted(status, await answer.text());
		} catch (cause) {
			error = cause instanceof Error ? cause.name : 'Error';
		} finally {
			end();
		}
		record.attempts.push({ at: this.#clock.now(), status, error });
		if (good) {
			record.state = 'delivered';
			return;
		}
		// A duplicate that fails does not undo the one that arrived.
		if (already) return;
		const wait = request.retries[attempt];
		if (wait === undefined) record.state = 'dropped';
		else this.#later(() => this.#enqueue(record, request, attempt + 1), wait * this.scale);
	}

	/** Keeps a message back until the next one has left, or two seconds when none comes. */
	#hold(go: () => void): void {
		this.#held = go;
		this.#later(() => {
			if (this.#held !== go) return;
			this.#held = null;
			go();
		}, 2_000);
	}

	#later(work: () => void, milliseconds: number): void {
		const timer = setTimeout(() => {
			this.#timers.delete(timer);
			if (!this.#stopped) work();
		}, milliseconds);
		this.#timers.add(timer);
	}

	#trim(): void {
		for (const id of this.#records.keys()) {
			if (this.#records.size <= KEPT) return;
			this.#records.delete(id);
			this.#requests.delete(id);
		}
	}
}

const STEP = 25;

/**
 * Aborts after so many milliseconds during which this process ran: what the receiver loses because simulator and receiver share one stalled
 * process is not the receiver's delay.
 */
function patience(milliseconds: number): { signal: AbortSignal; end: () => void } {
	const abort = new AbortController();
	let left = milliseconds;
	const look = setInterval(() => {
		left -= STEP;
		if (left <= 0) abort.abort(new DOMException('The receiver did not answer in time', 'TimeoutError'));
	}, STEP);
	return { signal: abort.signal, end: () => clearInterval(look) };
}

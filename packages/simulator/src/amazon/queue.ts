import type { PlatformContext } from '../core/platform.ts';
import { numberOption } from '../core/faults.ts';
import type { Random } from '../core/random.ts';

/** One message of a queue; the receipt changes with each reception. */
interface Message {
	id: string;
	body: string;
	visibleAt: number;
	receipt: string | null;
	received: number;
}

const CAPACITY = 120_000;

/** A standard queue: at least once, in no promised order, with a visibility time-out. Real time, as it is not the platform's clock. */
export class Queue {
	readonly arn: string;
	readonly url: () => string;
	readonly #context: PlatformContext;
	readonly #random: Random;
	readonly #messages = new Map<string, Message>();
	readonly #waiting = new Set<() => void>();
	readonly #timers = new Set<NodeJS.Timeout>();
	#held: string | null = null;
	visibility = 30_000;

	constructor(context: PlatformContext, arn: string, url: () => string) {
		this.#context = context;
		this.#random = context.random;
		this.arn = arn;
		this.url = url;
	}

	/** Armed delivery faults lose, double, delay or swap messages. */
	send(topic: string, store: string, body: string): void {
		const { faults } = this.#context;
		const target = { platform: 'amazon', operation: topic, store };
		if (faults.strike('loseDelivery', target) !== null) return;
		if (faults.strike('duplicateDelivery', target) !== null) this.#put(body);
		const late = faults.strike('lateDelivery', target);
		if (late !== null) {
			const timer = setTimeout(
				() => {
					this.#timers.delete(timer);
					this.#put(body);
				},
				numberOption(late, 'milliseconds', 60_000) * this.#context.deliveries.scale,
			);
			this.#timers.add(timer);
		} else if (this.#held !== null) {
			const held = this.#held;
			this.#held = null;
			this.#put(body);
			this.#put(held);
		} else if (faults.strike('reorderDelivery', target) !== null) this.#held = body;
		else this.#put(body);
	}

	/** Up to `max` visible messages, waiting up to `wait` milliseconds for the first. */
	async receive(max: number, wait: number, visibility: number): Promise<{ id: string; receipt: string; body: string; received: number }[]> {
		const ends = Date.now() + wait;
		for (;;) {
			const found = this.#take(max, visibility);
			const left = ends - Date.now();
			if (found.length > 0 || left <= 0) return found;
			await this.#news(Math.min(left, 1_000));
		}
	}

	/** False when the receipt is not the latest of any message. Deleting twice is fine. */
	remove(receipt: string): boolean {
		const id = receipt.split('.')[0] ?? '';
		const message = this.#messages.get(id);
		if (message === undefined) return receipt.includes('.');
		if (message.receipt !== receipt) return true;
		this.#messages.delete(id);
		return true;
	}

	changeVisibility(receipt: string, visibility: number): boolean {
		const message = this.#messages.get(receipt.split('.')[0] ?? '');
		if (message === undefined || message.receipt !== receipt) return false;
		message.visibleAt = Date.now() + visibility;
		if (visibility === 0) this.#wake();
		return true;
	}

	/** Messages waiting, and those received but not deleted. */
	size(): { visible: number; inFlight: number } {
		const now = Date.now();
		let visible = 0;
		for (const message of this.#messages.values()) if (message.visibleAt <= now) visible++;
		return { visible, inFlight: this.#messages.size - visible };
	}

	close(): void {
		for (const timer of this.#timers) clearTimeout(timer);
		this.#wake();
	}

	#put(body: string): void {
		const id = this.#context.newId();
		this.#messages.set(id, { id, body, visibleAt: 0, receipt: null, received: 0 });
		// A queue nobody empties loses its oldest messages, as retention makes it.
		if (this.#messages.size > CAPACITY)
			for (const old of this.#messages.keys()) {
				this.#messages.delete(old);
				break;
			}
		this.#wake();
	}

	#take(max: number, visibility: number): { id: string; receipt: string; body: string; received: number }[] {
		const now = Date.now();
		const ready: Message[] = [];
		for (const message of this.#messages.values()) {
			if (message.visibleAt > now) continue;
			ready.push(message);
			if (ready.length >= max * 2) break;
		}
		// Roughly in order only, which is all a standard queue gives.
		if (ready.length > 1 && this.#random.chance(0.2)) ready.reverse();
		return ready.slice(0, max).map((message) => {
			message.visibleAt = now + visibility;
			message.received++;
			message.receipt = `${message.id}.${message.received}.${this.#context.newId()}`;
			return { id: message.id, receipt: message.receipt, body: message.body, received: message.received };
		});
	}

	#news(milliseconds: number): Promise<void> {
		return new Promise((resolve) => {
			const done = (): void => {
				clearTimeout(timer);
				this.#waiting.delete(done);
				resolve();
			};
			const timer = setTimeout(done, milliseconds);
			this.#waiting.add(done);
		});
	}

	#wake(): void {
		for (const waiter of this.#waiting) waiter();
	}
}

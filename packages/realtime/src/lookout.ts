import { z } from 'zod';

/** What a person has open; null: no conversation. */
export const asked = z.object({ conversationId: z.uuid(), writing: z.boolean() }).nullable();
export type Asked = z.infer<typeof asked>;

/** So often one socket is followed at most, however often it speaks. */
const EVERY_MS = 300;

/** Follows what one socket looks at: the newest word counts, those that it overtakes are never looked up. */
export class Lookout {
	readonly #follow: (asked: Asked) => Promise<void>;
	#now: Asked = null;
	#waiting = false;
	#busy = false;
	#closed = false;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(follow: (asked: Asked) => Promise<void>) {
		this.#follow = follow;
	}

	/** Something is looked at; malformed words are as none. */
	hear(said: unknown): void {
		const parsed = asked.safeParse(said);
		if (!parsed.success) return;
		this.#now = parsed.data;
		this.again();
	}

	/** Looks the same up anew, as when what the person sees has changed. */
	again(): void {
		this.#waiting = true;
		if (!this.#busy && !this.#closed) void this.#go();
	}

	close(): void {
		this.#closed = true;
		clearTimeout(this.#timer);
	}

	async #go(): Promise<void> {
		this.#waiting = false;
		this.#busy = true;
		await this.#follow(this.#now);
		this.#timer = setTimeout(() => {
			this.#busy = false;
			if (this.#waiting && !this.#closed) void this.#go();
		}, EVERY_MS);
	}
}

import type { OrderTruth, StoreSeed } from '@pangea/simulator';

export interface SimulatedWorld {
	clock: { now: number };
	stores: (StoreSeed & { orders: number })[];
	platforms: Record<string, unknown>;
}

/** The simulator's control door over HTTP. @throws Error when it refuses. */
export class ControlDoor {
	readonly #door: string;

	constructor(simulatorUrl: string) {
		this.#door = `${simulatorUrl}/_control`;
	}

	async world(): Promise<SimulatedWorld> {
		return (await this.get('/world')) as SimulatedWorld;
	}

	/** Every order of a store that exists now. */
	async *truths(store: string): AsyncGenerator<OrderTruth> {
		let cursor: string | null = null;
		do {
			const query = new URLSearchParams({ store, by: 'placed', limit: '500', ...(cursor === null ? {} : { cursor }) });
			const page = (await this.get(`/truth/orders?${query}`)) as { orders: OrderTruth[]; cursor: string | null };
			yield* page.orders;
			cursor = page.cursor;
		} while (cursor !== null);
	}

	async get(path: string): Promise<unknown> {
		return await this.#send(path, { method: 'GET' });
	}

	async post(path: string, body: unknown): Promise<unknown> {
		return await this.#send(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
	}

	async #send(path: string, init: RequestInit): Promise<unknown> {
		const reply = await fetch(this.#door + path, init);
		if (!reply.ok) throw new Error(`The simulator answered ${reply.status} to ${path}: ${await reply.text()}`);
		return await reply.json();
	}
}

/** The truth about one order, in the simulator's own words. */
export interface Truth {
	platform: string;
	store: string;
	id: string;
	order: { status: string; placedAt: number; updatedAt: number };
}

export interface SimulatedStore {
	id: string;
	platform: string;
	mode: string;
	orders: number;
}

/** The simulator's control door: what happens at the platforms, behind the product's back. */
export class Simulator {
	readonly #door: string;

	constructor(url: string) {
		this.#door = `${url}/_control`;
	}

	async createOrder(store: string, body: Record<string, unknown> = {}): Promise<Truth> {
		return (await this.#send('POST', '/orders', { store, ...body })) as Truth;
	}

	async advance(order: { store: string; id: string }, step: string): Promise<Truth> {
		return (await this.#send('POST', '/orders/advance', { store: order.store, id: order.id, step })) as Truth;
	}

	async truthOf(order: { store: string; id: string }): Promise<Truth> {
		return (await this.#send('GET', `/truth/order?${new URLSearchParams({ store: order.store, id: order.id })}`)) as Truth;
	}

	/** A buyer of an order writes, by default of the store's newest. @returns the conversation's id at the platform */
	async buyerWrites(
		store: string,
		text: string,
		{ files = [], order }: { files?: { name: string; type: string; base64: string }[]; order?: string } = {},
	): Promise<string> {
		return (
			(await this.#send('POST', '/messages', { store, text, files, ...(order !== undefined && { order }) })) as { conversation: string }
		).conversation;
	}

	/** What was said in a store's conversations. */
	async conversations(store: string): Promise<{ id: string; messages: { from: string; text: string | null; files: string[] }[] }[]> {
		return (await this.#send('GET', `/truth/conversations?${new URLSearchParams({ store })}`)) as {
			id: string;
			messages: { from: string; text: string | null; files: string[] }[];
		}[];
	}

	async stores(): Promise<SimulatedStore[]> {
		return ((await this.#send('GET', '/world')) as { stores: SimulatedStore[] }).stores;
	}

	/** How to connect to each platform: what its owner would find in the developer console. */
	async platforms(): Promise<Record<string, unknown>> {
		return ((await this.#send('GET', '/world')) as { platforms: Record<string, unknown> }).platforms;
	}

	/** The calls of the product that the platforms remember, oldest first. */
	async calls(): Promise<{ platform: string; operation: string; status: number }[]> {
		return (await this.#send('GET', '/calls')) as { platform: string; operation: string; status: number }[];
	}

	/** Kills the tokens of an account; with `refresh` the grant itself, as a seller does who withdraws it. */
	async expireTokens(platform: string, account: string, refresh: boolean): Promise<void> {
		await this.#send('POST', '/tokens/expire', { platform, account, refresh });
	}

	async configure(platform: string, settings: Record<string, unknown>): Promise<void> {
		await this.#send('POST', '/configure', { platform, settings });
	}

	async arm(fault: Record<string, unknown>): Promise<void> {
		await this.#send('POST', '/faults', fault);
	}

	async disarm(): Promise<void> {
		await this.#send('DELETE', '/faults');
	}

	/** Lets the platforms' clock run ahead of ours by so much. */
	async setClockAhead(milliseconds: number): Promise<void> {
		await this.#send('POST', '/clock', { set: Date.now() + milliseconds });
	}

	/** Creating and advancing moves the simulated clock forward, a second at most each time; this sets it right again. */
	async setClockRight(): Promise<void> {
		await this.#send('POST', '/clock', { set: Date.now() });
	}

	async #send(method: string, path: string, body?: unknown): Promise<unknown> {
		const reply = await fetch(this.#door + path, {
			method,
			...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
		});
		if (!reply.ok) throw new Error(`The simulator answered ${reply.status} to ${method} ${path}: ${await reply.text()}`);
		return await reply.json();
	}
}

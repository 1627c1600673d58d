/** A procedure said no, with the code of its sentence where it has one. */
export class RefusedError extends Error {
	override name = 'RefusedError';
	readonly code: string | null;

	constructor(path: string, code: string | null, told: unknown) {
		super(`${path} failed: ${JSON.stringify(told)}`);
		this.code = code;
	}
}

/** A person's browser without a screen: cookies, sign-in, procedures and redirects of the running workbench. */
export class Visitor {
	readonly #url: string;
	readonly #cookies = new Map<string, string>();
	#workspaceId: string | null = null;

	constructor(url: string) {
		this.#url = url;
	}

	inWorkspace(workspaceId: string): this {
		this.#workspaceId = workspaceId;
		return this;
	}

	/** The cookies as a header, for a socket of the same person. */
	get cookie(): string {
		return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
	}

	/** Signs in, or signs up when the address is not known yet. @throws Error when neither works. */
	async enter(person: { name: string; email: string; password: string }): Promise<void> {
		const known = await this.#post('/auth/sign-in/email', { email: person.email, password: person.password });
		if (known.ok) return;
		const made = await this.#post('/auth/sign-up/email', person);
		if (!made.ok)
			throw new Error(
				`The demo account ${person.email} exists with another password. Start afresh with --fresh, or sign in with that password.`,
			);
	}

	/** @throws RefusedError */
	async query<T>(path: string, input?: unknown): Promise<T> {
		const query = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
		return await this.#answer<T>(path, await this.#send(`/trpc/${path}${query}`, { method: 'GET' }));
	}

	/** @throws RefusedError */
	async mutate<T>(path: string, input: unknown): Promise<T> {
		return await this.#answer<T>(path, await this.#post(`/trpc/${path}`, input));
	}

	/** What lies behind a path of ours, as a program asks for it: no page, and no redirect followed. */
	async take(path: string): Promise<Response> {
		return await this.#send(path, { method: 'GET' });
	}

	/** Gives bytes to a door for files. @throws RefusedError */
	async give<T>(path: string, bytes: Uint8Array): Promise<T> {
		const headers = { 'content-type': 'application/octet-stream', origin: this.#url };
		const reply = await this.#send(path, { method: 'POST', headers, body: Buffer.from(bytes) });
		const body = (await reply.json()) as T & { problem?: { code: string } };
		if (!reply.ok) throw new RefusedError(path, body.problem?.code ?? null, body);
		return body;
	}

	/**
	 * Goes where a platform's consent page leads: the page of the simulator approves at once and sends the browser back to us.
	 * @returns the address on which the browser ends.
	 */
	async follow(address: string): Promise<URL> {
		let at = new URL(address);
		for (let hops = 0; hops < 6; hops++) {
			const home = at.origin === new URL(this.#url).origin;
			const reply = home ? await this.#send(at.pathname + at.search, { method: 'GET' }) : await fetch(at, { redirect: 'manual' });
			const location = reply.headers.get('location');
			if (location === null) return at;
			at = new URL(location, at);
			if (at.pathname === '/stores') return at;
		}
		throw new Error(`The consent page ${new URL(address).origin} leads nowhere`);
	}

	async #answer<T>(path: string, reply: Response): Promise<T> {
		const body = (await reply.json()) as { result?: { data: T }; error?: { message: string; data?: { problem?: { code: string } } } };
		if (body.result === undefined) {
			const problem = body.error?.data?.problem;
			throw new RefusedError(path, problem?.code ?? null, problem ?? body.error?.message ?? reply.status);
		}
		return body.result.data;
	}

	#post(path: string, body: unknown): Promise<Response> {
		return this.#send(path, {
			method: 'POST',
			headers: { 'content-type': 'application/json', origin: this.#url },
			body: JSON.stringify(body),
		});
	}

	async #send(path: string, init: RequestInit): Promise<Response> {
		const headers = new Headers(init.headers);
		if (this.#cookies.size > 0) headers.set('cookie', this.cookie);
		if (this.#workspaceId !== null) headers.set('x-pangea-workspace', this.#workspaceId);
		const reply = await fetch(new URL(path, this.#url), { ...init, headers, redirect: 'manual' });
		for (const cookie of reply.headers.getSetCookie()) {
			const [pair = ''] = cookie.split(';');
			const cut = pair.indexOf('=');
			this.#cookies.set(pair.slice(0, cut), pair.slice(cut + 1));
		}
		return reply;
	}
}

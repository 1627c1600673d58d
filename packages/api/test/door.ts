import type { Auth } from '../src/index.ts';

const ORIGIN = 'http://localhost:4780';

/** A browser before the sign-in doors: it keeps cookies. Each comes from an address of its own. */
export class Visitor {
	readonly #auth: Auth;
	readonly #cookies = new Map<string, string>();
	readonly #address: string;
	static #count = 0;

	constructor(auth: Auth) {
		this.#auth = auth;
		Visitor.#count += 1;
		this.#address = `10.0.${Visitor.#count >> 8}.${Visitor.#count & 255}`;
	}

	headers(): Headers {
		return new Headers({
			origin: ORIGIN,
			'content-type': 'application/json',
			'x-forwarded-for': this.#address,
			'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
			cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
		});
	}

	async post(path: string, body: Record<string, unknown> = {}): Promise<{ status: number; body: Record<string, unknown> }> {
		const reply = await this.#auth.handler(
			new Request(`${ORIGIN}/auth${path}`, { method: 'POST', headers: this.headers(), body: JSON.stringify(body) }),
		);
		for (const line of reply.headers.getSetCookie()) {
			const [pair = ''] = line.split(';');
			const cut = pair.indexOf('=');
			if (/max-age=0/i.test(line)) this.#cookies.delete(pair.slice(0, cut));
			else this.#cookies.set(pair.slice(0, cut), pair.slice(cut + 1));
		}
		const text = await reply.text();
		return { status: reply.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
	}

	async user() {
		return await this.#auth.userOf(this.headers());
	}
}
